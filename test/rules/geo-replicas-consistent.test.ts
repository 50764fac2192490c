import { describe, expect, it } from 'vitest';
import type { Cache, Database, Replica, ReplicaSettings } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import { geoReplicasConsistent } from '../../src/rules/geo-replicas-consistent.ts';
import {
  byDefault,
  cacheId,
  clusterId,
  compliantCache,
  compliantCluster,
  compliantDatabase,
  judged,
  missing,
  NOT_EVALUATED,
  outOfReach,
  SUBSCRIPTION,
  seen,
  seenList,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

const LINK = 'linkedServers/twin.properties.provisioningState';
const expected = 'linked, and set alike';
const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });

const NOT_LINKED = judged('not_applicable', 'not geo-replicated', { reason: 'not_geo_replicated' });

const OF_CACHE: ReplicaSettings = {
  nonSslPort: seen(false),
  minimumTlsVersion: seen('1.2'),
  publicNetworkAccess: seen('Disabled'),
  accessKeysDisabled: seen(true),
  databases: outOfReach(),
};

const OF_CLUSTER: ReplicaSettings = {
  nonSslPort: outOfReach(),
  minimumTlsVersion: seen('1.2'),
  publicNetworkAccess: seen('Disabled'),
  accessKeysDisabled: outOfReach(),
  databases: seenList([compliantDatabase()]),
};

const alike = (state: string): Verdict => judged('pass', 'replica twin: linked and set alike', { expected, actual: state, ...at(LINK) });
const moving = (state: string): Verdict =>
  judged('pass', `replica twin: set alike, and the link is in state ${state}`, { expected, actual: state, ...at(LINK) });
const broken = (state: string): Verdict =>
  judged('fail', `replica twin: the link is broken: ${state}`, { expected, actual: state, ...at(LINK) });
const strange = (state: string): Verdict =>
  judged('unknown', `replica twin: the state of the link is not documented: ${state}`, { actual: state, reason: 'invalid', ...at(LINK) });
const apart = (message: string, actual: string): Verdict => judged('fail', `replica twin: ${message}`, { expected, actual });
const ofTwin = (verdict: Verdict): Verdict => ({ ...verdict, message: `replica twin: ${verdict.message}` });

