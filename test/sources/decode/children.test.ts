import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/model/fact.ts';
import {
  readAccessPolicies,
  readAccessPolicyAssignments,
  readDatabaseAssignments,
  readDatabases,
  readDiagnosticSettings,
  readFirewallRules,
  readLinkedServers,
  readPatchDays,
} from '../../../src/sources/decode/children.ts';

type Read = (items: readonly unknown[]) => Fact<readonly unknown[]>;

const overTheWire = (item: unknown): unknown => JSON.parse(JSON.stringify(item));

const observed = (value: unknown, path: string, written: string | null = String(value)) => ({
  known: true,
  value,
  path,
  from: 'observed',
  written,
});

const byDefault = (value: unknown, path: string) => ({ known: true, value, path, from: 'service_default', written: null });

const missing = (path: string, reason = 'the property is missing from the answer') => ({
  known: false,
  path,
  kind: 'missing',
  reason,
  actual: null,
});

const invalid = (path: string, actual: string, expected: string) => ({
  known: false,
  path,
  kind: 'invalid',
  reason: `${actual} is not ${expected}`,
  actual,
});

const list = (path: string, value: readonly unknown[]) => observed(value, path, null);

/** The one child of a list of one; throws where the list is unknown. */
const onlyOne = (read: Read, item: unknown): unknown => {
  const fact = read([overTheWire(item)]);
  if (!fact.known) throw new Error(fact.reason);
  expect(fact.value).toHaveLength(1);
  return fact.value[0];
};

interface ListCase {
  readonly need: string;
  readonly read: Read;
  /** An item that can be read, with a name. */
  readonly item: (name: string) => Readonly<Record<string, unknown>>;
  /** Another one of that name. */
  readonly other: (name: string) => Readonly<Record<string, unknown>>;
}

const LISTS: readonly ListCase[] = [
  {
    need: 'firewallRules',
    read: readFirewallRules,
    item: (name) => ({ name, properties: { startIP: '10.0.0.1', endIP: '10.0.0.2' } }),
    other: (name) => ({ name, properties: { startIP: '10.0.0.1', endIP: '255.255.255.255' } }),
  },
  {
    need: 'accessPolicies',
    read: readAccessPolicies,
    item: (name) => ({ name, properties: { permissions: '+get' } }),
    other: (name) => ({ name, properties: { permissions: '+@all' } }),
  },
  {
    need: 'accessPolicyAssignments',
    read: readAccessPolicyAssignments,
    item: (name) => ({ name, properties: { accessPolicyName: 'p' } }),
    other: (name) => ({ name, properties: { accessPolicyName: 'q' } }),
  },
  {
    need: 'databaseAccessPolicyAssignments',
    read: readDatabaseAssignments,
    item: (name) => ({ name, properties: { accessPolicyName: 'default', user: { objectId: 'o' } } }),
    other: (name) => ({ name, properties: { accessPolicyName: 'default', user: { objectId: 'other' } } }),
  },
  {
    need: 'linkedServers',
    read: readLinkedServers,
    item: (name) => ({ name, properties: { linkedRedisCacheId: name } }),
    other: (name) => ({ name, properties: { linkedRedisCacheId: name, provisioningState: 'Failed' } }),
  },
  {
    need: 'diagnosticSettings',
    read: readDiagnosticSettings,
    item: (name) => ({ name, properties: { logs: [] } }),
    other: (name) => ({ name, properties: { logs: [{ category: 'C', enabled: true }] } }),
  },
  {
    need: 'databases',
    read: readDatabases,
    item: (name) => ({ name, properties: {} }),
    other: (name) => ({ name, properties: { clientProtocol: 'Plaintext' } }),
  },
];

const nameOf = (child: unknown): unknown =>
  typeof child === 'object' && child !== null ? ('name' in child ? child.name : 'id' in child ? child.id : undefined) : undefined;

const namesIn = (fact: Fact<readonly unknown[]>): unknown => (fact.known ? fact.value.map(nameOf) : fact.reason);

