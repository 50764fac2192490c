import { describe, expect, it } from 'vitest';
import { processIo } from '../../../src/cli/io.ts';
import { openResult } from '../../../src/cli/saved/result.ts';
import { problem } from '../../../src/model/problem.ts';
import { accessKeysDisabled } from '../../../src/rules/access-keys-disabled.ts';
import { minimumTls12 } from '../../../src/rules/minimum-tls-1-2.ts';
import { nonSslPortDisabled } from '../../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, compliantCache, seen } from '../../support/cache.ts';
import { FORMS, type Form, fileWith, savedText, subscriptionRead } from '../../support/saved.ts';
import { toldWithFiles } from '../../support/with-files.ts';

type Json = Readonly<Record<string, unknown>>;

const RULES = [nonSslPortDisabled, minimumTls12, accessKeysDisabled];

const [A, B] = ['a', 'b'].map((name) => compliantCache({ id: cacheId(name), name })) as [
  ReturnType<typeof compliantCache>,
  ReturnType<typeof compliantCache>,
];

/** Two caches that comply by three rules: lines 2 to 4 and their card in 5, 6 to 8 and their card in 9, the end in 10. */
const clean = (form: Form): string => savedText(form, { caches: [A, B], rules: RULES });

/** The same, but that the port of the first cache is open. */
const open = (form: Form): string => savedText(form, { caches: [{ ...A, nonSslPort: seen(true) }, B], rules: RULES });

const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');

interface Reported {
  readonly code: number;
  readonly codes: readonly string[];
  readonly messages: readonly string[];
  readonly complete: boolean;
  readonly caches: readonly string[];
  readonly findings: number;
}

/** What `redvet report` makes of a file. */
const reported = async (content: string | Uint8Array): Promise<Reported> => {
  const { code, stdout } = await toldWithFiles(['report', fileWith(content), '-o', 'json']);
  const { problems, status, caches, findings } = JSON.parse(stdout);
  return {
    code,
    codes: problems.map((one: Json) => one['code']),
    messages: problems.map((one: Json) => one['message']),
    complete: status.complete,
    caches: caches.map((one: Json) => one['name']),
    findings: findings.length,
  };
};

describe('a result that is whole', () => {
  it.each(FORMS)('is clean as it was: %s', async (form) => {
    expect(await reported(clean(form))).toEqual({ code: 0, codes: [], messages: [], complete: true, caches: ['a', 'b'], findings: 6 });
    expect(await reported(open(form))).toMatchObject({ code: 1, complete: true });
  });

  it.each<[string, (text: string) => string | Uint8Array]>([
    ['lines that end as Windows does', (text) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['UTF-16, which Windows PowerShell writes', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 the other way around', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['no newline at its end', (text) => text.trimEnd()],
    ['empty lines at its end', (text) => `${text}\n\n`],
    ['a newer minor version that says more', (text) => text.replace('"1.0"', '"1.7"').replaceAll('"outcome"', '"future":[{}],"outcome"')],
    ['what may be a name of anything', (text) => text.replaceAll('"outcome"', '"__proto__":{"outcome":"pass"},"outcome"')],
  ])('may have %s', async (_, change) => {
    for (const form of FORMS) expect([form, (await reported(change(open(form)))).code]).toEqual([form, 1]);
  });

  it('may be one line', async () => {
    expect((await reported(JSON.stringify(JSON.parse(open('json'))))).code).toBe(1);
  });

  it('may be of a later version, with lines that are new, and rules', async () => {
    const text = open('ndjson').replace('"1.0"', '"1.1"').replaceAll(nonSslPortDisabled.id, 'rule-of-tomorrow');
    const [run = '', ...rest] = linesOf(text);
    const { code, stdout, stderr } = await toldWithFiles(['report', '-'], { input: [run, '{"type":"hint"}', ...rest].join('\n') });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('1 high at or above') });
    expect(stdout).toContain('rule-of-tomorrow');
  });
});

interface Damage {
  readonly what: string;
  /** Of the lines of a result, the first being that of the run. */
  readonly change: (lines: readonly string[]) => readonly string[];
  readonly codes: readonly string[];
  readonly says: string;
  readonly caches?: readonly string[];
}

const without =
  (...numbers: readonly number[]) =>
  (lines: readonly string[]): readonly string[] =>
    lines.filter((_, index) => !numbers.includes(index + 1));

const changed =
  (number: number, change: (line: string) => string) =>
  (lines: readonly string[]): readonly string[] =>
    lines.map((line, index) => (index + 1 === number ? change(line) : line));

