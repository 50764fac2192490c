import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { EVERY_CACHE, excludesAllOf, type Selection, selectorOf, subscriptionOfSelector, unmatched } from '../../src/sources/selection.ts';
import { cacheId, compliantCache, declaredIn, listed, SUBSCRIPTION, UNSEEN } from '../support/cache.ts';

const TAGS = { owner: 'team-shop', Env: 'Prod' };

const cache = (name = 'orders', group = 'rg-shop', tags: Readonly<Record<string, string>> = TAGS): Cache =>
  compliantCache({
    id: cacheId(name, group),
    name,
    resourceGroup: group,
    tags: listed(Object.entries(tags).map(([tag, value]) => ({ name: tag, value }))),
  });

/** A subscription that none of the caches is in. */
const OTHER = '33333333-0000-4000-8000-0000000000ff';

const judge = (selection: Partial<Selection>, one = cache()) => selectorOf({ ...EVERY_CACHE, ...selection }).judge(one);

const tag = (name: string, value: string | null = null) => ({ name, value });

describe('a selection', () => {
  const CASES: readonly { readonly selection: Partial<Selection>; readonly is: string }[] = [
    { selection: {}, is: 'wanted' },

    { selection: { subscriptions: [SUBSCRIPTION] }, is: 'wanted' },
    { selection: { subscriptions: [SUBSCRIPTION.toUpperCase()] }, is: 'wanted' },
    { selection: { subscriptions: [OTHER, SUBSCRIPTION] }, is: 'wanted' },
    { selection: { subscriptions: [OTHER] }, is: 'other' },
    { selection: { subscriptions: [OTHER], caches: ['orders'] }, is: 'other' },
    { selection: { subscriptions: [SUBSCRIPTION], excluded: ['*'] }, is: 'excluded' },

    { selection: { resourceGroups: ['rg-shop'] }, is: 'wanted' },
    { selection: { resourceGroups: ['RG-Shop'] }, is: 'wanted' },
    { selection: { resourceGroups: ['rg-other', 'rg-shop'] }, is: 'wanted' },
    { selection: { resourceGroups: ['rg-sho'] }, is: 'other' },
    { selection: { resourceGroups: ['rg-shop-2'] }, is: 'other' },

    { selection: { caches: ['orders'] }, is: 'wanted' },
    { selection: { caches: ['ORDERS'] }, is: 'wanted' },
    { selection: { caches: [cacheId('orders', 'rg-shop').toUpperCase()] }, is: 'wanted' },
    { selection: { caches: ['carts', 'orders'] }, is: 'wanted' },
    { selection: { caches: ['order'] }, is: 'other' },
    { selection: { caches: [cacheId('orders', 'rg-other')] }, is: 'other' },

    { selection: { tags: [tag('owner')] }, is: 'wanted' },
    { selection: { tags: [tag('OWNER', 'team-shop')] }, is: 'wanted' },
    { selection: { tags: [tag('env', 'Prod')] }, is: 'wanted' },
    { selection: { tags: [tag('env', 'prod')] }, is: 'other' },
    { selection: { tags: [tag('owner', '')] }, is: 'other' },
    { selection: { tags: [tag('team')] }, is: 'other' },
    { selection: { tags: [tag('env', 'Test'), tag('env', 'Prod')] }, is: 'wanted' },
    { selection: { tags: [tag('env', 'Prod'), tag('owner', 'team-shop')] }, is: 'wanted' },
    { selection: { tags: [tag('env', 'Prod'), tag('owner', 'team-pay')] }, is: 'other' },

    { selection: { excluded: ['*/orders'] }, is: 'excluded' },
    { selection: { excluded: ['*/ORDERS'] }, is: 'excluded' },
    { selection: { excluded: ['*/resourceGroups/rg-sh?p/*'] }, is: 'excluded' },
    { selection: { excluded: ['*'] }, is: 'excluded' },
    { selection: { excluded: ['*/order'] }, is: 'wanted' },
    { selection: { excluded: ['*/carts', '*/orders'] }, is: 'excluded' },

    { selection: { resourceGroups: ['rg-shop'], caches: ['orders'], tags: [tag('owner')] }, is: 'wanted' },
    { selection: { resourceGroups: ['rg-other'], caches: ['orders'] }, is: 'other' },
    { selection: { resourceGroups: ['rg-shop'], tags: [tag('team')] }, is: 'other' },
    // What is not wanted anyway is not counted as left out.
    { selection: { caches: ['carts'], excluded: ['*'] }, is: 'other' },
  ];
  it.each(CASES)('of $selection takes the cache orders of rg-shop for $is', ({ selection, is }) => {
    expect(judge(selection)).toBe(is);
  });

  it.each(UNSEEN)('by tag is a gap where tags are $kind, for nobody can tell', (fact) => {
    const one = compliantCache({ tags: fact });
    expect(judge({ tags: [tag('owner')] }, one)).toMatchObject({
      problem: { kind: 'malformed', scope: one.id, affects: ['*'], message: expect.stringContaining('--tag') },
    });
    expect(judge({}, one)).toBe('wanted');
    expect(judge({ tags: [tag('owner')], caches: ['another'] }, one)).toBe('other');
    expect(judge({ tags: [tag('owner')], excluded: ['*'] }, one)).toBe('excluded');
  });

  it('by tag does not take a value that is no text for any that was asked for', () => {
    const one = compliantCache({ tags: listed([tag('owner')]) });
    expect(judge({ tags: [tag('owner', 'null')] }, one)).toBe('other');
    expect(judge({ tags: [tag('owner')] }, one)).toBe('wanted');
  });
});

