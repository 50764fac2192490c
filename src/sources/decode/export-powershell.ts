import { TIERS, type Tier } from '../../model/cache.ts';
import type { Unknown } from '../../model/fact.ts';
import { CONFIGURATION, firstOf, has, missing, type Shape, withCuts } from './export-shape.ts';
import { isObject, type JsonObject, oneOf, propertyOf, unknown } from './json.ts';

/**
 * As `Get-AzRedisCache | ConvertTo-Json` writes it (RedisCacheAttributes and SizeConverter in Azure/azure-powershell): names begin with
 * a capital, null stands for what Azure did not report, the configuration holds only what it did, and private endpoints, linked
 * caches and public access do not occur at all.
 */
export const ofPowerShell = (written: JsonObject): Shape => {
  const item = withCuts(written);
  const configuration = propertyOf(item, 'RedisConfiguration');
  const isNew =
    ['UpdateChannel', 'DisableAccessKeyAuthentication'].every((name) => Object.hasOwn(item, name)) && has(configuration, 'maxclients');
  const tier = oneOf(TIERS)(propertyOf(item, 'Sku'));
  const size = sizeOf(tier, propertyOf(item, 'Size'));
  return {
    item: {
      id: propertyOf(item, 'id'),
      name: propertyOf(item, 'Name'),
      type: propertyOf(item, 'Type'),
      location: propertyOf(item, 'Location'),
      tags: propertyOf(item, 'Tag'),
      zones: propertyOf(item, 'Zone'),
      ...identityOf(propertyOf(item, 'IdentityType')),
      properties: {
        ...Object.fromEntries(PASCAL.map(([pascal, camel]) => [camel, propertyOf(item, pascal)])),
        ...(isObject(configuration) ? { redisConfiguration: withCuts(configuration) } : { redisConfiguration: configuration }),
        sku: { name: propertyOf(item, 'Sku'), ...size },
      },
    },
    tells: (path) => {
      if (path.startsWith(CONFIGURATION)) return isNew;
      const name = firstOf(path.replace(/^properties\./, ''));
      return Object.hasOwn(item, TOLD_BY[name] ?? capital(name));
    },
    without: UNKNOWN_TO_POWERSHELL,
    instead: {
      ...NOT_SHOWN,
      ...(size === null ? { size: unknown('properties.sku', 'missing', 'Get-AzRedisCache does not tell the size of this cache') } : {}),
    },
  };
};

const UNKNOWN_TO_POWERSHELL = missing(
  'the property is not in the export: this version of Get-AzRedisCache does not know it, or a selection left it out',
);

const notShown = (name: string): Unknown =>
  unknown(`properties.${name}`, 'out_of_reach', `Get-AzRedisCache does not show ${name}: use az redis list -o json`);

const NOT_SHOWN = {
  publicNetworkAccess: notShown('publicNetworkAccess'),
  privateEndpoints: notShown('privateEndpointConnections'),
  linkedServerCount: notShown('linkedServers'),
};

const PASCAL: readonly (readonly [string, string])[] = [
  ['ProvisioningState', 'provisioningState'],
  ['EnableNonSslPort', 'enableNonSslPort'],
  ['MinimumTlsVersion', 'minimumTlsVersion'],
  ['DisableAccessKeyAuthentication', 'disableAccessKeyAuthentication'],
  ['SubnetId', 'subnetId'],
  ['RedisVersion', 'redisVersion'],
  ['UpdateChannel', 'updateChannel'],
  ['ZonalAllocationPolicy', 'zonalAllocationPolicy'],
];

/** Where PowerShell has another word. */
const TOLD_BY: Readonly<Record<string, string>> = { tags: 'Tag', zones: 'Zone', identity: 'IdentityType' };

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Null: no identity at all. Empty: one of no type. */
const identityOf = (written: unknown): JsonObject => {
  if (written === undefined) return {};
  if (written === '') return { identity: { type: 'None' } };
  return { identity: { type: written === 'SystemAssignedUserAssigned' ? 'SystemAssigned, UserAssigned' : written } };
};

/** By gigabytes, for which PowerShell has one word whatever the tier; the largest Premium size it does not name. */
const CAPACITIES: Readonly<Record<string, readonly [ordinary: number | null, premium: number | null]>> = {
  '250MB': [0, null],
  '1GB': [1, null],
  '2.5GB': [2, null],
  '6GB': [3, 1],
  '13GB': [4, 2],
  '26GB': [5, 3],
  '53GB': [6, 4],
};

const sizeOf = (tier: Tier | undefined, size: unknown): { readonly family: string; readonly capacity: number } | null => {
  if (tier === undefined || typeof size !== 'string' || !Object.hasOwn(CAPACITIES, size)) return null;
  const capacity = CAPACITIES[size]?.[tier === 'Premium' ? 1 : 0] ?? null;
  return capacity === null ? null : { family: tier === 'Premium' ? 'P' : 'C', capacity };
};
