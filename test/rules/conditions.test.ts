import { describe, expect, it } from 'vitest';
import type { Cache, EnabledOrDisabled, EndpointState, Tier } from '../../src/model/cache.ts';
import { type Fact, pending } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';
import {
  byApproval,
  byPersistence,
  byPublicAccess,
  isApproved,
  onEachDatabase,
  onTier,
  unlessInjected,
  whereEntraIsOn,
  whereFirewallCounts,
} from '../../src/rules/conditions.ts';
import { fail, given, pass } from '../../src/rules/rule.ts';
import {
  awaiting,
  byDefault,
  compliantCache,
  compliantCluster,
  compliantDatabase,
  judged,
  listed,
  missing,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  privateEndpoint,
  seen,
  UNSEEN,
  unknownOf,
  unknownVerdict,
} from '../support/cache.ts';

const neverAsked = (): Verdict => {
  throw new Error('judged without the condition');
};

const asked = (): Verdict => pass('it was asked');

/** What the condition told whoever judges. */
const told = (answer: boolean): Verdict => pass(String(answer));

const SUBNET = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n';

const endpoints = (...states: readonly EndpointState[]): Cache['privateEndpoints'] => endpointsThat(...states.map((state) => seen(state)));

const endpointsThat = (...states: readonly Fact<EndpointState>[]): Cache['privateEndpoints'] =>
  listed(states.map((state, index) => privateEndpoint({ name: `pe-${index}`, state })));

/** A fact that decides by itself: whatever it is, nothing else is asked. */
const unseenDecides = (condition: (cache: Cache, judge: () => Verdict) => Verdict, ...names: readonly (keyof Cache)[]): void => {
  describe.each(names)('when %s was not seen', (name) => {
    it.each(UNSEEN)('is unknown where it is $kind', (fact) => {
      expect(condition(compliantCache({ [name]: fact }), neverAsked)).toEqual(unknownVerdict(fact));
    });

    it('is not evaluated where the source can never show it', () => {
      expect(condition(compliantCache({ [name]: outOfReach() }), neverAsked)).toEqual(NOT_EVALUATED);
    });
  });
};

describe('unlessInjected', () => {
  it('judges a cache outside of a virtual network', () => {
    expect(unlessInjected(compliantCache({ subnetId: byDefault(null) }), asked).message).toBe('it was asked');
  });

  it('has no meaning inside of one', () => {
    expect(unlessInjected(compliantCache({ subnetId: seen(SUBNET) }), neverAsked)).toEqual(
      judged('not_applicable', 'injected into a virtual network: neither public access nor private endpoints apply', {
        reason: 'vnet_injected',
      }),
    );
  });

  unseenDecides(unlessInjected, 'subnetId');
});

describe('onTier', () => {
  const tiers: readonly Tier[] = ['Standard', 'Premium'];

  it.each(tiers)('judges a cache of the tier %s, and hands it on', (tier) => {
    expect(onTier(compliantCache({ tier: seen(tier) }), tiers, (own) => pass(own)).message).toBe(tier);
  });

  it('has no meaning for another tier, and names it', () => {
    expect(onTier(compliantCache({ tier: seen('Basic') }), tiers, neverAsked)).toEqual(
      judged('not_applicable', 'Standard and Premium only, and this is Basic', { reason: 'tier' }),
    );
  });

  unseenDecides((cache, judge) => onTier(cache, tiers, judge), 'tier');
});

