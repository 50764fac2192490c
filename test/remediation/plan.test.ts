import { describe, expect, it } from 'vitest';
import type { Plan, SavedFinding } from '../../src/remediation/plan.ts';
import { planOf } from '../../src/remediation/plan.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, clusterId, SUBSCRIPTION } from '../support/cache.ts';
import { failing, REDIS, ruleWith } from '../support/mending.ts';

const [cut, change, scale, prepare, another] = [
  ruleWith('cut', { stage: 'cut' }),
  ruleWith('change', { stage: 'change' }),
  ruleWith('scale', { stage: 'scale' }),
  ruleWith('prepare', { stage: 'prepare' }),
  ruleWith('another-change', { stage: 'change' }),
];

const rules = [cut, change, scale, prepare, another];

/** What is mended where, and by which rules it is held. */
const said = ({ caches }: Plan) =>
  caches.map(({ target, mends }) => [
    target.name,
    mends.map(({ rule, held }) => [rule.id, ...Array.from((held ?? '').matchAll(/has to pass (\S+) first/g), ([, id]) => id)].join(' < ')),
  ]);

describe('a plan', () => {
  it('mends a cache stage by stage, and in a stage in report order', () => {
    const findings = [another, scale, cut, prepare, change].map(({ id }) => failing(id));
    expect(said(planOf(findings, rules))).toEqual([['orders', ['prepare', 'change', 'another-change', 'scale', 'cut']]]);
  });

  it('goes by subscription, then by id, without regard to case', () => {
    const at = (subscription: string, name: string): SavedFinding =>
      failing('change', { resourceId: cacheId(name).replace(SUBSCRIPTION, subscription) });
    const [a, b] = ['aaaaaaaa-0000-4000-8000-000000000001', 'BBBBBBBB-0000-4000-8000-000000000001'];
    const plan = planOf([at(b, 'a'), at(a, 'Z'), at(a, 'y'), at(a.toUpperCase(), 'x')], rules);
    expect(plan.caches.map(({ target }) => [target.subscriptionId.toLowerCase(), target.name])).toEqual([
      [a, 'x'],
      [a, 'y'],
      [a, 'Z'],
      [b.toLowerCase(), 'a'],
    ]);
  });

  it('takes an id in two cases for one cache', () => {
    const findings = [failing('cut'), failing('change', { resourceId: REDIS.id.toUpperCase() })];
    expect(said(planOf(findings, rules))).toEqual([['orders', ['change', 'cut']]]);
  });

  it.each([
    ...(['pass', 'unknown', 'not_applicable', 'not_evaluated'] as const).map((outcome) => ({ outcome })),
    ...(['waived', 'baselined'] as const).map((disposition) => ({ disposition })),
  ])('leaves alone what is %j', (differences) => {
    expect(planOf([failing('cut', differences)], rules)).toEqual({ caches: [], refused: [] });
  });

  it('mends what the chosen rules say and nothing else', () => {
    expect(said(planOf([failing('cut'), failing('change'), failing('unheard-of')], [change]))).toEqual([['orders', ['change']]]);
  });

  it('makes one mend of a finding that is there twice', () => {
    expect(said(planOf([failing('cut'), failing('cut')], rules))).toEqual([['orders', ['cut']]]);
  });

  it('takes every name out of the id', () => {
    const [cache] = planOf([failing('cut', { resourceId: cacheId('named', 'group'), sku: 'Basic C0' })], rules).caches;
    expect(cache?.target).toEqual({
      id: cacheId('named', 'group'),
      name: 'named',
      kind: 'redis',
      resourceGroup: 'group',
      subscriptionId: SUBSCRIPTION,
      sku: 'Basic C0',
    });
  });

  it.each([
    ['an id that breaks the naming rules', { resourceId: "/x'; id" }],
    ['an id of another kind', { resourceId: clusterId('orders') }],
    ['an id of another kind, the other way', { resourceKind: 'managed' as const }],
  ])('refuses %s, and says which rules it fails', (_, differences) => {
    const finding = failing('cut', differences);
    expect(planOf([finding, { ...finding, ruleId: 'change' }, failing('scale')], rules)).toMatchObject({
      caches: [{ mends: [{ rule: { id: 'scale' } }] }],
      refused: [{ id: finding.resourceId, ruleIds: ['cut', 'change'] }],
    });
  });

  it('refuses a rule that is not for caches of that kind, and mends the others', () => {
    const managedOnly = ruleWith('managed-only', {}, { appliesTo: ['managed'] });
    const plan = planOf([failing('managed-only'), failing('cut')], [managedOnly, cut]);
    expect({ mended: said(plan), refused: plan.refused }).toEqual({
      mended: [['orders', ['cut']]],
      refused: [{ id: REDIS.id, ruleIds: ['managed-only'] }],
    });
  });
});

