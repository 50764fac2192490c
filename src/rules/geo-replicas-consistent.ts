import type { Cache, Database, Replica, ReplicaSettings } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import { onTier } from './conditions.ts';
import { defineFix, named, showDatabase } from './fixes.ts';
import { defineRule, fail, given, notApplicable, pass, unknown, worstOf } from './rule.ts';

/** What the service says of a link: `broken` fails, `moving` is on its way to another state, anything else is not documented. */
interface LinkStates {
  readonly good: readonly string[];
  readonly moving: readonly string[];
  readonly broken: readonly string[];
}

/** Of a linked server the states of any provisioning. */
const SERVER_STATES: LinkStates = {
  good: ['Succeeded'],
  moving: [
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
  ],
  broken: ['Failed', 'Disabled', 'Canceled'],
};

const DATABASE_STATES: LinkStates = { good: ['Linked'], moving: ['Linking', 'Unlinking'], broken: ['LinkFailed', 'UnlinkFailed'] };

export const geoReplicasConsistent = defineRule({
  id: 'geo-replicas-consistent',
  title: 'Geo-replicated caches must be linked and set alike',
  severity: 'medium',
  appliesTo: ['redis', 'managed'],
  why:
    'The replica holds the same data, so that the laxer of the two caches decides how well it is protected. ' +
    'And a broken link is found out otherwise on the day when the replica has to take over.',
  evidence:
    'the links of the cache, and of both sides enableNonSslPort, minimumTlsVersion, publicNetworkAccess, disableAccessKeyAuthentication; ' +
    'of databases clientProtocol, accessKeysAuthentication',
  fix: defineFix({
    summary: 'Give the laxer cache the setting of the other, by the fix of the rule for that setting; link a broken pair anew.',
    risk: 'Several settings can be changed only while the caches are not linked, and on linking the secondary is flushed.',
    stage: 'change',
    steps: () => [],
    verify: (target) =>
      target.kind === 'redis'
        ? ['redis', 'server-link', 'list', ...named(target), '-o', 'table']
        : showDatabase('geoReplication.linkedDatabases')(target),
    rollback: 'That of the rule for the setting.',
    portal: 'Settings > Geo-replication',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-geo-replication',
    'https://learn.microsoft.com/azure/redis/how-to-active-geo-replication',
  ],
  needs: ['databases', 'linkedServers'],
  check: (cache) => (cache.kind === 'redis' ? ofPremium(cache) : ofCluster(cache)),
});

const NOT_LINKED = notApplicable('not geo-replicated', 'not_geo_replicated');

/** The cache says that it is linked, and the list of its links says nothing. */
const VANISHED = unknown('geo-replicated, but the list of its linked caches is empty', 'missing');

/** The count comes with the cache: where it is none, no list has to be read. */
const ofPremium = (cache: Cache): Verdict =>
  onTier(cache, ['Premium'], () => {
    const onReplicas = (none: () => Verdict): Verdict =>
      onEachReplica(cache, (replica) => replicaVerdict(replica, SERVER_STATES, (settings) => serverPairs(cache, settings)), none);
    return cache.linkedServerCount.known
      ? given(cache.linkedServerCount, (count) => (count === 0 ? NOT_LINKED : onReplicas(() => VANISHED)))
      : onReplicas(() => NOT_LINKED);
  });

const ofCluster = (cache: Cache): Verdict =>
  given(cache.databases, (databases) => {
    if (databases.length === 0) return notApplicable('the cluster has no database', 'no_database');
    const linked = databases.filter(({ name, links }) => links.known && links.value.some(({ id }) => !isOwn(cache, name, id)));
    if (linked.length > 0) {
      return onEachReplica(cache, (replica) =>
        replicaVerdict(replica, DATABASE_STATES, (settings) => clusterPairs(cache, linked, settings)),
      );
    }
    const unseen = databases.find(({ links }) => !links.known);
    return unseen === undefined ? NOT_LINKED : given(unseen.links, () => NOT_LINKED);
  });

const isOwn = ({ id }: Cache, database: string, link: string): boolean =>
  link.toLowerCase() === `${id}/databases/${database}`.toLowerCase();

const onEachReplica = ({ replicas }: Cache, judge: (replica: Replica) => Verdict, none: () => Verdict = () => NOT_LINKED): Verdict =>
  given(replicas, (linked) => {
    const [first, ...others] = linked.map(judge);
    return first === undefined ? none() : worstOf([first, ...others]);
  });

const EXPECTED = 'linked, and set alike';

const replicaVerdict = (
  replica: Replica,
  states: LinkStates,
  pairs: (settings: ReplicaSettings) => readonly [Verdict, ...Verdict[]],
): Verdict => {
  const link = given(replica.link, (state) => linkVerdict(state, states));
  const verdict = worstOf([link, given(replica.settings, (settings) => worstOf(pairs(settings)))]);
  const { message, ...rest } = verdict.outcome === 'pass' ? link : verdict;
  return { ...rest, message: `replica ${replica.name}: ${message}` };
};

const linkVerdict = (state: string, { good, moving, broken }: LinkStates): Verdict => {
  if (has(good, state)) return pass('linked and set alike', EXPECTED);
  if (has(moving, state)) return pass(`set alike, and the link is in state ${state}`, EXPECTED);
  return has(broken, state)
    ? fail(`the link is broken: ${state}`, EXPECTED)
    : unknown(`the state of the link is not documented: ${state}`, 'invalid');
};

const has = (states: readonly string[], state: string): boolean => states.some((one) => one.toLowerCase() === state.toLowerCase());

const serverPairs = (own: ReplicaSettings, other: ReplicaSettings): readonly [Verdict, ...Verdict[]] => [
  compared('enableNonSslPort', own.nonSslPort, other.nonSslPort),
  ...sharedPairs(own, other),
  compared('disableAccessKeyAuthentication', own.accessKeysDisabled, other.accessKeysDisabled),
];

const sharedPairs = (own: ReplicaSettings, other: ReplicaSettings): readonly [Verdict, Verdict] => [
  compared('minimumTlsVersion', own.minimumTlsVersion, other.minimumTlsVersion),
  compared('publicNetworkAccess', own.publicNetworkAccess, other.publicNetworkAccess),
];

const clusterPairs = (own: Cache, linked: readonly Database[], other: ReplicaSettings): readonly [Verdict, ...Verdict[]] => [
  ...sharedPairs(own, other),
  ...linked.map((database) =>
    given(other.databases, (databases) => {
      const [twin, ...others] = databases
        .filter(({ name }) => name.toLowerCase() === database.name.toLowerCase())
        .map((one) => worstOf(databasePairs(database, one)));
      return twin === undefined ? unknown(`no database ${database.name} was seen there`, 'missing') : worstOf([twin, ...others]);
    }),
  ),
];

const databasePairs = (own: Database, other: Database): readonly [Verdict, ...Verdict[]] => [
  compared('clientProtocol', own.clientProtocol, other.clientProtocol),
  compared('accessKeysAuthentication', own.accessKeys, other.accessKeys),
];

/** Two values of one property, which must be the same: whether they are good is for other rules to say. */
const compared = <T extends string | boolean | null>(property: string, own: Fact<T>, other: Fact<T>): Verdict =>
  given(other, (there) =>
    given(own, (here) =>
      here === there ? pass('set alike', EXPECTED) : fail(`${property} is ${shown(there)} there and ${shown(here)} here`, EXPECTED),
    ),
  );

const shown = (value: string | boolean | null): string => (value === null ? 'not set' : String(value));