describe('byApproval', () => {
  it.each([
    { states: [], approved: 'false' },
    { states: ['Approved'], approved: 'true' },
    { states: ['Pending'], approved: 'false' },
    { states: ['Rejected'], approved: 'false' },
    { states: ['Disconnected'], approved: 'false' },
    { states: ['Pending', 'Approved', 'Rejected'], approved: 'true' },
    { states: ['Pending', 'Rejected', 'Disconnected'], approved: 'false' },
  ] as const)('tells $approved of connections that are $states', ({ states, approved }) => {
    expect(byApproval(compliantCache({ privateEndpoints: endpoints(...states) }), told)).toEqual(judged('pass', approved));
  });

  it.each(UNSEEN)('does not mind a state that is $kind where another is approved', (fact) => {
    expect(byApproval(compliantCache({ privateEndpoints: endpointsThat(fact, seen('Approved')) }), told).message).toBe('true');
  });

  it.each(UNSEEN)('is unknown where none is approved and a state is $kind', (fact) => {
    expect(byApproval(compliantCache({ privateEndpoints: endpointsThat(seen('Rejected'), fact) }), neverAsked)).toEqual(
      unknownOf('connection pe-1', fact),
    );
  });

  unseenDecides((cache, judge) => byApproval(cache, judge), 'privateEndpoints');
});

describe('isApproved', () => {
  it('is true of a connection that was seen to be', () => {
    const states: readonly Fact<EndpointState>[] = [seen('Approved'), seen('Pending'), missing()];
    expect(states.map((state) => isApproved(privateEndpoint({ state })))).toEqual([true, false, false]);
  });
});

describe('byPublicAccess', () => {
  const ACCESS = 'properties.publicNetworkAccess';

  it.each([
    ['Enabled', 'true'],
    ['Disabled', 'false'],
  ] as const)('tells of a cache with %s: %s', (access, isPublic) => {
    const cache = compliantCache({ publicNetworkAccess: seen(access, ACCESS), privateEndpoints: missing() });
    expect(byPublicAccess(cache, told)).toMatchObject({ message: isPublic, actual: access, evidence: { path: ACCESS } });
  });

  describe('of a cluster older than the property', () => {
    const older = (privateEndpoints: Cache['privateEndpoints']) =>
      compliantCluster('enterprise', { publicNetworkAccess: seen(null, ACCESS), privateEndpoints });

    it.each([
      [[], 'true'],
      [['Pending'], 'true'],
      [['Approved'], 'false'],
    ] as const)('goes by its private endpoints: %j is %s', (states, isPublic) => {
      expect(byPublicAccess(older(endpoints(...states)), told)).toEqual(judged('pass', isPublic));
    });

    it.each(UNSEEN)('is unknown where these are $kind', (fact) => {
      expect(byPublicAccess(older(fact), neverAsked)).toEqual(unknownVerdict(fact));
    });
  });

  unseenDecides((cache, judge) => byPublicAccess(cache, judge), 'publicNetworkAccess');
});

describe('whereFirewallCounts', () => {
  const open = (differences: Partial<Cache> = {}): Cache =>
    compliantCache({
      subnetId: byDefault(null),
      publicNetworkAccess: seen<EnabledOrDisabled | null>('Enabled'),
      privateEndpoints: endpoints(),
      ...differences,
    });

  it.each([{ states: [] }, { states: ['Pending', 'Rejected'] }] as const)(
    'judges a publicly reachable cache with connections $states',
    ({ states }) => {
      expect(whereFirewallCounts(open({ privateEndpoints: endpoints(...states) }), asked).message).toBe('it was asked');
    },
  );

  const senseless: readonly { readonly differences: Partial<Cache>; readonly message: string; readonly reason: string }[] = [
    {
      differences: { subnetId: seen(SUBNET), publicNetworkAccess: missing(), privateEndpoints: missing() },
      message: 'injected into a virtual network: neither public access nor private endpoints apply',
      reason: 'vnet_injected',
    },
    {
      differences: { publicNetworkAccess: seen('Disabled'), privateEndpoints: missing() },
      message: 'public access is disabled',
      reason: 'public_access_disabled',
    },
    {
      differences: { privateEndpoints: endpoints('Approved') },
      message: 'firewall rules are not supported beside an approved private endpoint',
      reason: 'private_endpoint',
    },
  ];

  it.each(senseless)('has no meaning where $reason', ({ differences, message, reason }) => {
    expect(whereFirewallCounts(open(differences), neverAsked)).toEqual(judged('not_applicable', message, { reason }));
  });

  it.each(['subnetId', 'publicNetworkAccess', 'privateEndpoints'] as const)('is unknown where %s was not seen', (name) => {
    const verdicts = UNSEEN.map((fact) => whereFirewallCounts(open({ [name]: fact }), neverAsked));
    expect(verdicts).toEqual(UNSEEN.map(unknownVerdict));
    expect(whereFirewallCounts(open({ [name]: outOfReach() }), neverAsked)).toEqual(NOT_EVALUATED);
  });
});

