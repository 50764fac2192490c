import type {
  AccessPolicyAssignment,
  Cache,
  Database,
  DiagnosticSetting,
  FirewallRule,
  Origin,
  PrivateEndpoint,
} from '../../src/model/cache.ts';
import { type Known, pending, type Unknown, type UnknownKind } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import type { Need } from '../../src/model/need.ts';
import { NO_DECLARATION } from '../../src/sources/decode/facts.ts';

type ClusterOnly = Pick<Cache, 'skuName' | 'highAvailability' | 'redundancyMode' | 'customerManagedKey' | 'databases'>;

type RedisOnly = Pick<
  Cache,
  | 'nonSslPort'
  | 'authenticationDisabled'
  | 'entraAuthentication'
  | 'accessKeysDisabled'
  | 'identityType'
  | 'tier'
  | 'size'
  | 'redisVersion'
  | 'updateChannel'
  | 'zonalPolicy'
  | 'rdbPersistence'
  | 'aofPersistence'
  | 'persistenceAuthentication'
  | 'linkedServerCount'
  | 'maxmemoryReserved'
  | 'firewallRules'
  | 'accessPolicies'
  | 'accessPolicyAssignments'
  | 'patchDays'
  | 'diagnosticSettings'
>;

export const SUBSCRIPTION = '33333333-0000-4000-8000-000000000001';

export const cacheId = (name: string, group = 'rg-test'): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Cache/redis/${name}`;

/** A day on which no tier is near its end: Basic, Standard and Premium caches are info, Enterprise ones are not yet told. */
export const TODAY = '2025-06-01';

/** A cache that runs has an id with all its parts. */
export type Running = Cache & { readonly resourceGroup: string; readonly subscriptionId: string };

/** A redis cache that passes every rule (but `tier-not-retiring`), with the differences given. */
export const compliantCache = (differences: Partial<Cache> = {}): Running =>
  ({
    id: cacheId('good'),
    name: 'good',
    kind: 'redis',
    resourceGroup: 'rg-test',
    subscriptionId: SUBSCRIPTION,
    location: 'westeurope',
    sku: 'Premium P1',
    provisioningState: 'Succeeded',
    origin: null,
    minimumTlsVersion: seen('1.2'),
    publicNetworkAccess: seen('Disabled'),
    privateEndpoints: seen([privateEndpoint()]),
    zones: missing(),
    tags: seen([{ name: 'owner', value: 'team-test' }]),
    secrets: NO_DECLARATION,
    nonSslPort: seen(false),
    subnetId: byDefault(null),
    authenticationDisabled: seen(false),
    entraAuthentication: seen(true),
    accessKeysDisabled: seen(true),
    identityType: seen('SystemAssigned'),
    tier: seen('Premium'),
    size: seen('P1'),
    redisVersion: seen('6.0'),
    updateChannel: byDefault('Stable'),
    zonalPolicy: seen('Automatic'),
    rdbPersistence: seen(true),
    aofPersistence: byDefault(false),
    persistenceAuthentication: seen('ManagedIdentity'),
    linkedServerCount: seen(0),
    maxmemoryReserved: seen(642),
    firewallRules: seen([]),
    accessPolicies: seen([]),
    accessPolicyAssignments: seen([assignment('app', 'Data Contributor')]),
    patchDays: seen(['Sunday']),
    diagnosticSettings: seen([logging('ConnectedClientList', 'MSEntraAuthenticationAuditLog')]),
    replicas: seen([]),
    ...NO_CLUSTER,
    ...differences,
  }) as Running;

/** A managed or enterprise cluster that passes every rule (but `tier-not-retiring`), with the differences given. */
export const compliantCluster = (kind: 'managed' | 'enterprise', differences: Partial<Cache> = {}): Running =>
  ({
    ...compliantCache(),
    ...NO_REDIS,
    id: clusterId('good'),
    kind,
    sku: kind === 'managed' ? 'Balanced_B10' : 'Enterprise_E10',
    skuName: seen(kind === 'managed' ? 'Balanced_B10' : 'Enterprise_E10'),
    zones: kind === 'managed' ? missing() : seen(['1', '2', '3']),
    highAvailability: seen('Enabled'),
    redundancyMode: seen('ZR'),
    customerManagedKey: seen('https://vault.example/keys/redis/1'),
    databases: seen([compliantDatabase()]),
    replicas: seen([]),
    ...differences,
  }) as Running;

export const clusterId = (name: string, group = 'rg-test'): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Cache/redisEnterprise/${name}`;

export const compliantDatabase = (differences: Partial<Database> = {}): Database => ({
  name: 'default',
  clientProtocol: seen('Encrypted'),
  accessKeys: seen('Disabled'),
  rdbPersistence: seen(true),
  aofPersistence: byDefault(false),
  redisVersion: seen('7.4'),
  links: seen([]),
  diagnosticSettings: seen([logging('ConnectionEvents')]),
  accessPolicyAssignments: seen([]),
  ...differences,
});

/** Where a cache is declared, with the differences given. */
export const declaredIn = (file: string, differences: Partial<Origin> = {}): Origin => ({
  file,
  language: 'terraform',
  place: { line: 3, column: 1 },
  address: 'azurerm_redis_cache.main',
  creates: false,
  places: new Map(),
  ...differences,
});

