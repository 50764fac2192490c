import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import { problem } from '../../src/model/problem.ts';
import { COUNTING, evaluate } from '../../src/policy/evaluate.ts';
import { hidingIds } from '../../src/policy/redact-ids.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, compliantCache, SUBSCRIPTION, seen, TODAY } from '../support/cache.ts';
import { END, runOf } from '../support/run.ts';

const TENANT = 'AAAAAAAA-1111-4222-8333-000000000001';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const hide = hidingIds(sha256);

const name = (guid: string): string => `redacted-${sha256(guid.toLowerCase()).slice(0, 12)}`;

const cache = compliantCache({ id: cacheId('orders'), name: 'orders', nonSslPort: seen(true) });
const assessed = evaluate(assess(cache, RULES, TODAY), { ...COUNTING, digest: sha256 });
const run = runOf({ rules: RULES, tenantId: TENANT, options: { subscriptions: [SUBSCRIPTION], nested: [{ tenant: TENANT }] } });
const tally = tallyOf(run, COUNTING);
tally.add(assessed);
tally.addSubscription({ id: SUBSCRIPTION, name: 'prod', state: 'Enabled', status: 'read', caches: 1, excluded: 0, reason: null });
tally.addProblem(
  problem('permission', 'X', `no right for ${TENANT}`, {
    scope: `/subscriptions/${SUBSCRIPTION}`,
    hint: `ask in ${SUBSCRIPTION.toUpperCase()}`,
  }),
);
const report = tally.report(END);

/** Without what is of our own catalogue, where GUIDs name policies. */
const texts = (value: unknown): string =>
  JSON.stringify(value, (key, one) => (['rule', 'rules', 'frameworks', 'controls', 'aliases'].includes(key) ? undefined : one));

describe('--redact ids', () => {
  it.each([
    ['a run', hide.run(run)],
    ['a cache and its findings', hide.assessed(assessed)],
    ['a report', hide.report(report)],
  ])('leaves no id in %s', (_, value) => {
    expect(texts(value)).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i);
  });

  it('gives an id the same name wherever it stands and however it is written, and no other', () => {
    const hidden = hide.report(report);
    expect(hidden.subscriptions[0]?.id).toBe(name(SUBSCRIPTION));
    expect(hidden.problems[0]).toMatchObject({
      message: `no right for ${name(TENANT)}`,
      scope: `/subscriptions/${name(SUBSCRIPTION)}`,
      hint: `ask in ${name(SUBSCRIPTION)}`,
    });
    expect(hidden.run).toMatchObject({
      tenantId: name(TENANT),
      options: { subscriptions: [name(SUBSCRIPTION)], nested: [{ tenant: name(TENANT) }] },
    });
    expect(hide.text(`in ${SUBSCRIPTION}`)).toBe(`in ${name(SUBSCRIPTION)}`);
    expect(name(SUBSCRIPTION)).not.toBe(name(TENANT));
  });

  it('changes nothing else: not the verdict, the fingerprint, the rules or the shape', () => {
    const hidden = hide.assessed(assessed);
    expect(
      hidden.findings.map(({ fingerprint, outcome, gating, rule, controls }) => ({ fingerprint, outcome, gating, rule, controls })),
    ).toEqual(
      assessed.findings.map(({ fingerprint, outcome, gating, rule, controls }) => ({ fingerprint, outcome, gating, rule, controls })),
    );
    const { summary, status } = hide.report(report);
    expect({ summary, status: { ...status, reason: '' } }).toEqual({ summary: report.summary, status: { ...report.status, reason: '' } });
    expect(status.reason).toBe(report.status.reason.replace(TENANT, name(TENANT)));
    const { name: called, kind, sku, location, resourceGroup } = cache;
    expect(hidden.cache).toMatchObject({
      ...{ name: called, kind, sku, location, resourceGroup },
      id: cache.id.replace(SUBSCRIPTION, name(SUBSCRIPTION)),
      subscriptionId: name(SUBSCRIPTION),
    });
  });
});