describe('a selection among declared caches', () => {
  const declared = (differences: Partial<Cache> = {}): Cache => ({
    ...cache(),
    id: 'azurerm_redis_cache.orders',
    resourceGroup: null,
    subscriptionId: null,
    origin: declaredIn('main.tf', { address: 'azurerm_redis_cache.orders' }),
    ...differences,
  });

  it('takes for those of a subscription or a group only what says that it will be there', () => {
    expect(judge({ subscriptions: [SUBSCRIPTION] }, declared())).toBe('other');
    expect(judge({ resourceGroups: ['rg-shop'] }, declared())).toBe('other');
    expect(judge({ subscriptions: [SUBSCRIPTION] }, declared({ subscriptionId: SUBSCRIPTION }))).toBe('wanted');
    expect(judge({ resourceGroups: ['rg-shop'] }, declared({ resourceGroup: 'RG-shop' }))).toBe('wanted');
    expect(judge({}, declared())).toBe('wanted');
  });

  it('is by name or address, and leaves out by a glob over addresses', () => {
    expect(judge({ caches: ['orders'] }, declared())).toBe('wanted');
    expect(judge({ caches: ['azurerm_redis_cache.orders'] }, declared())).toBe('wanted');
    expect(judge({ excluded: ['azurerm_redis_cache.*'] }, declared())).toBe('excluded');
    expect(judge({ excluded: ['module.*'] }, declared())).toBe('wanted');
  });
});

describe('a selector that matched nothing', () => {
  const selection: Selection = {
    subscriptions: [SUBSCRIPTION, OTHER],
    resourceGroups: ['rg-shop', 'rg-none'],
    caches: ['Orders', 'none', cacheId('gone')],
    tags: [tag('owner', 'team-shop'), tag('env', 'none'), tag('none')],
    excluded: ['*/none'],
  };

  it('is named, as it was written; what matched, and what leaves out, is not', () => {
    const selector = selectorOf(selection);
    selector.judge(cache());
    selector.judge(cache('carts', 'rg-carts', {}));
    expect(selector.unmatched().map(({ problem }) => [problem.scope, problem.code, problem.affects])).toEqual(
      [
        `--subscription ${OTHER}`,
        '--resource-group rg-none',
        '--cache Orders',
        '--cache none',
        `--cache ${cacheId('gone')}`,
        '--tag env=none',
        '--tag none',
      ].map((scope) => [scope, 'NOTHING_MATCHED', []]),
    );
  });

  it('is every one of them when there is no cache', () => {
    expect(selectorOf(selection).unmatched()).toHaveLength(10);
    expect(selectorOf(EVERY_CACHE).unmatched()).toEqual([]);
  });

  it('is also the name of a cache that another kind of selector does not want: whoever names it wants to know of it', () => {
    const selector = selectorOf({ ...EVERY_CACHE, caches: ['Orders'], resourceGroups: ['rg-none'] });
    selector.judge(cache());
    expect(selector.unmatched().map(({ problem }) => [problem.scope, problem.message])).toEqual([
      ['--resource-group rg-none', '--resource-group "rg-none" matches no cache that was read'],
      ['--cache Orders', '--cache "Orders" is a cache that another selector leaves out'],
    ]);
    selector.judge(cache('orders', 'rg-none'));
    expect(selector.unmatched()).toEqual([]);
  });

  it('is no cache that --exclude leaves out, for that was said, and no group whose caches are not wanted', () => {
    const selector = selectorOf({ ...EVERY_CACHE, caches: ['orders'], resourceGroups: ['rg-shop', 'rg-carts'], excluded: ['*/orders'] });
    selector.judge(cache());
    selector.judge(cache('carts', 'rg-carts'));
    expect(selector.unmatched()).toEqual([]);
  });

  it('is told with its value made harmless', () => {
    expect(unmatched('--tag', 'a', 'nothing').problem).toMatchObject({ kind: 'not_found', message: 'nothing', scope: '--tag a' });
    expect(selectorOf({ ...EVERY_CACHE, caches: ['a"\n::error::'] }).unmatched()[0]?.problem.message).toBe(
      '--cache "a\\"\\n::error::" matches no cache that was read',
    );
  });
});

describe('a glob for everything in a subscription', () => {
  it.each([
    ['*', true],
    [`/subscriptions/${SUBSCRIPTION}/*`, true],
    [`/subscriptions/${SUBSCRIPTION}*`, true],
    [`/SUBSCRIPTIONS/${SUBSCRIPTION.toUpperCase()}/*`, true],
    ['/subscriptions/3333*', true],
    [`/subscriptions/${SUBSCRIPTION}/resourceGroups/*`, false],
    [`/subscriptions/${SUBSCRIPTION}/`, false],
    [`/subscriptions/${SUBSCRIPTION}`, false],
    ['*/orders', false],
    ['*/sandbox-*', false],
  ])('%s: %s', (glob, all) => {
    expect(excludesAllOf([glob], SUBSCRIPTION)).toBe(all);
  });
});

describe('the subscription of a selected cache', () => {
  it('is that of its id, and none of a name', () => {
    expect(subscriptionOfSelector(cacheId('orders').toUpperCase())).toBe(SUBSCRIPTION.toLowerCase());
    expect(subscriptionOfSelector('orders')).toBeNull();
  });
});