describe.each(LISTS)('the list of $need', ({ need, read, item, other }) => {
  it('is a known list without items where there are none', () => {
    expect(read([])).toEqual(list(need, []));
  });

  it('stands in the order of the names, by code units, whatever order it came in', () => {
    const items = ['b', 'a-10', 'C', 'a-2'].map(item);
    expect([namesIn(read(items)), namesIn(read([...items].reverse()))]).toEqual([
      ['C', 'a-10', 'a-2', 'b'],
      ['C', 'a-10', 'a-2', 'b'],
    ]);
  });

  it('holds an item once that stands on two pages', () => {
    expect(namesIn(read([item('a'), item('b'), overTheWire(item('a'))]))).toEqual(['a', 'b']);
  });

  it('holds both of two different ones of one name, in one order', () => {
    const both = read([item('a'), other('a')]);
    expect(both.known && both.value).toHaveLength(2);
    expect(read([other('a'), item('a')])).toEqual(both);
  });

  it.each([
    ['cache-1/default', 'default'],
    ['a/b/default', 'default'],
    ['default', 'default'],
  ])('calls %s by its last part: %s', (name, last) => {
    if (need === 'linkedServers') return;
    expect(namesIn(read([item(name)]))).toEqual([last]);
  });

  it('takes the name out of the id where there is none', () => {
    if (need === 'linkedServers') return;
    const { properties } = item('x');
    expect([null, undefined, '', 7].map((name) => namesIn(read([{ id: '/subscriptions/s/x/from-id', name, properties }])))).toEqual([
      ['from-id'],
      ['from-id'],
      ['from-id'],
      ['from-id'],
    ]);
  });

  it.each([[null], [undefined], [7], ['rule'], [[]], [[{ name: 'a' }]], [{}], [{ properties: {} }], [{ name: '' }], [{ name: 'cache/' }]])(
    'is unknown as a whole when an item makes no sense, which may be the one that counts: %j',
    (broken) => {
      const fact = {
        known: false,
        path: need,
        kind: 'invalid',
        reason: `an item of the list of ${need} cannot be understood`,
        actual: null,
      };
      expect([read([broken]), read([item('a'), broken]), read([broken, item('a')])]).toEqual([fact, fact, fact]);
    },
  );

  it('takes no name from __proto__', () => {
    expect(read([JSON.parse('{"__proto__":{"name":"a","id":"/x/a","properties":{}}}')]).known).toBe(false);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('may hold one that is called %s', (name) => {
    if (need === 'linkedServers') return;
    expect(namesIn(read([item(name), item('z')]))).toEqual([name, 'z']);
  });

  it('does not choke on one that is nested without end', () => {
    const depth = 50_000;
    const deep: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    const { properties } = item('a');
    expect(namesIn(read([{ name: 'a', properties: { ...Object(properties), nested: deep } }]))).toEqual(['a']);
  });
});

describe('a list of a hundred thousand', () => {
  it('is read', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      name: `n-${index}`,
      properties: { startIP: '1.1.1.1', endIP: '1.1.1.1' },
    }));
    const fact = readFirewallRules(many);
    expect(fact.known && fact.value).toHaveLength(100_000);
  });
});

const PROPERTIES_OF_NOTHING: readonly (readonly [properties: unknown, kind: string])[] = [
  [undefined, 'missing'],
  [null, 'missing'],
  ['text', 'invalid'],
  [7, 'invalid'],
  [[], 'invalid'],
];

