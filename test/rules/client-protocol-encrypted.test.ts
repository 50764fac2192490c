import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { clientProtocolEncrypted } from '../../src/rules/client-protocol-encrypted.ts';
import {
  compliantCluster,
  compliantDatabase,
  judged,
  NOT_EVALUATED,
  outOfReach,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const ENCRYPTED = judged('pass', 'database default: clients must use TLS', { expected: 'Encrypted', actual: 'Encrypted' });
const PLAINTEXT = judged('fail', 'database default: clients connect in clear text, and keys travel so', {
  expected: 'Encrypted',
  actual: 'Plaintext',
});

const check = (...databases: readonly Database[]): Verdict =>
  clientProtocolEncrypted.check(compliantCluster('managed', { databases: seenList(databases) }), TODAY);

const plaintext = (name = 'default'): Database => compliantDatabase({ name, clientProtocol: seen('Plaintext') });

describe('client-protocol-encrypted', () => {
  it('is a requirement of severity high on clusters, where the databases are read for it', () => {
    const { severity, appliesTo, needs } = clientProtocolEncrypted;
    expect({ severity, appliesTo, needs }).toEqual({ severity: 'high', appliesTo: ['managed', 'enterprise'], needs: ['databases'] });
  });

  it.each(['managed', 'enterprise'] as const)('judges the database of a %s cluster', (kind) => {
    const verdicts = [compliantDatabase(), plaintext()].map((database) =>
      clientProtocolEncrypted.check(compliantCluster(kind, { databases: seenList([database]) }), TODAY),
    );
    expect(verdicts).toEqual([ENCRYPTED, PLAINTEXT]);
  });

  it('fails for one database of several, and names it', () => {
    const message = 'database second: clients connect in clear text, and keys travel so';
    expect(check(compliantDatabase(), plaintext('second'))).toEqual({ ...PLAINTEXT, message });
  });

  it('does not apply to a cluster without a database', () => {
    expect(check()).toEqual(judged('not_applicable', 'the cluster has no database', { reason: 'no_database' }));
  });

  it.each(UNSEEN)('is unknown when the protocol is $kind', (fact) => {
    const verdict = { ...unknownVerdict(fact), message: `database default: ${fact.reason}` };
    expect(check(compliantDatabase({ clientProtocol: fact }))).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the list of databases is $kind', (fact) => {
    expect(clientProtocolEncrypted.check(compliantCluster('managed', { databases: fact }), TODAY)).toEqual(unknownVerdict(fact));
  });

  it('waits for the databases', () => {
    const cache = compliantCluster('enterprise', { databases: pending('databases') });
    expect(clientProtocolEncrypted.check(cache, TODAY).awaits).toBe('databases');
  });

  it('is not evaluated when the source can never show databases', () => {
    expect(clientProtocolEncrypted.check(compliantCluster('managed', { databases: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it('takes no database for good whose protocol the source can never show', () => {
    expect(check(compliantDatabase({ clientProtocol: outOfReach() }))).toEqual({
      ...NOT_EVALUATED,
      message: 'database default: this source never shows it',
    });
  });

  it('is mended in the database, and keys are regenerated after it', () => {
    const { steps, stage, clients, rotateKeys } = clientProtocolEncrypted.fix;
    expect({ stage, clients, rotateKeys, steps: steps(compliantCluster('managed')) }).toEqual({
      stage: 'cut',
      clients: 'tls',
      rotateKeys: true,
      steps: [{ type: 'database', body: { properties: { clientProtocol: 'Encrypted' } } }],
    });
  });

  it('shows where the protocol stands', () => {
    const verdict = check(compliantDatabase({ clientProtocol: seen('Plaintext', 'databases/default.properties.clientProtocol') }));
    expect(verdict.evidence).toEqual({ path: 'databases/default.properties.clientProtocol', source: 'observed' });
  });
});
