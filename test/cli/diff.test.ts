import { describe, expect, it } from 'vitest';
import type { Cache, Origin } from '../../src/model/cache.ts';
import { NOTHING_MATCHED, problem } from '../../src/model/problem.ts';
import type { InputScope } from '../../src/model/scope.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import { noSecretsInDeclarations } from '../../src/rules/no-secrets-in-declarations.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import schema from '../../src/schemas/diff.json' with { type: 'json' };
import { byDefault, cacheId, compliantCache, missing, outOfReach, SUBSCRIPTION, seen } from '../support/cache.ts';
import { redvet } from '../support/redvet.ts';
import { FORMS, fileWith, savedText, subscriptionRead } from '../support/saved.ts';
import { violationsBy } from '../support/schema.ts';
import { type Told, toldWithFiles } from '../support/with-files.ts';

type Scanned = Parameters<typeof savedText>[1];

const PORT = nonSslPortDisabled.id;

const cache = (name: string, differences: Partial<Cache> = {}): Cache => compliantCache({ id: cacheId(name), name, ...differences });

/** A cache with an open port. */
const open = (name: string, differences: Partial<Cache> = {}): Cache => cache(name, { nonSslPort: seen(true), ...differences });

const diff = (older: Scanned, newer: Scanned, ...args: readonly string[]): Promise<Told> =>
  toldWithFiles(['diff', fileWith(savedText('json', older), 'old'), fileWith(savedText('ndjson', newer), 'new'), ...args]);

interface Changes {
  readonly code: number;
  readonly new: readonly string[];
  readonly fixed: readonly string[];
  readonly unchanged: readonly string[];
  readonly unseen: readonly string[];
}

type Listed = { readonly resourceName: string; readonly why?: string };

/** What a comparison says, by the names of caches; of those that were not seen with the reason. */
const changesOf = async (older: Scanned, newer: Scanned): Promise<Changes> => {
  const { code, stdout, stderr } = await diff(older, newer, '-o', 'json');
  expect(stderr).toContain(`redvet: exit ${code}`);
  const result = JSON.parse(stdout);
  const names = (list: readonly Listed[]): readonly string[] =>
    list.map(({ resourceName, why }) => (why === undefined ? resourceName : `${resourceName}: ${why}`));
  const [added, fixed, unchanged, unseen] = [result.new, result.fixed, result.unchanged, result.unseen].map(names) as [
    readonly string[],
    readonly string[],
    readonly string[],
    readonly string[],
  ];
  expect(result.summary).toEqual({ new: added.length, fixed: fixed.length, unchanged: unchanged.length, unseen: unseen.length });
  return { code, new: added, fixed, unchanged, unseen };
};

const NONE: Changes = { code: 0, new: [], fixed: [], unchanged: [], unseen: [] };

const asked = (options: Readonly<Record<string, unknown>>): Pick<Scanned, 'run'> => ({ run: { options } });

const denial = problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: `/subscriptions/${SUBSCRIPTION}`, affects: ['*'] });

interface Case {
  readonly what: string;
  readonly before: Scanned;
  readonly now: Scanned;
  readonly is: Partial<Changes>;
}

