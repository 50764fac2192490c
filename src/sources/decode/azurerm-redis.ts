import {
  type CacheFacts,
  type EnabledOrDisabled,
  IDENTITY_TYPES,
  type IdentityType,
  PERSISTENCE_AUTHENTICATIONS,
  TIERS,
  TLS_VERSIONS,
  type TlsVersion,
  type UpdateChannel,
} from '../../model/cache.ts';
import type { Fact, Known } from '../../model/fact.ts';
import type { ProviderMajor } from './azurerm.ts';
import {
  AFTER_APPLY,
  attribute,
  blockOf,
  CHOSEN_LATER,
  COUNT,
  isUnset,
  literalOf,
  ofText,
  or,
  spelled,
  switchTo,
  TEXT,
  TRUE_OR_FALSE,
  textBehind,
} from './azurerm-values.ts';
import { absentHere, REDIS_VERSION } from './facts.ts';
import { deferred, isObject, type JsonObject, listOf, oneOf, propertyOf, type Reading, unknown } from './json.ts';
import { isSubnetId } from './resource-id.ts';

/** What `azurerm_redis_cache` says of a cache itself. */
export const redisFactsOf = (values: JsonObject, provider: ProviderMajor) => {
  const configuration = configurationOf(values);
  return {
    nonSslPort: portOf(values),
    minimumTlsVersion: tlsOf(values, provider),
    publicNetworkAccess: spelled(attribute<EnabledOrDisabled | null>(values, '', 'public_network_access_enabled', PUBLIC_ACCESS), {
      Enabled: 'true',
      Disabled: 'false',
    }),
    subnetId: attribute(values, '', 'subnet_id', SUBNET),
    authenticationDisabled: authenticationOf(configuration),
    entraAuthentication: attribute(configuration, CONFIGURATION, 'active_directory_authentication_enabled', or(TRUE_OR_FALSE, false)),
    accessKeysDisabled: spelled(attribute(values, '', 'access_keys_authentication_enabled', or(switchTo(false, true), false)), INVERTED),
    identityType: identityOf(values),
    tier: attribute(values, '', 'sku_name', ofText({ expected: `one of ${TIERS.join(', ')}`, read: oneOf(TIERS) })),
    size: sizeOf(values),
    redisVersion: versionOf(values, provider),
    // azurerm sends none, and what is not sent is Stable.
    updateChannel: byDefault<UpdateChannel>('Stable', 'update_channel'),
    ...zonesOf(values),
    rdbPersistence: attribute(configuration, CONFIGURATION, 'rdb_backup_enabled', or(TRUE_OR_FALSE, false)),
    aofPersistence: attribute(configuration, CONFIGURATION, 'aof_backup_enabled', or(TRUE_OR_FALSE, false)),
    persistenceAuthentication: attribute(configuration, CONFIGURATION, 'data_persistence_authentication_method', PERSISTENCE),
    maxmemoryReserved: isUnset(configuration, 'maxmemory_reserved')
      ? unknown(`${CONFIGURATION}.maxmemory_reserved`, 'out_of_reach', 'maxmemory_reserved is not set, so that the service chooses it')
      : attribute(configuration, CONFIGURATION, 'maxmemory_reserved', COUNT),
    patchDays: attribute(values, '', 'patch_schedule', PATCH_DAYS),
    skuName: absentHere('sku_name'),
    highAvailability: absentHere('high_availability_enabled'),
    redundancyMode: absentHere('redundancy_mode'),
    customerManagedKey: absentHere('customer_managed_key'),
    databases: absentHere('databases'),
  } satisfies Partial<CacheFacts>;
};

/** `Premium P1`, as for caches that run. */
export const redisSkuOf = (values: JsonObject): string | null => {
  const tier = literalOf(values, 'sku_name');
  const size = sizeOf(values);
  if (tier === null) return null;
  return size.known ? `${tier} ${size.value}` : tier;
};

const CONFIGURATION = 'redis_configuration';

/** Computed as a whole where it is not written, so that nothing follows from what it lacks. */
const NOT_WRITTEN = deferred('redis_configuration is not set, so its values are known after apply: write the block to have them judged');

const configurationOf = (values: JsonObject): unknown => {
  const block = blockOf(values, CONFIGURATION);
  return block === undefined || block === CHOSEN_LATER || block === AFTER_APPLY ? NOT_WRITTEN : block;
};

const INVERTED = { true: 'false', false: 'true' };

const byDefault = <T>(value: T, path: string): Known<T> => ({ known: true, value, path, from: 'service_default', written: null });

/**
 * Between 3.114 and 4.0 both names are there, and the one that is not written shows its own default: open if either says so, and
 * unknown as long as one of them is.
 */
const portOf = (values: JsonObject): Fact<boolean> => {
  const facts = PORT_NAMES.map((name) => attribute(values, '', name, or(TRUE_OR_FALSE, false)));
  const open = facts.find((fact) => fact.known && fact.value);
  const unseen = facts.find((fact) => !fact.known);
  const written = facts.find((fact) => fact.known && fact.from === 'observed');
  return open ?? unseen ?? written ?? byDefault(false, PORT_NAMES[0]);
};

const PORT_NAMES = ['non_ssl_port_enabled', 'enable_non_ssl_port'] as const;