describe('a way in that is the last one', () => {
  const [network, endpoint, keys, entra, assigned] = [
    ruleWith('public-network-access-disabled', { stage: 'cut' }),
    ruleWith('private-endpoint-approved'),
    ruleWith('access-keys-disabled', { stage: 'cut' }),
    ruleWith('entra-authentication-enabled'),
    ruleWith('access-policies-assigned'),
  ];
  const all = [network, endpoint, keys, entra, assigned];

  const HELD: readonly { readonly what: string; readonly findings: readonly SavedFinding[]; readonly mends: readonly string[] }[] = [
    {
      what: 'no approved private endpoint',
      findings: [failing(network.id), failing(endpoint.id)],
      mends: [endpoint.id, `${network.id} < ${endpoint.id}`],
    },
    {
      what: 'a private endpoint that was not seen',
      findings: [failing(network.id), failing(endpoint.id, { outcome: 'unknown' })],
      mends: [`${network.id} < ${endpoint.id}`],
    },
    {
      what: 'no approved private endpoint, which is waived',
      findings: [failing(network.id), failing(endpoint.id, { disposition: 'waived' })],
      mends: [`${network.id} < ${endpoint.id}`],
    },
    {
      what: 'an approved private endpoint',
      findings: [failing(network.id), failing(endpoint.id, { outcome: 'pass' })],
      mends: [network.id],
    },
    { what: 'nobody having asked about private endpoints', findings: [failing(network.id)], mends: [`${network.id} < ${endpoint.id}`] },
    {
      what: 'an approved private endpoint of another cache',
      findings: [failing(network.id), failing(endpoint.id, { resourceId: cacheId('other'), outcome: 'pass' })],
      mends: [`${network.id} < ${endpoint.id}`],
    },
    {
      what: 'Entra off and nobody assigned',
      findings: [failing(keys.id), failing(entra.id), failing(assigned.id)],
      mends: [entra.id, assigned.id, `${keys.id} < ${entra.id} < ${assigned.id}`],
    },
    {
      what: 'Entra on and nobody assigned',
      findings: [failing(keys.id), failing(entra.id, { outcome: 'pass' }), failing(assigned.id)],
      mends: [assigned.id, `${keys.id} < ${assigned.id}`],
    },
    {
      what: 'Entra on and clients assigned',
      findings: [failing(keys.id), failing(entra.id, { outcome: 'pass' }), failing(assigned.id, { outcome: 'pass' })],
      mends: [keys.id],
    },
  ];

  it.each(HELD)('is closed or held with $what', ({ findings, mends }) => {
    expect(said(planOf(findings, all)).find(([name]) => name === 'orders')).toEqual(['orders', mends]);
  });

  it('is held also when the rule that it waits for was not asked for', () => {
    expect(said(planOf([failing(network.id), failing(endpoint.id)], [network]))).toEqual([['orders', [`${network.id} < ${endpoint.id}`]]]);
  });
});

describe('the rules that exist', () => {
  const order = (ids: readonly string[]): readonly string[] =>
    planOf(
      ids.map((id) => failing(id)),
      RULES,
    ).caches.flatMap(({ mends }) => mends.map(({ rule }) => rule.id));

  it.each([
    ['private-endpoint-approved', 'public-network-access-disabled'],
    ['entra-authentication-enabled', 'access-keys-disabled'],
    ['access-policies-assigned', 'access-keys-disabled'],
    ['managed-identity-assigned', 'persistence-uses-managed-identity'],
  ])('have %s mended before %s', (first, then) => {
    const known = [then, first].filter((id) => RULES.some((rule) => rule.id === id));
    expect(order(known)).toEqual([first, then].filter((id) => known.includes(id)));
  });
});
