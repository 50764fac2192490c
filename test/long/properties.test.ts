import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, awaitedBy } from '../../src/assess.ts';
import type { Cache, CacheKind } from '../../src/model/cache.ts';
import type { Outcome } from '../../src/model/finding.ts';
import { type Problem, type ProblemKind, problem } from '../../src/model/problem.ts';
import type { SubscriptionScope } from '../../src/model/scope.ts';
import { SEVERITIES, THRESHOLDS, type Threshold } from '../../src/model/severity.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { Run } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import { jsonReporter } from '../../src/reporters/json.ts';
import { RULES } from '../../src/rules/index.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import type { Rule } from '../../src/rules/rule.ts';
import {
  readAccessPolicyAssignments,
  readDatabases,
  readDiagnosticSettings,
  readFirewallRules,
  readPatchDays,
} from '../../src/sources/decode/children.ts';
import { readCluster } from '../../src/sources/decode/cluster.ts';
import { isObject } from '../../src/sources/decode/json.ts';
import { type Decoded, readRedis } from '../../src/sources/decode/redis.ts';
import { type Listing, scanOf } from '../support/arm.ts';
import { cacheId, compliantCache } from '../support/cache.ts';
import { subscriptionId, wireCluster, wireDatabase, wireRedis, wireSubscription } from '../support/resource-manager.ts';
import { END, runOf } from '../support/run.ts';

const ONE = subscriptionId(1);

/** What comes over the wire: an undefined property is not there. */
const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** The value at a path of wire JSON, own properties only; undefined where there is none, and for null. */
const wireAt = (item: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined), item);

const is =
  (...words: readonly unknown[]) =>
  (value: unknown): boolean =>
    words.includes(value);

