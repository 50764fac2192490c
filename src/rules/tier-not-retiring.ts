import type { Cache, Tier } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Evidence, Verdict } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import { defineFix } from './fixes.ts';
import { defineRule, fail, pass } from './rule.ts';

interface Retirement {
  readonly due: string;
  /** From which day it is how bad, latest first; before the last of them it is not told. Dates compare as text. */
  readonly stages: readonly (readonly [from: string, severity: Severity])[];
}

const CACHE_TIERS: Retirement = {
  due: '2028-09-30',
  stages: [
    ['2028-10-01', 'critical'],
    ['2028-07-03', 'high'],
    ['2027-09-30', 'medium'],
    ['2027-03-30', 'low'],
    ['', 'info'],
  ],
};

const ENTERPRISE_TIERS: Retirement = {
  due: '2027-03-31',
  stages: [
    ['2027-04-01', 'critical'],
    ['2027-01-01', 'high'],
    ['2026-03-31', 'medium'],
    ['2025-09-30', 'low'],
  ],
};

/** What Microsoft's migration guides name for each tier. */
const SUCCESSORS: Readonly<Record<Tier | 'Enterprise' | 'EnterpriseFlash', string>> = {
  Basic: 'Balanced without high availability',
  Standard: 'Balanced',
  Premium: 'Memory Optimized or Balanced',
  Enterprise: 'Balanced, Memory Optimized or Compute Optimized',
  EnterpriseFlash: 'Flash Optimized',
};

export const tierNotRetiring = defineRule({
  id: 'tier-not-retiring',
  title: 'The cache must be of a tier that stays',
  severity: 'critical',
  appliesTo: ['redis', 'enterprise'],
  why:
    'Azure retires the Enterprise tiers on 2027-03-31 and Basic, Standard and Premium on 2028-09-30; what is left then is turned off or moved without you. ' +
    'A move to Azure Managed Redis changes the address, the port and how clients connect, so it takes planning.',
  evidence: 'properties.sku.name; of a cluster sku.name; and the date of the run in UTC',
  fix: defineFix({
    summary: 'Plan the move to Azure Managed Redis: a new cache, its data, then the clients. For Basic take it without high availability.',
    risk:
      'It has no virtual network injection, no firewall rules and one database instead of 16; it listens on port 10000, ' +
      'and clients must know clusters or use the Enterprise policy.',
    stage: 'scale',
    steps: () => [],
    rollback: 'Keep the old cache until the clients have moved: until its retirement they can go back.',
  }),
  aliases: ['Azure.Redis.MigrateAMR', 'AZR-000533', 'Azure.RedisEnterprise.MigrateAMR', 'AZR-000534', 'redis-010', 'redis-011'],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/retirement-faq',
    'https://learn.microsoft.com/azure/redis/migrate/migrate-overview',
  ],
  check: (cache, { today }) =>
    cache.kind === 'redis'
      ? verdictOn(CACHE_TIERS, today, cache.tier, adviceOn(cache))
      : refusedOn(cache, today, verdictOn(ENTERPRISE_TIERS, today, cache.skuName, adviceOn(cache))),
});

/** All tiers of a kind retire together: one that was not seen changes only the advice. */
const verdictOn = ({ due, stages }: Retirement, today: string, fact: Fact<string>, advice: Advice): Verdict => {
  const evidence: Evidence = { path: fact.path, source: fact.known ? fact.from : 'observed' };
  const actual = fact.known ? fact.written : fact.actual;
  const more = { due, evidence, ...(actual === null ? {} : { actual }) };
  const severity = stages.find(([from]) => today >= from)?.[1];
  return severity === undefined
    ? pass(`${advice.tier} stays until ${due}`, EXPECTED, more)
    : fail(`${advice.tier} retires on ${due}: move to ${advice.successor}`, EXPECTED, { ...more, severity });
};

/** From this day on Azure refuses to create an Enterprise cluster, so that a declaration of a new one cannot be deployed. */
const LAST_CREATED = '2026-04-01';

/** At least high: what a declaration makes anew fails on the day it is deployed. */
const refusedOn = ({ origin }: Cache, today: string, verdict: Verdict): Verdict => {
  if (origin?.creates !== true || today < LAST_CREATED || verdict.outcome !== 'fail') return verdict;
  const severity = verdict.severity === 'critical' ? 'critical' : 'high';
  return { ...verdict, severity, message: `${verdict.message}; since ${LAST_CREATED} Azure refuses to create one` };
};

const EXPECTED = 'Azure Managed Redis';

interface Advice {
  readonly tier: string;
  readonly successor: string;
}

const adviceOn = ({ kind, tier, skuName }: Cache): Advice => {
  const name = kind === 'redis' ? tier.known && tier.value : skuName.known && enterpriseTierOf(skuName.value);
  return name === false ? { tier: 'this tier', successor: EXPECTED } : { tier: name, successor: `${EXPECTED}, ${SUCCESSORS[name]}` };
};

const enterpriseTierOf = (sku: string): 'Enterprise' | 'EnterpriseFlash' =>
  /^EnterpriseFlash_/i.test(sku) ? 'EnterpriseFlash' : 'Enterprise';