describe('a firewall rule', () => {
  const at = 'firewallRules/office.properties';

  it('is its two addresses as they are written', () => {
    expect(onlyOne(readFirewallRules, { name: 'cache/office', properties: { startIP: '10.0.0.1', endIP: '010.000.000.255' } })).toEqual({
      name: 'office',
      start: observed('10.0.0.1', `${at}.startIP`),
      end: observed('010.000.000.255', `${at}.endIP`),
    });
  });

  it.each([
    ['', '""'],
    [167772161, '167772161'],
    [['10.0.0.1'], 'an array of 1'],
    [{}, 'an object'],
    [false, 'false'],
  ])('has an unknown address where it is no text: %j', (wire, actual) => {
    expect(onlyOne(readFirewallRules, { name: 'office', properties: { startIP: wire, endIP: wire } })).toEqual({
      name: 'office',
      start: invalid(`${at}.startIP`, actual, 'text'),
      end: invalid(`${at}.endIP`, actual, 'text'),
    });
  });

  it.each([[{}], [{ startIP: null, endIP: null }], [{ startIp: '1.1.1.1', endIp: '1.1.1.1' }], [{ STARTIP: '1.1.1.1' }]])(
    'has no address where none stands under the name on the wire: %j',
    (properties) => {
      expect(onlyOne(readFirewallRules, { name: 'office', properties })).toEqual({
        name: 'office',
        start: missing(`${at}.startIP`),
        end: missing(`${at}.endIP`),
      });
    },
  );

  it.each(PROPERTIES_OF_NOTHING)('has no address where properties is %j: %s', (properties, kind) => {
    expect(onlyOne(readFirewallRules, { name: 'office', properties })).toMatchObject({
      start: { known: false, kind },
      end: { known: false, kind },
    });
  });

  it('takes no address from __proto__', () => {
    const item: unknown = JSON.parse('{"name":"office","properties":{"__proto__":{"startIP":"10.0.0.1","endIP":"10.0.0.1"}}}');
    const fact = readFirewallRules([item]);
    expect(fact.known && fact.value).toMatchObject([{ start: { kind: 'missing' }, end: { kind: 'missing' } }]);
  });
});

describe('an access policy', () => {
  const at = 'accessPolicies/reader.properties.permissions';
  const permissionsIn = (properties: unknown) => onlyOne(readAccessPolicies, { name: 'reader', properties });

  it.each(['+@read allkeys', ' +get ', ''])('has its permissions as they are written: %j', (permissions) => {
    expect(permissionsIn({ type: 'Custom', permissions })).toEqual({ name: 'reader', permissions: observed(permissions, at) });
  });

  it.each([
    [['+@all'], 'an array of 1'],
    [{ all: true }, 'an object'],
    [true, 'true'],
    [0, '0'],
  ])('has unknown ones when they are no text: %j', (permissions, actual) => {
    expect(permissionsIn({ permissions })).toEqual({ name: 'reader', permissions: invalid(at, actual, 'Redis ACL rules') });
  });

  it.each([[{}], [{ permissions: null }]])('has unknown ones when there are none: %j', (properties) => {
    expect(permissionsIn(properties)).toEqual({ name: 'reader', permissions: missing(at) });
  });

  it.each(PROPERTIES_OF_NOTHING)('has unknown ones where properties is %j: %s', (properties, kind) => {
    expect(permissionsIn(properties)).toMatchObject({ permissions: { known: false, kind } });
  });
});

describe('an assignment', () => {
  it('of redis names its policy, and who holds it', () => {
    const at = 'accessPolicyAssignments/app.properties.accessPolicyName';
    const properties = { accessPolicyName: 'Data Owner', objectId: 'oid', objectIdAlias: 'checkout' };
    expect(onlyOne(readAccessPolicyAssignments, { name: 'app', properties })).toEqual({
      name: 'app',
      policy: observed('Data Owner', at),
      objectId: 'oid',
      alias: 'checkout',
    });
    expect(onlyOne(readAccessPolicyAssignments, { name: 'app', properties: { user: { objectId: 'oid' } } })).toEqual({
      name: 'app',
      policy: missing(at),
      objectId: null,
      alias: null,
    });
  });

  it('of a database names the user inside of another object', () => {
    const at = 'databaseAccessPolicyAssignments/app.properties.accessPolicyName';
    const properties = { accessPolicyName: 'default', user: { objectId: 'oid' } };
    expect(onlyOne(readDatabaseAssignments, { name: 'app', properties })).toEqual({
      name: 'app',
      policy: observed('default', at),
      objectId: 'oid',
      alias: null,
    });
    expect(onlyOne(readDatabaseAssignments, { name: 'app', properties: { objectId: 'oid' } })).toMatchObject({ objectId: null });
  });

  it.each([[undefined], [null], ['oid'], [[]], [{}], [{ objectId: null }], [{ objectId: 7 }], [{ objectId: '' }]])(
    'of a database is nobody that is known when user is %j',
    (user) => {
      expect(onlyOne(readDatabaseAssignments, { name: 'app', properties: { accessPolicyName: 'default', user } })).toMatchObject({
        policy: { value: 'default' },
        objectId: null,
      });
    },
  );

  it.each([
    ['', '""'],
    [7, '7'],
    [{ name: 'Data Owner' }, 'an object'],
    [['Data Owner'], 'an array of 1'],
  ])('has an unknown policy when its name is %j', (accessPolicyName, actual) => {
    for (const read of [readAccessPolicyAssignments, readDatabaseAssignments])
      expect(onlyOne(read, { name: 'app', properties: { accessPolicyName } })).toMatchObject({ policy: { kind: 'invalid', actual } });
  });

  it.each(PROPERTIES_OF_NOTHING)('has an unknown policy where properties is %j: %s', (properties, kind) => {
    for (const read of [readAccessPolicyAssignments, readDatabaseAssignments])
      expect(onlyOne(read, { name: 'app', properties })).toMatchObject({ policy: { known: false, kind }, objectId: null, alias: null });
  });
});