const inserted =
  (number: number, ...more: readonly string[]) =>
  (lines: readonly string[]): readonly string[] =>
    lines.toSpliced(number - 1, 0, ...more);

describe('a result line by line that is not whole', () => {
  const DAMAGES: readonly Damage[] = [
    { what: 'without its end', change: without(10), codes: ['RESULT_CUT_OFF'], says: 'it has no end' },
    { what: 'cut off in its end', change: changed(10, (line) => line.slice(0, -5)), codes: ['RESULT_CUT_OFF'], says: 'it has no end' },
    {
      what: 'cut off between two findings',
      change: (lines) => lines.slice(0, 7),
      codes: ['RESULT_CUT_OFF'],
      says: 'its last cache is left out',
      caches: ['a'],
    },
    {
      what: 'cut off in a finding',
      change: (lines) => changed(7, (line) => line.slice(0, 99))(lines).slice(0, 7),
      codes: ['RESULT_CUT_OFF'],
      says: 'its last cache is left out',
      caches: ['a'],
    },
    {
      what: 'with a finding that is no JSON',
      change: changed(3, (line) => line.slice(1)),
      codes: ['RESULT_DAMAGED'],
      says: 'line 3 is not JSON',
    },
    {
      what: 'with a cache that is no JSON',
      change: changed(5, () => '}'),
      codes: ['RESULT_DAMAGED'],
      says: 'line 5 is not JSON',
      caches: ['b'],
    },
    { what: 'with a line that is a list', change: inserted(4, '[]'), codes: ['RESULT_DAMAGED'], says: 'line 4 is no object' },
    {
      what: 'with a line that says nothing of itself',
      change: inserted(4, '{}'),
      codes: ['RESULT_DAMAGED'],
      says: 'does not say what it is',
    },
    {
      what: 'with a line that nobody knows',
      change: inserted(4, '{"type":"hint"}'),
      codes: ['RESULT_DAMAGED'],
      says: 'line 4 is none that',
    },
    {
      what: 'with a name twice in a line',
      change: changed(3, (line) => line.replace('{', '{"outcome":"fail",')),
      codes: ['RESULT_DAMAGED'],
      says: 'line 3 repeats a name',
    },
    {
      what: 'with a line that nests too deep',
      change: inserted(10, `{"type":"problem","x":${'['.repeat(300)}${']'.repeat(300)}}`),
      codes: ['RESULT_DAMAGED'],
      says: 'line 10 is nested deeper',
    },
    {
      what: 'with more damage than anybody reads',
      change: inserted(10, ...Array.from({ length: 50 }, () => '?')),
      codes: ['RESULT_DAMAGED'],
      says: 'line 12 is not JSON, or not all of it, and 47 lines more',
    },
    { what: 'followed by more', change: (lines) => [...lines, ...lines], codes: ['RESULT_DAMAGED'], says: 'line 11 stands after the end' },
    {
      what: 'begun twice',
      change: ([run = '', ...rest]) => [run, run, ...rest],
      codes: ['RESULT_DAMAGED'],
      says: 'line 2 begins another result',
    },
    {
      what: 'without a whole cache',
      change: without(6, 7, 8, 9),
      codes: ['RESULT_INCONSISTENT'],
      says: 'summary.caches is 2',
      caches: ['a'],
    },
  ];

  it.each(DAMAGES)('is never clean, and what is in it is shown: $what', async ({ change, codes, says, caches = ['a', 'b'] }) => {
    const result = await reported(change(linesOf(clean('ndjson'))).join('\n'));
    expect(result).toMatchObject({ code: 3, codes, complete: false, caches });
    expect(result.messages.join()).toContain(says);
  });

  it('is not excused for what is wrong with another cache', async () => {
    const change = (lines: readonly string[]) => without(7)(changed(3, () => '?')(lines));
    expect(await reported(change(linesOf(clean('ndjson'))).join('\n'))).toMatchObject({ code: 2, codes: ['NOT_A_RESULT'] });
  });

  it('is told of what follows an end once, however much it is', async () => {
    const lines = linesOf(clean('ndjson'));
    expect((await reported([...lines, ...lines, ...lines].join('\n'))).messages).toEqual([
      'the saved result is not whole: line 11 stands after the end',
    ]);
  });

  it('is not one without access where caches are in it, and what was not read is known only at its end', async () => {
    const denial = problem('permission', 'AUTHORIZATION_FAILED', 'no right', { affects: ['*'] });
    const text = savedText('ndjson', { caches: [A], rules: RULES, problems: [denial] });
    const lines = linesOf(text).slice(0, -1);
    expect(await reported(lines.join('\n'))).toMatchObject({ code: 3, codes: ['AUTHORIZATION_FAILED', 'RESULT_CUT_OFF'] });
  });

  it.each([1, 2, 4])('is no result where it breaks off before its first cache: in line %i', async (count) => {
    const text = linesOf(clean('ndjson')).slice(0, count).join('\n');
    for (const cut of [text, `${text}\n{"type":"fin`])
      expect(await reported(cut)).toMatchObject({
        code: 2,
        codes: ['NOT_A_RESULT'],
        messages: [expect.stringContaining('is cut off before its first cache')],
      });
  });

  it('still has the failures that are in it', async () => {
    const lines = linesOf(open('ndjson'));
    for (const change of [without(10), changed(3, () => '?'), changed(8, () => '?')])
      expect(await reported(change(lines).join('\n'))).toMatchObject({ code: 1, complete: false });
  });

  it.each([
    ['a finding', without(3), 'line 4.findings.pass is 3, and there are 2'],
    ['the card of a cache', without(5), 'line 2.resourceName is "a", and that of its cache "b"'],
    ['the last card', without(9), 'line 6 is of none of its caches'],
  ] as const)('is no result where %s is missing and all lines are right', async (_, change, says) => {
    expect(await reported(change(linesOf(clean('ndjson'))).join('\n'))).toMatchObject({
      code: 2,
      codes: ['NOT_A_RESULT'],
      messages: [expect.stringContaining(says)],
    });
  });
});

