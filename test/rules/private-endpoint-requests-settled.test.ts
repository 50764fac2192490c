import { describe, expect, it } from 'vitest';
import type { Cache, CacheKind, PrivateEndpoint } from '../../src/model/cache.ts';
import { privateEndpointRequestsSettled } from '../../src/rules/private-endpoint-requests-settled.ts';
import {
  byDefault,
  compliantCache,
  compliantCluster,
  declaredIn,
  judged,
  listed,
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
const FOREIGN = '99999999-0000-4000-8000-00000000000a';

const having = (...endpoints: readonly PrivateEndpoint[]): Partial<Cache> => ({ privateEndpoints: listed(endpoints) });

const check = (...endpoints: readonly PrivateEndpoint[]) =>
  privateEndpointRequestsSettled.check(compliantCache(having(...endpoints)), TODAY);

const connection = (
  name: string,
  state: 'Approved' | 'Pending' | 'Rejected' | 'Disconnected',
  subscriptionId: string | null = SUBSCRIPTION,
) => privateEndpoint({ name, state: seen(state), subscriptionId });

const SETTLED = judged('pass', 'every private endpoint connection is approved and comes from the same subscription', {
  expected: 'Approved',
  actual: 'Approved',
});

describe('private-endpoint-requests-settled', () => {
  it('is a requirement of at most severity medium on every kind of cache', () => {
    const { severity, appliesTo, follows, needs } = privateEndpointRequestsSettled;
    expect({ severity, appliesTo, follows, needs }).toEqual({ severity: 'medium', appliesTo: [...KINDS], follows: null, needs: [] });
  });

  it.each(KINDS)('passes a %s cache whose connections are all approved, from its own subscription', (kind: CacheKind) => {
    const differences = having(connection('a', 'Approved'), connection('b', 'Approved'));
    const cache = kind === 'redis' ? compliantCache(differences) : compliantCluster(kind, differences);
    expect(privateEndpointRequestsSettled.check(cache, TODAY)).toEqual(SETTLED);
  });

  it('passes a cache without any connection', () => {
    expect(check()).toEqual(judged('pass', 'no private endpoint connection'));
    expect(privateEndpointRequestsSettled.check(compliantCache({ privateEndpoints: byDefault([]) }), TODAY).outcome).toBe('pass');
  });

  it.each(['Pending', 'Rejected', 'Disconnected'] as const)('fails mildly for a connection that is %s, and names it', (state) => {
    expect(check(connection('pe-app', 'Approved'), connection('pe-new', state))).toEqual(
      judged('fail', `connection pe-new is ${state}`, { expected: 'Approved', actual: state, severity: 'low' }),
    );
  });

  it.each(['Pending', 'Rejected', 'Disconnected'] as const)('names the other subscription that a %s one comes from', (state) => {
    expect(check(connection('pe-new', state, FOREIGN))).toEqual(
      judged('fail', `connection pe-new is ${state} and comes from subscription ${FOREIGN}`, {
        expected: 'Approved',
        actual: state,
        severity: 'low',
      }),
    );
  });

  it('fails with its own severity for an approved connection from another subscription', () => {
    expect(check(connection('pe-app', 'Approved'), connection('pe-guest', 'Approved', FOREIGN))).toEqual(
      judged('fail', `connection pe-guest is Approved and comes from subscription ${FOREIGN}`, {
        expected: `subscription ${SUBSCRIPTION}`,
        actual: FOREIGN,
      }),
    );
  });

  it('compares subscriptions without regard to case', () => {
    for (const [own, theirs] of [
      [FOREIGN, FOREIGN.toUpperCase()],
      [FOREIGN.toUpperCase(), FOREIGN],
    ] as const) {
      const cache = compliantCache({ ...having(connection('a', 'Approved', theirs)), subscriptionId: own });
      expect(privateEndpointRequestsSettled.check(cache, TODAY)).toEqual(SETTLED);
    }
  });

  it('names each that fails, and is as severe as the severest, in whatever order', () => {
    const pending = connection('pe-new', 'Pending');
    const guest = connection('pe-guest', 'Approved', FOREIGN);
    const verdicts = [check(pending, guest), check(guest, pending)];
    expect(verdicts.map(({ severity }) => severity)).toEqual([undefined, undefined]);
    expect(verdicts.map(({ message }) => message)).toEqual([
      `connection pe-new is Pending; connection pe-guest is Approved and comes from subscription ${FOREIGN}`,
      `connection pe-guest is Approved and comes from subscription ${FOREIGN}; connection pe-new is Pending`,
    ]);
    expect(check(pending, connection('pe-dead', 'Disconnected')).severity).toBe('low');
  });

  it('is unknown for an approved connection that names no subscription', () => {
    expect(check(connection('pe-app', 'Approved', null))).toEqual(
      judged('unknown', 'connection pe-app is Approved, and from which subscription is not known', {
        actual: 'Approved',
        reason: 'missing',
      }),
    );
  });

  it('needs no subscription to fail a connection that is not approved', () => {
    expect(check(connection('pe-new', 'Pending', null)).message).toBe('connection pe-new is Pending');
  });

  it.each(UNSEEN)('is unknown when a state is $kind', (fact) => {
    expect(check(connection('a', 'Approved'), privateEndpoint({ state: fact }))).toEqual(unknownOf('connection pe-good', fact));
  });

  it.each(UNSEEN)('is not mild beside a state that is $kind: it may be worse', (fact) => {
    const { outcome, severity, message } = check(connection('a', 'Pending'), privateEndpoint({ state: fact }));
    expect({ outcome, severity, message }).toEqual({
      outcome: 'fail',
      severity: undefined,
      message: `connection a is Pending; connection pe-good: ${fact.reason}`,
    });
  });

  it.each(UNSEEN)('is unknown when the connections are $kind', (fact) => {
    expect(privateEndpointRequestsSettled.check(compliantCache({ privateEndpoints: fact }), TODAY)).toEqual(unknownVerdict(fact));
  });

  it('is not evaluated when the source can never show the connections', () => {
    expect(privateEndpointRequestsSettled.check(compliantCache({ privateEndpoints: outOfReach() }), TODAY)).toEqual(NOT_EVALUATED);
  });

  it('is mended by decisions only', () => {
    const steps = privateEndpointRequestsSettled.fix.steps(compliantCache());
    expect(steps.map((step) => (step.type === 'decide' ? step.words.slice(1).join(' ') : step.type))).toEqual([
      'private-endpoint-connection approve --id CONNECTION_ID',
      'private-endpoint-connection reject --id CONNECTION_ID',
      'private-endpoint-connection delete --id CONNECTION_ID --yes',
    ]);
  });

  it('compares no subscriptions where a declaration does not say its own', () => {
    const cache = compliantCache({
      origin: declaredIn('main.tf'),
      subscriptionId: null,
      privateEndpoints: seen([privateEndpoint({ subscriptionId: null })]),
    });
    expect(privateEndpointRequestsSettled.check(cache, TODAY)).toMatchObject({
      outcome: 'pass',
      message: 'every private endpoint connection that is declared here is approved',
    });
    const waiting = { ...cache, privateEndpoints: seen([privateEndpoint({ state: seen('Pending'), subscriptionId: null })]) };
    expect(privateEndpointRequestsSettled.check(waiting, TODAY)).toMatchObject({ outcome: 'fail', severity: 'low' });
  });
});