/** Azure's words, in any case. */
const isWord =
  (...words: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && words.includes(value.toLowerCase());

const isTrueWord = (raw: unknown): boolean => raw === true || isWord('true')(raw);

type Path = readonly string[];

/** Where a rule looks, and whether what stands on the wire is what the catalogue documents as good. Written from the catalogue, not from the code. */
interface PassSet {
  readonly paths: readonly Path[];
  readonly isGood: (item: unknown) => boolean;
}

/** A pass from what one property holds. Absence says something only inside of an object that is there. */
const one = (path: Path, isGood: (raw: unknown) => boolean, { absenceIsGood = false } = {}): PassSet => ({
  paths: [path],
  isGood: (item) => {
    const raw = wireAt(item, path);
    return raw === undefined ? absenceIsGood && isObject(wireAt(item, path.slice(0, -1))) : isGood(raw);
  },
});

/** Good where all of them are. */
const all = (...sets: readonly PassSet[]): PassSet => ({
  paths: [...new Map(sets.flatMap(({ paths }) => paths).map((path) => [path.join('.'), path])).values()],
  isGood: (item) => sets.every(({ isGood }) => isGood(item)),
});

/** Good where one of them is. */
const some = (...sets: readonly PassSet[]): PassSet => ({ ...all(...sets), isGood: (item) => sets.some(({ isGood }) => isGood(item)) });

/** What only a list below the cache shows, and that was not read here; what nothing passes on this day; and what only a declaration passes. */
const NEVER: PassSet = { paths: [], isGood: () => false };

const PROPERTIES: Path = ['properties'];
const CONFIGURATION: Path = ['properties', 'redisConfiguration'];
const ENDPOINTS: Path = ['properties', 'privateEndpointConnections'];

const NOT_INJECTED = one(['properties', 'subnetId'], () => false, { absenceIsGood: true });
const tier = (...names: readonly string[]): PassSet => one(['properties', 'sku', 'name'], isWord(...names));
const PERSISTS = some(one([...CONFIGURATION, 'rdb-backup-enabled'], isTrueWord), one([...CONFIGURATION, 'aof-backup-enabled'], isTrueWord));

const statusOfEndpoint = (endpoint: unknown): unknown => wireAt(endpoint, ['properties', 'privateLinkServiceConnectionState', 'status']);

const areEndpoints = (raw: unknown): raw is readonly unknown[] => Array.isArray(raw) && raw.every(isObject);

/** A list that makes no sense shows nothing. */
const APPROVED = one(ENDPOINTS, (raw) => areEndpoints(raw) && raw.some((endpoint) => isWord('approved')(statusOfEndpoint(endpoint))));

const isOfThisSubscription = (endpoint: unknown): boolean => {
  const id = wireAt(endpoint, ['properties', 'privateEndpoint', 'id']);
  return typeof id === 'string' && id.toLowerCase().startsWith(`/subscriptions/${ONE}/`);
};

const ALL_SETTLED = one(
  ENDPOINTS,
  (raw) => areEndpoints(raw) && raw.every((endpoint) => isWord('approved')(statusOfEndpoint(endpoint)) && isOfThisSubscription(endpoint)),
  { absenceIsGood: true },
);

/** No endpoint is approved, and of each it was seen that it is not. */
const NONE_APPROVED = one(
  ENDPOINTS,
  (raw) => areEndpoints(raw) && raw.every((endpoint) => isWord('pending', 'rejected', 'disconnected')(statusOfEndpoint(endpoint))),
  { absenceIsGood: true },
);

const publicAccess = (word: string): PassSet => one(['properties', 'publicNetworkAccess'], isWord(word));
/** A cluster older than the property. */
const NO_SWITCH = one(['properties', 'publicNetworkAccess'], () => false, { absenceIsGood: true });

/** Megabytes, by size. */
const SIZES: Readonly<Record<string, number>> = {
  ...{ c0: 250, c1: 1024, c2: 2560, c3: 6144, c4: 13_312, c5: 26_624, c6: 54_272 },
  ...{ p1: 6144, p2: 13_312, p3: 26_624, p4: 54_272, p5: 122_880 },
};

const sizeOf = (item: unknown): string => {
  const [family, capacity] = ['family', 'capacity'].map((name) => wireAt(item, ['properties', 'sku', name]));
  return typeof family === 'string' && typeof capacity === 'number' ? `${family}${capacity}`.toLowerCase() : '';
};

const SIZE_PATHS: readonly Path[] = ['family', 'capacity'].map((name) => ['properties', 'sku', name]);

const distinctZones = (raw: unknown): number =>
  Array.isArray(raw) && raw.every((zone) => typeof zone === 'string' && zone !== '') ? new Set(raw).size : 0;

const isVersion = (raw: unknown): boolean =>
  typeof raw === 'string' && (/^latest$/i.test(raw) || (/^\d{1,3}(?:\.\d{1,3}){0,3}$/.test(raw) && Number.parseInt(raw, 10) >= 6));

const TAGGED: PassSet = one(['tags'], (raw) => isObject(raw) && Object.keys(raw).some((name) => name.toLowerCase() === 'owner'));

const REDIS_PASSES: Readonly<Record<string, PassSet>> = {
  'non-ssl-port-disabled': one(['properties', 'enableNonSslPort'], is(false)),
  'minimum-tls-1-2': one(['properties', 'minimumTlsVersion'], is('1.2', '1.3'), { absenceIsGood: true }),
  'public-network-access-disabled': all(NOT_INJECTED, publicAccess('disabled')),
  'authentication-required': one([...CONFIGURATION, 'authnotrequired'], (raw) => raw === false || isWord('false', 'no')(raw), {
    absenceIsGood: true,
  }),
  'entra-authentication-enabled': one([...CONFIGURATION, 'aad-enabled'], isTrueWord),
  'access-keys-disabled': one(['properties', 'disableAccessKeyAuthentication'], is(true)),
  'access-policies-least-privilege': NEVER,
  'access-policies-assigned': NEVER,
  'managed-identity-assigned': all(
    tier('premium'),
    one(['identity', 'type'], (raw) => typeof raw === 'string' && /^(?:(?:system|user)assigned|systemassigned, *userassigned)$/i.test(raw)),
  ),
  'private-endpoint-approved': all(NOT_INJECTED, APPROVED),
  'private-endpoint-requests-settled': ALL_SETTLED,
  'private-path-exists': all(NOT_INJECTED, some(publicAccess('enabled'), all(publicAccess('disabled'), APPROVED))),
  'firewall-rules-present': NEVER,
  'firewall-rules-narrow': NEVER,
  'not-vnet-injected': NOT_INJECTED,
  'persistence-uses-managed-identity': all(
    tier('premium'),
    PERSISTS,
    one([...CONFIGURATION, 'preferred-data-persistence-auth-method'], isWord('managedidentity')),
  ),
  'dedicated-node': { paths: SIZE_PATHS, isGood: (item) => /^(?:c[1-6]|p[1-5])$/.test(sizeOf(item)) },
  'no-secrets-in-declarations': NEVER,
  'sku-has-sla': tier('standard', 'premium'),
  'zone-redundant': all(
    tier('standard', 'premium'),
    some(
      one(['properties', 'zonalAllocationPolicy'], isWord('automatic')),
      all(
        one(['properties', 'zonalAllocationPolicy'], isWord('userdefined'), { absenceIsGood: true }),
        one(['zones'], (raw) => distinctZones(raw) >= 2),
      ),
    ),
  ),
  'geo-replicas-consistent': NEVER,
  'persistence-enabled': all(tier('premium'), PERSISTS),
  'patch-schedule-set': NEVER,
  'update-channel-stable': one(['properties', 'updateChannel'], isWord('stable'), { absenceIsGood: true }),
  'redis-version-supported': one(['properties', 'redisVersion'], isVersion),
  'tier-not-retiring': NEVER,
  'diagnostic-logs-enabled': NEVER,
  'entra-audit-log-enabled': NEVER,
  'memory-reserved': {
    paths: [...tier().paths, ...SIZE_PATHS, [...CONFIGURATION, 'maxmemory-reserved']],
    isGood: (item) => {
      const reserved = wireAt(item, [...CONFIGURATION, 'maxmemory-reserved']);
      const megabytes = SIZES[sizeOf(item)];
      return (
        tier('standard', 'premium').isGood(item) &&
        megabytes !== undefined &&
        typeof reserved === 'string' &&
        /^\d{1,9}$/.test(reserved) &&
        Number(reserved) * 10 >= megabytes
      );
    },
  },
  'required-tags-present': TAGGED,
};

/** A cluster is `{ …, database, second }` here: the wire item of the list of clusters, and those of the list of its databases. */
const databasesOf = (item: unknown): readonly unknown[] =>
  ['database', 'second'].map((name) => wireAt(item, [name])).filter((database) => database !== undefined);

/** Good where there is a database, and every one is. */
const ofDatabases = (...sets: readonly PassSet[]): PassSet => {
  const { paths, isGood } = some(...sets);
  return {
    paths: paths.map((path) => ['database', ...path]),
    isGood: (item) => databasesOf(item).length > 0 && databasesOf(item).every(isGood),
  };
};

const SPREAD = one(['properties', 'redundancyMode'], isWord('zr'));

/** What both kinds have in common. */
const CLUSTER_PASSES: Readonly<Record<string, PassSet>> = {
  'minimum-tls-1-2': one(['properties', 'minimumTlsVersion'], is('1.2', '1.3'), { absenceIsGood: true }),
  'public-network-access-disabled': some(publicAccess('disabled'), all(NO_SWITCH, APPROVED)),
  'private-endpoint-approved': APPROVED,
  'private-endpoint-requests-settled': ALL_SETTLED,
  'private-path-exists': some(
    publicAccess('enabled'),
    all(publicAccess('disabled'), APPROVED),
    all(NO_SWITCH, some(APPROVED, NONE_APPROVED)),
  ),
  'client-protocol-encrypted': ofDatabases(one(['properties', 'clientProtocol'], isWord('encrypted'))),
  'customer-managed-key': one(
    ['properties', 'encryption', 'customerManagedKeyEncryption', 'keyEncryptionKeyUrl'],
    (raw) => typeof raw === 'string' && raw !== '',
  ),
  'no-secrets-in-declarations': NEVER,
  'persistence-enabled': ofDatabases(...['rdbEnabled', 'aofEnabled'].map((name) => one(['properties', 'persistence', name], is(true)))),
  'redis-version-supported': ofDatabases(one(['properties', 'redisVersion'], isVersion)),
  'diagnostic-logs-enabled': NEVER,
  'required-tags-present': TAGGED,
};

const MANAGED_PASSES: Readonly<Record<string, PassSet>> = {
  ...CLUSTER_PASSES,
  'access-keys-disabled': ofDatabases(one(['properties', 'accessKeysAuthentication'], isWord('disabled'))),
  'zone-redundant': SPREAD,
  'high-availability-enabled': one(['properties', 'highAvailability'], isWord('enabled'), { absenceIsGood: true }),
  'geo-replicas-consistent': NEVER,
};

const ENTERPRISE_PASSES: Readonly<Record<string, PassSet>> = {
  ...CLUSTER_PASSES,
  'zone-redundant': some(
    SPREAD,
    one(['zones'], (raw) => distinctZones(raw) >= 3),
  ),
  'tier-not-retiring': NEVER,
};

/** A day on which both services that retire are told of. */
const TODAY = '2026-12-01';

const TAGS: readonly Rule[] = RULES.filter(({ id }) => id === 'required-tags-present').map((rule) => rule.withOptions({ tags: ['owner'] }));

/** Every rule, and the tag `owner` asked for. */
const ASKED: readonly Rule[] = RULES.map((rule) => TAGS.find(({ id }) => id === rule.id) ?? rule);

const clusterOf = (item: unknown): Decoded => {
  const decoded = readCluster(item);
  if ('refused' in decoded || !isObject(item)) return decoded;
  return { cache: { ...decoded.cache, databases: readDatabases(databasesOf(item)) } };
};

/** A cache of one service as it comes over the wire, and all that is known of it here. */
interface Service {
  readonly name: string;
  readonly kind: CacheKind;
  readonly decode: (item: unknown) => Decoded;
  /** By the kind that the item turns out to be. */
  readonly passes: (item: unknown) => Readonly<Record<string, PassSet>>;
  /** All is well. */
  readonly good: unknown;
  /** Nothing is, as far as one cache can have it all; and what passes even so. */
  readonly bad: unknown;
  readonly badPasses: readonly string[];
  /** Taking away what stands there passes these rules. */
  readonly healedByAbsence: Readonly<Record<string, readonly string[]>>;
}

const APPROVED_ENDPOINT = {
  name: 'pe',
  properties: {
    privateEndpoint: { id: `/subscriptions/${ONE}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe` },
    privateLinkServiceConnectionState: { status: 'Approved' },
  },
};
const FOREIGN_ENDPOINT = {
  name: 'foreign',
  properties: {
    privateEndpoint: { id: `/subscriptions/${subscriptionId(2)}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe` },
    privateLinkServiceConnectionState: { status: 'Pending' },
  },
};

const passesOfCluster = (item: unknown): Readonly<Record<string, PassSet>> => {
  const sku = wireAt(item, ['sku', 'name']);
  return typeof sku === 'string' && /^enterprise(?:flash)?_/i.test(sku) ? ENTERPRISE_PASSES : MANAGED_PASSES;
};

/** Azure Managed Redis and Redis Enterprise differ by their SKU. */
const cluster = (kind: 'managed' | 'enterprise', sku: string): Service => ({
  name: kind,
  kind,
  decode: clusterOf,
  passes: passesOfCluster,
  good: overTheWire({
    ...wireCluster(
      ONE,
      'c',
      {
        privateEndpointConnections: [APPROVED_ENDPOINT],
        encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: 'https://vault.example/keys/k/1' } },
        redundancyMode: 'ZR',
      },
      { sku: { name: sku }, zones: ['1', '2', '3'], tags: { owner: 'us' } },
    ),
    database: wireDatabase({ persistence: { rdbEnabled: true, aofEnabled: false } }),
  }),
  bad: overTheWire({
    ...wireCluster(
      ONE,
      'c',
      {
        ...{ minimumTlsVersion: '1.0', publicNetworkAccess: 'Enabled', highAvailability: 'Disabled', redundancyMode: 'LR' },
        privateEndpointConnections: [FOREIGN_ENDPOINT],
        encryption: {},
      },
      { sku: { name: sku }, zones: ['1'], tags: { note: 'x' } },
    ),
    database: wireDatabase({
      ...{ clientProtocol: 'Plaintext', accessKeysAuthentication: 'Enabled', redisVersion: '4.0' },
      persistence: { rdbEnabled: false },
    }),
  }),
  badPasses: ['private-path-exists'],
  healedByAbsence: {
    'properties.minimumTlsVersion': ['minimum-tls-1-2'],
    'properties.privateEndpointConnections': ['private-endpoint-requests-settled'],
    ...(kind === 'managed' ? { 'properties.highAvailability': ['high-availability-enabled'] } : {}),
  },
});