/** Changes to a result that is one object, in place. */
describe('a result that says of itself what is not in it', () => {
  const gap = problem('throttle', 'THROTTLED', 'too many requests', { affects: ['*'] });
  const whole = (): string =>
    savedText('json', {
      caches: [{ ...A, nonSslPort: seen(true) }, B],
      rules: RULES,
      problems: [gap],
      subscriptions: [{ ...subscriptionRead(), status: 'partial' }],
    });

  // biome-ignore lint/suspicious/noExplicitAny: a result is changed in ways that no type allows
  type Loose = any;

  const CONTRADICTIONS: readonly { readonly what: string; readonly change: (result: Loose) => void; readonly says: string }[] = [
    { what: 'fewer failures', change: ({ summary }) => (summary.gating = 0), says: 'summary.gating is 0, and what is in it comes to 1' },
    { what: 'fewer of a severity', change: ({ summary }) => (summary.gatingAt.low = 0), says: 'summary.gatingAt.low is 0' },
    { what: 'more that is waived', change: ({ summary }) => (summary.waived = 1), says: 'summary.waived is 1' },
    { what: 'more caches', change: ({ summary }) => (summary.caches = 3), says: 'summary.caches is 3' },
    { what: 'more rules', change: ({ summary }) => (summary.rules = 4), says: 'summary.rules is 4' },
    {
      what: 'that it is clean',
      change: ({ status }) => Object.assign(status, { outcome: 'clean', exitCode: 0 }),
      says: 'status.outcome is "clean"',
    },
    { what: 'another exit code', change: ({ status }) => (status.exitCode = 0), says: 'status.exitCode is 0' },
    { what: 'that it is complete', change: ({ status }) => (status.complete = true), says: 'status.complete is true' },
    {
      what: 'that it is not complete, where nothing is missing',
      change: (result) => (result.problems = []),
      says: 'status.complete is false',
    },
    {
      what: 'another reason',
      change: ({ status }) => (status.reason = 'nothing'),
      says: 'status.reason is "nothing"',
    },
    {
      what: 'that a failure does not count',
      change: ({ findings }) => (findings[0].disposition = 'baselined'),
      says: 'summary.baselined is 0',
    },
    { what: 'that a failure is mild', change: ({ findings }) => (findings[0].severity = 'info'), says: 'summary.gating' },
  ];

  it.each(CONTRADICTIONS)('is not whole: $what', async ({ change, says }) => {
    const result = JSON.parse(whole());
    change(result);
    const { codes, messages, complete, code } = await reported(JSON.stringify(result));
    expect(codes).toContain('RESULT_INCONSISTENT');
    expect(messages.join()).toContain(says);
    expect([complete, code === 0]).toEqual([false, false]);
  });

  it('may say it in other words where another version wrote it', async () => {
    const result = JSON.parse(whole());
    Object.assign(result.tool, { version: '99.0.0' });
    Object.assign(result.status, { reason: 'so it is' });
    expect((await reported(JSON.stringify(result))).codes).toEqual(['THROTTLED']);
  });

  const DAMAGES: readonly { readonly what: string; readonly change: (result: Loose) => void; readonly says: string }[] = [
    { what: 'a finding is missing', change: ({ findings }) => findings.pop(), says: 'caches[1].findings.pass is 3, and there are 2' },
    {
      what: 'a finding is missing before others',
      change: ({ findings }) => findings.shift(),
      says: 'findings[2].resourceName is "b", and that of its cache "a"',
    },
    { what: 'a finding is twice', change: ({ findings }) => findings.push(findings[5]), says: 'findings[6] is of none of its caches' },
    { what: 'a cache is missing', change: ({ caches }) => caches.pop(), says: 'findings[3] is of none of its caches' },
    {
      what: 'a finding is of another cache',
      change: ({ findings }) => (findings[1].resourceName = 'z'),
      says: 'findings[1].resourceName is "z"',
    },
    {
      what: 'a finding has another id',
      change: ({ findings }) => (findings[1].resourceId = B.id),
      says: 'findings[1].resourceId is "/subscriptions/',
    },
    {
      what: 'a finding is of another kind',
      change: ({ findings }) => (findings[1].resourceKind = 'managed'),
      says: 'findings[1].resourceKind is "managed"',
    },
    {
      what: 'a finding is in another group',
      change: ({ findings }) => (findings[1].resourceGroup = null),
      says: 'findings[1].resourceGroup is null',
    },
    {
      what: 'a finding is in another subscription',
      change: ({ findings }) => (findings[1].subscriptionId = 'x'),
      says: 'findings[1].subscriptionId is "x"',
    },
    { what: 'a finding is elsewhere', change: ({ findings }) => (findings[1].location = 'x'), says: 'findings[1].location is "x"' },
    { what: 'a finding has another size', change: ({ findings }) => (findings[1].sku = 'x'), says: 'findings[1].sku is "x"' },
    {
      what: 'a finding changed sides',
      change: ({ findings }) => (findings[0].outcome = 'pass'),
      says: 'caches[0].findings.pass is 2, and there are 3',
    },
    {
      what: 'a finding took the place of another',
      change: ({ findings }) => (findings[0] = { ...findings[1], outcome: 'fail' }),
      says: 'the cache at caches[0] has no finding of the rule non-ssl-port-disabled',
    },
    { what: 'a rule is missing', change: ({ rules }) => rules.shift(), says: 'the cache at caches[0] has 3 findings of 2 rules' },
    {
      what: 'a rule has another name',
      change: ({ findings }) => (findings[0].ruleId = 'x'),
      says: 'has no finding of the rule non-ssl-port-disabled',
    },
    {
      what: 'an outcome that nobody knows',
      change: ({ findings }) => (findings[4].outcome = 'almost'),
      says: 'findings[4].outcome is "almost", not one of fail,',
    },
    { what: 'an outcome in capitals', change: ({ findings }) => (findings[4].outcome = 'PASS'), says: 'findings[4].outcome is "PASS"' },
    {
      what: 'a severity that nobody knows',
      change: ({ findings }) => (findings[4].severity = 'dire'),
      says: 'findings[4].severity is "dire"',
    },
    {
      what: 'a disposition that nobody knows',
      change: ({ findings }) => (findings[4].disposition = 'x'),
      says: 'findings[4].disposition is "x"',
    },
    {
      what: 'a waiver that never ends',
      change: ({ findings }) =>
        (findings[0].waiver = { id: 'W', state: 'applied', category: 'waiver', reason: 'r', owner: 'o', ticket: null, expires: 'never' }),
      says: 'findings[0].waiver.expires is "never", not a day',
    },
    { what: 'a text that is a number', change: ({ findings }) => (findings[0].message = 7), says: 'findings[0].message is 7, not a text' },
    {
      what: 'a flag that is a text',
      change: ({ findings }) => (findings[0].gating = 'no'),
      says: 'findings[0].gating is "no", not true or false',
    },
    { what: 'a list that is an object', change: (result) => (result.caches = {}), says: 'caches is an object, not a list' },
    { what: 'no problems', change: (result) => delete result.problems, says: 'problems is missing' },
    { what: 'a problem of a kind that nobody knows', change: ({ problems }) => (problems[0].kind = 'x'), says: 'problems[0].kind is "x"' },
    { what: 'no summary', change: (result) => delete result.summary, says: 'summary is missing' },
    { what: 'a count that is negative', change: ({ summary }) => (summary.pass = -1), says: 'summary.pass is -1, not a whole number' },
    {
      what: 'a count that is no whole number',
      change: ({ caches }) => (caches[1].findings.fail = 0.5),
      says: 'caches[1].findings.fail is 0.5',
    },
    { what: 'an end that nobody knows', change: ({ status }) => (status.outcome = 'fine'), says: 'status.outcome is "fine"' },
    {
      what: 'a subscription that is half read',
      change: ({ scope }) => (scope.subscriptions[0].status = 'half'),
      says: 'scope.subscriptions[0].status is "half"',
    },
    {
      what: 'a day that there is not',
      change: ({ run }) => (run.judgedOn = '2026-02-30'),
      says: 'run.judgedOn is "2026-02-30", not a day',
    },
    { what: 'a beginning at no time', change: ({ run }) => (run.startedAt = 'soon'), says: 'run.startedAt is "soon", not a moment' },
    { what: 'a gate that nobody knows', change: ({ run }) => (run.options.failOn = 'never'), says: 'run.options.failOn is "never"' },
    { what: 'a source that nobody knows', change: ({ run }) => (run.source = 'hearsay'), says: 'run.source is "hearsay"' },
    { what: 'a rule for a kind that nobody knows', change: ({ rules }) => rules[0].kinds.push('valkey'), says: 'rules[0].kinds[' },
  ];

  it.each(DAMAGES)('is none that is used, and the place is named: $what', async ({ change, says }) => {
    const result = JSON.parse(whole());
    change(result);
    const { code, codes, messages } = await reported(JSON.stringify(result));
    expect({ code, last: codes.at(-1) }).toEqual({ code: 2, last: 'NOT_A_RESULT' });
    expect(messages.at(-1)).toContain(says);
  });

  it('names the line of what is wrong in a result line by line', async () => {
    const lines = linesOf(clean('ndjson'));
    const { code, messages } = await reported(changed(7, (line) => line.replace('"pass"', '"almost"'))(lines).join('\n'));
    expect({ code, messages }).toEqual({ code: 2, messages: [expect.stringContaining('line 7.outcome is "almost", not one of fail,')] });
  });
});

