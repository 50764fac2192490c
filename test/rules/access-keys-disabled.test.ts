import { describe, expect, it } from 'vitest';
import type { Cache, EnabledOrDisabled } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import { accessKeysDisabled } from '../../src/rules/access-keys-disabled.ts';
import {
  awaiting,
  byDefault,
  clusterId,
  compliantCache,
  compliantCluster,
  compliantDatabase,
  judged,
  listed,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  SUBSCRIPTION,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const check = (differences: Partial<Cache>) => accessKeysDisabled.check(compliantCache(differences), TODAY);

describe('access-keys-disabled', () => {
  it('is a requirement of severity medium wherever Entra authentication exists, and follows from it', () => {
    const { severity, appliesTo, follows, needs } = accessKeysDisabled;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'medium',
      appliesTo: ['redis', 'managed'],
      follows: 'entra-authentication-enabled',
      needs: ['databases'],
    });
  });

  describe('on Azure Cache for Redis', () => {
    it('passes a cache whose access keys are disabled', () => {
      expect(check({ accessKeysDisabled: seen(true) })).toEqual(
        judged('pass', 'access keys are disabled', { expected: 'true', actual: 'true' }),
      );
    });

    it('fails a cache that accepts access keys', () => {
      expect(check({ accessKeysDisabled: seen(false) })).toEqual(
        judged('fail', 'access keys are accepted', { expected: 'true', actual: 'false' }),
      );
    });

    it('judges the keys alone: Entra authentication beside them is no pass', () => {
      expect(check({ accessKeysDisabled: seen(false), entraAuthentication: seen(true) }).outcome).toBe('fail');
    });

    it.each(UNSEEN)('is unknown when the setting is $kind', (fact) => {
      expect(check({ accessKeysDisabled: fact })).toEqual(unknownVerdict(fact));
    });

    it('is not evaluated when the source can never show the setting', () => {
      expect(check({ accessKeysDisabled: outOfReach() })).toEqual(NOT_EVALUATED);
    });

    it('is mended by one patch', () => {
      expect(accessKeysDisabled.fix.steps(compliantCache())).toEqual([
        { type: 'patch', body: { properties: { disableAccessKeyAuthentication: true } } },
      ]);
      expect(accessKeysDisabled.fix.verify(compliantCache())).toContain('properties.disableAccessKeyAuthentication');
    });
  });

  describe('on Azure Managed Redis', () => {
    const on = (databases: Cache['databases']) => accessKeysDisabled.check(compliantCluster('managed', { databases }), TODAY);
    const withKeys = (name: string, keys: EnabledOrDisabled) => compliantDatabase({ name, accessKeys: seen(keys) });

    it('passes a cluster whose database takes no access keys', () => {
      expect(on(listed([withKeys('default', 'Disabled')]))).toEqual(
        judged('pass', 'database default: access keys are disabled', { expected: 'Disabled', actual: 'Disabled' }),
      );
    });

    it('fails a cluster whose database accepts access keys', () => {
      expect(on(listed([withKeys('default', 'Enabled')]))).toEqual(
        judged('fail', 'database default: access keys are accepted', { expected: 'Disabled', actual: 'Enabled' }),
      );
    });

    it('names each database that does', () => {
      expect(on(listed([withKeys('a', 'Enabled'), withKeys('b', 'Disabled'), withKeys('c', 'Enabled')])).message).toBe(
        'database a: access keys are accepted; database c: access keys are accepted',
      );
    });

    it('passes a database of which the default is documented, and says so', () => {
      expect(on(listed([compliantDatabase({ accessKeys: byDefault('Disabled') })]))).toEqual(
        judged('pass', 'database default: access keys are disabled', {
          expected: 'Disabled',
          evidence: { path: PATH, source: 'service_default' },
        }),
      );
    });

    it.each(UNSEEN)('is unknown when the setting of a database is $kind', (fact) => {
      expect(on(listed([withKeys('first', 'Disabled'), compliantDatabase({ accessKeys: fact })]))).toEqual({
        ...unknownVerdict(fact),
        message: `database default: ${fact.reason}`,
      });
    });

    it.each(UNSEEN)('is unknown when the databases are $kind', (fact) => {
      expect(on(fact)).toEqual(unknownVerdict(fact));
    });

    it('is not evaluated when the source can never show databases', () => {
      expect(on(outOfReach())).toEqual(NOT_EVALUATED);
    });

    it('waits for the databases', () => {
      expect(on(pending('databases'))).toEqual(awaiting('databases'));
    });

    it('has no meaning for a cluster without a database', () => {
      expect(on(listed([]))).toEqual(judged('not_applicable', 'the cluster has no database', { reason: 'no_database' }));
    });

    it('is mended in the database, when every client has an assignment', () => {
      const cluster = compliantCluster('managed');
      expect(accessKeysDisabled.fix.steps(cluster)).toEqual([
        {
          type: 'decide',
          text: 'Give each client identity access to the database',
          words: [
            ...['redisenterprise', 'database', 'access-policy-assignment', 'create', '--cluster-name', 'good', '-g', 'rg-test'],
            ...['--subscription', SUBSCRIPTION, '--database-name', 'default', '--access-policy-assignment-name', 'NAME'],
            ...['--access-policy-name', 'default', '--object-id', 'OBJECT_ID'],
          ],
        },
        { type: 'database', body: { properties: { accessKeysAuthentication: 'Disabled' } } },
      ]);
      expect(accessKeysDisabled.fix.verify(cluster)).toEqual(
        expect.arrayContaining([`${clusterId('good')}/databases/default`, 'properties.accessKeysAuthentication']),
      );
    });
  });
});