describe('patch days', () => {
  const path = 'patchSchedules/default.properties.scheduleEntries';
  const schedule = (scheduleEntries: unknown, name = 'cache/default') => overTheWire({ name, properties: { scheduleEntries } });
  const day = (dayOfWeek: unknown) => ({ dayOfWeek, startHourUtc: 2, maintenanceWindow: 'PT5H' });

  it('are the days with a window, of every schedule', () => {
    expect(readPatchDays([schedule([day('Sunday'), day('Monday')])])).toEqual(list('patchSchedules', ['Sunday', 'Monday']));
    expect(readPatchDays([schedule([day('Sunday')]), schedule([day('Everyday')], 'cache/second')])).toEqual(
      list('patchSchedules', ['Sunday', 'Everyday']),
    );
  });

  it('are none where no schedule, or an empty one, is set', () => {
    expect([readPatchDays([]), readPatchDays([schedule([])])]).toEqual([list('patchSchedules', []), list('patchSchedules', [])]);
  });

  it.each(['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday', 'Everyday', 'Weekend'])(
    'are those that Azure documents: %s',
    (dayOfWeek) => {
      expect(readPatchDays([schedule([day(dayOfWeek)])])).toEqual(list('patchSchedules', [dayOfWeek]));
      expect(readPatchDays([schedule([day(dayOfWeek.toLowerCase())])])).toMatchObject({ known: true });
    },
  );

  it.each(['Never', 'None', 'Sun', '1'])('are unknown when Azure documents no day like %j', (dayOfWeek) => {
    expect(readPatchDays([schedule([day(dayOfWeek)])])).toEqual(invalid(path, 'an array of 1', 'a list of days'));
  });

  it.each([[undefined], [null]])('are unknown when a schedule has no entries: %j', (entries) => {
    expect(readPatchDays([schedule([day('Sunday')], 'a'), schedule(entries)])).toEqual(missing(path));
  });

  it.each([
    ['Sunday', '"Sunday"'],
    [{}, 'an object'],
    [[null], 'an array of 1'],
    [['Sunday'], 'an array of 1'],
    [[{}], 'an array of 1'],
    [[day('')], 'an array of 1'],
    [[day(0)], 'an array of 1'],
    [[day('Sunday'), day(null)], 'an array of 2'],
  ])('are unknown when an entry makes no sense: %j', (entries, actual) => {
    expect(readPatchDays([schedule(entries)])).toEqual(invalid(path, actual, 'a list of days'));
  });

  it.each(PROPERTIES_OF_NOTHING)('are unknown where properties is %j: %s', (properties, kind) => {
    expect(readPatchDays([{ name: 'default', properties }])).toMatchObject({ known: false, kind, path });
  });
});

