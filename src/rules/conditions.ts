import type { Cache, Database, PrivateEndpoint, Tier } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import { given, givenEach, givenOf, notApplicable } from './rule.ts';

/** Conditions that several rules share. Each asks its fact before it judges: what was not seen decides nothing. */

/** Judges a cache that is not injected into a virtual network. */
export const unlessInjected = (cache: Cache, judge: () => Verdict): Verdict =>
  given(cache.subnetId, (subnet) =>
    subnet === null
      ? judge()
      : notApplicable('injected into a virtual network: neither public access nor private endpoints apply', 'vnet_injected'),
  );

/** Judges a cache of one of the tiers. */
export const onTier = (cache: Cache, tiers: readonly Tier[], judge: (tier: Tier) => Verdict): Verdict =>
  given(cache.tier, (tier) =>
    tiers.includes(tier) ? judge(tier) : notApplicable(`${tiers.join(' and ')} only, and this is ${tier}`, 'tier'),
  );

/** Judges by whether some private endpoint connection is approved; one whose state was not seen decides only where none is. */
export const byApproval = (cache: Cache, judge: (isApproved: boolean) => Verdict): Verdict =>
  given(cache.privateEndpoints, (endpoints) => {
    if (endpoints.some(isApproved)) return judge(true);
    const unseen = endpoints.find(({ state }) => !state.known);
    return unseen === undefined ? judge(false) : givenOf(`connection ${unseen.name}`, unseen.state, () => judge(false));
  });

export const isApproved = ({ state }: PrivateEndpoint): boolean => state.known && state.value === 'Approved';

/**
 * Judges by whether the public address of the cache takes connections. A cluster older than the property has no switch:
 * there an approved private endpoint shuts out all public access.
 */
export const byPublicAccess = (cache: Cache, judge: (isPublic: boolean) => Verdict): Verdict =>
  given(cache.publicNetworkAccess, (access) =>
    access === null ? byApproval(cache, (approved) => judge(!approved)) : judge(access === 'Enabled'),
  );

/** Whether this kind of source can never show it. */
export const isOutOfSight = (fact: Fact<unknown>): boolean => !fact.known && fact.kind === 'out_of_reach';

/** Judges a redis cache whose firewall rules are in force: reachable publicly, outside of a virtual network, without a private endpoint. */
export const whereFirewallCounts = (cache: Cache, judge: () => Verdict): Verdict =>
  unlessInjected(cache, () =>
    byPublicAccess(cache, (isPublic) => {
      if (!isPublic) return notApplicable('public access is disabled', 'public_access_disabled');
      // Rules and endpoints exclude each other: where a declaration has no endpoint, its rules say that there is none.
      if (cache.origin !== null && isOutOfSight(cache.privateEndpoints)) return judge();
      return byApproval(cache, (approved) =>
        approved ? notApplicable('firewall rules are not supported beside an approved private endpoint', 'private_endpoint') : judge(),
      );
    }),
  );

/** Judges a cache on which Entra authentication is on. */
export const whereEntraIsOn = (cache: Cache, judge: () => Verdict): Verdict =>
  given(cache.entraAuthentication, (on) => (on ? judge() : notApplicable('Entra authentication is off', 'entra_off')));

/** Judges each database of a managed or enterprise cluster; the messages name it. */
export const onEachDatabase = (cache: Cache, judge: (database: Database) => Verdict): Verdict =>
  givenEach(
    cache.databases,
    () => notApplicable('the cluster has no database', 'no_database'),
    (database) => {
      const verdict = judge(database);
      return { ...verdict, message: `database ${database.name}: ${verdict.message}` };
    },
  );

/** Judges a cache or a database by whether it persists its data, by snapshots or by a log of all writes. */
export const byPersistence = (
  { rdbPersistence, aofPersistence }: Pick<Cache, 'rdbPersistence' | 'aofPersistence'>,
  judge: (isOn: boolean) => Verdict,
): Verdict => {
  const facts = [rdbPersistence, aofPersistence];
  const on = facts.find((fact) => fact.known && fact.value);
  const decisive = on ?? facts.find((fact) => !fact.known) ?? rdbPersistence;
  return given(decisive, judge);
};