/** The provider sends a default of its own: "1.0" in azurerm 2, "1.2" since 3.0. The newer name of the port is as new as 3.114. */
const tlsOf = (values: JsonObject, provider: ProviderMajor): Fact<TlsVersion> => {
  const reading: Reading<TlsVersion> = ofText({ expected: `one of ${TLS_VERSIONS.join(', ')}`, read: oneOf(TLS_VERSIONS) });
  if (provider === 2) return attribute(values, '', 'minimum_tls_version', or(reading, '1.0'));
  if (provider !== null || propertyOf(values, 'non_ssl_port_enabled') !== undefined)
    return attribute(values, '', 'minimum_tls_version', or(reading, '1.2'));
  const fact = attribute(values, '', 'minimum_tls_version', reading);
  return !fact.known && fact.kind === 'missing'
    ? { ...fact, reason: 'minimum_tls_version is not set, and what that means depends on the azurerm version: 1.0 before 3.0, 1.2 since' }
    : fact;
};

const PUBLIC_ACCESS: Reading<EnabledOrDisabled | null> = or<EnabledOrDisabled | null>(switchTo('Enabled', 'Disabled'), 'Enabled');

const SUBNET: Reading<string | null> = {
  expected: 'the id of a subnet',
  read: (value) => (typeof value === 'string' && isSubnetId(value) ? value : undefined),
  absent: { value: null },
};

/** Both names as of the port: off if either says so. */
const authenticationOf = (configuration: unknown): Fact<boolean> => {
  const facts = AUTHENTICATION_NAMES.map((name) => attribute(configuration, CONFIGURATION, name, or(switchTo(false, true), false)));
  const off = facts.find((fact) => fact.known && fact.value);
  const unseen = facts.find((fact) => !fact.known);
  const written = facts.find((fact) => fact.known && fact.from === 'observed');
  return spelled(off ?? unseen ?? written ?? byDefault(false, `${CONFIGURATION}.${AUTHENTICATION_NAMES[0]}`), INVERTED);
};

const AUTHENTICATION_NAMES = ['authentication_enabled', 'enable_authentication'] as const;

const identityOf = (values: JsonObject): Fact<IdentityType> => {
  const block = blockOf(values, 'identity');
  if (block === undefined) return byDefault<IdentityType>('None', 'identity');
  return attribute(block, 'identity', 'type', {
    expected: `one of ${IDENTITY_TYPES.join('; ')}`,
    read: (value) => (typeof value === 'string' ? oneOf(IDENTITY_TYPES)(value.replace(/,\s*/, ', ')) : undefined),
  });
};

/** `P1` out of the family and the capacity. */
const sizeOf = (values: JsonObject): Fact<string> => {
  const family = attribute(values, '', 'family', TEXT);
  const capacity = attribute(values, '', 'capacity', COUNT);
  if (!family.known) return family;
  if (!capacity.known) return capacity;
  const size = `${family.value.toUpperCase()}${capacity.value}`;
  if (!/^(?:C[0-6]|P[1-5])$/.test(size)) return unknown('family', 'invalid', 'family and capacity are no size of a cache');
  return { ...family, value: size, path: 'capacity', written: size };
};

/** azurerm sends "6" since 4.0; before that the service chooses. */
const versionOf = (values: JsonObject, provider: ProviderMajor): Fact<string> => {
  const reading = ofText(REDIS_VERSION);
  const fact = attribute(values, '', 'redis_version', provider !== null && provider >= 4 ? or(reading, '6') : reading);
  return !fact.known && fact.kind === 'missing' ? unknown('redis_version', 'deferred', CHOSEN_LATER.reason) : fact;
};

/** azurerm has no policy of allocation: zones that are written are a choice, and without any Azure chooses. */
const zonesOf = (values: JsonObject): Pick<CacheFacts, 'zones' | 'zonalPolicy'> => {
  if (isUnset(values, 'zones') || isEmpty(propertyOf(values, 'zones'))) {
    const nobody = unknown('zones', 'out_of_reach', 'zones are not set, so that Azure chooses');
    return { zones: nobody, zonalPolicy: nobody };
  }
  const zones = spelled(attribute(values, '', 'zones', ZONES), { Automatic: 'two zones or more' });
  return { zones, zonalPolicy: zones.known ? { ...zones, value: 'UserDefined' } : zones };
};

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** As `1` and `"1"` alike. */
export const ZONES: Reading<readonly string[]> = { expected: 'a list of zones', read: listOf((zone) => TEXT.read(zone)) };

const PERSISTENCE = {
  ...ofText({ expected: `one of ${PERSISTENCE_AUTHENTICATIONS.join(', ')}`, read: oneOf(PERSISTENCE_AUTHENTICATIONS) }),
  absent: { value: 'SAS' as const },
};

/** As for caches that run, and what azurerm takes beside: its `IsDayOfTheWeek` knows the seven alone. */
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'Everyday', 'Weekend'] as const;

const PATCH_DAYS: Reading<readonly string[]> = {
  expected: 'a list of days',
  read: listOf((entry) => (isObject(entry) ? oneOf(DAYS)(textBehind(propertyOf(entry, 'day_of_week'))) : undefined)),
  absent: { value: [] },
};
