import {
  type AccessPolicy,
  type AccessPolicyAssignment,
  CLIENT_PROTOCOLS,
  type Database,
  type DatabaseLink,
  type DiagnosticLog,
  type DiagnosticSetting,
  type EnabledOrDisabled,
  type FirewallRule,
} from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import { type Fact, pending } from '../../model/fact.ts';
import type { Need } from '../../model/need.ts';
import { type Dialect, isSince, knownSince, LIVE, type Unset } from './dialect.ts';
import { REDIS_VERSION, SWITCH, TEXT, TRUE_OR_FALSE } from './facts.ts';
import { isObject, isText, type JsonObject, listOf, oneOf, propertyOf, textOf, unknown } from './json.ts';

/** Items of the lists below a cache, as they came over the wire or stand in a declaration. */

/** A link from a cache to another one. */
export interface Link {
  readonly id: string;
  readonly state: Fact<string>;
}

interface Child {
  readonly name: string;
  /** Where its properties stand, for evidence: `firewallRules/office.properties`. */
  readonly at: string;
  readonly properties: unknown;
  /** By which it is declared; null on the wire. */
  readonly apiVersion: string | null;
}

/**
 * A whole list of children as one fact, ordered by name. An item that cannot be read makes the list unknown: it may be the one
 * that counts.
 */
const childrenOf = <T>(
  need: Need,
  items: readonly unknown[],
  { nameOf }: Dialect,
  read: (child: Child) => T | undefined,
): Fact<readonly T[]> => {
  const children: Child[] = [];
  for (const item of items) {
    const name = isObject(item) ? nameOf(item) : '';
    if (!isObject(item) || name === '') return unknown(need, 'invalid', `an item of the list of ${need} cannot be understood`);
    children.push({
      name,
      at: `${need}/${name}.properties`,
      properties: propertyOf(item, 'properties'),
      apiVersion: textOf(item, 'apiVersion'),
    });
  }
  const values = new Map<string, { readonly name: string; readonly value: T }>();
  for (const child of children.sort((a, b) => compare(a.name, b.name))) {
    const value = read(child);
    if (value === undefined) return unknown(need, 'invalid', `${child.name} in the list of ${need} cannot be understood`);
    // The same item may stand on two pages; two different ones of one name are both kept.
    values.set(JSON.stringify([child.name, value]), { name: child.name, value });
  }
  const sorted = [...values].sort(([a, one], [b, other]) => compare(one.name, other.name) || compare(a, b));
  return { known: true, value: sorted.map(([, { value }]) => value), path: need, from: 'observed', written: null };
};

export const readFirewallRules = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly FirewallRule[]> =>
  childrenOf('firewallRules', items, dialect, ({ name, at, properties }) => ({
    name,
    start: dialect.factOf(properties, at, 'startIP', TEXT),
    end: dialect.factOf(properties, at, 'endIP', TEXT),
  }));

export const readAccessPolicies = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly AccessPolicy[]> =>
  childrenOf('accessPolicies', items, dialect, ({ name, at, properties }) => ({
    name,
    permissions: dialect.factOf(properties, at, 'permissions', {
      expected: 'Redis ACL rules',
      read: (value) => (typeof value === 'string' ? value : undefined),
    }),
  }));

export const readAccessPolicyAssignments = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly AccessPolicyAssignment[]> =>
  assignmentsIn('accessPolicyAssignments', items, dialect, (properties) => textOf(properties, 'objectId'));

export const readDatabaseAssignments = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly AccessPolicyAssignment[]> =>
  assignmentsIn('databaseAccessPolicyAssignments', items, dialect, (properties) => {
    const user = propertyOf(properties, 'user');
    return isObject(user) ? textOf(user, 'objectId') : null;
  });

const assignmentsIn = (need: Need, items: readonly unknown[], dialect: Dialect, objectId: (properties: JsonObject) => string | null) =>
  childrenOf<AccessPolicyAssignment>(need, items, dialect, ({ name, at, properties }) => ({
    name,
    policy: dialect.factOf(properties, at, 'accessPolicyName', TEXT),
    objectId: isObject(properties) ? objectId(properties) : null,
    alias: isObject(properties) ? textOf(properties, 'objectIdAlias') : null,
  }));

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'Everyday', 'Weekend'] as const;

/** The days with a window, out of all schedules; a cache has one, called `default`. */
export const readPatchDays = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly string[]> => {
  const schedules = childrenOf('patchSchedules', items, dialect, ({ at, properties }) =>
    dialect.factOf(properties, at, 'scheduleEntries', {
      expected: 'a list of days',
      read: listOf((entry) => (isObject(entry) ? oneOf(DAYS)(propertyOf(entry, 'dayOfWeek')) : undefined)),
    }),
  );
  if (!schedules.known) return schedules;
  const unseen = schedules.value.find((entries) => !entries.known);
  if (unseen !== undefined && !unseen.known) return unseen;
  return { ...schedules, value: schedules.value.flatMap((entries) => (entries.known ? entries.value : [])) };
};