describe('redvet diff of what runs', () => {
  const CASES: readonly Case[] = [
    { what: 'the same', before: { caches: [open('a')] }, now: { caches: [open('a')] }, is: { unchanged: ['a'] } },
    { what: 'a cache that fails since', before: { caches: [cache('a')] }, now: { caches: [open('a')] }, is: { code: 1, new: ['a'] } },
    {
      what: 'a cache that is new, and fails',
      before: { caches: [cache('a')] },
      now: { caches: [cache('a'), open('b')] },
      is: { code: 1, new: ['b'] },
    },
    { what: 'a cache that was mended', before: { caches: [open('a')] }, now: { caches: [cache('a')] }, is: { fixed: ['a'] } },
    {
      what: 'a cache that nobody may read any more',
      before: { caches: [open('a')] },
      now: { caches: [cache('a', { nonSslPort: missing() })] },
      is: { unseen: ['a: it is unknown now'] },
    },
    { what: 'a cache that is gone', before: { caches: [open('a'), cache('b')] }, now: { caches: [cache('b')] }, is: { fixed: ['a'] } },
    {
      what: 'an id in other capitals',
      before: { caches: [open('a')] },
      now: { caches: [open('a', { id: cacheId('a').toUpperCase() })] },
      is: { unchanged: ['a'] },
    },
    {
      what: 'other order',
      before: { caches: [open('a'), open('b')] },
      now: { caches: [open('b'), open('a')] },
      is: { unchanged: ['a', 'b'] },
    },
    {
      what: 'other tags, in another order',
      before: {
        caches: [
          open('a', {
            tags: seen([
              { name: 'x', value: '1' },
              { name: 'y', value: '2' },
            ]),
          }),
        ],
      },
      now: {
        caches: [
          open('a', {
            tags: seen([
              { name: 'y', value: '3' },
              { name: 'x', value: '1' },
            ]),
          }),
        ],
      },
      is: { unchanged: ['a'] },
    },
    {
      what: 'a subscription that was not read',
      before: { caches: [open('a'), cache('b')] },
      now: { caches: [cache('b')], subscriptions: [{ ...subscriptionRead(), status: 'partial' }], problems: [denial] },
      is: { unseen: ['a: not everything was seen now'] },
    },
    {
      what: 'a cache that is gone, where something below another could not be read',
      before: { caches: [open('a'), cache('b')] },
      now: { caches: [cache('b')], problems: [{ ...denial, scope: cacheId('b'), affects: [minimumTls12.id] }] },
      is: { fixed: ['a'] },
    },
    {
      what: 'a subscription that was passed over',
      before: { caches: [open('a')] },
      now: { caches: [], subscriptions: [{ ...subscriptionRead(), status: 'skipped', reason: 'it is disabled' }] },
      is: { unseen: ['a: nothing says that its subscription was read now'] },
    },
    {
      what: 'another subscription',
      before: { caches: [open('a')] },
      now: { caches: [], subscriptions: [subscriptionRead('33333333-0000-4000-8000-000000000009')] },
      is: { unseen: ['a: nothing says that its subscription was read now'] },
    },
    ...(['resourceGroups', 'caches', 'exclude', 'tags'] as const).map((name) => ({
      what: `other ${name} that were asked for`,
      before: { caches: [open('a'), cache('b')] },
      now: { caches: [cache('b')], ...asked({ [name]: ['x'] }) },
      is: { unseen: [expect.stringMatching(/^a: the newer scan was asked for other caches \(--[a-z-]+\)$/)] },
    })),
    {
      what: 'the same groups, named in another order',
      before: { caches: [open('a')], ...asked({ resourceGroups: ['x', 'y'] }) },
      now: { caches: [], ...asked({ resourceGroups: ['y', 'x'] }) },
      is: { fixed: ['a'] },
    },
    {
      what: 'the same tag, which the cache may have lost',
      before: { caches: [open('a')], ...asked({ tags: ['team=a'] }) },
      now: { caches: [], ...asked({ tags: ['team=a'] }) },
      is: { unseen: ['a: it may have lost the tag that was asked for'] },
    },
    {
      what: 'a cache asked for by name that is not there any more',
      before: { caches: [open('a')], ...asked({ caches: ['a'] }) },
      now: { caches: [], ...asked({ caches: ['a'] }), problems: [problem('not_found', NOTHING_MATCHED, 'no cache is called a')] },
      is: { fixed: ['a'] },
    },
    {
      what: 'other rules',
      before: { caches: [open('a')] },
      now: { caches: [cache('a')], rules: [minimumTls12] },
      is: { unseen: ['a: its rule was not selected now'] },
    },
    {
      what: 'an older run that did not see all',
      before: { caches: [cache('a')], problems: [denial], subscriptions: [{ ...subscriptionRead(), status: 'partial' }] },
      now: { caches: [cache('a'), open('b')] },
      is: { code: 1, new: ['b'] },
    },
  ];

  it.each(CASES)('tells $what', async ({ before, now, is }) => {
    expect(await changesOf(before, now)).toEqual({ ...NONE, ...is });
  });
});