describe('what is no result', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['empty', '', 'is empty'],
    ['a text', 'hello', 'is not JSON'],
    ['a list', '[]', 'is JSON, but no result of redvet'],
    ['a line of a list', '[]\n[]', 'is not JSON'],
    ['an object of something else', '{"findings":[]}', 'is JSON, but no result of redvet'],
    ['lines of something else', '{"type":"event"}\n{"type":"event"}', 'is not JSON'],
    ['lines that begin so', '{"type":"run"}\n{"type":"end"}', 'is JSON, but no result of redvet'],
    ['bytes that are no text', Uint8Array.of(0x7b, 0x80, 0x7d), 'is not UTF-8'],
    ['a name twice', '{"schemaVersion":"1.0","findings":[],"findings":[]}', 'repeats a name'],
    ['a snapshot', '{"type":"snapshot","schemaVersion":"1.0"}', 'has no list of findings'],
  ])('is a mistake: %s', async (_, content, says) => {
    expect(await reported(content)).toMatchObject({ code: 2, codes: ['NOT_A_RESULT'], messages: [expect.stringContaining(says)] });
  });

  it.each(FORMS)('is one of another major version, whatever is in it: %s', async (form) => {
    for (const version of ['2.0', '0.9'])
      expect(await reported(clean(form).replace('"1.0"', `"${version}"`))).toMatchObject({
        code: 2,
        codes: ['RESULT_VERSION'],
        messages: [expect.stringContaining(`is a result of format ${version}, and this redvet reads 1.x`)],
      });
  });

  it('is one whose bytes are no text in the middle', async () => {
    const bytes = Buffer.from(clean('ndjson'));
    bytes[bytes.indexOf('"b"') + 1] = 0xff;
    expect(await reported(bytes)).toMatchObject({ code: 2, messages: [expect.stringContaining('is not UTF-8')] });
  });
});

describe('reading a saved result', () => {
  it('holds no more than one cache of a result line by line', async () => {
    const lines = linesOf(clean('ndjson'));
    const [run = '', ...rest] = lines;
    let served = 0;
    const files = {
      ...(await processIo(new AbortController().signal).inputs({ idleMs: 1000, programMs: 1000 }, new AbortController().signal)),
      read: async function* () {
        yield Buffer.from(`${run}\n`);
        for (const line of rest) {
          served += 1;
          yield Buffer.from(`${line}\n`);
        }
      },
    };
    const { parts } = await openResult('x', { inputs: async () => files, signal: new AbortController().signal });
    const seenAt: number[] = [];
    for await (const part of parts) if (part.type === 'assessed') seenAt.push(served);
    // Of each cache its lines, and at most the one that follows.
    expect(seenAt).toEqual([4, 8]);
  });
});