const SERVICES: readonly Service[] = [
  {
    name: 'redis',
    kind: 'redis',
    decode: readRedis,
    passes: () => REDIS_PASSES,
    good: overTheWire(
      wireRedis(
        ONE,
        'c',
        {
          privateEndpointConnections: [APPROVED_ENDPOINT],
          redisConfiguration: {
            'maxmemory-reserved': '642',
            'aad-enabled': 'true',
            'rdb-backup-enabled': 'true',
            'preferred-data-persistence-auth-method': 'ManagedIdentity',
          },
        },
        { identity: { type: 'SystemAssigned' }, tags: { owner: 'us' } },
      ),
    ),
    bad: overTheWire(
      wireRedis(
        ONE,
        'c',
        {
          ...{ enableNonSslPort: true, minimumTlsVersion: '1.0', publicNetworkAccess: 'Enabled', disableAccessKeyAuthentication: false },
          ...{ redisVersion: '4.0', zonalAllocationPolicy: 'NoZones', updateChannel: 'Preview' },
          privateEndpointConnections: [FOREIGN_ENDPOINT],
          redisConfiguration: {
            ...{ authnotrequired: 'true', 'aad-enabled': 'false', 'maxmemory-reserved': '1' },
            ...{ 'rdb-backup-enabled': 'true', 'preferred-data-persistence-auth-method': 'SAS' },
          },
        },
        { identity: { type: 'None' }, tags: { note: 'x' } },
      ),
    ),
    badPasses: ['private-path-exists', 'not-vnet-injected', 'dedicated-node', 'sku-has-sla', 'persistence-enabled'],
    healedByAbsence: {
      'properties.minimumTlsVersion': ['minimum-tls-1-2'],
      'properties.redisConfiguration.authnotrequired': ['authentication-required'],
      'properties.privateEndpointConnections': ['private-endpoint-requests-settled'],
      'properties.updateChannel': ['update-channel-stable'],
    },
  },
  cluster('managed', 'Balanced_B10'),
  cluster('enterprise', 'Enterprise_E10'),
];

const outcomesOf = ({ decode }: Service, item: unknown): ReadonlyMap<string, Outcome> => {
  const decoded = decode(item);
  if ('refused' in decoded) return new Map();
  return new Map(assess(decoded.cache, ASKED, TODAY).judgements.map(({ rule, verdict }) => [rule.id, verdict.outcome]));
};

const passesOf = (service: Service, item: unknown): readonly string[] =>
  [...outcomesOf(service, item)].flatMap(([id, outcome]) => (outcome === 'pass' ? [id] : []));

const isDocumentedPass = ({ passes }: Service, id: string, item: unknown): boolean => {
  const set = passes(item)[id];
  if (set === undefined) throw new Error(`no pass-set for ${id}`);
  return set.isGood(item);
};

