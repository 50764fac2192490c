import type { Cache, PrivateEndpoint } from '../model/cache.ts';
import type { Verdict } from '../model/finding.ts';
import type { Step } from '../model/fix.ts';
import { defineFix, showEndpoints } from './fixes.ts';
import { defineRule, fail, givenEach, givenOf, pass, unknown } from './rule.ts';

export const privateEndpointRequestsSettled = defineRule({
  id: 'private-endpoint-requests-settled',
  title: 'No private endpoint may wait for an answer, be cut off, or come from a foreign subscription',
  severity: 'medium',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'Anyone who knows the id of a cache can ask it for a private endpoint; one click on Approve opens the cache to their network. ' +
    'A request that lies around is approved by mistake one day, and a dead one hides that a client lost its way in.',
  evidence:
    'properties.privateEndpointConnections[].properties: privateLinkServiceConnectionState.status, and the subscription in privateEndpoint.id',
  fix: defineFix({
    summary: 'Find out who made each request, then approve it, reject it, or delete the dead connection.',
    risk:
      'Approve only a subscription that you know. Rejecting or deleting a connection cuts off the network behind it, and without the ' +
      'last one the cache may be unreachable.',
    stage: 'change',
    steps: () => [
      decided('Approve a connection that you asked for', 'approve'),
      decided('Or reject one that you do not know', 'reject'),
      decided('Or delete one that is rejected or disconnected', 'delete', '--yes'),
    ],
    verify: showEndpoints,
    rollback: 'An approved connection can be rejected later; a deleted one has to be requested again.',
    portal: 'Private Link Center > Pending connections',
  }),
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-private-link',
    'https://learn.microsoft.com/azure/redis/private-link',
  ],
  check: (cache) =>
    givenEach(
      cache.privateEndpoints,
      () => pass('no private endpoint connection'),
      (endpoint) => settled(endpoint, cache),
    ),
});

const settled = ({ name, state, subscriptionId }: PrivateEndpoint, cache: Cache): Verdict =>
  givenOf(`connection ${name}`, state, (value) => {
    const own = cache.subscriptionId;
    const isForeign = own !== null && subscriptionId !== null && subscriptionId.toLowerCase() !== own.toLowerCase();
    const what = `connection ${name} is ${value}${isForeign ? ` and comes from subscription ${subscriptionId}` : ''}`;
    if (value !== 'Approved') return fail(what, 'Approved', { severity: 'low' });
    // A declaration seldom says in which subscription it will stand.
    if (own === null) return DECLARED;
    if (subscriptionId === null) return unknown(`${what}, and from which subscription is not known`, 'missing');
    return isForeign ? fail(what, `subscription ${own}`, { actual: subscriptionId }) : SETTLED;
  });

const SETTLED = pass('every private endpoint connection is approved and comes from the same subscription', 'Approved');

const DECLARED = pass('every private endpoint connection that is declared here is approved', 'Approved');

const decided = (text: string, verb: string, ...more: readonly string[]): Step => ({
  type: 'decide',
  text,
  words: ['network', 'private-endpoint-connection', verb, '--id', 'CONNECTION_ID', ...more],
});
