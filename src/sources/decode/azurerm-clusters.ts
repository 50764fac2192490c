import {
  type CacheFacts,
  CLIENT_PROTOCOLS,
  type Database,
  ENABLED_OR_DISABLED,
  type EnabledOrDisabled,
  TLS_VERSIONS,
} from '../../model/cache.ts';
import type { Fact, Known, Unknown } from '../../model/fact.ts';
import type { TerraformResource } from './azurerm.ts';
import { ZONES } from './azurerm-redis.ts';
import { attribute, blockOf, literalOf, ofText, or, spelled, switchTo, TEXT } from './azurerm-values.ts';
import { absentHere, MINIMUM_TLS } from './facts.ts';
import { inside, isDeferred, isObject, type JsonObject, oneOf, type Reading, shown, unknown } from './json.ts';

/** What a cluster says of itself; its databases are joined to it later. */

type Own = Omit<CacheFacts, 'databases' | 'replicas' | 'privateEndpoints' | 'tags' | 'secrets'>;

/** `azurerm_managed_redis`, since azurerm 4.50. */
export const managedFactsOf = (values: JsonObject): Own => ({
  ...NOT_OF_CLUSTERS,
  // The provider has no attribute for it and sends none.
  minimumTlsVersion: { known: true, value: '1.2', path: 'minimum_tls_version', from: 'service_default', written: null },
  publicNetworkAccess: attribute<EnabledOrDisabled | null>(values, '', 'public_network_access', {
    expected: ENABLED_OR_DISABLED.join(' or '),
    read: oneOf(ENABLED_OR_DISABLED),
    absent: { value: 'Enabled' },
  }),
  zones: absentHere('zones'),
  skuName: attribute(values, '', 'sku_name', TEXT),
  highAvailability: spelled(attribute(values, '', 'high_availability_enabled', HIGH_AVAILABILITY), { Enabled: 'true', Disabled: 'false' }),
  redundancyMode: CHOSEN_BY_AZURE,
  customerManagedKey: keyOf(values),
});

/** `azurerm_redis_enterprise_cluster`, removed in azurerm 5. */
export const enterpriseFactsOf = (values: JsonObject): Own => ({
  ...NOT_OF_CLUSTERS,
  minimumTlsVersion: attribute(values, '', 'minimum_tls_version', {
    ...ofText(MINIMUM_TLS),
    expected: `one of ${TLS_VERSIONS.join(', ')}`,
  }),
  publicNetworkAccess: noAttribute('public_network_access'),
  zones: attribute(values, '', 'zones', or(ZONES, [])),
  skuName: attribute(values, '', 'sku_name', TEXT),
  highAvailability: absentHere('high_availability_enabled'),
  redundancyMode: CHOSEN_BY_AZURE,
  customerManagedKey: noAttribute('customer_managed_key'),
});

/** The database inside of `azurerm_managed_redis`; without the block nothing here says what there is. */
export const defaultDatabaseOf = ({
  values,
}: TerraformResource): Fact<Omit<Database, 'links' | 'diagnosticSettings' | 'accessPolicyAssignments'>> => {
  const block = blockOf(values, DATABASE);
  if (block === undefined) return unknown(DATABASE, 'out_of_reach', 'no default_database is declared here, and one may be elsewhere');
  if (isDeferred(block)) return unknown(DATABASE, 'deferred', block.reason, block.written);
  if (!isObject(block)) return unknown(DATABASE, 'invalid', `${DATABASE} is ${shown(block)}, not a block`, shown(block));
  return {
    known: true,
    value: {
      name: 'default',
      clientProtocol: attribute(block, DATABASE, 'client_protocol', PROTOCOL),
      accessKeys: spelled(attribute(block, DATABASE, 'access_keys_authentication_enabled', ACCESS_KEYS), {
        Enabled: 'true',
        Disabled: 'false',
      }),
      rdbPersistence: attribute(block, DATABASE, 'persistence_redis_database_backup_frequency', FREQUENCY),
      aofPersistence: attribute(block, DATABASE, 'persistence_append_only_file_backup_frequency', FREQUENCY),
      redisVersion: unknown(
        `${DATABASE}.redis_version`,
        'out_of_reach',
        'azurerm has no attribute for the version: the service chooses it',
      ),
    },
    path: DATABASE,
    from: 'observed',
    written: null,
  };
};