/** Values that are all but right, besides anything that JSON can hold. */
const NEARLY: readonly unknown[] = [
  ...'true|false|True|False|TRUE|FALSE| true|false |yes|no|Yes|NO|on|off|0|1|'.split('|'),
  ...'1.0|1.1|1.2|1.3|1.4|1.20| 1.2|1.2 |01.2|1.2e0|TLS1_2|TLS1.2|Tls12|Infinity'.split('|'),
  ...'Enabled|Disabled|enabled|disabled|DISABLED|Disabled |SecuredByPerimeter|None'.split('|'),
  ...'4.0|6|6.0|06.0|6.0.20|7.4|10.0|-6|6.x|6e3|latest|Latest|latest '.split('|'),
  ...'Basic|Standard|premium|PREMIUM|Premium |C|p|P|614|615|0642|1e9|-1|615.0|99999999999'.split('|'),
  ...'Automatic|UserDefined|userdefined|NoZones|ZR|zr|LR|Stable|stable|Preview|SAS|ManagedIdentity|managedidentity'.split('|'),
  ...'SystemAssigned|UserAssigned|SystemAssigned, UserAssigned|systemassigned,userassigned|Encrypted|ENCRYPTED|Plaintext'.split('|'),
  ...[true, false, null, 0, 1, 2, 6, 7, 1.5, 1.1, 1.2, 1.3, 6.0, 642],
  ...[{}, [], [false], [true], ['Disabled'], [['1.2']], { value: false }, { toString: 'Disabled' }],
  ...[{ owner: 'x' }, { Owner: '' }, { owner: null }, { owners: 'x' }, ['owner']],
  ...[['1', '2'], ['1', '1'], ['1', '2', '3'], ['1', '2', 3], ['1', '2', ''], ['1', null, '3'], '1,2,3'],
  ...[[APPROVED_ENDPOINT], [FOREIGN_ENDPOINT], [APPROVED_ENDPOINT, FOREIGN_ENDPOINT], [APPROVED_ENDPOINT, null], [{}], APPROVED_ENDPOINT],
  `/subscriptions/${ONE}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s`,
].map(overTheWire);

const anyValue = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NEARLY) }, { weight: 1, arbitrary: fc.jsonValue() }).map(overTheWire);

/** Every place where a rule looks at such a cache. */
const pathsOf = ({ passes, good }: Service): readonly Path[] => all(...Object.values(passes(good))).paths;

/** Where something can be altered: the facts, what encloses them, the labels, and keys that mean something to JavaScript. */
const placesIn = (service: Service): fc.Arbitrary<Path> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...pathsOf(service)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Path>(
        PROPERTIES,
        CONFIGURATION,
        ['properties', 'subnetId'],
        ['properties', 'provisioningState'],
        ['properties', 'sku'],
        ['properties', 'encryption'],
        ['sku'],
        ['sku', 'name'],
        ['identity'],
        ['database'],
        ['database', 'properties'],
        ['database', 'properties', 'persistence'],
        ['database', 'properties', 'geoReplication'],
        ['second'],
        ['second', 'properties'],
        ['type'],
        ['name'],
        ['location'],
        ['properties', '__proto__'],
        ['properties', 'hasOwnProperty'],
        ['properties', 'redisConfiguration', '__proto__'],
        ['__proto__'],
      ),
    },
  );

