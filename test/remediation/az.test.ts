import { describe, expect, it } from 'vitest';
import { type Body, databaseId, type FixTarget, type Step } from '../../src/model/fix.ts';
import { remediationOf } from '../../src/remediation/remediation.ts';
import { configure, database, named, patch } from '../../src/rules/fixes.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, clusterId, SUBSCRIPTION } from '../support/cache.ts';
import { az, decide, MANAGED, REDIS, ruleWith, wordsInShell } from '../support/mending.ts';

/** The commands for these steps; the test ends where there is none. */
const commandsFor = (target: FixTarget, ...steps: readonly Step[]): string => {
  const command = remediationOf(ruleWith('any-rule', { steps: () => steps }), target).az;
  if (command === null) throw new Error(`no command for ${target.id}`);
  return command;
};

const redisAt = (id: string): FixTarget => ({ ...REDIS, id });

describe('a change of a cache with az', () => {
  it('patches the one property through az rest and prints no answer, which would hold the keys', () => {
    expect(remediationOf(nonSslPortDisabled, REDIS).az).toBe(
      `az rest --method patch --url '${cacheId('orders')}?api-version=2024-11-01' --body '{"properties":{"enableNonSslPort":false}}' -o none`,
    );
  });

  it.each(['managed', 'enterprise'] as const)('asks the API of clusters for %s', (kind) => {
    expect(remediationOf(minimumTls12, { ...MANAGED, kind }).az).toBe(
      `az rest --method patch --url '${clusterId('orders')}?api-version=2025-07-01' --body '{"properties":{"minimumTlsVersion":"1.2"}}' -o none`,
    );
  });

  it('reads, changes and writes a database, which has no PATCH', () => {
    expect(commandsFor(MANAGED, database({ clientProtocol: 'Encrypted' }))).toBe(
      `az resource update --ids '${clusterId('orders')}/databases/default' --api-version 2025-07-01 --set properties.clientProtocol=Encrypted -o none`,
    );
  });

  const SETTINGS: readonly { readonly what: string; readonly properties: Body; readonly set: readonly string[] }[] = [
    { what: 'a word', properties: { a: 'Encrypted' }, set: ['properties.a=Encrypted'] },
    { what: 'several', properties: { a: 'One', b: 'Two' }, set: ['properties.a=One', 'properties.b=Two'] },
    { what: 'true', properties: { a: true }, set: ['properties.a=true'] },
    { what: 'a number', properties: { a: 6 }, set: ['properties.a=6'] },
    { what: 'a text that looks like a number', properties: { a: '6' }, set: ['properties.a="6"'] },
    { what: 'a text that looks like true', properties: { a: 'true' }, set: ['properties.a="true"'] },
    { what: 'a text that Python would take for its own', properties: { a: 'None' }, set: ['properties.a="None"'] },
    { what: 'a text that JSON of Python knows', properties: { a: 'NaN' }, set: ['properties.a="NaN"'] },
    { what: 'an empty text', properties: { a: '' }, set: ['properties.a=""'] },
    {
      what: 'an object as a whole, which may be absent',
      properties: { a: { b: true, c: '1h' } },
      set: ['properties.a={"b":true,"c":"1h"}'],
    },
    { what: 'a list', properties: { a: ['x', 'y'] }, set: ['properties.a=["x","y"]'] },
  ];

  it.each(SETTINGS)('sets $what in a database', ({ properties, set }) => {
    const words = wordsInShell(commandsFor(MANAGED, database(properties)));
    expect(words.slice(words.indexOf('--set'))).toEqual(['--set', ...set, '-o', 'none']);
  });

  it('waits for the end of each change when another follows, and not after the last', () => {
    const lines = commandsFor(REDIS, patch({ a: 1 }), patch({ b: 2 })).split('\n');
    expect(lines.map((line) => wordsInShell(line).slice(0, 2).join(' '))).toEqual(['rest --method', 'resource wait', 'rest --method']);
    expect(wordsInShell(lines[1] ?? '')).toEqual([
      ...['resource', 'wait', '--ids', REDIS.id, '--api-version', '2024-11-01', '--updated', '--interval', '30', '--timeout', '3600'],
    ]);
  });

  it.each([
    { what: 'a cluster', step: patch({ a: 1 }), id: MANAGED.id },
    { what: 'a database', step: database({ a: 1 }), id: databaseId(MANAGED) },
  ])('waits for $what until it runs', ({ step, id }) => {
    const [, wait = ''] = commandsFor(MANAGED, step, patch({ b: 2 })).split('\n');
    expect(wait).toContain(`--custom "properties.resourceState=='Running'"`);
    expect(wordsInShell(wait)).toEqual([
      ...['resource', 'wait', '--ids', id, '--api-version', '2025-07-01', '--custom', "properties.resourceState=='Running'"],
      ...['--interval', '30', '--timeout', '3600'],
    ]);
  });

  it('shows what needs a decision, and what waits for it, as comments: a paste runs neither', () => {
    const commands = commandsFor(
      REDIS,
      patch({ a: 1 }),
      decide('Choose a network (V).', 'network', 'use', '-n', 'V'),
      patch({ b: 2 }),
      patch({ c: 3 }),
    );
    expect(commands.split('\n').map((line) => line.replaceAll(REDIS.id, 'ID'))).toEqual([
      `az rest --method patch --url 'ID?api-version=2024-11-01' --body '{"properties":{"a":1}}' -o none`,
      "az resource wait --ids 'ID' --api-version 2024-11-01 --updated --interval 30 --timeout 3600",
      '# Choose a network (V):',
      '# az network use -n V -o none',
      `# az rest --method patch --url 'ID?api-version=2024-11-01' --body '{"properties":{"b":2}}' -o none`,
      "# az resource wait --ids 'ID' --api-version 2024-11-01 --updated --interval 30 --timeout 3600",
      `# az rest --method patch --url 'ID?api-version=2024-11-01' --body '{"properties":{"c":3}}' -o none`,
    ]);
    expect(wordsInShell(commands).filter((word) => word.startsWith('{'))).toEqual(['{"properties":{"a":1}}']);
  });

  it('shows a decision without a command as its text', () => {
    expect(commandsFor(REDIS, decide('Talk to each other'))).toBe('# Talk to each other:');
  });

  it('does not let a line break end a comment', () => {
    const commands = commandsFor(REDIS, decide('one\nexit 3\r\nexit 4\u2028exit 5', 'a', 'b\nexit 6'));
    expect(commands.split('\n').filter((line) => !line.startsWith('#'))).toEqual([]);
    expect(wordsInShell(commands)).toEqual([]);
  });

  it('has none where nothing can be changed in place', () => {
    expect(remediationOf(ruleWith('any-rule'), REDIS).az).toBeNull();
  });
});

