import { describe, expect, it } from 'vitest';
import type { Cache, CacheKind, EndpointState } from '../../src/model/cache.ts';
import { targetOf } from '../../src/model/fix.ts';
import { privateEndpointApproved } from '../../src/rules/private-endpoint-approved.ts';
import {
  byDefault,
  compliantCache,
  compliantCluster,
  judged,
  listed,
  missing,
  NOT_EVALUATED,
  outOfReach,
  privateEndpoint,
  SUBSCRIPTION,
  seen,
  TODAY,
  UNSEEN,
  unknownOf,
  unknownVerdict,
} from '../support/cache.ts';

const KINDS = ['redis', 'managed', 'enterprise'] as const;

const cacheOf = (kind: CacheKind, differences: Partial<Cache> = {}): Cache =>
  kind === 'redis' ? compliantCache(differences) : compliantCluster(kind, differences);

const check = (differences: Partial<Cache>) => privateEndpointApproved.check(compliantCache(differences), TODAY);

const endpoints = (...states: readonly EndpointState[]): Cache['privateEndpoints'] =>
  listed(states.map((state) => privateEndpoint({ state: seen(state) })));

const NONE = judged('fail', 'no approved private endpoint', { expected: 'Approved' });

describe('private-endpoint-approved', () => {
  it('is a requirement of severity medium on every kind of cache that follows from public access', () => {
    const { severity, appliesTo, follows, needs } = privateEndpointApproved;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'medium',
      appliesTo: [...KINDS],
      follows: 'public-network-access-disabled',
      needs: [],
    });
  });

  it.each(KINDS)('passes a %s cache with an approved private endpoint, whatever the others are', (kind) => {
    for (const privateEndpoints of [endpoints('Approved'), endpoints('Pending', 'Approved', 'Rejected')]) {
      expect(privateEndpointApproved.check(cacheOf(kind, { privateEndpoints }), TODAY)).toEqual(
        judged('pass', 'has an approved private endpoint', { expected: 'Approved' }),
      );
    }
  });

  it.each(KINDS)('fails a %s cache without one', (kind) => {
    for (const privateEndpoints of [endpoints(), endpoints('Pending'), endpoints('Rejected', 'Disconnected')]) {
      expect(privateEndpointApproved.check(cacheOf(kind, { privateEndpoints }), TODAY)).toEqual(NONE);
    }
  });

  it('fails a cache that names no connections at all: there are none', () => {
    const { outcome, evidence } = check({ privateEndpoints: byDefault([]) });
    expect({ outcome, source: evidence?.source }).toEqual({ outcome: 'fail', source: 'service_default' });
  });

  it('has no meaning inside of a virtual network, whatever the endpoints', () => {
    for (const privateEndpoints of [endpoints(), endpoints('Approved'), missing()]) {
      expect(check({ subnetId: seen('a subnet'), privateEndpoints })).toEqual(
        judged('not_applicable', 'injected into a virtual network: neither public access nor private endpoints apply', {
          reason: 'vnet_injected',
        }),
      );
    }
  });

  it('asks for one also where public access is disabled', () => {
    expect(check({ publicNetworkAccess: seen('Disabled'), privateEndpoints: endpoints() })).toEqual(NONE);
  });

  it.each(UNSEEN)('is unknown when the connections are $kind, or the state of the only one', (fact) => {
    const verdicts = [check({ privateEndpoints: fact }), check({ privateEndpoints: listed([privateEndpoint({ state: fact })]) })];
    expect(verdicts).toEqual([unknownVerdict(fact), unknownOf('connection pe-good', fact)]);
  });

  it.each(UNSEEN)('does not mind a state that is $kind beside an approved one', (fact) => {
    expect(check({ privateEndpoints: listed([privateEndpoint({ state: fact }), privateEndpoint()]) }).outcome).toBe('pass');
  });

  it.each(UNSEEN)('is unknown when the subnet is $kind', (fact) => {
    expect(check({ subnetId: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(['privateEndpoints', 'subnetId'] as const)('is not evaluated when the source can never show %s', (name) => {
    expect(check({ [name]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  describe('is mended', () => {
    it.each([
      { kind: 'redis', group: 'redisCache', zone: 'privatelink.redis.cache.windows.net' },
      { kind: 'managed', group: 'redisEnterprise', zone: 'privatelink.redis.azure.net' },
      { kind: 'enterprise', group: 'redisEnterprise', zone: 'privatelink.redisenterprise.cache.azure.net' },
    ] as const)('for $kind by an endpoint to $group and the zone $zone', ({ kind, group, zone }) => {
      const cache = cacheOf(kind);
      const place = ['-g', 'rg-test', '--subscription', SUBSCRIPTION];
      const steps = privateEndpointApproved.fix.steps(targetOf(cache));
      expect(steps.map(({ type }) => type)).toEqual(['decide', 'decide', 'decide', 'decide']);
      expect(steps.map((step) => (step.type === 'decide' ? step.words : []))).toEqual([
        [
          ...['network', 'private-endpoint', 'create', ...place, '-n', 'pe-good', '--vnet-name', 'VNET', '--subnet', 'SUBNET'],
          ...['--private-connection-resource-id', cache.id, '--group-ids', group, '--connection-name', 'pe-good'],
        ],
        ['network', 'private-dns', 'zone', 'create', ...place, '-n', zone],
        ['network', 'private-dns', 'link', 'vnet', 'create', ...place, '-z', zone, '-n', 'LINK', '-v', 'VNET', '-e', 'false'],
        [
          ...['network', 'private-endpoint', 'dns-zone-group', 'create', ...place, '--endpoint-name', 'pe-good', '-n', 'default'],
          ...['--private-dns-zone', zone, '--zone-name', 'redis'],
        ],
      ]);
    });

    it.each([
      { kind: 'redis', group: 'redisCache', resource: 'azurerm_redis_cache' },
      { kind: 'managed', group: 'redisEnterprise', resource: 'azurerm_managed_redis' },
      { kind: 'enterprise', group: 'redisEnterprise', resource: 'azurerm_redis_enterprise_cluster' },
    ] as const)('in Terraform for $kind too', ({ kind, group, resource }) => {
      const { terraform } = privateEndpointApproved.fix;
      expect(terraform[kind]?.lines.map((line) => line.trim().replace(/ += /, ' = '))).toEqual(
        expect.arrayContaining([`private_connection_resource_id = ${resource}.cache.id`, `subresource_names = ["${group}"]`]),
      );
    });
  });

  it('is mapped by Microsoft to all but the benchmark of CIS', () => {
    const { controls } = privateEndpointApproved;
    expect(controls).toHaveLength(30);
    expect(controls.filter(({ origin }) => origin !== 'azure-policy')).toEqual([
      { framework: 'cis-azure-database-2.0', id: '2.7', origin: 'cis' },
    ]);
    expect(controls.filter(({ framework }) => framework === 'fedramp-moderate').map(({ id }) => id)).toEqual([
      'AC-4',
      'AC-17',
      'AC-17(1)',
      'SC-7',
      'SC-7(3)',
    ]);
  });
});
