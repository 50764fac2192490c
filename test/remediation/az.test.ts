import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Fix } from '../../src/model/rule-spec.ts';
import { azCommand, isSafeId } from '../../src/remediation/az.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, compliantCache, SUBSCRIPTION } from '../support/cache.ts';

const { fix } = nonSslPortDisabled;

/** The words that a shell hands to `az` when it runs the command; anything else that the command would run fails the test. */
const wordsInShell = (command: string): readonly string[] => {
  const script = `PATH=''; az() { for word do printf '%s\\0' "$word"; done; }\n${command}`;
  return execFileSync('sh', ['-eu', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    .split('\0')
    .slice(0, -1);
};

/** The command for a cache of that id; the test ends where there is none. */
const commandFor = (id: string, by: Fix = fix): string => {
  const command = azCommand(compliantCache({ id }), by);
  if (command === null) throw new Error(`no command for ${id}`);
  return command;
};

describe('azCommand', () => {
  it('patches the one property through az rest and prints no answer, which would hold the keys', () => {
    expect(azCommand(compliantCache({ id: cacheId('orders') }), fix)).toBe(
      `az rest --method patch --url '${cacheId('orders')}?api-version=2024-11-01' --body '{"properties":{"enableNonSslPort":false}}' -o none`,
    );
  });

  it.each(['managed', 'enterprise'] as const)('has none for %s, which another API serves', (kind) => {
    expect(azCommand(compliantCache({ kind }), fix)).toBeNull();
  });

  it.each([
    ['ASCII', 'rg-shop_1'],
    ['letters of other scripts', 'rg-Bücher-中文-крым'],
    ['letters outside of the basic plane', 'rg-𠮷'],
    ['digits of other scripts', 'rg-٣'],
    ['parentheses', 'rg(1)(prod)'],
    ['periods inside', 'rg..shop.v1'],
    ['a period at its beginning', '.rg'],
    ['nothing but a hyphen', '-'],
    ['ninety characters', 'g'.repeat(90)],
  ])('reaches az as it was meant when the resource group has %s', (_, group) => {
    const id = cacheId('orders', group);
    expect(wordsInShell(commandFor(id))).toEqual([
      'rest',
      '--method',
      'patch',
      '--url',
      `${id}?api-version=2024-11-01`,
      '--body',
      '{"properties":{"enableNonSslPort":false}}',
      '-o',
      'none',
    ]);
  });

  it.each([`it's`, `'`, `''`, `'; az group delete #`, `a'"'"'b`, '$(id)', '`id`', '\\', '"', '\n', '!', '%PATH%', '*', '~'])(
    'hands a body to az unchanged, whatever is in it: %j',
    (text) => {
      const by: Fix = { ...fix, patch: { properties: { text } } };
      expect(wordsInShell(commandFor(cacheId('orders'), by))).toContain(JSON.stringify({ properties: { text } }));
    },
  );

  it.each(['a', 'a1', '1a', 'orders-prod', 'Orders', 'x'.repeat(63)])('takes %s for the name of a cache', (name) => {
    expect(isSafeId(cacheId(name))).toBe(true);
  });

  it('takes an id in any case', () => {
    expect([isSafeId(cacheId('orders').toUpperCase()), isSafeId(cacheId('orders').toLowerCase())]).toEqual([true, true]);
  });
});

describe('an id that does not follow the naming rules of Azure', () => {
  const parts = { subscription: SUBSCRIPTION, group: 'rg-test', type: 'Microsoft.Cache/redis', name: 'orders' };
  const idWith = (differences: Partial<typeof parts>): string => {
    const { subscription, group, type, name } = { ...parts, ...differences };
    return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${name}`;
  };

  it('is none of these parts by itself', () => {
    expect(azCommand(compliantCache({ id: idWith({}) }), fix)).not.toBeNull();
  });

  it.each([
    // Anything that means something to a shell.
    ...[
      "o'rders",
      "'; rm -rf ~ #",
      '$(id)',
      '`id`',
      '"',
      '\\',
      ';id',
      '|id',
      '&id',
      '<x',
      '>x',
      '*',
      '?',
      '!',
      '#',
      '~',
      '%',
      '{a,b}',
      '[a]',
    ].map((name) => ({ name })),
    ...[
      "o'rders",
      "'; rm -rf ~ #",
      '$(id)',
      '`id`',
      '"',
      '\\',
      ';id',
      '|id',
      '&id',
      '<x',
      '>x',
      '*',
      '?',
      '!',
      '#',
      '~',
      '%',
      '=',
      '@',
      ',',
      ':',
    ].map((group) => ({ group })),
    // Space and what cannot be seen.
    ...[' ', 'a b', 'a\n', '\na', 'a\tb', 'a\u0000b', 'a\u001b[31mb', 'a\u202eb', 'a\u200bb', 'a\ud800b', 'a\u00a0b'].flatMap((text) => [
      { name: text },
      { group: text },
    ]),
    // The rules for names of caches: 1 to 63 letters, digits and hyphens of ASCII, no hyphen at either end.
    ...['', '-a', 'a-', '-', 'a.b', 'a_b', 'a/b', 'ü', '中', 'x'.repeat(64), '\u017f', '\u212a'].map((name) => ({ name })),
    // The rules for names of resource groups: 1 to 90, and no period at the end.
    ...['', '.', 'rg.', 'rg..', 'g'.repeat(91), 'a/b', '..', 'a\u0301'].map((group) => ({ group })),
    // A subscription is a GUID.
    ...['', 'prod', SUBSCRIPTION.slice(1), `${SUBSCRIPTION}0`, SUBSCRIPTION.replace('3', 'g'), SUBSCRIPTION.replaceAll('-', '')].map(
      (subscription) => ({ subscription }),
    ),
    // Another type of resource.
    ...[
      'Microsoft.Cache/redisEnterprise',
      'Microsoft_Cache/redis',
      'Micro\u017foft.Cache/redis',
      'Microsoft.Cache/redis/x/firewallRules',
    ].map((type) => ({ type })),
  ])('never becomes part of a command: %j', (differences) => {
    expect(azCommand(compliantCache({ id: idWith(differences) }), fix)).toBeNull();
  });

  it.each([
    ['empty', ''],
    ['relative', cacheId('orders').slice(1)],
    ['an address', `https://example.com${cacheId('orders')}`],
    ['longer', `${cacheId('orders')}/`],
    ['followed by a query', `${cacheId('orders')}?x=1`],
    ['followed by a line', `${cacheId('orders')}\nid`],
    ['after a line', `id\n${cacheId('orders')}`],
    ['climbing', `/subscriptions/${SUBSCRIPTION}/resourceGroups/../providers/Microsoft.Cache/redis/orders`],
  ])('never becomes part of a command: one that is %s', (_, id) => {
    expect(azCommand(compliantCache({ id }), fix)).toBeNull();
  });
});