describe('a command that a fix brings along', () => {
  it('prints no answer, because it may hold the keys', () => {
    expect(wordsInShell(commandsFor(REDIS, az('redis', 'identity', 'assign', ...named(REDIS))))).toEqual([
      ...['redis', 'identity', 'assign', '-n', 'orders', '-g', 'rg-test', '--subscription', SUBSCRIPTION, '-o', 'none'],
    ]);
  });

  it.each([
    ['list', ['redis', 'firewall-rules', 'list', '-n', 'x']],
    ['show', ['redis', 'show', '-n', 'x']],
    ['list without options', ['account', 'list']],
    ['another output', ['redis', 'update', '-n', 'x', '-o', 'table']],
    ['another output in one word', ['redis', 'update', '-n', 'x', '--output=tsv']],
  ])('prints what it is there to print: %s', (_, words) => {
    expect(wordsInShell(commandsFor(REDIS, az(...words)))).toEqual(words);
  });

  it('is not misled by a cache that is called show', () => {
    expect(wordsInShell(commandsFor(REDIS, az('redis', 'update', '-n', 'show')))).toEqual(['redis', 'update', '-n', 'show', '-o', 'none']);
  });

  it.each(['-rg', '--debug', '-o'])('reaches az with a resource group called %s, which must not be an option', (group) => {
    const target = redisAt(cacheId('orders', group));
    const rule = ruleWith('any-rule', {
      steps: (cache) => [az('redis', 'x', ...named(cache))],
      verify: (cache) => ['redis', 'show', ...named(cache), '-o', 'tsv'],
      rotateKeys: true,
    });
    const { az: command, verify, rotateKeys } = remediationOf(rule, target);
    for (const text of [command, verify, rotateKeys]) expect(wordsInShell(text ?? '')).toContain(`--resource-group=${group}`);
    expect(wordsInShell(command ?? '')).not.toContain('-g');
  });
});