/** The item with the value at the path replaced, or taken away when it is undefined. Keys are own keys, whatever they are called. */
const altered = (item: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value;
  const entries = isObject(item) ? Object.entries(item) : [];
  const inner = altered(isObject(item) && Object.hasOwn(item, key) ? item[key] : undefined, rest, value);
  const others = entries.filter(([name]) => name !== key);
  return JSON.parse(
    `{${[...others, [key, inner] as const]
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`)
      .join(',')}}`,
  );
};

const changeIn = (service: Service) =>
  fc.record({
    path: placesIn(service),
    value: fc.oneof({ weight: 4, arbitrary: anyValue }, { weight: 1, arbitrary: fc.constant(undefined) }),
  });

type Change = { readonly path: Path; readonly value: unknown };

const changed = (item: unknown, changes: readonly Change[]): unknown =>
  changes.reduce<unknown>((one, { path, value }) => altered(one, path, value), item);

/** Any cache, from a good one to one of which nothing makes sense; a cluster sometimes with a second database. */
const itemOf = (service: Service): fc.Arbitrary<unknown> => {
  const { good, bad, kind } = service;
  const twice = [good, bad].map((item) => altered(item, ['second'], { ...Object(wireAt(good, ['database'])), name: 'second' }));
  return fc
    .tuple(fc.constantFrom(good, bad, ...(kind === 'redis' ? [] : twice)), fc.array(changeIn(service), { maxLength: 8 }))
    .map(([start, changes]) => changed(start, changes));
};

describe.each(SERVICES)('P1: a pass comes only from a documented value: $name', (service) => {
  const { kind, good, passes } = service;
  const sets = Object.entries(passes(good));
  const looking = sets.flatMap(([id, { paths }]) => paths.map((path) => ({ id, path, name: path.join('.') })));

  it('has a pass-set for every rule of its kind', () => {
    expect(sets.map(([id]) => id).sort()).toEqual(
      RULES.filter(({ appliesTo }) => appliesTo.includes(kind))
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('passes a good cache by every rule that may pass it', () => {
    expect(passesOf(service, good)).toEqual(RULES.map(({ id }) => id).filter((id) => (passes(good)[id] ?? NEVER).paths.length > 0));
  });

  it.each(looking)('$id: exactly what is documented as good passes, of all values at $name', ({ id, path }) => {
    const wrong = NEARLY.filter((value) => {
      const item = altered(good, path, value);
      const now = passes(item)[id];
      return now !== undefined && passesOf(service, item).includes(id) !== now.isGood(item);
    });
    expect(wrong).toEqual([]);
  });

  it.each(looking)('$id, for any JSON value at $name', ({ id, path }) => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const item = altered(good, path, value);
        if (passesOf(service, item).includes(id)) expect(isDocumentedPass(service, id, item)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('whatever else is wrong with the cache', () => {
    fc.assert(
      fc.property(itemOf(service), (item) => {
        expect(passesOf(service, item).filter((id) => !isDocumentedPass(service, id, item))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('for any item at all, and none is thrown on', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(passesOf(service, overTheWire(json))).toEqual([]);
      }),
    );
  });
});

describe.each(SERVICES)('P2: nothing becomes a pass by being damaged: $name', (service) => {
  it('altering or taking away any property turns a failure or an unknown into a pass only by a documented value', () => {
    fc.assert(
      fc.property(itemOf(service), changeIn(service), (item, change) => {
        const before = outcomesOf(service, item);
        const after = changed(item, [change]);
        const healed = passesOf(service, after).filter((id) => before.get(id) === 'fail' || before.get(id) === 'unknown');
        expect(healed.filter((id) => !isDocumentedPass(service, id, after))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  const { bad, badPasses, healedByAbsence } = service;

  it.each(pathsOf(service).map((path) => ({ path, name: path.join('.') })))(
    'taking away $name from a cache where all fails passes nothing but the documented',
    ({ path, name }) => {
      expect(passesOf(service, bad)).toEqual(badPasses);
      const healed = passesOf(service, altered(bad, path, undefined)).filter((id) => !badPasses.includes(id));
      expect(healed).toEqual(healedByAbsence[name] ?? []);
    },
  );
});

/** A rule that judges a list below a cache: what it reads, and which lists the catalogue documents as good. */
interface BelowSet {
  readonly rule: string;
  readonly read: (items: readonly unknown[]) => Partial<Cache>;
  readonly good: readonly unknown[];
  /** Where an item can be altered, besides its name and its properties as a whole. */
  readonly paths: readonly Path[];
  readonly nearly: readonly unknown[];
  readonly isGood: (items: readonly unknown[]) => boolean;
}

const hasName = (item: unknown): boolean =>
  isObject(item) && ['name', 'id'].map((key) => wireAt(item, [key])).some((name) => typeof name === 'string' && /[^/]$/.test(name));

const addressOf = (raw: unknown): number | null => {
  if (typeof raw !== 'string' || !/^(?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(raw)) return null;
  const parts = raw.split('.').map(Number);
  return parts.some((part) => part > 255) ? null : parts.reduce((sum, part) => sum * 256 + part, 0);
};

const isNarrowRange = (item: unknown): boolean => {
  const [first, last] = ['startIP', 'endIP'].map((name) => addressOf(wireAt(item, ['properties', name])));
  if (first === undefined || last === undefined || first === null || last === null) return false;
  // No list of private ranges here: what is near enough and does not touch them.
  return first <= last && last > 0 && last - first < 256;
};

const logsOf = (item: unknown): readonly unknown[] => {
  const logs = wireAt(item, ['properties', 'logs']);
  const isLog = (log: unknown): boolean =>
    ['category', 'categoryGroup'].map((key) => wireAt(log, [key])).some((name) => typeof name === 'string' && name !== '');
  return Array.isArray(logs) && logs.every(isLog) ? logs : [];
};

const logging = (...categories: readonly string[]): BelowSet['isGood'] => {
  const isWanted = (log: unknown): boolean =>
    wireAt(log, ['enabled']) === true &&
    (isWord(...categories)(wireAt(log, ['category'])) || isWord('audit', 'alllogs')(wireAt(log, ['categoryGroup'])));
  return (items) => items.every(hasName) && items.some((item) => logsOf(item).some(isWanted));
};

const SETTING = { name: 'to-workspace', properties: { logs: [{ category: 'MSEntraAuthenticationAuditLog', enabled: true }] } };
const LOGS: readonly unknown[] = [
  [{ category: 'ConnectedClientList', enabled: true }],
  [{ category: 'ConnectedClientList', enabled: 'true' }],
  [{ category: 'ConnectedClientList' }],
  [{ category: 'ConnectionEvents', enabled: true }],
  [{ categoryGroup: 'allLogs', enabled: true }],
  [{ category: null, categoryGroup: 'AUDIT', enabled: true }],
  [{ categoryGroup: 'audit', enabled: false }],
  [{ enabled: true }],
  [SETTING.properties.logs[0], null],
];

const readSettings = (items: readonly unknown[]): Partial<Cache> => ({ diagnosticSettings: readDiagnosticSettings(items) });
const readRules = (items: readonly unknown[]): Partial<Cache> => ({ firewallRules: readFirewallRules(items) });
const RULE = { name: 'c/office', properties: { startIP: '203.0.113.1', endIP: '203.0.113.9' } };
const ADDRESSES =
  '0.0.0.0|203.0.113.5|203.0.113.0|203.0.114.0|203.0.113.255|203.0.113.256|255.255.255.255|203.0.113|1|::1|0203.0.113.1| '.split('|');
const DAYS = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday|everyday|weekend'.split('|');

const BELOW_SETS: readonly BelowSet[] = [
  {
    rule: 'firewall-rules-present',
    read: readRules,
    good: [RULE],
    paths: [],
    nearly: [],
    isGood: (items) => items.length > 0 && items.every(hasName),
  },
  {
    rule: 'firewall-rules-narrow',
    read: readRules,
    good: [RULE],
    paths: [
      ['properties', 'startIP'],
      ['properties', 'endIP'],
    ],
    nearly: ADDRESSES,
    isGood: (items) => items.length > 0 && items.every((item) => hasName(item) && isNarrowRange(item)),
  },
  {
    rule: 'access-policies-assigned',
    read: (items) => ({ accessPolicyAssignments: readAccessPolicyAssignments(items) }),
    good: [{ name: 'one', properties: { accessPolicyName: 'Data Reader', objectId: 'x' } }],
    paths: [],
    nearly: [],
    isGood: (items) => items.length > 0 && items.every(hasName),
  },
  {
    rule: 'patch-schedule-set',
    read: (items) => ({ patchDays: readPatchDays(items) }),
    good: [{ name: 'c/default', properties: { scheduleEntries: [{ dayOfWeek: 'Sunday', startHourUtc: 2 }] } }],
    paths: [['properties', 'scheduleEntries']],
    nearly: [
      [],
      [{}],
      [{ dayOfWeek: 'Everyday' }],
      [{ dayOfWeek: 'weekend' }, { dayOfWeek: 'Nonsense' }],
      [{ dayOfWeek: 'Sun' }],
      [{ dayOfWeek: 7 }],
    ],
    isGood: (items) => {
      const entries = items.map((item) => wireAt(item, ['properties', 'scheduleEntries']));
      const days = entries.flatMap((list) => (Array.isArray(list) ? list : [null])).map((entry) => wireAt(entry, ['dayOfWeek']));
      return items.every(hasName) && days.length > 0 && days.every(isWord(...DAYS));
    },
  },
  {
    rule: 'diagnostic-logs-enabled',
    read: readSettings,
    good: [SETTING],
    paths: [['properties', 'logs']],
    nearly: LOGS,
    isGood: logging('connectedclientlist', 'msentraauthenticationauditlog'),
  },
  {
    rule: 'entra-audit-log-enabled',
    read: readSettings,
    good: [SETTING],
    paths: [['properties', 'logs']],
    nearly: LOGS,
    isGood: logging('msentraauthenticationauditlog'),
  },
];

describe.each(BELOW_SETS)(
  'P1: a pass comes only from a documented list below the cache: $rule',
  ({ rule, read, good, paths, nearly, isGood }) => {
    const before = compliantCache({
      publicNetworkAccess: { known: true, value: 'Enabled', path: 'p', from: 'observed', written: 'Enabled' },
      privateEndpoints: { known: true, value: [], path: 'p', from: 'observed', written: null },
    });
    const passes = (items: readonly unknown[]): boolean =>
      assess({ ...before, ...read(items) }, ASKED, TODAY).judgements.some((one) => one.rule.id === rule && one.verdict.outcome === 'pass');

    const change = fc.record({
      path: fc.constantFrom<Path>(...paths, ...paths, ['name'], ['properties'], []),
      value: fc.oneof(fc.constantFrom(...nearly, undefined, null, {}, [], '', 'x'), anyValue),
    });
    const item = fc
      .tuple(fc.constantFrom(...good), fc.array(change, { maxLength: 3 }))
      .map(([start, changes]) => overTheWire(changed(start, changes) ?? null));

    it('passes a good one', () => {
      expect({ passes: passes(good), isGood: isGood(good) }).toEqual({ passes: true, isGood: true });
    });

    it('and not an empty one', () => {
      expect({ passes: passes([]), isGood: isGood([]) }).toEqual({ passes: false, isGood: false });
    });

    it('whatever the items are', () => {
      fc.assert(
        fc.property(fc.array(item, { maxLength: 3 }), (items) => {
          if (passes(items)) expect(isGood(items)).toBe(true);
        }),
        { numRuns: 1_500 },
      );
    });
  },
);

describe('what a finding shows', () => {
  interface Spelling {
    readonly service: Service;
    readonly rule: string;
    readonly path: Path;
    /** Every documented spelling of every value that the rule judges there. */
    readonly spellings: readonly unknown[];
  }
  const [redis, managed, enterprise] = SERVICES;
  if (redis === undefined || managed === undefined || enterprise === undefined) throw new Error('there are three');
  const ofRedis = (rule: string, path: Path, ...spellings: readonly unknown[]): Spelling => ({ service: redis, rule, path, spellings });
  const ofManaged = (rule: string, path: Path, ...spellings: readonly unknown[]): Spelling => ({ service: managed, rule, path, spellings });

  const SPELLINGS: readonly Spelling[] = [
    ofRedis('non-ssl-port-disabled', ['properties', 'enableNonSslPort'], true, false),
    ofRedis('minimum-tls-1-2', ['properties', 'minimumTlsVersion'], '1.0', '1.1', '1.2', '1.3'),
    ofRedis('public-network-access-disabled', ['properties', 'publicNetworkAccess'], 'Enabled', 'Disabled', 'enabled', 'DISABLED'),
    ofRedis('authentication-required', [...CONFIGURATION, 'authnotrequired'], 'true', 'false', 'True', 'False', 'yes', 'no', true, false),
    ofRedis('entra-authentication-enabled', [...CONFIGURATION, 'aad-enabled'], 'true', 'false', 'True', 'False', true, false),
    ofRedis('access-keys-disabled', ['properties', 'disableAccessKeyAuthentication'], true, false),
    ofRedis('managed-identity-assigned', ['identity', 'type'], 'None', 'SystemAssigned', 'userassigned', 'SystemAssigned, UserAssigned'),
    ofRedis('persistence-uses-managed-identity', [...CONFIGURATION, 'preferred-data-persistence-auth-method'], 'SAS', 'managedIdentity'),
    ofRedis('sku-has-sla', ['properties', 'sku', 'name'], 'Basic', 'Standard', 'PREMIUM'),
    ofRedis('zone-redundant', ['properties', 'zonalAllocationPolicy'], 'Automatic', 'NoZones', 'nozones'),
    ofRedis('update-channel-stable', ['properties', 'updateChannel'], 'Stable', 'Preview', 'preview'),
    ofRedis('redis-version-supported', ['properties', 'redisVersion'], '4.0', '6', '6.0', 'latest'),
    ofRedis('memory-reserved', [...CONFIGURATION, 'maxmemory-reserved'], '0', '642'),
    ofManaged('minimum-tls-1-2', ['properties', 'minimumTlsVersion'], '1.0', '1.2'),
    ofManaged('public-network-access-disabled', ['properties', 'publicNetworkAccess'], 'Enabled', 'Disabled', 'disabled'),
    ofManaged('client-protocol-encrypted', ['database', 'properties', 'clientProtocol'], 'Encrypted', 'Plaintext', 'plaintext'),
    ofManaged('access-keys-disabled', ['database', 'properties', 'accessKeysAuthentication'], 'Enabled', 'Disabled'),
    ofManaged('high-availability-enabled', ['properties', 'highAvailability'], 'Enabled', 'Disabled'),
    ofManaged('zone-redundant', ['properties', 'redundancyMode'], 'None', 'LR', 'ZR', 'zr'),
    ofManaged('redis-version-supported', ['database', 'properties', 'redisVersion'], '4.0', '7.4'),
    { service: enterprise, rule: 'tier-not-retiring', path: ['sku', 'name'], spellings: ['Enterprise_E10', 'EnterpriseFlash_F300'] },
  ];

  it.each(SPELLINGS)('$rule of $service.name shows the value as it is written at the source', ({ service, rule, path, spellings }) => {
    const shown = spellings.map((value) => {
      const decoded = service.decode(altered(service.good, path, value));
      if ('refused' in decoded) throw new Error(decoded.refused);
      return assess(decoded.cache, ASKED, TODAY).judgements.find((one) => one.rule.id === rule)?.verdict.actual;
    });
    expect(shown).toEqual(spellings.map(String));
  });
});

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => text,
};

const RUN = runOf({ rules: ASKED });

/** The whole JSON report of a scan by every rule. */
const reportOf = async (listing: Omit<Listing, 'subscriptions'>): Promise<string> => {
  const { seen } = await scanOf(
    { subscriptions: [[wireSubscription(ONE)]], ...listing },
    { concurrency: 3, awaited: (cache) => awaitedBy(cache, ASKED, TODAY) },
  );
  const tally = tallyOf(RUN, POLICY);
  const reporter = jsonReporter();
  let text = reporter.begin(RUN);
  for (const one of seen) {
    if (one.type === 'gap') tally.addProblem(one.gap.problem);
    else if (one.type === 'subscription') tally.addSubscription(one.subscription);
    else if (one.type === 'cache') {
      const assessed = evaluate(assess(one.cache, ASKED, TODAY), POLICY);
      tally.add(assessed);
      text += reporter.assessed(assessed);
    }
  }
  return [text, ...reporter.end(tally.report(END))].join('');
};

/** A list cut into pages at any places. */
const cut = <T>(items: readonly T[], cuts: readonly number[]): readonly (readonly T[])[] => {
  const edges = [0, ...cuts.map((at) => at % (items.length + 1)).sort((a, b) => a - b), items.length];
  return edges.slice(1).map((end, index) => items.slice(edges[index], end));
};

const anyCuts = fc.array(fc.nat(100), { maxLength: 6 });

describe('P6: the report does not depend on how the lists came', () => {
  const [redis, managed] = SERVICES;
  if (redis === undefined || managed === undefined) throw new Error('there are three');

  const named = (service: Service, wire: (name: string) => unknown) =>
    fc
      .uniqueArray(
        fc.record({
          name: fc.constantFrom('a', 'b', 'C', 'd', 'E', 'f-1', 'f-10', 'f-2'),
          changes: fc.array(changeIn(service), { maxLength: 4 }),
        }),
        { selector: ({ name }) => name.toLowerCase(), maxLength: 5 },
      )
      .map((caches) => caches.map(({ name, changes }) => changed(overTheWire(wire(name)), changes)));

  /** The same list again: each item twice, in any order, in any pages. */
  const again = (items: readonly unknown[]) =>
    fc
      .record({ shuffled: fc.shuffledSubarray([...items, ...items], { minLength: 2 * items.length }), cuts: anyCuts })
      .map(({ shuffled, cuts }) => cut(shuffled, cuts));

  /** Lists below caches, of which the order must not matter either. */
  const BELOW: Readonly<Record<string, readonly unknown[]>> = {
    firewallrules: [
      { name: 'office', properties: { startIP: '203.0.113.1', endIP: '203.0.113.9' } },
      { name: 'wide', properties: { startIP: '198.51.0.0', endIP: '198.51.255.255' } },
      { name: 'odd', properties: { startIP: 'x', endIP: null } },
    ],
    accesspolicyassignments: [
      { name: 'one', properties: { accessPolicyName: 'Data Owner', objectId: '1', objectIdAlias: 'app' } },
      { name: 'two', properties: { accessPolicyName: 'own', objectId: '2' } },
    ],
    accesspolicies: [
      { name: 'own', properties: { permissions: '+@all ~*' } },
      { name: 'Data Owner', properties: { permissions: '+@all allkeys' } },
    ],
    patchschedules: [{ name: 'default', properties: { scheduleEntries: [{ dayOfWeek: 'Monday' }] } }],
    'providers/microsoft.insights/diagnosticsettings': [
      { name: 'first', properties: { logs: [{ category: 'ConnectedClientList', enabled: true }] } },
      { name: 'second', properties: { logs: [{ categoryGroup: 'audit', enabled: false }] } },
    ],
  };

  const NAMES = ['a', 'b', 'c', 'd', 'e', 'f-1', 'f-10', 'f-2'];

  const listsBelow = (lists: typeof BELOW): Readonly<Record<string, readonly unknown[]>> =>
    Object.fromEntries(NAMES.flatMap((name) => Object.entries(lists).map(([list, items]) => [`redis/${name}/${list}`, items])));

  it('is the same for every split into pages, every order, and every item twice', async () => {
    const estates = fc
      .tuple(
        named(redis, (name) => wireRedis(ONE, name, { publicNetworkAccess: 'Enabled' })),
        named(managed, (name) => wireCluster(ONE, name)),
      )
      .chain(([caches, clusters]) =>
        fc.record({
          caches: fc.constant(caches),
          clusters: fc.constant(clusters),
          cachesAgain: again(caches),
          clustersAgain: again(clusters),
          below: fc.record(
            Object.fromEntries(
              Object.entries(BELOW).map(([list, items]) => [
                list,
                fc.shuffledSubarray([...items, ...items], { minLength: 2 * items.length }),
              ]),
            ),
          ),
        }),
      );
    await fc.assert(
      fc.asyncProperty(estates, async ({ caches, clusters, cachesAgain, clustersAgain, below }) => {
        const once = await reportOf({ caches: { [ONE]: [caches] }, clusters: { [ONE]: [clusters] }, below: listsBelow(BELOW) });
        const twice = await reportOf({ caches: { [ONE]: cachesAgain }, clusters: { [ONE]: clustersAgain }, below: listsBelow(below) });
        expect(twice).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  it('has the same caches and the same status when items are hostile, wherever they stand', async () => {
    const hostile = fc.array(
      fc
        .oneof(fc.jsonValue(), fc.constant(wireRedis(subscriptionId(2), 'x')), fc.constant(wireCluster(subscriptionId(2), 'x')))
        .map(overTheWire),
      { minLength: 1, maxLength: 3 },
    );
    const among = (good: readonly unknown[], items: readonly unknown[]) =>
      fc
        .record({
          shuffled: fc.shuffledSubarray([...good, ...items], { minLength: good.length + items.length }),
          cuts: anyCuts,
        })
        .map(({ shuffled, cuts }) => cut(shuffled, cuts));
    const caches = ['a', 'b', 'c'].map((name) => overTheWire(wireRedis(ONE, name)));
    const clusters = ['a', 'd'].map((name) => overTheWire(wireCluster(ONE, name)));
    const estates = fc
      .tuple(
        hostile,
        fc.array(hostile, { maxLength: 1 }).map((lists) => lists.flat()),
      )
      .chain(([one, other]) =>
        fc.record({ items: fc.constant([one, other]), caches: among(caches, one), clusters: among(clusters, other) }),
      );
    const stable = (text: string): unknown => {
      const result: Record<string, readonly unknown[]> = JSON.parse(text);
      const { findings, scope, summary, status, problems } = result;
      return { caches: result['caches'], findings, scope, summary, status, problems: problems?.length };
    };
    await fc.assert(
      fc.asyncProperty(estates, async ({ items: [one = [], other = []], ...pages }) => {
        const report = stable(await reportOf({ caches: { [ONE]: pages.caches }, clusters: { [ONE]: pages.clusters } }));
        expect(report).toEqual(
          stable(await reportOf({ caches: { [ONE]: [[...caches, ...one]] }, clusters: { [ONE]: [[...clusters, ...other]] } })),
        );
        expect(report).toMatchObject({ status: { exitCode: 3, complete: false }, problems: 1, summary: { caches: 5 } });
      }),
      { numRuns: 100 },
    );
  });
});

/** Just what a stranger who holds nothing but the JSON needs to tell the exit code. */
interface ResultJson {
  readonly findings: readonly {
    readonly outcome: string;
    readonly severityRank: number;
    readonly disposition: string;
    readonly gating: boolean;
  }[];
  readonly caches: readonly unknown[];
  readonly problems: readonly { readonly kind: string; readonly code: string; readonly affects: readonly string[] }[];
  readonly scope: { readonly subscriptions: readonly { readonly status: string; readonly caches: number }[] };
  readonly run: { readonly options: { readonly failOn: string; readonly allowIncomplete: boolean; readonly allowEmpty: boolean } };
  readonly summary: { readonly gating: number };
  readonly status: { readonly exitCode: number; readonly complete: boolean };
}

const RANKS: Readonly<Record<string, number>> = { critical: 5, high: 4, medium: 3, low: 2, info: 1, none: 6 };

/** cli.md, "Exit codes", read as a stranger would. */
const recomputed = ({ findings, caches, problems, scope, run }: ResultJson) => {
  const { failOn, allowIncomplete, allowEmpty } = run.options;
  const gate = RANKS[failOn] ?? 0;
  const has = (kind: string): boolean => problems.some((one) => one.kind === kind);
  // What hid something from some rules only is told by their findings; a rule that crashed is a bug.
  const isOfFindings = ({ kind, affects }: (typeof problems)[number]): boolean =>
    kind !== 'rule_crash' && affects.length > 0 && !affects.includes('*');
  const unread = problems.some((one) => one.kind !== 'output' && !isOfFindings(one));
  const unknowns = findings.filter(({ outcome }) => outcome === 'unknown');
  // A rule that was for none of the caches was not evaluated either.
  const applied = findings.filter(({ outcome }) => outcome !== 'not_applicable');
  const blind = applied.every(({ outcome }) => outcome === 'not_evaluated');
  const judgedNothing = caches.length > 0 && blind && (applied.length > 0 || findings.length === 0);
  const sawSomething = scope.subscriptions.some(({ status, caches: count }) => status === 'read' || (status === 'partial' && count > 0));
  const gating = findings.map((one) => one.outcome === 'fail' && one.disposition === 'active' && one.severityRank >= gate);
  const complete = problems.every(({ kind }) => kind === 'output') && unknowns.length === 0 && !judgedNothing;
  const code = (): number => {
    if (has('internal')) return 70;
    const signal = problems.find(({ kind }) => kind === 'interrupted');
    if (signal) return signal.code === 'SIGTERM' ? 143 : 130;
    if (has('output')) return 73;
    if (has('usage')) return 2;
    if (unread && !sawSomething) return 4;
    if (gating.includes(true)) return 1;
    if (unread || judgedNothing || unknowns.some(({ severityRank }) => failOn === 'none' || severityRank >= gate))
      return allowIncomplete ? 0 : 3;
    if (caches.length === 0) return allowEmpty ? 0 : 5;
    return 0;
  };
  return { exitCode: code(), complete, gating };
};

describe('P10: the exit code can be recomputed from the JSON report', () => {
  const KINDS: readonly ProblemKind[] = [
    ...(['usage', 'permission', 'not_found', 'auth', 'throttle', 'timeout', 'network', 'proxy', 'malformed', 'limit'] as const),
    ...(['rule_crash', 'output', 'interrupted', 'internal'] as const),
  ];
  const OUTCOMES: readonly Outcome[] = ['fail', 'unknown', 'pass', 'not_applicable', 'not_evaluated'];

  const anyProblem = fc
    .record({
      kind: fc.constantFrom(...KINDS),
      signal: fc.constantFrom('SIGINT', 'SIGTERM'),
      affects: fc.constantFrom([], ['*'], ['patch-schedule-set'], ['patch-schedule-set', 'firewall-rules-present'], ['sku-has-sla', '*']),
    })
    .map(
      ({ kind, signal, affects }): Problem => problem(kind, kind === 'interrupted' ? signal : 'CODE', 'something happened', { affects }),
    );

  const anyFinding = fc.record({ outcome: fc.constantFrom(...OUTCOMES), severity: fc.constantFrom(...SEVERITIES) });

  /** Mostly one kind of outcome to a cache, so that runs of nothing but passes or of nothing judged at all come up. */
  const anyCache = fc.oneof(
    fc.array(anyFinding, { maxLength: 6 }),
    fc.constantFrom(...OUTCOMES).chain((outcome) =>
      fc.array(
        anyFinding.map(({ severity }) => ({ outcome, severity })),
        { minLength: 1, maxLength: 3 },
      ),
    ),
  );

  const anySubscription = fc.record({
    status: fc.constantFrom<SubscriptionScope['status']>('read', 'read', 'denied', 'skipped', 'partial'),
    caches: fc.array(anyCache, { maxLength: 3 }),
  });

  const anyRun = fc.record({
    subscriptions: fc.array(anySubscription, { maxLength: 3 }),
    problems: fc.oneof(fc.constant<readonly Problem[]>([]), fc.array(anyProblem, { maxLength: 3 })),
    failOn: fc.constantFrom<Threshold>(...THRESHOLDS),
    allowIncomplete: fc.boolean(),
    allowEmpty: fc.boolean(),
  });

  type AnyRun = typeof anyRun extends fc.Arbitrary<infer T> ? T : never;

  const resultOf = ({ subscriptions, problems, ...gate }: AnyRun): ResultJson => {
    const run: Run = { ...RUN, failOn: gate.failOn, options: gate };
    const policy: Policy = { ...POLICY, ...gate };
    const tally = tallyOf(run, policy);
    const reporter = jsonReporter();
    let text = reporter.begin(run);
    subscriptions.forEach(({ status, caches }, index) => {
      const seen = status === 'read' || status === 'partial' ? caches : [];
      seen.forEach((findings, nth) => {
        const judgements = findings.map(({ outcome, severity }) => ({
          rule: nonSslPortDisabled,
          severity,
          verdict: { outcome, message: 'so it is', expected: null, actual: null, evidence: null, reason: null },
        }));
        const assessed = evaluate({ cache: compliantCache({ id: cacheId(`c-${index}-${nth}`) }), judgements, problems: [] }, policy);
        tally.add(assessed);
        text += reporter.assessed(assessed);
      });
      // Whatever was not read fully has said why.
      if (status === 'denied') tally.addProblem(problem('permission', 'AUTHORIZATION_FAILED', 'no right'));
      if (status === 'partial') tally.addProblem(problem('network', 'ECONNRESET', 'it broke off'));
      tally.addSubscription({
        id: subscriptionId(index),
        name: null,
        state: 'Enabled',
        status,
        caches: seen.length,
        excluded: 0,
        reason: null,
      });
    });
    for (const one of problems) tally.addProblem(one);
    return JSON.parse([text, ...reporter.end(tally.report(END))].join(''));
  };

  it('by whoever has read the table of exit codes', () => {
    fc.assert(
      fc.property(anyRun, (run) => {
        const result = resultOf(run);
        const { status, findings, summary } = result;
        const gating = findings.map((one) => one.gating);
        expect({ exitCode: status.exitCode, complete: status.complete, gating }).toEqual(recomputed(result));
        expect(summary.gating).toBe(gating.filter((gates) => gates).length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('and every code comes up', () => {
    const codes = new Set(fc.sample(anyRun, { numRuns: 3_000, seed: 1 }).map((run) => resultOf(run).status.exitCode));
    expect([...codes].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 70, 73, 130, 143]);
  });
});