describe('geo-replicas-consistent', () => {
  it('is a requirement of severity medium, for which links and databases are read', () => {
    const { severity, appliesTo, needs } = geoReplicasConsistent;
    expect({ severity, appliesTo, needs }).toEqual({
      severity: 'medium',
      appliesTo: ['redis', 'managed'],
      needs: ['databases', 'linkedServers'],
    });
  });

  describe('on Azure Cache for Redis', () => {
    const twin = (differences: Partial<Replica> = {}): Replica => ({
      id: cacheId('twin'),
      name: 'twin',
      link: seen('Succeeded', LINK),
      settings: seen(OF_CACHE),
      ...differences,
    });

    const check = (differences: Partial<Cache>): Verdict =>
      geoReplicasConsistent.check(compliantCache({ linkedServerCount: seen(1), ...differences }), TODAY);

    const beside = (settings: Partial<ReplicaSettings>, own: Partial<Cache> = {}): Verdict =>
      check({ ...own, replicas: seenList([twin({ settings: seen({ ...OF_CACHE, ...settings }) })]) });

    it('passes a linked pair that is set alike', () => {
      expect(check({ replicas: seenList([twin()]) })).toEqual(alike('Succeeded'));
    });

    it('compares values, whether they were written or are defaults', () => {
      expect(beside({ minimumTlsVersion: byDefault('1.2') })).toEqual(alike('Succeeded'));
    });

    it.each([
      { settings: { nonSslPort: seen(true) }, message: 'enableNonSslPort is true there and false here', actual: 'false' },
      { settings: { minimumTlsVersion: seen('1.0' as const) }, message: 'minimumTlsVersion is 1.0 there and 1.2 here', actual: '1.2' },
      {
        settings: { publicNetworkAccess: seen('Enabled' as const) },
        message: 'publicNetworkAccess is Enabled there and Disabled here',
        actual: 'Disabled',
      },
      {
        settings: { accessKeysDisabled: seen(false) },
        message: 'disableAccessKeyAuthentication is false there and true here',
        actual: 'true',
      },
    ])('fails a pair that differs: $message', ({ settings, message, actual }) => {
      expect(beside(settings)).toEqual(apart(message, actual));
    });

    it('fails the stricter one of the two as well, and shows its own value', () => {
      const own = { nonSslPort: seen(true, 'properties.enableNonSslPort') };
      expect(beside({ nonSslPort: seen(false) }, own)).toEqual({
        ...apart('enableNonSslPort is false there and true here', 'true'),
        ...at('properties.enableNonSslPort'),
      });
    });

    it('names every difference', () => {
      const verdict = beside({ nonSslPort: seen(true), accessKeysDisabled: seen(false) });
      expect(verdict.message).toBe(
        'replica twin: enableNonSslPort is true there and false here; disableAccessKeyAuthentication is false there and true here',
      );
    });

    it.each(['nonSslPort', 'minimumTlsVersion', 'publicNetworkAccess', 'accessKeysDisabled'] as const)(
      'is unknown when %s of one side was not seen',
      (name) => {
        const there = UNSEEN.map((fact) => beside({ [name]: fact }));
        const here = UNSEEN.map((fact) => beside({}, { [name]: fact }));
        expect(there).toEqual(UNSEEN.map((fact) => ofTwin(unknownVerdict(fact))));
        expect(here).toEqual(there);
      },
    );

    it('fails for a difference, even where something else was not seen', () => {
      expect(beside({ nonSslPort: missing(), minimumTlsVersion: seen('1.0') })).toEqual(
        apart('minimumTlsVersion is 1.0 there and 1.2 here', '1.2'),
      );
    });

    it.each([
      ...['Succeeded', 'succeeded'].map((state) => ({ state, verdict: alike(state) })),
      ...[
        'Creating',
        'Linking',
        'Updating',
        'Unlinking',
        'Provisioning',
        'Unprovisioning',
        'Deleting',
        'Scaling',
        'RecoveringScaleFailure',
        'ConfiguringAAD',
      ].map((state) => ({ state, verdict: moving(state) })),
      ...['Failed', 'Disabled', 'Canceled', 'failed'].map((state) => ({ state, verdict: broken(state) })),
      ...['Linked', 'LinkFailed', 'Suspended', ''].map((state) => ({ state, verdict: strange(state) })),
    ])('says $verdict.outcome of a link in state "$state"', ({ state, verdict }) => {
      expect(check({ replicas: seenList([twin({ link: seen(state, LINK) })]) })).toEqual(verdict);
    });

    it('names a broken link before what differs', () => {
      const replicas = seenList([twin({ link: seen('Failed', LINK), settings: seen({ ...OF_CACHE, nonSslPort: seen(true) }) })]);
      expect(check({ replicas }).message).toBe('replica twin: the link is broken: Failed; enableNonSslPort is true there and false here');
    });

    it.each(UNSEEN)('is unknown when the state of the link is $kind', (fact) => {
      expect(check({ replicas: seenList([twin({ link: fact })]) })).toEqual(ofTwin(unknownVerdict(fact)));
    });

    it.each(UNSEEN)('is unknown when the settings of the replica are $kind: it may be outside of the scan', (fact) => {
      expect(check({ replicas: seenList([twin({ settings: fact })]) })).toEqual(ofTwin(unknownVerdict(fact)));
    });

    it.each(UNSEEN)('still fails a broken link when the settings of the replica are $kind', (fact) => {
      expect(check({ replicas: seenList([twin({ link: seen('Failed', LINK), settings: fact })]) })).toEqual(broken('Failed'));
    });

    it('judges every replica', () => {
      const replicas = seenList([twin(), twin({ name: 'second', link: seen('Failed', LINK) })]);
      expect(check({ replicas })).toEqual({ ...broken('Failed'), message: 'replica second: the link is broken: Failed' });
    });

    it('does not apply without links, and reads no list then', () => {
      const verdicts = [pending('linkedServers'), seenList([twin()]), ...UNSEEN].map((replicas) =>
        check({ linkedServerCount: seen(0), replicas }),
      );
      expect(verdicts).toEqual(verdicts.map(() => NOT_LINKED));
    });

    it.each([seen(1), ...UNSEEN])('reads the list when the count is seen or not', (linkedServerCount) => {
      expect(check({ linkedServerCount, replicas: pending('linkedServers') }).awaits).toBe('linkedServers');
      expect(check({ linkedServerCount, replicas: seenList([]) })).toEqual(
        linkedServerCount.known
          ? judged('unknown', 'geo-replicated, but the list of its linked caches is empty', { reason: 'missing' })
          : NOT_LINKED,
      );
      expect(check({ linkedServerCount, replicas: seenList([twin({ link: seen('Failed', LINK) })]) })).toEqual(broken('Failed'));
    });

    it.each(['Basic', 'Standard'] as const)('does not apply to %s, which cannot be linked', (tier) => {
      const verdict = judged('not_applicable', `Premium only, and this is ${tier}`, { reason: 'tier' });
      expect(check({ tier: seen(tier), replicas: pending('linkedServers') })).toEqual(verdict);
    });

    it.each(UNSEEN)('is unknown when the tier is $kind', (fact) => {
      expect(check({ tier: fact, replicas: pending('linkedServers') })).toEqual(unknownVerdict(fact));
    });

    it.each(UNSEEN)('is unknown when the list of replicas is $kind', (fact) => {
      expect(check({ replicas: fact })).toEqual(unknownVerdict(fact));
    });

    it('is not evaluated when the source can never show replicas', () => {
      expect(check({ replicas: outOfReach() })).toEqual(NOT_EVALUATED);
    });
  });

  describe('on Azure Managed Redis', () => {
    const linkTo = (cluster: string) => ({ id: `${clusterId(cluster)}/databases/default`, state: seen('Linked') });
    const LINKED = compliantDatabase({ links: seenList([linkTo('good'), linkTo('twin')]) });

    const twin = (differences: Partial<Replica> = {}): Replica => ({
      id: clusterId('twin'),
      name: 'twin',
      link: seen('Linked', LINK),
      settings: seen(OF_CLUSTER),
      ...differences,
    });

    const check = (differences: Partial<Cache>): Verdict =>
      geoReplicasConsistent.check(compliantCluster('managed', { databases: seenList([LINKED]), ...differences }), TODAY);

    const beside = (settings: Partial<ReplicaSettings>, own: Partial<Cache> = {}): Verdict =>
      check({ ...own, replicas: seenList([twin({ settings: seen({ ...OF_CLUSTER, ...settings }) })]) });

    const withDatabase = (differences: Partial<Database>): Verdict => beside({ databases: seenList([compliantDatabase(differences)]) });

    it('passes a linked pair that is set alike', () => {
      expect(check({ replicas: seenList([twin()]) })).toEqual(alike('Linked'));
    });

    it.each([
      { verdict: beside({ minimumTlsVersion: seen('1.3') }), message: 'minimumTlsVersion is 1.3 there and 1.2 here', actual: '1.2' },
      {
        verdict: beside({ publicNetworkAccess: byDefault(null) }),
        message: 'publicNetworkAccess is not set there and Disabled here',
        actual: 'Disabled',
      },
      {
        verdict: withDatabase({ clientProtocol: seen('Plaintext') }),
        message: 'clientProtocol is Plaintext there and Encrypted here',
        actual: 'Encrypted',
      },
      {
        verdict: withDatabase({ accessKeys: seen('Enabled') }),
        message: 'accessKeysAuthentication is Enabled there and Disabled here',
        actual: 'Disabled',
      },
    ])('fails a pair that differs: $message', ({ verdict, message, actual }) => {
      expect(verdict).toEqual(apart(message, actual));
    });

    it('passes two clusters that are both older than the property', () => {
      expect(beside({ publicNetworkAccess: byDefault(null) }, { publicNetworkAccess: byDefault(null) })).toEqual(alike('Linked'));
    });

    it.each(['clientProtocol', 'accessKeys'] as const)('is unknown when %s of one side was not seen', (name) => {
      const there = UNSEEN.map((fact) => withDatabase({ [name]: fact }));
      const here = UNSEEN.map((fact) => beside({}, { databases: seenList([{ ...LINKED, [name]: fact }]) }));
      expect(there).toEqual(UNSEEN.map((fact) => ofTwin(unknownVerdict(fact))));
      expect(here).toEqual(there);
    });

    it.each(UNSEEN)('is unknown when the databases of the replica are $kind', (fact) => {
      expect(beside({ databases: fact })).toEqual(ofTwin(unknownVerdict(fact)));
    });

    it('is unknown when the replica has no database of that name', () => {
      expect(withDatabase({ name: 'other' })).toEqual(
        judged('unknown', 'replica twin: no database default was seen there', { reason: 'missing' }),
      );
    });

    it('finds the database of that name in any case', () => {
      expect(withDatabase({ name: 'Default' })).toEqual(alike('Linked'));
    });

    it.each([
      ...['Linked', 'linked'].map((state) => ({ state, verdict: alike(state) })),
      ...['Linking', 'Unlinking'].map((state) => ({ state, verdict: moving(state) })),
      ...['LinkFailed', 'UnlinkFailed'].map((state) => ({ state, verdict: broken(state) })),
      ...['Succeeded', 'Failed', 'Creating'].map((state) => ({ state, verdict: strange(state) })),
    ])('says $verdict.outcome of a link in state "$state"', ({ state, verdict }) => {
      expect(check({ replicas: seenList([twin({ link: seen(state, LINK) })]) })).toEqual(verdict);
    });

    it('waits for the databases, then for the replicas', () => {
      const awaited = [pending('databases'), seenList([LINKED])].map(
        (databases) => check({ databases, replicas: pending('linkedServers') }).awaits,
      );
      expect(awaited).toEqual(['databases', 'linkedServers']);
    });

    it.each([
      { what: 'no links', links: seenList([]) },
      { what: 'a link to itself alone', links: seenList([linkTo('good')]) },
      { what: 'a link to itself in another case', links: seenList([linkTo('GOOD')]) },
    ])('does not apply to a database with $what, and reads no list then', ({ links }) => {
      const databases = seenList([compliantDatabase({ links })]);
      expect(check({ databases, replicas: pending('linkedServers') })).toEqual(NOT_LINKED);
    });

    it('does not apply without a database', () => {
      const verdict = judged('not_applicable', 'the cluster has no database', { reason: 'no_database' });
      expect(check({ databases: seenList([]), replicas: pending('linkedServers') })).toEqual(verdict);
    });

    it('does not apply where the list of replicas is empty', () => {
      expect(check({ replicas: seenList([]) })).toEqual(NOT_LINKED);
    });

    it.each(UNSEEN)('is unknown when the links are $kind, and reads no list then', (fact) => {
      const databases = seenList([compliantDatabase({ links: fact })]);
      expect(check({ databases, replicas: pending('linkedServers') })).toEqual(unknownVerdict(fact));
    });

    it.each(UNSEEN)('is unknown when the databases are $kind', (fact) => {
      expect(check({ databases: fact })).toEqual(unknownVerdict(fact));
    });
  });

  it('is mended by the fixes of other rules, and shows the links', () => {
    expect(geoReplicasConsistent.fix.steps(compliantCache())).toEqual([]);
    expect(geoReplicasConsistent.fix.verify(compliantCache())).toEqual([
      'redis',
      'server-link',
      'list',
      '-n',
      'good',
      '-g',
      'rg-test',
      '--subscription',
      SUBSCRIPTION,
      '-o',
      'table',
    ]);
    expect(geoReplicasConsistent.fix.verify(compliantCluster('managed'))).toContain('properties.geoReplication.linkedDatabases');
  });
});
