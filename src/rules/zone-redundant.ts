import type { Cache, CacheKind } from '../model/cache.ts';
import type { Verdict } from '../model/finding.ts';
import { onTier } from './conditions.ts';
import { defineFix, patch, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const zoneRedundant = defineRule({
  id: 'zone-redundant',
  title: 'The cache must be spread over availability zones',
  severity: 'low',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'Nodes in one zone fail together when that data centre does. ' +
    'Spread over zones the cache stays up, and the availability that Microsoft promises is higher.',
  evidence:
    'redis: properties.zonalAllocationPolicy and zones; managed: properties.redundancyMode; enterprise: zones and properties.redundancyMode',
  fix: defineFix({
    summary: 'Let Azure spread the cache over zones; a managed or enterprise cluster has to be created anew in a region with zones.',
    risk:
      'It cannot be undone, and it restarts the nodes. Not for caches that are geo-replicated, injected into a virtual network or Basic, ' +
      'and only in regions that have zones.',
    stage: 'scale',
    steps: ({ kind }) => (kind === 'redis' ? [patch({ zonalAllocationPolicy: 'Automatic' })] : []),
    verify: (target) => show(target.kind === 'redis' ? 'zonalAllocationPolicy' : 'redundancyMode')(target),
    rollback: 'None: Azure does not take it back.',
    portal: 'Advanced settings > Allocate zones automatically',
  }),
  aliases: [
    'Azure.Redis.AvailabilityZone',
    'AZR-000161',
    'Azure.RedisEnterprise.Zones',
    'AZR-000162',
    'redis-012',
    '1bf67da8-b100-45bf-b89d-e4669fc54411',
  ],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-zone-redundancy',
    'https://learn.microsoft.com/azure/redis/high-availability',
  ],
  check: (cache) => CHECKS[cache.kind](cache),
});

const AUTOMATIC = 'Automatic';
const ACROSS_ZONES = 'ZR';

/** Under Automatic no zones are listed, so that only the policy tells; a cache older than the policy lists the zones that were chosen. */
const ofRedis = (cache: Cache): Verdict =>
  onTier(cache, ['Standard', 'Premium'], () => {
    const { zonalPolicy, zones } = cache;
    if (!zonalPolicy.known && zonalPolicy.kind === 'missing' && zones.known) return byChosenZones(cache);
    return given(zonalPolicy, (policy) => {
      if (policy === 'UserDefined') return byChosenZones(cache);
      return policy === 'Automatic'
        ? pass('Azure spreads it over zones', AUTOMATIC)
        : fail('in no zone (NoZones), which is also what a region without zones gives', AUTOMATIC);
    });
  });

const byChosenZones = ({ zones }: Cache): Verdict =>
  given(zones, (chosen) => {
    const actual = chosen.join(', ') || 'none';
    if (distinct(chosen) >= 2) return pass(`spread over ${distinct(chosen)} zones`, AUTOMATIC, { actual });
    return fail(placeOf(chosen), AUTOMATIC, { actual });
  });

/** A cluster without a known SKU may be a Redis Enterprise one, whose zones count too: there only the mode that spreads it decides. */
const ofManaged = ({ redundancyMode, skuName }: Cache): Verdict => {
  if (redundancyMode.known && redundancyMode.value === 'ZR') return given(redundancyMode, () => SPREAD);
  return given(skuName, () =>
    given(redundancyMode, (mode) => fail(`redundancy mode ${mode}: its nodes are not spread over zones`, ACROSS_ZONES)),
  );
};

const ofEnterprise = ({ redundancyMode, zones }: Cache): Verdict => {
  if (zones.known && distinct(zones.value) >= 3) {
    return given(zones, (chosen) => pass(`spread over ${distinct(chosen)} zones`, THREE_ZONES, { actual: chosen.join(', ') }));
  }
  if (redundancyMode.known && redundancyMode.value === 'ZR') return given(redundancyMode, () => SPREAD);
  // Zones are missing from the answer where none were chosen.
  if (!zones.known && zones.kind !== 'missing') return given(zones, () => SPREAD);
  return given(redundancyMode, (mode) =>
    fail(`${placeOf(zones.known ? zones.value : [])}, and its redundancy mode is ${mode}`, THREE_ZONES),
  );
};

const SPREAD = pass('redundancy mode ZR spreads it over zones', ACROSS_ZONES);
const THREE_ZONES = 'three zones, or ZR';

const placeOf = (zones: readonly string[]): string =>
  zones.length === 0 ? 'no zones were chosen' : `only in zone ${[...new Set(zones)].join(' and ')}`;

const distinct = (zones: readonly string[]): number => new Set(zones).size;

const CHECKS: Readonly<Record<CacheKind, (cache: Cache) => Verdict>> = { redis: ofRedis, managed: ofManaged, enterprise: ofEnterprise };