describe('a word', () => {
  it.each([
    `it's`,
    `it's $HOME`,
    `it's "so"`,
    `it's \`id\``,
    `it's \\`,
    `'`,
    `''`,
    `'; az group delete #`,
    `a'"'"'b`,
    '$(id)',
    '`id`',
    '\\',
    '"',
    '\n',
    '!',
    '%PATH%',
    '*',
    '~',
    ' ',
    '',
    '\\n',
    '$HOME',
  ])('reaches az unchanged, whatever is in it: %j', (text) => {
    expect(wordsInShell(commandsFor(REDIS, configure({ text })))).toContain(
      JSON.stringify({ properties: { redisConfiguration: { text } } }),
    );
    expect(wordsInShell(commandsFor(REDIS, az('a', '-b', text, '-o', 'none')))).toEqual(['a', '-b', text, '-o', 'none']);
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
    expect(wordsInShell(remediationOf(nonSslPortDisabled, redisAt(id)).az ?? '')).toEqual([
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
});

describe('the names in a command', () => {
  const said = (target: FixTarget): readonly string[] =>
    wordsInShell(
      remediationOf(ruleWith('any-rule', { steps: (cache) => [az('a', ...named(cache), `${cache.sku}`, '-o', 'none')] }), target).az ?? '',
    );

  it('come out of the id, whatever the finding calls the cache', () => {
    const lying = { ...REDIS, name: 'other', resourceGroup: "'; id; '", subscriptionId: '$(id)' };
    expect(said(lying)).toEqual(said(REDIS));
  });

  it.each(['Basic C0', 'Balanced_B10', 'Enterprise_E10 2'])('may include the size: %s', (sku) => {
    expect(said({ ...REDIS, sku })).toContain(sku);
  });

  it.each(["'; id", '$(id)', 'a\nb', '-x y', 'Basic  C0', 'x'.repeat(100)])('never include a size that is none: %j', (sku) => {
    expect(said({ ...REDIS, sku })).toContain('null');
  });

  const TAKEN = [
    ...['a', 'a1', '1a', 'orders-prod', 'Orders', 'x'.repeat(63)].map((name) => redisAt(cacheId(name))),
    ...['a', '1a', 'orders-prod', 'Orders', 'x'.repeat(60), `${'a-'.repeat(29)}ab`].map((name) => ({ ...MANAGED, id: clusterId(name) })),
    ...[cacheId('orders').toUpperCase(), cacheId('orders').toLowerCase()].map(redisAt),
  ];

  it.each(TAKEN)('may be those of $id', (target) => {
    expect(said(target).length).toBeGreaterThan(0);
  });
});

describe('an id that does not follow the naming rules of Azure', () => {
  const parts = { subscription: SUBSCRIPTION, group: 'rg-test', type: 'Microsoft.Cache/redis', name: 'orders' };
  const idWith = (differences: Partial<typeof parts>): string => {
    const { subscription, group, type, name } = { ...parts, ...differences };
    return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${name}`;
  };

  /** Everything of a remediation that would name the cache. */
  const commandsOf = (target: FixTarget): readonly (string | null)[] => {
    const { az: command, bicep, policy, verify, rotateKeys } = remediationOf(nonSslPortDisabled, target);
    return [command, bicep, policy, verify, rotateKeys];
  };

  const NONE = [null, null, null, null, null];

  it('is none of these parts by itself', () => {
    expect(commandsOf(redisAt(idWith({}))).filter((text) => text === null)).toEqual([]);
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
    ...[' ', 'a b', 'a\n', '\na', 'a\tb', 'a\u0000b', 'a\u001b[31mb', 'a\u202eb', 'a\u200bb', 'a\ud800b', 'a\u00a0b', 'a\u3164b'].flatMap(
      (text) => [{ name: text }, { group: text }],
    ),
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
    expect(commandsOf(redisAt(idWith(differences)))).toEqual(NONE);
  });

  it.each([
    ...['', '-a', 'a-', 'a--b', 'a.b', 'a_b', 'ü', 'x'.repeat(61), 'a\n', "o'rders"].map((name) => ({ name })),
    { type: 'Microsoft.Cache/redis' },
    { type: 'Microsoft.Cache/redisEnterprise/x/databases' },
    { group: '$(id)' },
  ])('never becomes part of a command for a cluster: %j', (differences) => {
    const type = 'Microsoft.Cache/redisEnterprise';
    expect(commandsOf({ ...MANAGED, id: idWith({ type, ...differences }) })).toEqual(NONE);
    expect(commandsOf({ ...MANAGED, kind: 'enterprise', id: idWith({ type, ...differences }) })).toEqual(NONE);
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
    ['the name of a variable', '\ue000ID\ue001'],
  ])('never becomes part of a command: one that is %s', (_, id) => {
    expect(commandsOf(redisAt(id))).toEqual(NONE);
  });
});
