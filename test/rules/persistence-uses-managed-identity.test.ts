import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { persistenceUsesManagedIdentity } from '../../src/rules/persistence-uses-managed-identity.ts';
import {
  byDefault,
  compliantCache,
  judged,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const check = (differences: Partial<Cache>): Verdict => persistenceUsesManagedIdentity.check(compliantCache(differences), TODAY);

const KEY = judged('fail', 'a key of the storage account is kept in the configuration', { expected: 'ManagedIdentity', actual: 'SAS' });
const OFF = judged('not_applicable', 'persistence is off', { reason: 'persistence_off' });

const SWITCHES = [
  { what: 'snapshots', rdbPersistence: seen(true), aofPersistence: seen(false) },
  { what: 'a log of writes', rdbPersistence: seen(false), aofPersistence: seen(true) },
];

describe('persistence-uses-managed-identity', () => {
  it('is a requirement of severity medium on Azure Cache for Redis that needs no more than the list', () => {
    const { severity, appliesTo, needs } = persistenceUsesManagedIdentity;
    expect({ severity, appliesTo, needs }).toEqual({ severity: 'medium', appliesTo: ['redis'], needs: [] });
  });

  it('passes a Premium cache that persists by managed identity', () => {
    const verdict = judged('pass', 'backups are written by managed identity', { expected: 'ManagedIdentity', actual: 'ManagedIdentity' });
    expect(check({})).toEqual(verdict);
  });

  it.each(SWITCHES)('fails one that persists $what with a key', ({ rdbPersistence, aofPersistence }) => {
    expect(check({ rdbPersistence, aofPersistence, persistenceAuthentication: seen('SAS') })).toEqual(KEY);
  });

  it('fails one that never said how, because the service default is a key', () => {
    const evidence = { path: PATH, source: 'service_default' } as const;
    expect(check({ persistenceAuthentication: byDefault('SAS') })).toEqual({ ...KEY, actual: null, evidence });
  });

  it('does not apply where nothing is persisted, whatever the method', () => {
    const off = { rdbPersistence: seen(false), aofPersistence: seen(false) };
    expect([seen('SAS' as const), ...UNSEEN].map((persistenceAuthentication) => check({ ...off, persistenceAuthentication }))).toEqual(
      [...UNSEEN, OFF].map(() => OFF),
    );
  });

  it.each(['Basic', 'Standard'] as const)('does not apply to %s, which cannot persist', (tier) => {
    expect(check({ tier: seen(tier) })).toEqual(judged('not_applicable', `Premium only, and this is ${tier}`, { reason: 'tier' }));
  });

  it.each(UNSEEN)('is unknown when the method is $kind', (fact) => {
    expect(check({ persistenceAuthentication: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when one switch is $kind and the other is off', (fact) => {
    const verdicts = [
      check({ rdbPersistence: fact, aofPersistence: seen(false) }),
      check({ rdbPersistence: seen(false), aofPersistence: fact }),
    ];
    expect(verdicts).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
  });

  it.each(UNSEEN)('judges by the switch that is on when the other is $kind', (fact) => {
    const persistenceAuthentication = seen('SAS' as const);
    const verdicts = [
      check({ rdbPersistence: fact, aofPersistence: seen(true), persistenceAuthentication }),
      check({ rdbPersistence: seen(true), aofPersistence: fact, persistenceAuthentication }),
    ];
    expect(verdicts).toEqual([KEY, KEY]);
  });

  it.each(UNSEEN)('is unknown when the tier is $kind', (fact) => {
    expect(check({ tier: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(['tier', 'persistenceAuthentication'] as const)('is not evaluated when the source can never show %s', (fact) => {
    expect(check({ [fact]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by an identity, its right to the account, and then the method', () => {
    const cache = compliantCache();
    expect(persistenceUsesManagedIdentity.fix.steps(cache)).toEqual([
      {
        type: 'decide',
        text: 'Give the cache an identity, unless it has one: this would take a user-assigned one away',
        words: [
          ...['rest', '--method', 'patch', '--url', `${cache.id}?api-version=2024-11-01`],
          ...['--body', '{"identity":{"type":"SystemAssigned"}}', '-o', 'none'],
        ],
      },
      {
        type: 'decide',
        text: expect.stringMatching(/OBJECT_ID.*STORAGE_ID/),
        words: [
          'role',
          'assignment',
          'create',
          '--assignee-object-id',
          'OBJECT_ID',
          '--assignee-principal-type',
          'ServicePrincipal',
          '--role',
          'Storage Blob Data Contributor',
          '--scope',
          'STORAGE_ID',
        ],
      },
      {
        type: 'patch',
        body: { properties: { redisConfiguration: { 'preferred-data-persistence-auth-method': 'ManagedIdentity' } } },
      },
    ]);
  });

  it('says what is true of data at rest', () => {
    expect(persistenceUsesManagedIdentity.why).toMatch(/not encrypt the memory.*encrypted by the storage account/);
  });
});
