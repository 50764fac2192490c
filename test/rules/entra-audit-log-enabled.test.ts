import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { entraAuditLogEnabled } from '../../src/rules/entra-audit-log-enabled.ts';
import {
  cacheId,
  compliantCache,
  judged,
  logging,
  NOT_EVALUATED,
  outOfReach,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const AUDIT_LOG = 'MSEntraAuthenticationAuditLog';
const expected = `${AUDIT_LOG} or audit or allLogs`;

const check = (differences: Partial<Cache>): Verdict => entraAuditLogEnabled.check(compliantCache(differences), TODAY);

const OFF = judged('not_applicable', 'Entra authentication is off', { reason: 'entra_off' });

describe('entra-audit-log-enabled', () => {
  it('is a requirement of severity low on Azure Cache for Redis that follows from the logs in general', () => {
    const { severity, appliesTo, needs, follows } = entraAuditLogEnabled;
    expect({ severity, appliesTo, needs, follows }).toEqual({
      severity: 'low',
      appliesTo: ['redis'],
      needs: ['diagnosticSettings'],
      follows: 'diagnostic-logs-enabled',
    });
  });

  it('passes a cache that logs sign-ins', () => {
    const verdict = judged('pass', `diagnostic setting to-workspace logs ${AUDIT_LOG}`, { expected, actual: AUDIT_LOG });
    expect(check({ diagnosticSettings: seenList([logging(AUDIT_LOG)]) })).toEqual(verdict);
  });

  it.each(['audit', 'allLogs'])('passes the group %s, which contains it', (group) => {
    const diagnosticSettings = seenList([{ name: 'all', logs: seenList([{ category: null, group, enabled: seen(true) }]) }]);
    const verdict = judged('pass', `diagnostic setting all logs ${group}`, { expected, actual: group });
    expect(check({ diagnosticSettings })).toEqual(verdict);
  });

  it('fails one that logs only the addresses of clients', () => {
    const verdict = judged('fail', `no diagnostic setting logs ${AUDIT_LOG}`, { expected, actual: 'ConnectedClientList' });
    expect(check({ diagnosticSettings: seenList([logging('ConnectedClientList')]) })).toEqual(verdict);
  });

  it('fails one without a diagnostic setting', () => {
    expect(check({ diagnosticSettings: seenList([]) })).toEqual(judged('fail', 'no diagnostic setting', { expected }));
  });

  it('is unknown where a log is on that is not documented', () => {
    expect(check({ diagnosticSettings: seenList([logging('ConnectedClientList', 'SignIns')]) })).toEqual(
      judged('unknown', 'diagnostic setting to-workspace logs SignIns, which is not documented', { actual: 'SignIns', reason: 'invalid' }),
    );
  });

  it('does not apply where Entra authentication is off, and reads no settings then', () => {
    const verdicts = [seenList([]), pending('diagnosticSettings'), ...UNSEEN].map((diagnosticSettings) =>
      check({ entraAuthentication: seen(false), diagnosticSettings }),
    );
    expect(verdicts).toEqual(verdicts.map(() => OFF));
  });

  it.each(UNSEEN)('is unknown when Entra authentication is $kind, and reads no settings then', (fact) => {
    expect(check({ entraAuthentication: fact, diagnosticSettings: pending('diagnosticSettings') })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the settings are $kind', (fact) => {
    expect(check({ diagnosticSettings: fact })).toEqual(unknownVerdict(fact));
  });

  it('waits for the settings', () => {
    expect(check({ diagnosticSettings: pending('diagnosticSettings') }).awaits).toBe('diagnosticSettings');
  });

  it.each(['entraAuthentication', 'diagnosticSettings'] as const)('is not evaluated when the source can never show %s', (fact) => {
    expect(check({ [fact]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('leaves the workspace to a person, in a setting of its own', () => {
    expect(entraAuditLogEnabled.fix.steps(compliantCache())).toEqual([
      {
        type: 'decide',
        text: expect.stringContaining('WORKSPACE_ID'),
        words: [
          'monitor',
          'diagnostic-settings',
          'create',
          '--name',
          'redvet-entra',
          '--resource',
          cacheId('good'),
          '--workspace',
          'WORKSPACE_ID',
          '--logs',
          `[{"category":"${AUDIT_LOG}","enabled":true}]`,
        ],
      },
    ]);
  });
});
