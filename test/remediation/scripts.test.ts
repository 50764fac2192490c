import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { azScript } from '../../src/remediation/az-script.ts';
import { LANGUAGES } from '../../src/remediation/language-names.ts';
import { WRITERS } from '../../src/remediation/languages.ts';
import { type Plan, planOf, type SavedFinding } from '../../src/remediation/plan.ts';
import { policyScript } from '../../src/remediation/policy-script.ts';
import { configure, database, named, patch, show } from '../../src/rules/fixes.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, clusterId, SUBSCRIPTION } from '../support/cache.ts';
import { az, bashError, decide, failing, MANAGED, ORIGIN, type Ran, REDIS, ruleWith, runScript, written } from '../support/mending.ts';

const WAITED = ['--interval', '30', '--timeout', '3600'];

/** What is called for a change of a cache, with the waiting after it. */
const patched = (body: string, id = REDIS.id): readonly (readonly string[])[] => [
  ['rest', '--method', 'patch', '--url', `${id}?api-version=2024-11-01`, '--body', body, '-o', 'none'],
  ['resource', 'wait', '--ids', id, '--api-version', '2024-11-01', '--updated', ...WAITED],
  ['resource', 'show', '--ids', id, '--api-version', '2024-11-01', '--query', 'properties.provisioningState', '-o', 'tsv'],
];

const RUNS = "properties.resourceState=='Running'";

const settledCluster = (id: string): readonly (readonly string[])[] => [
  ['resource', 'wait', '--ids', id, '--api-version', '2025-07-01', '--custom', RUNS, ...WAITED],
  ['resource', 'show', '--ids', id, '--api-version', '2025-07-01', '--query', 'properties.resourceState', '-o', 'tsv'],
];

const scriptFor = (plan: Plan): string => written(azScript, plan);

const isComment = (line: string): boolean => line.startsWith('#');

/** A plan of one cache with these rules failing. */
const planWith = (...rules: Parameters<typeof planOf>[1]): Plan =>
  planOf(
    rules.map(({ id }) => failing(id)),
    rules,
  );