export const readLinkedServers = (items: readonly unknown[]): Fact<readonly Link[]> =>
  childrenOf('linkedServers', items, LIVE, ({ at, properties }) => {
    const id = isObject(properties) ? textOf(properties, 'linkedRedisCacheId') : null;
    return id === null ? undefined : { id, state: LIVE.factOf(properties, at, 'provisioningState', TEXT) };
  });

export const readDiagnosticSettings = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly DiagnosticSetting[]> =>
  childrenOf('diagnosticSettings', items, dialect, ({ name, at, properties }) => ({
    name,
    // A setting that sends metrics only has none.
    logs: dialect.factOf<readonly DiagnosticLog[]>(
      properties,
      at,
      'logs',
      { expected: 'a list of logs', read: listOf((log) => readLog(log, at, dialect)), absent: { value: [] } },
      { value: [] },
    ),
  }));

const readLog = (log: unknown, at: string, { factOf }: Dialect): DiagnosticLog | undefined => {
  if (!isObject(log)) return undefined;
  const category = textOf(log, 'category');
  const group = textOf(log, 'categoryGroup');
  if (category === null && group === null) return undefined;
  return { category, group, enabled: factOf(log, `${at}.logs/${category ?? group}`, 'enabled', TRUE_OR_FALSE) };
};

export const readDatabases = (items: readonly unknown[], dialect: Dialect = LIVE): Fact<readonly Database[]> =>
  childrenOf('databases', items, dialect, ({ name, at, properties, apiVersion }) => {
    const persistence = isObject(properties) ? propertyOf(properties, 'persistence') : undefined;
    return {
      name,
      clientProtocol: dialect.factOf(
        properties,
        at,
        'clientProtocol',
        { expected: `one of ${CLIENT_PROTOCOLS.join(', ')}`, read: oneOf(CLIENT_PROTOCOLS) },
        { value: 'Encrypted' },
      ),
      accessKeys: knownSince(
        dialect.factOf(properties, at, 'accessKeysAuthentication', SWITCH, accessKeysUnset(apiVersion)),
        'Enabled',
        apiVersion,
        '2024-09-01',
      ),
      rdbPersistence: persistenceOf(properties, persistence, at, 'rdbEnabled', dialect),
      aofPersistence: persistenceOf(properties, persistence, at, 'aofEnabled', dialect),
      redisVersion: dialect.factOf(properties, at, 'redisVersion', REDIS_VERSION, { reason: 'the service chooses it' }),
      links: linksOf(properties, at, dialect),
      diagnosticSettings: pending('diagnosticSettings'),
      accessPolicyAssignments: pending('databaseAccessPolicyAssignments'),
    };
  });

/** What a declared database has that does not say: the default changed with the version of the API. */
const accessKeysUnset = (apiVersion: string | null): Unset<EnabledOrDisabled> | undefined => {
  const isNew = isSince(apiVersion, '2025-07-01');
  if (isNew === null) return undefined;
  return { value: isNew ? 'Disabled' : 'Enabled' };
};

/** A database without `persistence`, or with one that names only the other kind, keeps nothing on disk. */
const persistenceOf = (properties: unknown, persistence: unknown, at: string, name: string, { factOf }: Dialect): Fact<boolean> =>
  isObject(properties) && persistence === undefined
    ? { known: true, value: false, path: `${at}.persistence.${name}`, from: 'service_default', written: null }
    : factOf(
        isObject(properties) ? persistence : properties,
        `${at}.persistence`,
        name,
        { ...TRUE_OR_FALSE, absent: { value: false } },
        { value: false },
      );

const linksOf = (properties: unknown, at: string, { factOf }: Dialect): Fact<readonly DatabaseLink[]> => {
  const none = { known: true, value: [], path: `${at}.geoReplication`, from: 'service_default', written: null } as const;
  if (!isObject(properties)) return factOf<readonly DatabaseLink[]>(properties, at, 'geoReplication', NEVER);
  const replication = propertyOf(properties, 'geoReplication');
  if (replication === undefined) return none;
  return factOf<readonly DatabaseLink[]>(
    replication,
    `${at}.geoReplication`,
    'linkedDatabases',
    { expected: 'a list of linked databases', read: listOf((item) => readLink(item, `${at}.geoReplication`)), absent: { value: [] } },
    { value: [] },
  );
};

const NEVER = { expected: 'an object', read: () => undefined };

const readLink = (item: unknown, at: string): DatabaseLink | undefined => {
  const id = isObject(item) ? isText(propertyOf(item, 'id')) : undefined;
  return id === undefined ? undefined : { id, state: LIVE.factOf(item, `${at}.linkedDatabases`, 'state', TEXT) };
};
