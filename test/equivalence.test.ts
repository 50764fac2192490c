import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CacheKind } from '../src/model/cache.ts';
import type { Outcome } from '../src/model/finding.ts';
import { RULES } from '../src/rules/index.ts';
import {
  azClusterOf,
  azOf,
  belowOf,
  CLUSTERS,
  clusterWireOf,
  databaseOf,
  HOME,
  hclOf,
  isEnterprise,
  type Json,
  planOf,
  powerShellOf,
  REDIS,
  rowOf,
  templateOf,
  wireOf,
} from './support/configurations.ts';
import { type Ended, emptyFolder, redvet, scan } from './support/redvet.ts';
import { startResourceManager } from './support/resource-manager.ts';

/** One verdict everywhere: the same caches, running, exported, and declared before they run. */

const NAMES = [...REDIS, ...CLUSTERS].map(({ name }) => name);

type Format = 'page' | 'az' | 'powershell' | 'graph' | 'plan-3' | 'plan-4' | 'hcl-3' | 'hcl-4' | 'template';

const page = { value: [...REDIS.map(wireOf), ...CLUSTERS.map(clusterWireOf)] };

/** Files by format; what az prints of clusters is a second one. */
const FILES: Readonly<Record<Format, Readonly<Record<string, unknown>>>> = {
  page: { 'page.json': page },
  az: { 'redis.json': REDIS.map(azOf), 'clusters.json': CLUSTERS.map(azClusterOf) },
  powershell: { 'caches.json': REDIS.map(powerShellOf) },
  graph: { 'rows.json': { count: NAMES.length, data: page.value.map(rowOf), skip_token: null, total_records: NAMES.length } },
  'plan-3': { 'plan.json': planOf(3) },
  'plan-4': { 'plan.json': planOf(4) },
  'hcl-3': { 'main.tf': hclOf(3) },
  'hcl-4': { 'main.tf': hclOf(4) },
  template: { 'template.json': templateOf() },
};

const FORMATS = Object.keys(FILES) as readonly Format[];
const TERRAFORM: readonly Format[] = ['plan-3', 'plan-4', 'hcl-3', 'hcl-4'];
const DECLARED: readonly Format[] = [...TERRAFORM, 'template'];
const EXPORTS: readonly Format[] = ['page', 'az', 'powershell', 'graph'];

/** The caches that a format can hold: what PowerShell exports are redis caches, and azurerm 3 knows no Azure Managed Redis. */
const held = (isHeld: (kind: CacheKind) => boolean): readonly string[] => NAMES.filter((name) => isHeld(kindOf(name))).sort();

const HELD_BY: Readonly<Partial<Record<Format, (kind: CacheKind) => boolean>>> = {
  powershell: (kind) => kind === 'redis',
  'plan-3': (kind) => kind !== 'managed',
  'hcl-3': (kind) => kind !== 'managed',
};

/** Outcomes by rule, by the name of the cache. */
type Outcomes = ReadonlyMap<string, ReadonlyMap<string, Outcome>>;

const outcomesOf = ({ stdout }: Ended): Outcomes => {
  const outcomes = new Map<string, Map<string, Outcome>>();
  for (const { resourceName, ruleId, outcome } of JSON.parse(stdout).findings) {
    const ofCache = outcomes.get(resourceName) ?? new Map<string, Outcome>();
    outcomes.set(resourceName, ofCache.set(ruleId, outcome));
  }
  return outcomes;
};

/** Where a format cannot show what decides. */
interface Exception {
  readonly formats: readonly Format[];
  readonly rules: readonly string[];
  /** All kinds where it is left out. */
  readonly kinds?: readonly CacheKind[];
  /** All caches where it is left out. */
  readonly caches?: readonly string[];
  readonly outcome: Outcome;
  readonly why: string;
}

const BELOW = [
  'access-policies-least-privilege',
  'access-policies-assigned',
  'patch-schedule-set',
  'diagnostic-logs-enabled',
  'entra-audit-log-enabled',
];
const FIREWALL = ['firewall-rules-present', 'firewall-rules-narrow'];
const IN_DATABASES = [
  'access-keys-disabled',
  'client-protocol-encrypted',
  'geo-replicas-consistent',
  'persistence-enabled',
  'redis-version-supported',
];
const ENDPOINTS = ['private-endpoint-approved', 'private-endpoint-requests-settled', 'private-path-exists'];
const CLUSTER_KINDS = ['managed', 'enterprise'] as const;

const PRIVATE = [...REDIS, ...CLUSTERS].filter(({ isPublic }) => !isPublic).map(({ name }) => name);