describe('redvet diff of files', () => {
  const ORIGIN: Origin = {
    file: 'infra/main.tf',
    language: 'terraform',
    place: null,
    address: 'redis.a',
    creates: true,
    places: new Map(),
  };
  const declared = (differences: Partial<Cache> = {}): Cache =>
    open('a', { id: 'redis.a', resourceGroup: null, subscriptionId: null, origin: ORIGIN, secrets: byDefault([]), ...differences });
  const beside = declared({ id: 'redis.b', name: 'b', origin: { ...ORIGIN, address: 'redis.b' }, nonSslPort: seen(false) });
  const input = (path: string, kind: InputScope['kind'], status: InputScope['status'] = 'read'): InputScope => ({
    path,
    kind,
    status,
    caches: 1,
    excluded: 0,
  });
  const of = (path: string, kind: InputScope['kind'], caches: readonly Cache[], more: Partial<Scanned> = {}): Scanned => ({
    caches,
    inputs: [input(path, kind)],
    subscriptions: [],
    run: { source: 'files', cloud: 'none', options: { inputs: [path] } },
    ...more,
  });

  const CASES: readonly Case[] = [
    {
      what: 'the same',
      before: of('infra', 'terraform', [declared()]),
      now: of('infra', 'terraform', [declared()]),
      is: { unchanged: ['a'] },
    },
    {
      what: 'a declaration that was taken out',
      before: of('infra', 'terraform', [declared(), beside]),
      now: of('infra', 'terraform', [beside]),
      is: { fixed: ['a'] },
    },
    {
      what: 'the same address in another file',
      before: of('infra', 'terraform', [declared()]),
      now: of('infra', 'terraform', [declared({ origin: { ...ORIGIN, file: 'infra/other.tf' } })]),
      is: { code: 1, new: ['a'], fixed: ['a'] },
    },
    {
      what: 'another folder',
      before: of('infra', 'terraform', [declared()]),
      now: of('modules', 'terraform', [beside]),
      is: { unseen: ['a: the newer scan was given other files'] },
    },
    {
      what: 'a folder that was read in part',
      before: of('infra', 'terraform', [declared(), beside]),
      now: of('infra', 'terraform', [beside], { inputs: [input('infra', 'terraform', 'partial')] }),
      is: { unseen: ['a: the newer scan was given other files'] },
    },
    {
      what: 'standard input, which is another each time',
      before: of('-', 'arm-template', [declared()]),
      now: of('-', 'arm-template', [beside]),
      is: { unseen: ['a: the newer scan was given other files'] },
    },
    {
      what: 'an export, which does not say what it leaves out',
      before: of('caches.json', 'inventory', [open('a'), cache('b')]),
      now: of('caches.json', 'inventory', [cache('b')]),
      is: { unseen: ['a: nothing says that its subscription was read now'] },
    },
    {
      what: 'what ran, and is compared with files',
      before: { caches: [open('a')] },
      now: of('infra', 'terraform', [beside]),
      is: { unseen: ['a: nothing says that its subscription was read now'] },
    },
    {
      what: 'a snapshot of the subscription that was scanned before',
      before: { caches: [open('a'), cache('b')] },
      now: of('snapshot', 'snapshot', [cache('b')], { subscriptions: [subscriptionRead()] }),
      is: { fixed: ['a'] },
    },
    {
      what: 'what is declared, and is compared with what runs',
      before: of('infra', 'terraform', [declared()]),
      now: { caches: [cache('a')] },
      is: { unseen: ['a: the newer scan was given other files'] },
    },
  ];

  it.each(CASES)('tells $what', async ({ before, now, is }) => {
    expect(await changesOf(before, now)).toEqual({ ...NONE, ...is });
  });

  const secret = (path: string, subject: string | null) => ({ what: 'an access key', path, subject });
  const SECRETS: readonly { readonly what: string; readonly now: readonly ReturnType<typeof secret>[]; readonly is: Partial<Changes> }[] = [
    { what: 'that is there still', now: [secret('var.key', 'var.key')], is: { unchanged: ['a'] } },
    { what: 'that was taken out', now: [], is: { fixed: ['a'] } },
    {
      what: 'that stands elsewhere now',
      now: [secret('output.key', 'output.key')],
      is: { code: 1, new: ['a'], unseen: ['a: its rule fails for something else now'] },
    },
  ];

  it.each(SECRETS)('tells of a secret $what', async ({ now, is }) => {
    const rules = [noSecretsInDeclarations];
    const [before, after] = [[secret('var.key', 'var.key')], now].map((secrets) =>
      of('infra', 'terraform', [declared({ secrets: seen(secrets) })], { rules }),
    ) as [Scanned, Scanned];
    expect(await changesOf(before, after)).toEqual({ ...NONE, ...is });
  });
});

