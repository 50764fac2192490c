import { describe, expect, it } from 'vitest';
import type { DiagnosticLog, DiagnosticSetting } from '../../src/model/cache.ts';
import { type Fact, pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { diagnosticLogsEnabled } from '../../src/rules/diagnostic-logs-enabled.ts';
import {
  cacheId,
  clusterId,
  compliantCache,
  compliantCluster,
  compliantDatabase,
  judged,
  logging,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const LIST = 'diagnosticSettings';

const setting = (...logs: readonly DiagnosticLog[]): DiagnosticSetting => ({ name: 'to-workspace', logs: seenList(logs) });
const category = (name: string, enabled: Fact<boolean> = seen(true)): DiagnosticLog => ({ category: name, group: null, enabled });
const group = (name: string, enabled: Fact<boolean> = seen(true)): DiagnosticLog => ({ category: null, group: name, enabled });

const check = (...settings: readonly DiagnosticSetting[]): Verdict =>
  diagnosticLogsEnabled.check(compliantCache({ diagnosticSettings: seenList(settings, LIST) }), TODAY);

const ofDatabase = (...settings: readonly DiagnosticSetting[]): Verdict =>
  diagnosticLogsEnabled.check(
    compliantCluster('managed', { databases: seenList([compliantDatabase({ diagnosticSettings: seenList(settings, LIST) })]) }),
    TODAY,
  );

const expected = 'ConnectedClientList or MSEntraAuthenticationAuditLog or audit or allLogs';
const atList = { evidence: { path: LIST, source: 'observed' } } as const;

const logs = (name: string): Verdict => judged('pass', `diagnostic setting to-workspace logs ${name}`, { expected, actual: name });
const logsNone = (actual: string): Verdict =>
  judged('fail', 'no diagnostic setting logs ConnectedClientList or MSEntraAuthenticationAuditLog', { expected, actual, ...atList });
const undocumented = (name: string): Verdict =>
  judged('unknown', `diagnostic setting to-workspace logs ${name}, which is not documented`, { actual: name, reason: 'invalid' });

describe('diagnostic-logs-enabled', () => {
  it('is a requirement of severity low on every kind of cache, for which settings and databases are read', () => {
    const { severity, appliesTo, needs, follows } = diagnosticLogsEnabled;
    expect({ severity, appliesTo, needs, follows }).toEqual({
      severity: 'low',
      appliesTo: ['redis', 'managed', 'enterprise'],
      needs: ['databases', 'diagnosticSettings'],
      follows: null,
    });
  });

  it.each([
    category('ConnectedClientList'),
    category('MSEntraAuthenticationAuditLog'),
    category('connectedclientlist'),
    group('audit'),
    group('allLogs'),
    group('ALLLOGS'),
  ])('passes one enabled log: $category $group', (log) => {
    expect(check(setting(log))).toEqual(logs(log.category ?? log.group ?? ''));
  });

  it('passes by one setting of several, and names it', () => {
    const off = { ...setting(category('ConnectedClientList', seen(false))), name: 'off' };
    expect(check(off, { ...logging('ConnectedClientList'), name: 'on' })).toEqual({
      ...logs('ConnectedClientList'),
      message: 'diagnostic setting on logs ConnectedClientList',
    });
  });

  it('fails a cache without a diagnostic setting', () => {
    expect(check()).toEqual(judged('fail', 'no diagnostic setting', { expected, ...atList }));
  });

  it('fails settings that send metrics only', () => {
    expect(check(setting(), setting())).toEqual(logsNone('no log'));
  });

  it('fails settings whose logs are all off', () => {
    expect(check(setting(category('ConnectedClientList', seen(false)), group('audit', seen(false))))).toEqual(logsNone('no log'));
  });

  it.each([category('Requests'), group('metrics'), category('ConnectionEvents'), category('audit'), group('ConnectedClientList')])(
    'is unknown where only a log that is not documented is on: $category $group',
    (log) => {
      expect(check(setting(log, category('ConnectedClientList', seen(false))))).toEqual(undocumented(log.category ?? log.group ?? ''));
    },
  );

  it('fails where a log that is not documented is off', () => {
    expect(check(setting(category('Requests', seen(false))))).toEqual(logsNone('no log'));
  });

  it('does not mind logs that are not documented beside one that is', () => {
    expect(check(setting(category('Requests'), category('ConnectedClientList')))).toEqual(logs('ConnectedClientList'));
  });

  it.each(UNSEEN)('is unknown when whether a log is on is $kind', (fact) => {
    expect(check(setting(category('ConnectedClientList', fact)))).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the logs of a setting are $kind', (fact) => {
    expect(check({ name: 'to-workspace', logs: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('passes all the same by another log', (fact) => {
    const verdict = check(
      { name: 'broken', logs: fact },
      setting(category('ConnectedClientList', fact), category('MSEntraAuthenticationAuditLog')),
    );
    expect(verdict).toEqual(logs('MSEntraAuthenticationAuditLog'));
  });

  it.each(UNSEEN)('is unknown when the list of settings is $kind', (fact) => {
    expect(diagnosticLogsEnabled.check(compliantCache({ diagnosticSettings: fact }), TODAY)).toEqual(unknownVerdict(fact));
  });

  it('waits for the settings', () => {
    const cache = compliantCache({ diagnosticSettings: pending('diagnosticSettings') });
    expect(diagnosticLogsEnabled.check(cache, TODAY).awaits).toBe('diagnosticSettings');
  });

  it('is not evaluated when the source can never show settings', () => {
    expect(diagnosticLogsEnabled.check(compliantCache({ diagnosticSettings: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  describe('on clusters', () => {
    const inDatabase = { expected: 'ConnectionEvents or audit or allLogs' };

    it.each(['managed', 'enterprise'] as const)('judges the database of a %s cluster, where the logs are', (kind) => {
      const message = 'database default: diagnostic setting to-workspace logs ConnectionEvents';
      expect(diagnosticLogsEnabled.check(compliantCluster(kind), TODAY)).toEqual(
        judged('pass', message, { ...inDatabase, actual: 'ConnectionEvents' }),
      );
    });

    it('passes a group', () => {
      const message = 'database default: diagnostic setting to-workspace logs allLogs';
      expect(ofDatabase(setting(group('allLogs')))).toEqual(judged('pass', message, { ...inDatabase, actual: 'allLogs' }));
    });

    it('fails a database without a setting', () => {
      expect(ofDatabase()).toEqual(judged('fail', 'database default: no diagnostic setting', { ...inDatabase, ...atList }));
    });

    it('takes a log of the other service for one that is not documented', () => {
      const verdict = undocumented('ConnectedClientList');
      expect(ofDatabase(logging('ConnectedClientList'))).toEqual({ ...verdict, message: `database default: ${verdict.message}` });
    });

    it('does not apply without a database', () => {
      const verdict = judged('not_applicable', 'the cluster has no database', { reason: 'no_database' });
      expect(diagnosticLogsEnabled.check(compliantCluster('managed', { databases: seenList([]) }), TODAY)).toEqual(verdict);
    });

    it('waits for the databases, then for their settings', () => {
      const waiting = compliantDatabase({ diagnosticSettings: pending('diagnosticSettings') });
      const awaited = [pending('databases'), seenList([waiting])].map(
        (databases) => diagnosticLogsEnabled.check(compliantCluster('managed', { databases }), TODAY).awaits,
      );
      expect(awaited).toEqual(['databases', 'diagnosticSettings']);
    });

    it.each(UNSEEN)('is unknown when the settings of the database are $kind', (fact) => {
      const databases = seenList([compliantDatabase({ diagnosticSettings: fact })]);
      expect(diagnosticLogsEnabled.check(compliantCluster('managed', { databases }), TODAY)).toEqual({
        ...unknownVerdict(fact),
        message: `database default: ${fact.reason}`,
      });
    });
  });

  it.each([
    { cache: compliantCache(), resource: cacheId('good'), categories: ['ConnectedClientList', 'MSEntraAuthenticationAuditLog'] },
    { cache: compliantCluster('managed'), resource: `${clusterId('good')}/databases/default`, categories: ['ConnectionEvents'] },
    { cache: compliantCluster('enterprise'), resource: `${clusterId('good')}/databases/default`, categories: ['ConnectionEvents'] },
  ])('leaves the workspace of a $cache.kind cache to a person', ({ cache, resource, categories }) => {
    expect(diagnosticLogsEnabled.fix.steps(cache)).toEqual([
      {
        type: 'decide',
        text: expect.stringContaining('WORKSPACE_ID'),
        words: [
          'monitor',
          'diagnostic-settings',
          'create',
          '--name',
          'redvet',
          '--resource',
          resource,
          '--workspace',
          'WORKSPACE_ID',
          '--logs',
          JSON.stringify(categories.map((name) => ({ category: name, enabled: true }))),
        ],
      },
    ]);
    expect(diagnosticLogsEnabled.fix.verify(cache)).toEqual(['monitor', 'diagnostic-settings', 'list', '--resource', resource]);
  });

  it('shows where the log stands that decides', () => {
    expect(check(logging('ConnectedClientList')).evidence).toEqual({ path: PATH, source: 'observed' });
  });
});