export const privateEndpoint = (differences: Partial<PrivateEndpoint> = {}): PrivateEndpoint => ({
  name: 'pe-good',
  state: seen('Approved'),
  subscriptionId: SUBSCRIPTION,
  ...differences,
});

export const assignment = (name: string, policy: string): AccessPolicyAssignment => ({
  name,
  policy: seen(policy),
  objectId: '44444444-0000-4000-8000-000000000001',
  alias: `${name}-alias`,
});

export const firewallRule = (name: string, start: string, end: string): FirewallRule => ({ name, start: seen(start), end: seen(end) });

/** A diagnostic setting with these categories on. */
export const logging = (...categories: readonly string[]): DiagnosticSetting => ({
  name: 'to-workspace',
  logs: seen(categories.map((category) => ({ category, group: null, enabled: seen(true) }))),
});

/** Where the facts made here stand: a verdict that names another place did not take it from its fact. */
export const PATH = 'properties.underTest';

/** A value that the source saw. */
export const seen = <T>(value: T, path = PATH): Known<T> => ({
  known: true,
  value,
  path,
  from: 'observed',
  written: String(value),
});

/** A value that the source did not see and whose absence Azure documents. */
export const byDefault = <T>(value: T, path = PATH): Known<T> => ({
  known: true,
  value,
  path,
  from: 'service_default',
  written: null,
});

export const missing = (): Unknown => unseen('missing', 'the property is missing from the answer');

/** `raw` is the value as it stood on the wire, written as JSON. */
export const invalid = (raw: string): Unknown => unseen('invalid', `${raw} is not what it should be`, raw);

export const outOfReach = (): Unknown => unseen('out_of_reach', 'this source never shows it');

const NO_CLUSTER: ClusterOnly = {
  skuName: outOfReach(),
  highAvailability: outOfReach(),
  redundancyMode: outOfReach(),
  customerManagedKey: outOfReach(),
  databases: outOfReach(),
};

const NO_REDIS: RedisOnly = {
  nonSslPort: outOfReach(),
  authenticationDisabled: outOfReach(),
  entraAuthentication: outOfReach(),
  accessKeysDisabled: outOfReach(),
  identityType: outOfReach(),
  tier: outOfReach(),
  size: outOfReach(),
  redisVersion: outOfReach(),
  updateChannel: outOfReach(),
  zonalPolicy: outOfReach(),
  rdbPersistence: outOfReach(),
  aofPersistence: outOfReach(),
  persistenceAuthentication: outOfReach(),
  linkedServerCount: outOfReach(),
  maxmemoryReserved: outOfReach(),
  firewallRules: outOfReach(),
  accessPolicies: outOfReach(),
  accessPolicyAssignments: outOfReach(),
  patchDays: outOfReach(),
  diagnosticSettings: outOfReach(),
};

function unseen(kind: UnknownKind, reason: string, actual: string | null = null): Unknown {
  return { known: false, path: PATH, kind, reason, actual };
}

/** One fact of every kind that could have been seen and was not. */
export const UNSEEN: readonly Unknown[] = Object.values({
  missing: missing(),
  invalid: invalid('"perhaps"'),
  denied: unseen('denied', 'no right to read it'),
  unread: unseen('unread', 'the answer broke off before it'),
  deferred: unseen('deferred', 'known only after the plan is applied'),
} satisfies Readonly<Record<Exclude<UnknownKind, 'out_of_reach' | 'pending'>, Unknown>>);

/** What every rule must say of a fact that should have been visible and was not. */
export const unknownVerdict = (fact: Unknown): Verdict => ({
  outcome: 'unknown',
  message: fact.reason,
  expected: null,
  actual: fact.actual,
  evidence: { path: fact.path, source: 'observed' },
  reason: fact.kind,
});

/** The same of a fact of one of several things, which is named. */
export const unknownOf = (subject: string, fact: Unknown): Verdict => ({ ...unknownVerdict(fact), message: `${subject}: ${fact.reason}` });

/** What every rule must say of a fact that this kind of source can never show. */
export const NOT_EVALUATED: Verdict = {
  outcome: 'not_evaluated',
  message: 'this source never shows it',
  expected: null,
  actual: null,
  evidence: { path: PATH, source: 'observed' },
  reason: 'out_of_reach',
};

/** A list that the source saw: no single value stands for it. */
export const seenList = <T>(items: readonly T[], path = PATH): Known<readonly T[]> => ({ ...seen(items, path), written: null });

/** A verdict with the differences given from a bare pass on what stands at PATH. */
export const judged = (outcome: Verdict['outcome'], message: string, differences: Partial<Verdict> = {}): Verdict => ({
  outcome,
  message,
  expected: null,
  actual: null,
  evidence: { path: PATH, source: 'observed' },
  reason: null,
  ...differences,
});

/** A list that the source read: it is no single value, so that nothing is written for the whole of it. */
export const listed = <T>(items: readonly T[], path = PATH): Known<readonly T[]> => ({ ...seen(items, path), written: null });

/** What every rule must say that waits for something the source can still read. */
export const awaiting = (need: Need): Verdict => ({ ...unknownVerdict(pending(need)), awaits: need });