describe('a linked server', () => {
  const ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/Redis/other';

  it('is the id of the other cache and the state of the link', () => {
    const properties = { linkedRedisCacheId: ID, provisioningState: 'Linking', serverRole: 'Secondary' };
    expect(onlyOne(readLinkedServers, { name: 'other', properties })).toEqual({
      id: ID,
      state: observed('Linking', 'linkedServers/other.properties.provisioningState'),
    });
  });

  it('may have no state that is known', () => {
    expect(onlyOne(readLinkedServers, { name: 'other', properties: { linkedRedisCacheId: ID } })).toEqual({
      id: ID,
      state: missing('linkedServers/other.properties.provisioningState'),
    });
    expect(onlyOne(readLinkedServers, { name: 'other', properties: { linkedRedisCacheId: ID, provisioningState: 7 } })).toMatchObject({
      state: { kind: 'invalid', actual: '7' },
    });
  });

  it.each([
    [undefined],
    [null],
    ['text'],
    [[]],
    [{}],
    [{ linkedRedisCacheId: null }],
    [{ linkedRedisCacheId: '' }],
    [{ linkedRedisCacheId: 7 }],
  ])('without an id makes the whole list unknown: properties %j', (properties) => {
    const good = { name: 'a', properties: { linkedRedisCacheId: ID } };
    expect(readLinkedServers([good, { name: 'other', properties }])).toEqual({
      known: false,
      path: 'linkedServers',
      kind: 'invalid',
      reason: 'other in the list of linkedServers cannot be understood',
      actual: null,
    });
  });
});

describe('a diagnostic setting', () => {
  const at = 'diagnosticSettings/to-logs.properties';
  const logsIn = (logs: unknown) => onlyOne(readDiagnosticSettings, { name: 'to-logs', properties: { logs, metrics: [] } });

  it('is its logs, by category or by group', () => {
    const logs = [
      { category: 'ConnectedClientList', categoryGroup: null, enabled: true, retentionPolicy: { enabled: false, days: 0 } },
      { category: null, categoryGroup: 'allLogs', enabled: false },
    ];
    expect(logsIn(logs)).toEqual({
      name: 'to-logs',
      logs: list(`${at}.logs`, [
        { category: 'ConnectedClientList', group: null, enabled: observed(true, `${at}.logs/ConnectedClientList.enabled`) },
        { category: null, group: 'allLogs', enabled: observed(false, `${at}.logs/allLogs.enabled`) },
      ]),
    });
  });

  it.each([[undefined], [null]])('has no logs where it sends metrics only: logs is %j', (logs) => {
    expect(logsIn(logs)).toEqual({ name: 'to-logs', logs: byDefault([], `${at}.logs`) });
  });

  it.each([
    ['true', '"true"'],
    ['', '""'],
    [1, '1'],
    [{}, 'an object'],
  ])('does not have a log on that is %j', (enabled, actual) => {
    expect(logsIn([{ category: 'C', enabled }])).toMatchObject({
      logs: { value: [{ enabled: invalid(`${at}.logs/C.enabled`, actual, 'true or false') }] },
    });
  });

  it.each([[undefined], [null]])('does not know of a log whether it is on when enabled is %j', (enabled) => {
    expect(logsIn([{ category: 'C', enabled }])).toMatchObject({ logs: { value: [{ enabled: missing(`${at}.logs/C.enabled`) }] } });
  });

  it.each([
    [{}, 'an object'],
    ['ConnectedClientList', '"ConnectedClientList"'],
    [[null], 'an array of 1'],
    [['ConnectedClientList'], 'an array of 1'],
    [[{ enabled: true }], 'an array of 1'],
    [[{ category: '', categoryGroup: '', enabled: true }], 'an array of 1'],
    [[{ category: 7, enabled: true }], 'an array of 1'],
    [[{ category: 'C', enabled: true }, 7], 'an array of 2'],
  ])('has unknown logs when one makes no sense: %j', (logs, actual) => {
    expect(logsIn(logs)).toEqual({ name: 'to-logs', logs: invalid(`${at}.logs`, actual, 'a list of logs') });
  });

  it.each(PROPERTIES_OF_NOTHING)('has unknown logs where properties is %j: %s', (properties, kind) => {
    expect(onlyOne(readDiagnosticSettings, { name: 'to-logs', properties })).toMatchObject({ logs: { known: false, kind } });
  });
});

