import { describe, expect, it } from 'vitest';
import type { Cache, Database } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { persistenceEnabled } from '../../src/rules/persistence-enabled.ts';
import {
  byDefault,
  cacheId,
  clusterId,
  compliantCache,
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

const RDB = 'rdb';
const AOF = 'aof';
const LINKS = 'links';
const expected = 'RDB or AOF on';

const switches = (rdb: boolean, aof: boolean) => ({ rdbPersistence: seen(rdb, RDB), aofPersistence: seen(aof, AOF) });
const OFF = switches(false, false);

const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });
const on = (path: string): Verdict => judged('pass', 'persistence is on', { expected, actual: 'true', ...at(path) });
const NOT_ON = judged('fail', 'persistence is off: data lives in memory only', { expected, actual: 'false', ...at(RDB) });
const GEO = judged('not_applicable', 'geo-replicated, which excludes persistence', { reason: 'geo_replicated', ...at(LINKS) });

const linkOf = (name: string) => ({ id: `${clusterId(name)}/databases/default`, state: seen('Linked') });

describe('persistence-enabled', () => {
  it('is a requirement of severity info on every kind of cache; of clusters the databases are read for it', () => {
    const { severity, appliesTo, needs } = persistenceEnabled;
    expect({ severity, appliesTo, needs }).toEqual({
      severity: 'info',
      appliesTo: ['redis', 'managed', 'enterprise'],
      needs: ['databases'],
    });
  });

  describe('on Azure Cache for Redis', () => {
    const check = (differences: Partial<Cache>): Verdict => persistenceEnabled.check(compliantCache(differences), TODAY);
    const linkedTo = (count: number) => ({ linkedServerCount: seen(count, LINKS) });

    it.each([
      { what: 'snapshots', facts: switches(true, false), verdict: on(RDB) },
      { what: 'a log of writes', facts: switches(false, true), verdict: on(AOF) },
      { what: 'nothing', facts: OFF, verdict: NOT_ON },
    ])('says $verdict.outcome of a Premium cache that keeps $what', ({ facts, verdict }) => {
      expect(check({ ...facts, ...linkedTo(0) })).toEqual(verdict);
    });

    it('fails one that never set either, and says that this is the default of the service', () => {
      const never = { rdbPersistence: byDefault(false, RDB), aofPersistence: byDefault(false, AOF) };
      const evidence = { path: RDB, source: 'service_default' } as const;
      expect(check(never)).toEqual({ ...NOT_ON, actual: null, evidence });
    });

    it.each([1, 4])('does not apply to one that is linked to %i others: the two exclude each other', (count) => {
      expect(check({ ...OFF, ...linkedTo(count) })).toEqual(GEO);
    });

    it('asks for no links where persistence is on', () => {
      expect(check({ ...switches(true, false), linkedServerCount: outOfReach() })).toEqual(on(RDB));
    });

    it.each(UNSEEN)('is unknown when persistence is off and the links are $kind', (fact) => {
      expect(check({ ...OFF, linkedServerCount: fact })).toEqual(unknownVerdict(fact));
    });

    it.each(UNSEEN)('is unknown when one switch is $kind and the other is off', (fact) => {
      const verdicts = [check({ ...OFF, rdbPersistence: fact }), check({ ...OFF, aofPersistence: fact })];
      expect(verdicts).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
    });

    it.each(['Basic', 'Standard'] as const)('does not apply to %s, which cannot persist', (tier) => {
      const verdict = judged('not_applicable', `Premium only, and this is ${tier}`, { reason: 'tier' });
      expect(check({ ...OFF, tier: seen(tier) })).toEqual(verdict);
    });

    it.each(UNSEEN)('is unknown when the tier is $kind', (fact) => {
      expect(check({ tier: fact })).toEqual(unknownVerdict(fact));
    });

    it('is not evaluated when the source can never show the tier', () => {
      expect(check({ tier: outOfReach() })).toEqual(NOT_EVALUATED);
    });
  });

  describe.each(['managed', 'enterprise'] as const)('on a %s cluster', (kind) => {
    const check = (...databases: readonly Database[]): Verdict =>
      persistenceEnabled.check(compliantCluster(kind, { databases: seenList(databases) }), TODAY);
    const inDefault = (verdict: Verdict): Verdict => ({ ...verdict, message: `database default: ${verdict.message}` });

    it.each([
      { what: 'snapshots', facts: switches(true, false), verdict: on(RDB) },
      { what: 'a log of writes', facts: switches(false, true), verdict: on(AOF) },
      { what: 'nothing', facts: OFF, verdict: NOT_ON },
    ])('says $verdict.outcome of a database that keeps $what', ({ facts, verdict }) => {
      expect(check(compliantDatabase(facts))).toEqual(inDefault(verdict));
    });

    it('does not apply to a geo-replicated database', () => {
      const links = seenList([linkOf('good'), linkOf('other')], LINKS);
      expect(check(compliantDatabase({ ...OFF, links }))).toEqual(inDefault(GEO));
    });

    it('does not apply to a database that is the only one of its group: the group alone excludes persistence', () => {
      expect(check(compliantDatabase({ ...OFF, links: seenList([linkOf('good')], LINKS) }))).toEqual(inDefault(GEO));
    });

    it('does not apply without a database', () => {
      expect(check()).toEqual(judged('not_applicable', 'the cluster has no database', { reason: 'no_database' }));
    });

    it.each(UNSEEN)('is unknown when persistence is off and the links are $kind', (fact) => {
      expect(check(compliantDatabase({ ...OFF, links: fact }))).toEqual(inDefault(unknownVerdict(fact)));
    });

    it('waits for the databases', () => {
      expect(persistenceEnabled.check(compliantCluster(kind, { databases: pending('databases') }), TODAY).awaits).toBe('databases');
    });

    it('is mended in the database', () => {
      expect(persistenceEnabled.fix.steps(compliantCluster(kind))).toEqual([
        { type: 'database', body: { properties: { persistence: { rdbEnabled: true, rdbFrequency: '12h', aofEnabled: false } } } },
      ]);
    });
  });

  it('leaves the storage account to a person on Azure Cache for Redis', () => {
    expect(persistenceEnabled.fix.steps(compliantCache())).toEqual([
      {
        type: 'decide',
        text: expect.stringMatching(/CONNECTION_STRING.*SUBSCRIPTION_ID/),
        words: [
          'rest',
          '--method',
          'patch',
          '--url',
          `${cacheId('good')}?api-version=2024-11-01`,
          '--body',
          JSON.stringify({
            properties: {
              redisConfiguration: {
                'rdb-backup-enabled': 'true',
                'rdb-backup-frequency': '60',
                'rdb-storage-connection-string': 'CONNECTION_STRING',
                'preferred-data-persistence-auth-method': 'ManagedIdentity',
                'storage-subscription-id': 'SUBSCRIPTION_ID',
              },
            },
          }),
          '-o',
          'none',
        ],
      },
    ]);
  });

  it('says what is true of data at rest', () => {
    expect(persistenceEnabled.why).toMatch(/Memory is not encrypted by the service.*encrypted by the storage account/);
  });
});