describe('a script of az', () => {
  const port = ruleWith('port-closed', { steps: () => [patch({ open: false })], verify: show('open'), stage: 'cut', rotateKeys: true });
  const identity = ruleWith('identity', { steps: (cache) => [az('redis', 'identity', 'assign', ...named(cache))], stage: 'prepare' });

  it('changes nothing by itself, and prints what it would run', () => {
    const ran = runScript(scriptFor(planWith(port, identity)));
    expect(ran).toMatchObject({ code: 0, calls: [], left: [], stderr: expect.stringContaining('nothing was changed') });
    expect(ran.stdout.split('\n').filter((line) => line !== '' && !isComment(line))).toEqual([
      `az redis identity assign -n orders -g rg-test --subscription ${SUBSCRIPTION} -o none`,
      `az rest --method patch --url ${REDIS.id}\\?api-version=2024-11-01 --body \\{\\"properties\\":\\{\\"open\\":false\\}\\} -o none`,
      `az resource wait --ids ${REDIS.id} --api-version 2024-11-01 --updated --interval 30 --timeout 3600`,
    ]);
  });

  it.each(['0', 'true', 'yes', ''])('takes nothing but 1 for APPLY, not %j', (value) => {
    const script = scriptFor(planWith(port)).replace('set -eu', `APPLY='${value}'\nset -eu`);
    expect(runScript(script).calls).toEqual([]);
  });

  it('prints commands that a shell reads back as they are meant', () => {
    const { stdout } = runScript(scriptFor(planWith(port, identity)));
    const { calls } = runScript(stdout);
    expect(calls.filter((words) => words[1] !== 'show')).toEqual([
      ['redis', 'identity', 'assign', ...named(REDIS), '-o', 'none'],
      ...patched('{"properties":{"open":false}}').slice(0, 2),
    ]);
  });

  it('runs exactly these words in this order when it is to apply them, and waits for each change', () => {
    const { code, calls, left, stderr } = runScript(scriptFor(planWith(port, identity)), { apply: true });
    expect({ code, left, stderr }).toEqual({ code: 0, left: [], stderr: '' });
    expect(calls).toEqual([['redis', 'identity', 'assign', ...named(REDIS), '-o', 'none'], ...patched('{"properties":{"open":false}}')]);
  });

  it('goes from cache to cache, and knows clusters and databases', () => {
    const rule = ruleWith('any', {
      steps: ({ kind }) => (kind === 'redis' ? [patch({ a: 1 })] : [patch({ b: 2 }), database({ c: 'Three', d: { e: 4 } })]),
    });
    const findings = [
      failing('any', { resourceId: clusterId('z'), resourceKind: 'managed' }),
      failing('any', { resourceId: clusterId('y'), resourceKind: 'enterprise' }),
      failing('any'),
    ];
    const cluster = (name: string): readonly (readonly string[])[] => {
      const id = clusterId(name);
      const default_ = `${id}/databases/default`;
      return [
        ['rest', '--method', 'patch', '--url', `${id}?api-version=2025-07-01`, '--body', '{"properties":{"b":2}}', '-o', 'none'],
        ...settledCluster(id),
        [
          'resource',
          'update',
          '--ids',
          default_,
          '--api-version',
          '2025-07-01',
          '--set',
          'properties.c=Three',
          'properties.d={"e":4}',
          '-o',
          'none',
        ],
        ...settledCluster(default_),
      ];
    };
    const { calls, stderr } = runScript(scriptFor(planOf(findings, [rule])), { apply: true });
    expect({ calls, stderr }).toEqual({ calls: [...patched('{"properties":{"a":1}}'), ...cluster('y'), ...cluster('z')], stderr: '' });
  });

  const FAILURES: readonly { readonly what: string; readonly body: string; readonly calls: number; readonly says: string }[] = [
    { what: 'a change is refused', body: 'exit 3', calls: 1, says: 'the last command ended with 3' },
    { what: 'az is killed', body: 'kill -9 $$', calls: 1, says: 'the last command ended with 137' },
    { what: 'the waiting fails', body: '[ "$2" != wait ]', calls: 2, says: 'the last command ended with 1' },
    {
      what: 'the waiting runs out of time',
      body: '[ "$2" = show ] && echo Updating; exit 0',
      calls: 3,
      says: 'is Updating, not Succeeded',
    },
    { what: 'the change failed', body: '[ "$2" = show ] && echo Failed; exit 0', calls: 3, says: 'is Failed, not Succeeded' },
    { what: 'nothing is said of the change', body: 'exit 0', calls: 3, says: 'is , not Succeeded' },
    { what: 'the state cannot be read', body: '[ "$2" != show ]', calls: 3, says: 'its state cannot be read' },
  ];

  it.each(FAILURES)('stops when $what, and names the cache', ({ body, calls, says }) => {
    const ran = runScript(scriptFor(planWith(port, ruleWith('later', { steps: () => [patch({ b: 2 })], stage: 'cut' }))), {
      apply: true,
      body,
    });
    expect(ran.code).toBe(1);
    expect(ran.calls).toHaveLength(calls);
    expect(ran.stderr).toContain(`redvet: stopped at ${REDIS.id}: `);
    expect(ran.stderr).toContain(says);
  });

  it('stops where there is no az', () => {
    const ran = runScript(`PATH=/nowhere\n${scriptFor(planWith(port))}`, { apply: true });
    expect(ran).toMatchObject({ code: 1, calls: [], stderr: expect.stringContaining('ended with 127') });
  });

  it('does not mind the carriage return of az on Windows', () => {
    const ran = runScript(scriptFor(planWith(port)), { apply: true, body: `[ "$2" = show ] && printf 'Succeeded\\r\\n'; exit 0` });
    expect(ran.code).toBe(0);
  });

  it('keeps its own text from az, which may ask a question', () => {
    const ran = runScript(scriptFor(planWith(port)), {
      apply: true,
      body: 'read -r line && exit 9; [ "$2" = show ] && echo Succeeded; exit 0',
    });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('never runs what needs a decision, nor what waits for it', () => {
    const rule = ruleWith('any', {
      steps: () => [patch({ a: 1 }), decide('Choose V', 'network', 'use', 'V'), patch({ b: 2 }), az('c', '-d')],
    });
    const script = scriptFor(planWith(rule));
    expect(runScript(script, { apply: true }).calls).toEqual(patched('{"properties":{"a":1}}'));
    const url = `'${REDIS.id}?api-version=2024-11-01'`;
    for (const line of [
      '# Choose V:',
      '# az network use V -o none',
      `# az rest --method patch --url ${url} --body '{"properties":{"b":2}}' -o none`,
      '# az c -d -o none',
    ]) {
      expect(script.split('\n')).toContain(line);
    }
  });

  it('holds back what would close the last way in, and says for what', () => {
    const network = ruleWith('public-network-access-disabled', { steps: () => [patch({ publicNetworkAccess: 'Disabled' })] });
    const script = scriptFor(planOf([failing(network.id), failing('private-endpoint-approved')], [network]));
    expect(runScript(script, { apply: true }).calls).toEqual([]);
    expect(script).toContain('this cache has to pass private-endpoint-approved first');
    expect(script.split('\n').filter((line) => line.includes('"publicNetworkAccess":"Disabled"'))).toEqual([
      `# az rest --method patch --url '${REDIS.id}?api-version=2024-11-01' --body '{"properties":{"publicNetworkAccess":"Disabled"}}' -o none`,
    ]);
  });

  it('says of each fix what it does, breaks, how to go back and how to check, above its commands', () => {
    const script = scriptFor(planWith(port));
    const lines = script.split('\n');
    const from = lines.indexOf('# -- port-closed');
    expect(lines.slice(from, from + 6)).toEqual([
      '# -- port-closed',
      '# Do it.',
      '# Mind: It hurts.',
      '# Roll back: Undo it.',
      `# Check: az resource show --ids '${REDIS.id}' --api-version 2024-11-01 --query properties.open -o tsv`,
      `patch '{"properties":{"open":false}}'`,
    ]);
  });

  it('leaves the regenerating of keys to a person: comments, in order, after all changes, printing no key', () => {
    const lines = scriptFor(planWith(port)).split('\n');
    const names = `-n orders -g rg-test --subscription ${SUBSCRIPTION}`;
    const at = [
      `patch '{"properties":{"open":false}}'`,
      `# az redis regenerate-keys ${names} --key-type Secondary -o none`,
      `# az redis regenerate-keys ${names} --key-type Primary -o none`,
    ].map((line) => lines.indexOf(line));
    expect(at).toEqual(at.toSorted((one, other) => one - other));
    expect(at).not.toContain(-1);
  });

  it('says that whoever owns a cache has to change it, that endpoints come first, and where it comes from', () => {
    const lines = scriptFor(planWith(port)).split('\n').slice(0, 25).join(' ').replaceAll('# ', '');
    for (const text of [
      'Mends 1 finding on 1 cache.',
      'redvet 1.2.3 (format 1.0, scan of 2026-01-02T03:04:05.000Z)',
      'APPLY=1 bash FILE',
      'Terraform, Bicep or Pulumi',
      'approved private endpoint and its private DNS',
    ]) {
      expect(lines).toContain(text);
    }
  });

  it('breaks prose, and never a command, into lines that can be read', () => {
    const text = `${'many words '.repeat(30)}end`;
    const long = ruleWith('long', { summary: text, steps: () => [decide(text, 'x', '--words', text)] });
    const lines = scriptFor(planWith(long))
      .split('\n')
      .filter((line) => line.includes('many words'));
    expect(lines.filter((line) => line.length > 115)).toEqual([`# az x --words '${text}' -o none`]);
    expect(lines.join(' ').replaceAll(' # ', ' ')).toContain(text);
  });

  it('says when the scan did not see everything', () => {
    const script = written(azScript, planWith(port), { ...ORIGIN, complete: false, version: null, startedAt: null });
    expect(script).toContain('did not see everything');
    expect(script).toContain('a result of redvet (format 1.0).');
  });
});

describe('a script of policies', () => {
  const policy = {
    id: '22bee202-a82f-4305-9a2a-6d7f44d4dedb',
    displayName: 'Only secure connections to your Azure Cache for Redis should be enabled',
    kinds: ['redis'],
    effect: 'Deny',
    assignment: 'redvet-redis-tls',
    risk: 'It refuses much.',
  } as const;
  const denies = ruleWith('denies', { policy });
  const audits = ruleWith('audits', {
    policy: {
      ...policy,
      id: '7803067c-7d34-46e3-8c79-0ca68fc4036d',
      displayName: 'Azure Cache for Redis should use private link',
      kinds: ['redis'],
      effect: 'AuditIfNotExists',
      assignment: 'redvet-redis-link',
    },
  });
  const OTHER = '44444444-0000-4000-8000-000000000001';
  const scope = `/subscriptions/${SUBSCRIPTION}`;
  const assigned = (id: string, name: string, ...params: readonly string[]): readonly string[] => [
    ...['policy', 'assignment', 'create', '--name', name, '--scope', scope, '--policy', id, ...params, '--subscription', SUBSCRIPTION],
  ];

  const plan = planOf(
    [
      failing('denies'),
      failing('denies', { resourceId: cacheId('another') }),
      failing('audits'),
      failing('denies', { resourceId: cacheId('far').replace(SUBSCRIPTION, OTHER) }),
    ],
    [denies, audits],
  );

  it('assigns each policy once to each subscription, with the effect that denies where there is one', () => {
    const { code, calls, stderr } = runScript(written(policyScript, plan), { apply: true });
    const first = assigned(policy.id, 'redvet-redis-tls', '--params', '{"effect":{"value":"Deny"}}');
    expect({ code, stderr, calls }).toEqual({
      code: 0,
      stderr: '',
      calls: [
        first,
        assigned('7803067c-7d34-46e3-8c79-0ca68fc4036d', 'redvet-redis-link'),
        first.map((word) => word.replace(SUBSCRIPTION, OTHER)),
      ],
    });
  });

  it('changes nothing by itself', () => {
    expect(runScript(written(policyScript, plan))).toMatchObject({ code: 0, calls: [], left: [] });
  });

  it('stops at a policy that is refused, and names the subscription', () => {
    const ran = runScript(written(policyScript, plan), { apply: true, body: 'exit 1' });
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(`stopped at ${scope}: `) });
    expect(ran.calls).toHaveLength(1);
  });

  it('tells of each policy what it breaks, how many caches fail it, and how to end it', () => {
    const script = written(policyScript, plan);
    expect(script).toContain('Assigns 3 built-in policies to 2 subscriptions.');
    expect(script).toContain('# Effect: Deny. Mind: It refuses much.');
    expect(script.replaceAll('\n# ', ' ')).toContain(`${policy.displayName} (denies; 2 failing caches)`);
    expect(script).toContain(
      `# Roll back: az policy assignment update --name redvet-redis-tls --scope '${scope}' --enforcement-mode DoNotEnforce --subscription ${SUBSCRIPTION}`,
    );
  });

  it('assigns a policy for the kind of cache that it looks at only', () => {
    const forClusters = ruleWith('clusters', {
      policy: { ...policy, displayName: 'Azure Cache for Redis Enterprise should use private link', kinds: ['managed', 'enterprise'] },
    });
    const kinds = [failing('denies'), failing('clusters')].flatMap((finding): readonly SavedFinding[] => [
      finding,
      { ...finding, resourceId: MANAGED.id, resourceKind: 'managed' },
    ]);
    const script = written(policyScript, planOf(kinds, [denies, forClusters]));
    expect(script).toContain('clusters (redis), denies (managed).');
    expect(runScript(script, { apply: true }).calls).toHaveLength(1);
  });
});

