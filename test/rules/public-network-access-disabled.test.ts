import { describe, expect, it } from 'vitest';
import type { Cache, FirewallRule } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import { publicNetworkAccessDisabled } from '../../src/rules/public-network-access-disabled.ts';
import {
  awaiting,
  byDefault,
  compliantCache,
  compliantCluster,
  declaredIn,
  firewallRule,
  invalid,
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

const ACCESS = 'properties.publicNetworkAccess';
const SUBNET = 'properties.subnetId';
const ENDPOINTS = 'properties.privateEndpointConnections';
const SUBNET_ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n';

const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });

const KINDS = ['redis', 'managed', 'enterprise'] as const;

const cacheOf = (kind: (typeof KINDS)[number], differences: Partial<Cache>): Cache =>
  kind === 'redis' ? compliantCache(differences) : compliantCluster(kind, differences);

const check = (differences: Partial<Cache>, rule = publicNetworkAccessDisabled) => rule.check(compliantCache(differences), TODAY);

const approved = listed([privateEndpoint()], ENDPOINTS);
const rejected = listed([privateEndpoint({ state: seen('Rejected') })], ENDPOINTS);
const none = listed([], ENDPOINTS);

describe('public-network-access-disabled', () => {
  it('is a requirement of severity high on every kind of cache', () => {
    const { severity, appliesTo, follows, needs } = publicNetworkAccessDisabled;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'high', appliesTo: [...KINDS], follows: null, needs: [] });
  });

  it.each(KINDS)('fails a %s cache with public access, whatever else protects it', (kind) => {
    const cache = cacheOf(kind, { publicNetworkAccess: seen('Enabled', ACCESS), privateEndpoints: approved });
    expect(publicNetworkAccessDisabled.check(cache, TODAY)).toEqual(
      judged('fail', 'public access is enabled', { expected: 'Disabled', actual: 'Enabled', ...at(ACCESS) }),
    );
  });

  it.each(KINDS)('passes a %s cache without public access', (kind) => {
    const cache = cacheOf(kind, { publicNetworkAccess: seen('Disabled', ACCESS), privateEndpoints: missing() });
    expect(publicNetworkAccessDisabled.check(cache, TODAY)).toEqual(
      judged('pass', 'public access is disabled', { expected: 'Disabled', actual: 'Disabled', ...at(ACCESS) }),
    );
  });

  describe('on a cache that is injected into a virtual network', () => {
    const anything: readonly { readonly state: string; readonly access: Cache['publicNetworkAccess'] }[] = [
      { state: 'enabled', access: seen('Enabled', ACCESS) },
      { state: 'disabled', access: seen('Disabled', ACCESS) },
      { state: 'missing', access: missing() },
      { state: 'invalid', access: invalid('"SecuredByPerimeter"') },
      { state: 'out of reach', access: outOfReach() },
    ];

    it.each(anything)('does not apply when public access is $state', ({ access }) => {
      expect(check({ publicNetworkAccess: access, subnetId: seen(SUBNET_ID, SUBNET) })).toEqual(
        judged('not_applicable', 'injected into a virtual network: neither public access nor private endpoints apply', {
          reason: 'vnet_injected',
          ...at(SUBNET),
        }),
      );
    });
  });

  describe.each(['managed', 'enterprise'] as const)('on a %s cluster older than the property', (kind) => {
    const older = (privateEndpoints: Cache['privateEndpoints']) =>
      publicNetworkAccessDisabled.check(compliantCluster(kind, { publicNetworkAccess: seen(null, ACCESS), privateEndpoints }), TODAY);

    it('passes with an approved private endpoint, which restricts all public access there', () => {
      expect(older(approved)).toEqual(
        judged('pass', 'older than the property: its approved private endpoint restricts all public access', {
          expected: 'Disabled',
          ...at(ENDPOINTS),
        }),
      );
    });

    it.each([none, rejected])('fails without one', (endpoints) => {
      expect(older(endpoints)).toEqual(
        judged('fail', 'older than the property, and without an approved private endpoint: publicly reachable', {
          expected: 'Disabled',
          ...at(ENDPOINTS),
        }),
      );
    });

    it.each(UNSEEN)('is unknown when its endpoints are $kind, or the state of the only one', (fact) => {
      expect([older(fact), older(listed([privateEndpoint({ state: fact })]))]).toEqual([
        unknownVerdict(fact),
        unknownOf('connection pe-good', fact),
      ]);
    });
  });

  describe('with acceptNarrowFirewall', () => {
    const lenient = publicNetworkAccessDisabled.withOptions({ acceptNarrowFirewall: true });

    describe('in a declaration, which seldom shows an endpoint', () => {
      const declared = (firewallRules: Cache['firewallRules'], privateEndpoints: Cache['privateEndpoints'] = outOfReach()) =>
        check({ origin: declaredIn('main.tf'), publicNetworkAccess: seen('Enabled', ACCESS), privateEndpoints, firewallRules }, lenient);

      it('passes by the rules that are declared', () => {
        expect(declared(listed([firewallRule('office', '203.0.113.7', '203.0.113.7')]))).toMatchObject({ outcome: 'pass' });
        expect(declared(listed([firewallRule('all', '0.0.0.0', '255.255.255.255')]))).toMatchObject({ outcome: 'fail' });
      });

      it('fails where no rule is declared: what may stand elsewhere excuses nothing', () => {
        expect(declared(outOfReach())).toMatchObject({ outcome: 'fail', message: 'public access is enabled' });
      });

      it('fails beside an endpoint that is declared, whatever the rules', () => {
        expect(declared(listed([firewallRule('office', '203.0.113.7', '203.0.113.7')]), approved)).toMatchObject({ outcome: 'fail' });
      });

      it.each(UNSEEN)('is unknown where the rules are $kind', (fact) => {
        expect(declared(fact)).toMatchObject({ outcome: 'unknown', reason: fact.kind });
      });
    });
    const office = firewallRule('office', '1.1.1.0', '1.1.1.255');
    const region = firewallRule('region', '1.1.0.0', '1.1.1.255');

    const behind = (...rules: readonly FirewallRule[]) =>
      check(
        { publicNetworkAccess: seen('Enabled', ACCESS), privateEndpoints: none, firewallRules: listed(rules, 'firewallRules') },
        lenient,
      );

    it('is an option that is off by default, and needs the firewall rules when it is on', () => {
      expect(publicNetworkAccessDisabled.options.map(({ name, value }) => ({ name, value }))).toEqual([
        { name: 'acceptNarrowFirewall', value: false },
      ]);
      expect([publicNetworkAccessDisabled.needs, lenient.needs]).toEqual([[], ['firewallRules']]);
    });

    it('passes a redis cache whose every rule is narrow', () => {
      expect(behind(office)).toEqual(
        judged('pass', 'public access is enabled, but every firewall rule is narrow', {
          actual: '1.1.1.0-1.1.1.255',
          ...at('firewallRules/office'),
        }),
      );
    });

    it('fails one with a wide rule, with the severity of the rule', () => {
      expect(behind(office, region)).toEqual(
        judged('fail', 'public access is enabled: rule region lets in 512 public addresses', {
          expected: 'at most 256',
          actual: '1.1.0.0-1.1.1.255',
          ...at('firewallRules/region'),
        }),
      );
    });

    it('fails one without any rule', () => {
      expect(behind()).toEqual(
        judged('fail', 'public access is enabled, and no firewall rule narrows it', { expected: 'Disabled', ...at('firewallRules') }),
      );
    });

    it.each(UNSEEN)('is unknown when an end of a rule is $kind, and fails beside a wide one', (fact) => {
      expect([behind({ ...office, end: fact }).outcome, behind({ ...office, end: fact }, region).outcome]).toEqual(['unknown', 'fail']);
    });

    it.each(UNSEEN)('is unknown when the rules are $kind', (fact) => {
      expect(check({ publicNetworkAccess: seen('Enabled'), privateEndpoints: none, firewallRules: fact }, lenient)).toEqual(
        unknownVerdict(fact),
      );
    });

    it('waits for the rules of a cache with public access, and of no other', () => {
      const waiting = { firewallRules: pending('firewallRules'), privateEndpoints: none };
      expect(check({ ...waiting, publicNetworkAccess: seen('Enabled') }, lenient)).toEqual(awaiting('firewallRules'));
      expect(check({ ...waiting, publicNetworkAccess: seen('Disabled') }, lenient).outcome).toBe('pass');
      expect(check({ ...waiting, publicNetworkAccess: seen('Enabled') }).outcome).toBe('fail');
    });

    it('fails beside an approved private endpoint, where firewall rules count for nothing', () => {
      const { outcome, message, expected } = check(
        { publicNetworkAccess: seen('Enabled'), privateEndpoints: approved, firewallRules: listed([office]) },
        lenient,
      );
      expect({ outcome, message, expected }).toEqual({ outcome: 'fail', message: 'public access is enabled', expected: 'Disabled' });
    });

    it.each(['managed', 'enterprise'] as const)('changes nothing for a %s cluster, which has no firewall rules', (kind) => {
      const cluster = compliantCluster(kind, { publicNetworkAccess: seen('Enabled') });
      expect(lenient.check(cluster, TODAY)).toEqual(publicNetworkAccessDisabled.check(cluster, TODAY));
    });
  });

  it.each(UNSEEN)('is unknown when public access is $kind', (fact) => {
    expect(check({ publicNetworkAccess: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the subnet is $kind, whatever the access', (fact) => {
    const verdicts = (['Enabled', 'Disabled'] as const).map((access) => check({ subnetId: fact, publicNetworkAccess: seen(access) }));
    expect(verdicts).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
  });

  it('knows a cache outside of a virtual network by the absence of a subnet', () => {
    expect(check({ subnetId: byDefault(null, SUBNET), publicNetworkAccess: seen('Enabled') }).outcome).toBe('fail');
  });

  it.each(['publicNetworkAccess', 'subnetId'] as const)('is not evaluated when the source can never show %s', (fact) => {
    expect(check({ [fact]: outOfReach() })).toEqual(NOT_EVALUATED);
  });
});
