import { describe, expect, it } from 'vitest';
import type { Cache, CacheKind, EndpointState } from '../../src/model/cache.ts';
import { privateEndpointApproved } from '../../src/rules/private-endpoint-approved.ts';
import { privatePathExists } from '../../src/rules/private-path-exists.ts';
import {
  compliantCache,
  compliantCluster,
  judged,
  listed,
  missing,
  NOT_EVALUATED,
  outOfReach,
  privateEndpoint,
  seen,
  TODAY,
  UNSEEN,
  unknownOf,
  unknownVerdict,
} from '../support/cache.ts';

const KINDS = ['redis', 'managed', 'enterprise'] as const;
const ENDPOINTS = 'properties.privateEndpointConnections';
const ACCESS = 'properties.publicNetworkAccess';

const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });

const cacheOf = (kind: CacheKind, differences: Partial<Cache>): Cache =>
  kind === 'redis' ? compliantCache(differences) : compliantCluster(kind, differences);

const check = (differences: Partial<Cache>) => privatePathExists.check(compliantCache(differences), TODAY);

const endpoints = (...states: readonly EndpointState[]): Cache['privateEndpoints'] =>
  listed(
    states.map((state) => privateEndpoint({ state: seen(state) })),
    ENDPOINTS,
  );

const disabled: Partial<Cache> = { publicNetworkAccess: seen('Disabled', ACCESS) };

describe('private-path-exists', () => {
  it('is a requirement of severity low on every kind of cache', () => {
    const { severity, appliesTo, follows, needs } = privatePathExists;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'low', appliesTo: [...KINDS], follows: null, needs: [] });
  });

  it.each(KINDS)('fails a %s cache that nobody can reach', (kind) => {
    for (const privateEndpoints of [endpoints(), endpoints('Pending', 'Rejected')]) {
      expect(privatePathExists.check(cacheOf(kind, { ...disabled, privateEndpoints }), TODAY)).toEqual(
        judged('fail', 'public access is disabled and no private endpoint is approved: nobody can reach it', {
          expected: 'Approved',
          ...at(ENDPOINTS),
        }),
      );
    }
  });

  it.each(KINDS)('passes a %s cache with an approved private endpoint', (kind) => {
    expect(privatePathExists.check(cacheOf(kind, { ...disabled, privateEndpoints: endpoints('Approved') }), TODAY)).toEqual(
      judged('pass', 'reachable by an approved private endpoint', { expected: 'Approved', ...at(ENDPOINTS) }),
    );
  });

  it.each(KINDS)('passes a %s cache with public access, whatever its endpoints', (kind) => {
    for (const privateEndpoints of [endpoints(), endpoints('Approved'), missing()]) {
      expect(privatePathExists.check(cacheOf(kind, { publicNetworkAccess: seen('Enabled', ACCESS), privateEndpoints }), TODAY)).toEqual(
        judged('pass', 'reachable by its public address', { actual: 'Enabled', ...at(ACCESS) }),
      );
    }
  });

  it.each(['managed', 'enterprise'] as const)(
    'passes a %s cluster older than the property, which is reachable one way or the other',
    (kind) => {
      const older = (privateEndpoints: Cache['privateEndpoints']) =>
        privatePathExists.check(compliantCluster(kind, { publicNetworkAccess: seen(null, ACCESS), privateEndpoints }), TODAY);
      expect([older(endpoints()), older(endpoints('Pending')), older(endpoints('Approved'))]).toEqual([
        judged('pass', 'reachable by its public address', at(ENDPOINTS)),
        judged('pass', 'reachable by its public address', at(ENDPOINTS)),
        judged('pass', 'reachable by an approved private endpoint', { expected: 'Approved', ...at(ENDPOINTS) }),
      ]);
    },
  );

  it('has no meaning inside of a virtual network, which is the path', () => {
    expect(check({ ...disabled, subnetId: seen('a subnet'), privateEndpoints: endpoints() })).toEqual(
      judged('not_applicable', 'injected into a virtual network: neither public access nor private endpoints apply', {
        reason: 'vnet_injected',
      }),
    );
  });

  it.each(UNSEEN)('is unknown when the connections are $kind, or the state of the only one', (fact) => {
    const one = listed([privateEndpoint({ state: fact })]);
    expect([check({ ...disabled, privateEndpoints: fact }), check({ ...disabled, privateEndpoints: one })]).toEqual([
      unknownVerdict(fact),
      unknownOf('connection pe-good', fact),
    ]);
  });

  it.each(UNSEEN)('is unknown when public access or the subnet is $kind', (fact) => {
    expect([check({ publicNetworkAccess: fact }), check({ subnetId: fact })]).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
  });

  it.each(['publicNetworkAccess', 'subnetId'] as const)('is not evaluated when the source can never show %s', (name) => {
    expect(check({ [name]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended as a missing endpoint is', () => {
    const cluster = compliantCluster('managed');
    expect(privatePathExists.fix.steps(cluster)).toEqual(privateEndpointApproved.fix.steps(cluster));
    expect(privatePathExists.fix.summary).not.toBe(privateEndpointApproved.fix.summary);
  });
});
