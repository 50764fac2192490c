import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/model/finding.ts';
import { redisVersionSupported } from '../../src/rules/redis-version-supported.ts';
import {
  compliantCache,
  compliantCluster,
  compliantDatabase,
  judged,
  NOT_EVALUATED,
  outOfReach,
  SUBSCRIPTION,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const expected = '6 or newer';
const supported = (version: string): Verdict => judged('pass', `runs Redis ${version}`, { expected, actual: version });
const tooOld = (version: string): Verdict => judged('fail', `runs Redis ${version}, which gets no fixes`, { expected, actual: version });
const latest = (version: string): Verdict => judged('pass', 'runs the latest Redis', { expected, actual: version });
const noVersion = (version: string): Verdict =>
  judged('unknown', `${version} is no version of Redis`, { actual: version, reason: 'invalid' });

/** Compared as numbers: 10 is newer than 6. */
const VERSIONS = [
  ...['6', '6.0', '6.0.14', '7.4', '10.0', '06'].map((version) => ({ version, verdict: supported(version) })),
  ...['5', '5.9', '4.0', '4.0.14', '3.2.7', '0'].map((version) => ({ version, verdict: tooOld(version) })),
  ...['latest', 'Latest'].map((version) => ({ version, verdict: latest(version) })),
  ...['', ' 6', '6.', '.6', 'v6', '6.0-preview', '6,0', '1e9', 'latest6', 'newest'].map((version) => ({
    version,
    verdict: noVersion(version),
  })),
];

describe('redis-version-supported', () => {
  it('is a requirement of severity medium on every kind of cache; of clusters the databases are read for it', () => {
    const { severity, appliesTo, needs } = redisVersionSupported;
    expect({ severity, appliesTo, needs }).toEqual({
      severity: 'medium',
      appliesTo: ['redis', 'managed', 'enterprise'],
      needs: ['databases'],
    });
  });

  it.each(VERSIONS)('says $verdict.outcome of "$version"', ({ version, verdict }) => {
    expect(redisVersionSupported.check(compliantCache({ redisVersion: seen(version) }), TODAY)).toEqual(verdict);
  });

  it.each(VERSIONS)('says $verdict.outcome of "$version" of a database', ({ version, verdict }) => {
    const databases = seenList([compliantDatabase({ redisVersion: seen(version) })]);
    const verdicts = (['managed', 'enterprise'] as const).map((kind) =>
      redisVersionSupported.check(compliantCluster(kind, { databases }), TODAY),
    );
    const named = { ...verdict, message: `database default: ${verdict.message}` };
    expect(verdicts).toEqual([named, named]);
  });

  it('does not apply to a cluster without a database', () => {
    const verdict = judged('not_applicable', 'the cluster has no database', { reason: 'no_database' });
    expect(redisVersionSupported.check(compliantCluster('managed', { databases: seenList([]) }), TODAY)).toEqual(verdict);
  });

  it.each(UNSEEN)('is unknown when the version is $kind', (fact) => {
    expect(redisVersionSupported.check(compliantCache({ redisVersion: fact }), TODAY)).toEqual(unknownVerdict(fact));
    const databases = seenList([compliantDatabase({ redisVersion: fact })]);
    const verdict = { ...unknownVerdict(fact), message: `database default: ${fact.reason}` };
    expect(redisVersionSupported.check(compliantCluster('managed', { databases }), TODAY)).toEqual(verdict);
  });

  it('is not evaluated when the source can never show the version', () => {
    expect(redisVersionSupported.check(compliantCache({ redisVersion: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it.each(['Standard C1', 'Premium P1'])('is mended by a patch on %s', (sku) => {
    expect(redisVersionSupported.fix.steps(compliantCache({ sku }))).toEqual([
      { type: 'patch', body: { properties: { redisVersion: '6' } } },
    ]);
  });

  it.each(['Basic C1', null])('is left to a person on %s, because a Basic cache loses its data', (sku) => {
    expect(redisVersionSupported.fix.steps(compliantCache({ sku }))).toEqual([
      {
        type: 'decide',
        text: expect.stringContaining('loses its data'),
        words: expect.arrayContaining(['{"properties":{"redisVersion":"6"}}']),
      },
    ]);
  });

  it.each(['managed', 'enterprise'] as const)('is mended by an upgrade of the database on a %s cluster', (kind) => {
    expect(redisVersionSupported.fix.steps(compliantCluster(kind))).toEqual([
      {
        type: 'az',
        words: [
          'redisenterprise',
          'database',
          'upgrade-db-redis-version',
          '--cluster-name',
          'good',
          '-g',
          'rg-test',
          '--subscription',
          SUBSCRIPTION,
          '--database-name',
          'default',
        ],
      },
    ]);
  });
});