describe('a plan without anything in it', () => {
  it.each(LANGUAGES)('is said to be nothing to mend, in %s', (language) => {
    const text = written(WRITERS[language], { caches: [], refused: [] });
    expect(text).toContain(`${language === 'bicep' ? '//' : '#'} Nothing to mend.`);
    expect(text.endsWith('\n')).toBe(true);
  });

  it.each(LANGUAGES)('is not called nothing where something could not be mended, in %s', (language) => {
    const text = written(WRITERS[language], { caches: [], refused: [{ id: '/x', ruleIds: ['a'] }] });
    expect(text).toContain('Nothing that could be mended from here.');
    expect(text).toContain('/x (a)');
  });

  it.each(['az', 'policy'] as const)('is a script that does nothing, in %s', (language) => {
    const text = written(WRITERS[language], { caches: [], refused: [] });
    expect(runScript(text, { apply: true })).toMatchObject({ code: 0, calls: [], stdout: '', stderr: '', left: [] });
  });

  it('is a policy script that assigns nothing, where no policy is for what fails', () => {
    const text = written(policyScript, planWith(ruleWith('without-a-policy')));
    expect(text).toContain('# No built-in policy to assign.');
    expect(text).toContain('without-a-policy (redis)');
    expect(runScript(text, { apply: true })).toMatchObject({ code: 0, calls: [] });
  });
});