describe('what redvet diff says', () => {
  const before: Scanned = { caches: [open('mended'), open('same'), open('gone'), open('hidden')] };
  const now: Scanned = {
    caches: [cache('mended'), open('same'), open('fresh'), cache('hidden', { nonSslPort: missing() })],
    run: { startedAt: '2026-01-02T00:00:00.000Z' },
  };

  it('to a person is a list of each, and what is not known', async () => {
    const { code, stdout, stderr } = await diff(before, now);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `New (1)
  high      fresh   ${PORT}  port 6379 is open: keys travel in clear text

Fixed (2)
  high      gone    ${PORT}
  high      mended  ${PORT}

Not seen any more, which is not fixed (1)
  high      hidden  ${PORT}  it is unknown now

Unchanged: 1
`,
    });
    expect(stderr.split('\n').map((line) => line.replace(/\S*\/(old|new)/g, '$1'))).toEqual([
      'redvet: new is of a run that did not see everything: there may be more that is new',
      'redvet: exit 1 (findings): 1 new failure (1 high) at or above --fail-on high; 1 new, 2 fixed, 1 unchanged, 1 not seen',
      '',
    ]);
  });

  it('to a machine is the same in every detail', async () => {
    const { stdout } = await diff(before, now, '-o', 'json', '--fail-on', 'critical');
    const result = JSON.parse(stdout);
    expect(violationsBy(schema)(result)).toEqual([]);
    expect(Object.keys(result)).toEqual(['$schema', 'schemaVersion', 'new', 'fixed', 'unchanged', 'unseen', 'summary', 'status']);
    expect(result).toMatchObject({
      $schema: 'urn:redvet:schema:diff:1',
      schemaVersion: '1.0',
      status: { exitCode: 0, failOn: 'critical', outcome: 'clean', reason: '1 new, 2 fixed, 1 unchanged, 1 not seen' },
    });
    expect(result.new).toEqual([
      {
        ruleId: PORT,
        severity: 'high',
        severityRank: 4,
        outcome: 'fail',
        disposition: 'active',
        resourceId: cacheId('fresh'),
        resourceName: 'fresh',
        resourceKind: 'redis',
        resourceGroup: 'rg-test',
        subscriptionId: SUBSCRIPTION,
        message: 'port 6379 is open: keys travel in clear text',
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(result.unseen).toMatchObject([{ resourceName: 'hidden', outcome: 'fail', why: 'it is unknown now' }]);
  });

  it('is that nothing failed, where nothing did', async () => {
    expect(await diff({ caches: [cache('a')] }, { caches: [cache('a')] })).toMatchObject({
      code: 0,
      stdout: 'Nothing failed, then or now.\n',
      stderr: 'redvet: exit 0 (clean): 0 new, 0 fixed, 0 unchanged\n',
    });
  });

  it('is a question where the newer one is older', async () => {
    const { stderr } = await diff({ ...before, run: { startedAt: '2026-02-01T00:00:00.000Z' } }, now);
    expect(stderr).toContain('are the two swapped?');
  });

  it('is nothing but the list with --quiet', async () => {
    expect((await diff(before, now, '-q')).stderr).toBe('');
  });

  it.each([
    ['high', 1],
    ['critical', 0],
    ['none', 0],
  ])('gates at --fail-on %s', async (severity, code) => {
    expect((await diff({ caches: [cache('a')] }, { caches: [open('a')] }, '--fail-on', severity)).code).toBe(code);
  });

  it('acts on no terminal and no pipeline', async () => {
    const name = '\u001b[31m\u202e##vso[task.complete]\n::error::x\ud800';
    for (const format of ['table', 'json']) {
      const { stdout, stderr } = await diff({ caches: [cache('a')] }, { caches: [open('a', { name })] }, '-o', format);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ud800]|##vso|^::/m);
    }
  });

  it('keeps to the width that it has', async () => {
    const files = [before, now].map((scanned) => fileWith(savedText('json', scanned)));
    const { stdout } = await toldWithFiles(['diff', ...files], { env: { COLUMNS: '50' } });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50);
  });
});