const DATABASE = 'default_database';

/** The group it is geo-replicated in; undefined in none, a mark where nobody can tell. */
export const geoGroupOf = ({ values }: TerraformResource): unknown => inside(blockOf(values, DATABASE), 'geo_replication_group_name');

/** `azurerm_redis_enterprise_database`. */
export const enterpriseDatabaseOf = ({
  address,
  values,
}: TerraformResource): Omit<Database, 'links' | 'diagnosticSettings' | 'accessPolicyAssignments'> => ({
  name: literalOf(values, 'name') ?? 'default',
  clientProtocol: attribute(values, address, 'client_protocol', PROTOCOL),
  accessKeys: absentHere('access_keys_authentication_enabled'),
  rdbPersistence: noAttribute('persistence'),
  aofPersistence: noAttribute('persistence'),
  redisVersion: noAttribute('redis_version'),
});

const noAttribute = (path: string): Unknown => unknown(path, 'out_of_reach', 'this resource of azurerm has no attribute for it');

const CHOSEN_BY_AZURE = unknown('redundancy_mode', 'out_of_reach', 'Azure chooses it by the SKU and the region');

const HIGH_AVAILABILITY: Reading<EnabledOrDisabled> = or<EnabledOrDisabled>(switchTo('Enabled', 'Disabled'), 'Enabled');

const ACCESS_KEYS: Reading<EnabledOrDisabled> = or<EnabledOrDisabled>(switchTo('Enabled', 'Disabled'), 'Disabled');

const PROTOCOL = {
  expected: `one of ${CLIENT_PROTOCOLS.join(', ')}`,
  read: oneOf(CLIENT_PROTOCOLS),
  absent: { value: 'Encrypted' as const },
};

/** A frequency turns persistence on. */
const FREQUENCY: Reading<boolean> = {
  expected: 'one of 1s, 1h, 6h, 12h',
  read: (value) => (typeof value === 'string' && /^(?:1s|1h|6h|12h)$/.test(value) ? true : undefined),
  absent: { value: false },
};

const KEY = 'customer_managed_key';

const keyOf = (values: JsonObject): CacheFacts['customerManagedKey'] => {
  const block = blockOf(values, KEY);
  const none: Known<null> = { known: true, value: null, path: KEY, from: 'service_default', written: null };
  return block === undefined ? none : attribute<string | null>(block, KEY, 'key_vault_key_id', TEXT);
};

const NOT_OF_CLUSTERS = {
  // Clusters cannot be injected into a virtual network.
  subnetId: { known: true, value: null, path: 'subnet_id', from: 'service_default', written: null },
  nonSslPort: absentHere('non_ssl_port_enabled'),
  authenticationDisabled: absentHere('redis_configuration'),
  entraAuthentication: absentHere('redis_configuration'),
  accessKeysDisabled: absentHere('access_keys_authentication_enabled'),
  identityType: absentHere('identity'),
  tier: absentHere('sku_name'),
  size: absentHere('capacity'),
  redisVersion: absentHere('redis_version'),
  updateChannel: absentHere('update_channel'),
  zonalPolicy: absentHere('zones'),
  rdbPersistence: absentHere('redis_configuration'),
  aofPersistence: absentHere('redis_configuration'),
  persistenceAuthentication: absentHere('redis_configuration'),
  linkedServerCount: absentHere('linked_servers'),
  maxmemoryReserved: absentHere('redis_configuration'),
  firewallRules: absentHere('firewall_rules'),
  accessPolicies: absentHere('access_policies'),
  accessPolicyAssignments: absentHere('access_policy_assignments'),
  patchDays: absentHere('patch_schedule'),
  diagnosticSettings: absentHere('diagnostic_settings'),
} as const satisfies Partial<CacheFacts>;