describe('a database', () => {
  const at = 'databases/default.properties';
  const databaseOf = (properties: unknown) => onlyOne(readDatabases, { name: 'ledger/default', properties });
  const later = (need: string) => ({ known: false, path: need, kind: 'pending', reason: `${need} were not read`, actual: null, need });
  const OTHER = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redisEnterprise/other/databases/default';

  it('is read as Resource Manager lists it', () => {
    const properties = {
      clientProtocol: 'Plaintext',
      accessKeysAuthentication: 'Enabled',
      redisVersion: '7.4',
      persistence: { aofEnabled: false, rdbEnabled: true, rdbFrequency: '6h' },
      geoReplication: { groupNickname: 'g', linkedDatabases: [{ id: OTHER, state: 'Linked' }] },
    };
    expect(databaseOf(properties)).toEqual({
      name: 'default',
      clientProtocol: observed('Plaintext', `${at}.clientProtocol`),
      accessKeys: observed('Enabled', `${at}.accessKeysAuthentication`),
      rdbPersistence: observed(true, `${at}.persistence.rdbEnabled`),
      aofPersistence: observed(false, `${at}.persistence.aofEnabled`),
      redisVersion: observed('7.4', `${at}.redisVersion`),
      links: list(`${at}.geoReplication.linkedDatabases`, [
        { id: OTHER, state: observed('Linked', `${at}.geoReplication.linkedDatabases.state`) },
      ]),
      diagnosticSettings: later('diagnosticSettings'),
      accessPolicyAssignments: later('databaseAccessPolicyAssignments'),
    });
  });

  it('knows of an empty one only what absence documents', () => {
    expect(databaseOf({})).toEqual({
      name: 'default',
      clientProtocol: missing(`${at}.clientProtocol`),
      accessKeys: missing(`${at}.accessKeysAuthentication`),
      rdbPersistence: byDefault(false, `${at}.persistence.rdbEnabled`),
      aofPersistence: byDefault(false, `${at}.persistence.aofEnabled`),
      redisVersion: missing(`${at}.redisVersion`),
      links: byDefault([], `${at}.geoReplication`),
      diagnosticSettings: later('diagnosticSettings'),
      accessPolicyAssignments: later('databaseAccessPolicyAssignments'),
    });
  });

  it.each(PROPERTIES_OF_NOTHING)('has no defaults where properties is %j: %s', (properties, kind) => {
    const unseen = { known: false, kind };
    expect(databaseOf(properties)).toMatchObject({
      clientProtocol: unseen,
      accessKeys: unseen,
      rdbPersistence: unseen,
      aofPersistence: unseen,
      redisVersion: unseen,
      links: unseen,
    });
  });

  it.each([
    ['Encrypted', 'Encrypted'],
    ['plaintext', 'Plaintext'],
    ['PLAINTEXT', 'Plaintext'],
  ])('takes the protocol %s for %s', (clientProtocol, value) => {
    expect(databaseOf({ clientProtocol })).toMatchObject({ clientProtocol: { known: true, value, written: clientProtocol } });
  });

  it.each([
    ['', '""'],
    ['TLS', '"TLS"'],
    ['Encrypted ', '"Encrypted "'],
    [true, 'true'],
    [1, '1'],
    [{}, 'an object'],
    [['Encrypted'], 'an array of 1'],
  ])('does not know the protocol %j, nor whether such are its keys', (wire, actual) => {
    expect(databaseOf({ clientProtocol: wire, accessKeysAuthentication: wire })).toMatchObject({
      clientProtocol: invalid(`${at}.clientProtocol`, actual, 'one of Encrypted, Plaintext'),
      accessKeys: invalid(`${at}.accessKeysAuthentication`, actual, 'Enabled or Disabled'),
    });
  });

  it.each([
    ['Disabled', 'Disabled'],
    ['enabled', 'Enabled'],
  ])('takes its keys for %s when they are %s', (wire, value) => {
    expect(databaseOf({ accessKeysAuthentication: wire })).toMatchObject({ accessKeys: { known: true, value } });
  });

  it.each([
    { persistence: null, rdb: byDefault(false, `${at}.persistence.rdbEnabled`) },
    { persistence: {}, rdb: byDefault(false, `${at}.persistence.rdbEnabled`) },
    { persistence: { aofEnabled: true }, rdb: byDefault(false, `${at}.persistence.rdbEnabled`) },
    { persistence: { rdbEnabled: null }, rdb: byDefault(false, `${at}.persistence.rdbEnabled`) },
    { persistence: { rdbEnabled: true }, rdb: observed(true, `${at}.persistence.rdbEnabled`) },
    { persistence: { rdbEnabled: 'true' }, rdb: invalid(`${at}.persistence.rdbEnabled`, '"true"', 'true or false') },
    { persistence: { rdbEnabled: 1 }, rdb: invalid(`${at}.persistence.rdbEnabled`, '1', 'true or false') },
    { persistence: { rdbEnabled: {} }, rdb: invalid(`${at}.persistence.rdbEnabled`, 'an object', 'true or false') },
  ])('persists what $persistence says', ({ persistence, rdb }) => {
    expect(databaseOf({ persistence })).toMatchObject({ rdbPersistence: rdb });
  });

  it.each([['on'], [''], [[]], [7], [false]])('does not know what it persists when persistence is %j', (persistence) => {
    expect(databaseOf({ persistence })).toMatchObject({
      rdbPersistence: { known: false, kind: 'invalid', path: `${at}.persistence.rdbEnabled` },
      aofPersistence: { known: false, kind: 'invalid', path: `${at}.persistence.aofEnabled` },
    });
  });

  it.each([[undefined], [null]])('is in no group when geoReplication is %j', (geoReplication) => {
    expect(databaseOf({ geoReplication })).toMatchObject({ links: byDefault([], `${at}.geoReplication`) });
  });

  it.each([[{}], [{ linkedDatabases: null }]])('is in a group of none when geoReplication is %j', (geoReplication) => {
    expect(databaseOf({ geoReplication })).toMatchObject({ links: { known: true, value: [], from: 'service_default' } });
  });

  it.each([
    ['group', 'invalid'],
    [[], 'invalid'],
    [{ linkedDatabases: {} }, 'invalid'],
    [{ linkedDatabases: [null] }, 'invalid'],
    [{ linkedDatabases: [OTHER] }, 'invalid'],
    [{ linkedDatabases: [{ state: 'Linked' }] }, 'invalid'],
    [{ linkedDatabases: [{ id: '' }] }, 'invalid'],
    [{ linkedDatabases: [{ id: OTHER }, { id: 7 }] }, 'invalid'],
  ])('is in a group nobody knows when geoReplication is %j', (geoReplication, kind) => {
    expect(databaseOf({ geoReplication })).toMatchObject({ links: { known: false, kind } });
  });

  it.each([
    [undefined, { known: false, kind: 'missing' }],
    [null, { known: false, kind: 'missing' }],
    [7, { known: false, kind: 'invalid', actual: '7' }],
    ['LinkFailed', { known: true, value: 'LinkFailed' }],
    ['BrandNew', { known: true, value: 'BrandNew' }],
  ])('has a link whose state is %j', (state, expected) => {
    expect(databaseOf({ geoReplication: { linkedDatabases: [{ id: OTHER, state }] } })).toMatchObject({
      links: { value: [{ id: OTHER, state: expected }] },
    });
  });

  it('takes nothing from __proto__', () => {
    const forged = '{"clientProtocol":"Encrypted","accessKeysAuthentication":"Disabled","persistence":{"rdbEnabled":true}}';
    const fact = readDatabases([JSON.parse(`{"name":"default","properties":{"__proto__":${forged}}}`)]);
    expect(fact.known && fact.value).toMatchObject([
      { clientProtocol: { kind: 'missing' }, accessKeys: { kind: 'missing' }, rdbPersistence: { value: false, from: 'service_default' } },
    ]);
  });
});