describe('what redvet diff does not compare', () => {
  const good = fileWith(savedText('json', { caches: [cache('a')] }));
  const access: Scanned = { caches: [], problems: [denial], subscriptions: [{ ...subscriptionRead(), status: 'denied' }] };
  const blind: Scanned = { caches: [cache('a', { nonSslPort: outOfReach() })] };
  const BAD: readonly { readonly what: string; readonly text: string; readonly says: string }[] = [
    ...FORMS.flatMap((form) => [
      {
        what: `a run without access, as ${form}`,
        text: savedText(form, access),
        says: 'is the result of a run that judged nothing (access)',
      },
      { what: `a run that saw nothing of what it judges, as ${form}`, text: savedText(form, blind), says: 'judged nothing (incomplete)' },
    ]),
    {
      what: 'one that is cut off',
      text: savedText('ndjson', { caches: [open('a')] })
        .split('\n')
        .slice(0, 3)
        .join('\n'),
      says: 'has no end',
    },
    {
      what: 'one that is damaged',
      text: savedText('ndjson', { caches: [open('a')] }).replace('"fail"', 'fail'),
      says: 'cannot be compared',
    },
    {
      what: 'one that contradicts itself',
      text: savedText('json', { caches: [open('a')] }).replace('"complete":true', '"complete":false'),
      says: 'it contradicts itself',
    },
    { what: 'something else', text: '{}', says: 'is JSON, but no result of redvet' },
  ];

  it.each(BAD)('is $what', async ({ text, says }) => {
    const bad = fileWith(text);
    for (const files of [
      [bad, good],
      [good, bad],
    ]) {
      const { code, stdout, stderr } = await toldWithFiles(['diff', ...files]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(bad);
      expect(stderr).toContain(says);
    }
  });

  it('is not an estate without a cache, which was read', async () => {
    expect(await changesOf({ caches: [] }, { caches: [open('a')] })).toEqual({ ...NONE, code: 1, new: ['a'] });
    expect(await changesOf({ caches: [open('a')] }, { caches: [] })).toEqual({ ...NONE, fixed: ['a'] });
  });

  it.each([
    [[], 'missing required argument'],
    [[good], 'missing required argument'],
    [[good, good, good], 'does not take the argument'],
    [[good, good, '-o', 'tabel'], '"tabel"'],
    [[good, good, '--fail-on', 'never'], '--fail-on "never"'],
    [[good, 'nowhere.json'], 'nowhere.json cannot be read: there is no such file'],
  ])('is %j', async (args, says) => {
    expect(await toldWithFiles(['diff', ...args])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(says) });
  });
});

describe('the process that compares two results', () => {
  it('ends as it says', async () => {
    const [older = '', newer = ''] = [[cache('a')], [open('a')]].map((caches) => fileWith(savedText('ndjson', { caches })));
    const { code, stdout, stderr } = await redvet(['diff', older, newer]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^New \(1\)\n/);
    expect(stderr).toMatch(/^redvet: exit 1 \(findings\): /);
  });
});