/** Every rule failing on a cache of every kind that it is for. */
const EVERYTHING: readonly SavedFinding[] = RULES.flatMap(({ id, appliesTo }) =>
  appliesTo.flatMap((resourceKind) =>
    (resourceKind === 'redis'
      ? ['Basic C0', 'Standard C1', 'Premium P1', null]
      : [resourceKind === 'managed' ? 'Balanced_B10' : 'Enterprise_E10']
    ).map(
      (sku, index): SavedFinding => ({
        ...failing(id),
        resourceKind,
        resourceId: resourceKind === 'redis' ? cacheId(`cache-${index}`, 'rg-Bücher(1)') : clusterId(resourceKind),
        sku,
      }),
    ),
  ),
);

describe('a result in which every rule fails on every kind of cache', () => {
  const plan = planOf(EVERYTHING, RULES);
  const texts = new Map(LANGUAGES.map((language) => [language, written(WRITERS[language], plan)]));
  const textIn = (language: (typeof LANGUAGES)[number]): string => texts.get(language) ?? '';
  const applied = (language: 'az' | 'policy'): Ran => runScript(textIn(language), { apply: true });

  it('is planned whole', () => {
    expect(plan.refused).toEqual([]);
    expect(plan.caches.flatMap(({ mends }) => mends)).toHaveLength(EVERYTHING.length);
  });

  it.each(['az', 'policy'] as const)('makes a script that bash reads, in %s', (language) => {
    expect(bashError(textIn(language))).toBe('');
    expect(runScript(textIn(language))).toMatchObject({ code: 0, calls: [], left: [] });
  });

  it.each(['az', 'policy'] as const)('makes a script that runs to its end, in %s', (language) => {
    const { code, stderr, calls, left } = applied(language);
    expect({ code, stderr, left }).toEqual({ code: 0, stderr: '', left: [] });
    expect(calls.length).toBeGreaterThan(0);
  });

  it('names every rule on every cache, in each language', () => {
    for (const language of ['az', 'bicep', 'terraform'] as const) {
      for (const { id, appliesTo } of RULES) {
        const headings = textIn(language)
          .split('\n')
          .filter((line) => /^(?:#|\/\/) -- /.test(line) && line.includes(`-- ${id}`));
        expect({ language, id, times: headings.length }).toMatchObject({ times: appliesTo.length + (appliesTo.includes('redis') ? 3 : 0) });
      }
    }
  });

  it('never prints a key: what changes a cache prints no answer', () => {
    const changing = applied('az').calls.filter(
      (words) => words[1] !== 'wait' && !/^(?:show|list)$/.test(words[words.findIndex((word) => word.startsWith('-')) - 1] ?? ''),
    );
    expect(changing.length).toBeGreaterThan(0);
    for (const words of changing) expect(words.slice(-2)).toEqual(['-o', 'none']);
  });

  it('never lists keys, and regenerates them only in comments', () => {
    const { calls } = applied('az');
    expect(calls.flat().filter((word) => /keys?$/.test(word))).toEqual([]);
    expect(
      textIn('az')
        .split('\n')
        .filter((line) => /regenerate-key|list-keys/.test(line) && !isComment(line)),
    ).toEqual([]);
  });

  it('runs no command with a word that is to be replaced', () => {
    const words = applied('az').calls.flat();
    expect(words.filter((word) => /^[A-Z]{2,}(?:_[A-Z]+)*$/.test(word))).toEqual([]);
  });

  it('gives each policy a name of its own that a management group takes', () => {
    const policies = RULES.flatMap(({ fix }) => fix.policy ?? []);
    const names = new Map(policies.map(({ assignment, id }) => [assignment, id]));
    expect(new Set(names.values()).size).toBe(names.size);
    expect([...names.keys()].filter((name) => !/^[a-z0-9-]{1,24}$/.test(name))).toEqual([]);
  });

  it('is read by terraform, where there is one', ({ skip }) => {
    const { status, error, stderr } = spawnSync('terraform', ['fmt', '-'], { input: textIn('terraform'), encoding: 'utf8' });
    if (error !== undefined) return skip('no terraform here');
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });
});

/** Texts that act where they are not quoted or escaped. */
const HOSTILE: readonly string[] = [
  "'; touch pwned; '",
  '"; touch pwned; "',
  '$(touch pwned)',
  '`touch pwned`',
  '\ntouch pwned\n',
  '\rtouch pwned\r',
  "'\ntouch pwned\n#",
  '\n*/ touch pwned /*',
  '\u2028touch pwned',
  '\u0085touch pwned',
  '\u001b]0;owned\u0007',
  '\u001b[2J',
  '\u009b2J',
  'over\u202egpj',
  'hidden\u200b\ufeff',
  '\ud800',
  '##vso[task.setvariable variable=PATH]x',
  '##[error]x',
  '::error::x',
  '\n::error::x',
  '$\u007btouch}',
  '%0a',
  '-rf /',
  'EOF\ntouch pwned',
  'x'.repeat(100_000),
  'ü中𠮷',
  '\ue000ID\ue001',
  "'''\n}\nresource x",
  '__proto__',
];

/** What hides or acts, but for the line breaks of the text itself. */
const HIDDEN: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x09],
  [0x0b, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
  [0xd800, 0xdfff],
];

const dangersIn = (text: string): readonly string[] => [
  ...[...text]
    .map((character) => character.codePointAt(0) ?? 0)
    .filter((code) => HIDDEN.some(([first, last]) => code >= first && code <= last))
    .map((code) => `U+${code.toString(16)}`),
  ...text.split('\n').filter((line) => /##(?:\[|vso\[)/i.test(line) || /^\s*::/.test(line)),
];

describe('a result that means harm', () => {
  const rules = [
    ruleWith('a', { steps: (cache) => [patch({ a: true }), configure({ b: `${cache.sku}` }), az('c', ...named(cache))], rotateKeys: true }),
    ruleWith('b', { steps: (cache) => [decide(`Look at ${cache.name}`, 'x', cache.id)] }),
  ];
  const attack = (text: string): readonly SavedFinding[] => [
    failing('a', { resourceId: cacheId(text) }),
    failing('a', { resourceId: cacheId('orders', text) }),
    failing('a', { resourceId: text }),
    failing('a', { resourceId: cacheId('orders').replace(SUBSCRIPTION, text) }),
    failing('a', { resourceId: clusterId(text), resourceKind: 'managed' }),
    failing('b', { resourceId: cacheId('honest'), sku: text }),
    failing('a', { resourceId: cacheId('honest'), sku: text }),
    failing(text),
  ];

  const CASES = HOSTILE.flatMap((text) => LANGUAGES.map((language) => ({ language, text, named: text.slice(0, 40) })));

  it.each(CASES)('does not get out of where it stands, in $language: $named', ({ language, text }) => {
    const script = written(WRITERS[language], planOf(attack(text), rules));
    expect(dangersIn(script)).toEqual([]);
    expect(Math.max(...script.split('\n').map((line) => line.length))).toBeLessThan(2_500);
    const mark = language === 'bicep' ? '//' : '#';
    const acting = script.split('\n').filter((line) => !line.startsWith(mark) && /touch|pwned|error::|vso/.test(line));
    expect(acting).toEqual([]);
  });

  it.each(HOSTILE.map((text) => ({ text, named: text.slice(0, 40) })))('runs nothing: $named', ({ text }) => {
    const script = written(azScript, planOf(attack(text), rules));
    const ran = runScript(script, { apply: true });
    expect({ code: ran.code, stderr: ran.stderr, left: ran.left }).toEqual({ code: 0, stderr: '', left: [] });
    const isHonest = (word: string): boolean => !/pwned/.test(word) && word.length < 400;
    expect(ran.calls.flat().filter((word) => !isHonest(word))).toEqual([]);
    const ids = new Set(
      ran.calls
        .flat()
        .filter((word) => word.startsWith('/'))
        .map((word) => word.replace(/\?.*/, '')),
    );
    expect([...ids].filter((id) => /honest$/.test(id))).toEqual([cacheId('honest')]);
  });

  it('is told all the same: what was left out, and of which rules', () => {
    const script = written(
      azScript,
      planOf([failing('a', { resourceId: '/x\n::error::y' }), failing('b', { resourceId: '/x\n::error::y' })], rules),
    );
    expect(script).toContain('Left out: 1 cache');
    expect(script).toContain('#   /x\\n::error::y (a, b)');
  });
});