const EXCEPTIONS: readonly Exception[] = [
  {
    formats: EXPORTS,
    rules: [...BELOW, ...FIREWALL, 'geo-replicas-consistent'],
    outcome: 'not_evaluated',
    why: 'no list shows what stands below a cache',
  },
  {
    formats: ['page', 'graph'],
    rules: IN_DATABASES,
    kinds: CLUSTER_KINDS,
    outcome: 'not_evaluated',
    why: 'databases are a list of their own',
  },
  {
    formats: ['powershell'],
    rules: ['public-network-access-disabled', ...ENDPOINTS, ...FIREWALL],
    outcome: 'not_evaluated',
    why: 'Get-AzRedisCache prints neither public access nor private endpoints',
  },
  {
    formats: ['powershell', ...DECLARED],
    rules: ['persistence-enabled'],
    caches: ['not-persisted'],
    outcome: 'not_evaluated',
    why: 'persistence is excused by links to other caches, which are elsewhere',
  },
  { formats: DECLARED, rules: ['no-secrets-in-declarations'], outcome: 'pass', why: 'only a declaration can hold secrets' },
  {
    formats: DECLARED,
    rules: ['private-endpoint-approved', 'private-endpoint-requests-settled', 'geo-replicas-consistent'],
    outcome: 'not_evaluated',
    why: 'endpoints and links may be declared elsewhere',
  },
  {
    formats: DECLARED,
    rules: ['private-path-exists'],
    caches: PRIVATE,
    outcome: 'not_evaluated',
    why: 'the endpoint of a cache that is not public may be declared elsewhere',
  },
  {
    formats: ['plan-3', 'hcl-3'],
    rules: ['access-keys-disabled'],
    outcome: 'fail',
    why: 'azurerm 3 has no switch for access keys, which are on by default',
  },
  {
    formats: TERRAFORM,
    rules: ['public-network-access-disabled', 'private-path-exists', 'customer-managed-key', 'persistence-enabled'],
    kinds: ['enterprise'],
    outcome: 'not_evaluated',
    why: 'azurerm has no attribute for it on Redis Enterprise',
  },
  {
    formats: DECLARED,
    rules: ['zone-redundant'],
    caches: ['managed-good', 'managed-bad', 'enterprise-bad'],
    outcome: 'not_evaluated',
    why: 'the redundancy mode is what Azure makes of a declaration',
  },
  {
    formats: DECLARED,
    rules: ['redis-version-supported', 'diagnostic-logs-enabled'],
    kinds: CLUSTER_KINDS,
    outcome: 'not_evaluated',
    why: 'Azure chooses the version of a database, and its logs are declared nowhere',
  },
];

const kindOf = (name: string): CacheKind => {
  const cluster = CLUSTERS.find((one) => one.name === name);
  if (cluster === undefined) return 'redis';
  return isEnterprise(cluster) ? 'enterprise' : 'managed';
};

const exceptionTo = (format: Format, name: string, rule: string): Exception | undefined =>
  EXCEPTIONS.find(
    ({ formats, rules, kinds, caches }) =>
      formats.includes(format) && rules.includes(rule) && (kinds?.includes(kindOf(name)) ?? true) && (caches?.includes(name) ?? true),
  );

let live: Outcomes;
const offline = new Map<Format, Ended>();
const met = new Set<Exception | undefined>();

beforeAll(async () => {
  const arm = await startResourceManager({
    subscriptions: [HOME],
    caches: { [HOME]: REDIS.map(wireOf) },
    clusters: { [HOME]: CLUSTERS.map(clusterWireOf) },
    below: {
      ...Object.assign({}, ...REDIS.map(belowOf)),
      ...Object.fromEntries(CLUSTERS.map((one): [string, readonly Json[]] => [`${one.name}/databases`, [databaseOf(one)]])),
    },
  });
  try {
    live = outcomesOf(await scan(arm, ['-o', 'json']));
  } finally {
    await arm.close();
  }
  for (const format of FORMATS) {
    const folder = emptyFolder();
    const files = Object.entries(FILES[format]);
    for (const [name, content] of files) writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    offline.set(format, await redvet(['scan', ...files.map(([name]) => name), '-o', 'json'], { cwd: folder }));
  }
}, 120_000);

describe('twenty caches and four clusters', () => {
  it('are judged live by every rule for their kind', () => {
    expect([...live.keys()].sort()).toEqual([...NAMES].sort());
    for (const name of NAMES) expect(live.get(name)?.size).toBe(RULES.filter(({ appliesTo }) => appliesTo.includes(kindOf(name))).length);
  });

  it('fail and pass most rules, so that to agree says something', () => {
    const met = (outcome: Outcome) =>
      new Set([...live.values()].flatMap((ofCache) => [...ofCache].filter(([, one]) => one === outcome).map(([rule]) => rule)));
    expect(met('fail').size).toBeGreaterThan(20);
    expect(met('pass').size).toBeGreaterThan(20);
  });

  it.each(FORMATS)('get the same verdicts from %s', (format) => {
    const outcomes = outcomesOf(offline.get(format) ?? { code: null, signal: null, stdout: '{}', stderr: '' });
    const differences: string[] = [];
    for (const [name, ofCache] of outcomes) {
      for (const [rule, outcome] of ofCache) {
        const running = live.get(name)?.get(rule);
        const exception = exceptionTo(format, name, rule);
        // What has no meaning for a cache may be told before anything that is out of sight is asked for.
        const agrees =
          exception === undefined
            ? outcome === running
            : outcome === exception.outcome || (running === 'not_applicable' && outcome === running);
        if (agrees) {
          if (outcome !== running) met.add(exception);
        } else differences.push(`${name} ${rule}: ${outcome}, live ${running}${exception === undefined ? '' : `, where ${exception.why}`}`);
      }
    }
    expect(differences).toEqual([]);
    expect([...outcomes.keys()].sort()).toEqual(held(HELD_BY[format] ?? (() => true)));
  });

  it('needs every exception, and none that hides what would agree', () => {
    expect(EXCEPTIONS.filter((exception) => !met.has(exception)).map(({ why }) => why)).toEqual([]);
  });
});