describe('whereEntraIsOn', () => {
  it('judges a cache with Entra authentication', () => {
    expect(whereEntraIsOn(compliantCache({ entraAuthentication: seen(true) }), asked).message).toBe('it was asked');
  });

  it.each([
    { fact: seen(false), source: 'observed' },
    { fact: byDefault(false), source: 'service_default' },
  ] as const)('has no meaning without it ($source)', ({ fact, source }) => {
    expect(whereEntraIsOn(compliantCache({ entraAuthentication: fact }), neverAsked)).toEqual(
      judged('not_applicable', 'Entra authentication is off', { reason: 'entra_off', evidence: { path: PATH, source } }),
    );
  });

  unseenDecides(whereEntraIsOn, 'entraAuthentication');
});

describe('onEachDatabase', () => {
  const cluster = (databases: Cache['databases']) => compliantCluster('managed', { databases });
  const encrypted = ({ clientProtocol }: ReturnType<typeof compliantDatabase>) =>
    given(clientProtocol, (protocol) => (protocol === 'Encrypted' ? pass('it is good') : fail('it is bad')));
  const bad = compliantDatabase({ name: 'second', clientProtocol: seen('Plaintext') });

  it('names the database in each message', () => {
    expect(onEachDatabase(cluster(listed([compliantDatabase()])), encrypted)).toEqual(
      judged('pass', 'database default: it is good', { actual: 'Encrypted' }),
    );
    expect(onEachDatabase(cluster(listed([compliantDatabase(), bad, { ...bad, name: 'third' }])), encrypted)).toEqual(
      judged('fail', 'database second: it is bad; database third: it is bad', { actual: 'Plaintext' }),
    );
  });

  it('names the database of which something was not seen', () => {
    expect(onEachDatabase(cluster(listed([compliantDatabase({ clientProtocol: missing() })])), encrypted)).toEqual({
      ...unknownVerdict(missing()),
      message: 'database default: the property is missing from the answer',
    });
  });

  it('has no meaning for a cluster without any', () => {
    expect(onEachDatabase(cluster(listed([])), neverAsked)).toEqual(
      judged('not_applicable', 'the cluster has no database', { reason: 'no_database' }),
    );
  });

  it('waits for the databases', () => {
    expect(onEachDatabase(cluster(pending('databases')), neverAsked)).toEqual(awaiting('databases'));
  });
});

describe('byPersistence', () => {
  const RDB = 'properties.rdb';
  const AOF = 'properties.aof';
  const by = (rdb: Fact<boolean>, aof: Fact<boolean>) => byPersistence({ rdbPersistence: rdb, aofPersistence: aof }, told);

  it.each([
    [true, true, 'true', RDB],
    [true, false, 'true', RDB],
    [false, true, 'true', AOF],
    [false, false, 'false', RDB],
  ])('tells of snapshots %s and a log of writes %s: %s', (rdb, aof, message, path) => {
    expect(by(seen(rdb, RDB), seen(aof, AOF))).toMatchObject({ message, evidence: { path } });
  });

  it.each(UNSEEN)('goes by the one that is on where the other is $kind', (fact) => {
    expect([by(fact, seen(true, AOF)).message, by(seen(true, RDB), fact).message]).toEqual(['true', 'true']);
  });

  it.each(UNSEEN)('is unknown where one is off and the other is $kind', (fact) => {
    expect([by(fact, seen(false, AOF)), by(seen(false, RDB), fact)]).toEqual([unknownVerdict(fact), unknownVerdict(fact)]);
  });
});
