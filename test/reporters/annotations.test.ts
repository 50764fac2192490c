import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/model/problem.ts';
import { safeLine } from '../../src/reporters/escape.ts';
import { declaredIn } from '../support/cache.ts';
import { azureCommand, type Command, githubCommand } from '../support/ci-commands.ts';
import { BAD_ENDS } from '../support/ends.ts';
import { baselined, findingOf, outcomeOf, type Rendering, rendered, waived, waiverOf } from '../support/rendered.ts';

interface Written {
  readonly level: string;
  readonly title: string;
  readonly text: string;
  readonly file: string | undefined;
  readonly line: string | undefined;
  readonly column: string | undefined;
}

/** The two formats: how a line is read as a command, and where in it things stand. */
const SYSTEMS = [
  {
    format: 'github',
    command: githubCommand,
    written: ({ name, properties, data }: Command): Written => ({
      level: name,
      title: properties['title'] ?? '',
      text: data,
      file: properties['file'],
      line: properties['line'],
      column: properties['col'],
    }),
  },
  {
    format: 'azure-pipelines',
    command: azureCommand,
    written: ({ properties, data }: Command): Written => {
      const title = data.slice(0, data.indexOf(': ', data.startsWith('redvet: ') ? 'redvet: '.length : 0));
      return {
        level: properties['type'] ?? '',
        title,
        text: data.slice(title.length + 2),
        file: properties['sourcepath'],
        line: properties['linenumber'],
        column: properties['columnnumber'],
      };
    },
  },
] as const;

const linesOf = (text: string): readonly string[] => {
  expect(text).toMatch(/[^\n]\n$/);
  return text.slice(0, -1).split('\n');
};

describe.each(SYSTEMS)('annotations for $format', ({ format, command, written }) => {
  const annotations = async (rendering: Rendering): Promise<readonly Written[]> =>
    linesOf(await rendered(format, rendering)).flatMap((line) => {
      const found = command(line);
      return found === null ? [] : [written(found)];
    });

  const plain = async (rendering: Rendering): Promise<readonly string[]> =>
    linesOf(await rendered(format, rendering)).filter((line) => command(line) === null);

  const many = (n: number): Rendering['findings'] => Array.from({ length: n }, (_, index) => findingOf({ message: `number ${index}` }));

  const problems = (n: number): Rendering['problems'] =>
    Array.from({ length: n }, (_, index) => problem('permission', 'DENIED', `problem ${index}`, { affects: ['*'] }));

  it.each([
    {
      what: 'a failure that gates',
      finding: findingOf(),
      level: 'error',
      text: `good: ${findingOf().message}. ${findingOf().remediation?.summary}`,
    },
    {
      what: 'a failure below the gate',
      finding: findingOf({ gating: false, remediation: null }),
      level: 'warning',
      text: `good: ${findingOf().message}`,
    },
    {
      what: 'what could not be judged',
      finding: outcomeOf('unknown'),
      level: 'warning',
      text: `good: could not be judged: ${findingOf().message}`,
    },
    {
      what: 'a failure whose waiver has expired',
      finding: findingOf({ remediation: null, waiver: waiverOf({ state: 'expired', expires: '2025-05-31' }) }),
      level: 'error',
      text: `good: ${findingOf().message} (waiver legacy expired on 2025-05-31)`,
    },
  ])('tell of $what', async ({ finding, level, text }) => {
    const told = await annotations({ findings: [finding], policy: { allowIncomplete: true } });
    expect(told.at(-1)).toMatchObject({ level, title: 'non-ssl-port-disabled (high)', text, file: undefined, line: undefined });
  });

  it.each([waived(), baselined(), outcomeOf('pass'), outcomeOf('not_applicable')])(
    'say nothing of what does not count',
    async (finding) => {
      expect(await annotations({ findings: [finding] })).toEqual([]);
    },
  );

  it('stand where the value is declared', async () => {
    const origin = { ...declaredIn('infra/main.tf'), place: { line: 12, column: 5 } };
    expect(await annotations({ findings: [findingOf({ origin })] })).toMatchObject([{ file: 'infra/main.tf', line: '12', column: '5' }]);
  });

  it('stand nowhere in what was read from a stream', async () => {
    expect(await annotations({ findings: [findingOf({ origin: declaredIn('-') })] })).toMatchObject([{ file: undefined, line: undefined }]);
  });

  it('come worst first: what gates, what would gate if it were known, then by severity, failures first', async () => {
    const of = (message: string, differences: object) => findingOf({ message, gating: false, remediation: null, ...differences });
    const findings = [
      of('5', { severity: 'low' }),
      of('4', { severity: 'medium', outcome: 'unknown' }),
      of('3', { severity: 'medium' }),
      of('2', { outcome: 'unknown' }),
      of('1', { gating: true }),
      of('0', { gating: true, severity: 'critical' }),
    ];
    const told = (await annotations({ findings })).filter(({ title }) => !title.startsWith('redvet'));
    expect(told.map(({ text }) => text.slice(-1))).toEqual(['0', '1', '2', '3', '4', '5']);
  });

  it('are ten at most, the worst, with a line that says how many more there are', async () => {
    const rendering = { findings: [...(many(30) ?? []), findingOf({ severity: 'critical', message: 'the worst' })] };
    const told = await annotations(rendering);
    expect(told).toHaveLength(10);
    expect(told[0]?.text).toContain('the worst');
    expect(told[1]?.text).toContain('number 0');
    expect(await plain(rendering)).toEqual([
      'redvet: 21 more findings without an annotation: other formats, such as json, have them all',
      expect.stringMatching(/^redvet: exit 1 \(findings\): /),
    ]);
  });

  it.each([
    { unread: 20, failing: 30, shown: { problems: 5, findings: 5 }, left: '15 more problems and 25 more findings' },
    { unread: 20, failing: 0, shown: { problems: 10, findings: 0 }, left: '10 more problems' },
    { unread: 8, failing: 3, shown: { problems: 7, findings: 3 }, left: '1 more problem' },
    { unread: 1, failing: 12, shown: { problems: 1, findings: 9 }, left: '3 more findings' },
  ])('leave room for findings: $unread problems and $failing failures', async ({ unread, failing, shown, left }) => {
    const rendering = { findings: many(failing) ?? [], problems: problems(unread) ?? [] };
    const told = await annotations(rendering);
    expect(told.map(({ title }) => title.startsWith('redvet'))).toEqual([
      ...Array(shown.problems).fill(true),
      ...Array(shown.findings).fill(false),
    ]);
    expect(await plain(rendering)).toContain(`redvet: ${left} without an annotation: other formats, such as json, have them all`);
  });

  it.each(BAD_ENDS)('say first that the run ends with $what: an error unless that is tolerated', async ({ says, ...rendering }) => {
    const status = (exitCode: number): Rendering => ({ ...rendering, report: ({ status: told }) => ({ status: { ...told, exitCode } }) });
    const plainly = (await annotations(rendering)).filter(({ title }) => title.startsWith('redvet: '));
    const bad = (await annotations(status(3))).filter(({ title }) => title.startsWith('redvet: '));
    expect(bad).toMatchObject([{ level: 'error', text: expect.stringContaining(says) }]);
    expect(plainly.length).toBe(1);
  });

  it('have no error where the exit code is 0', async () => {
    const rendering: Rendering = { findings: [outcomeOf('unknown')], policy: { allowIncomplete: true } };
    expect(await plain(rendering)).toEqual([expect.stringMatching(/^redvet: exit 0 \(incomplete\): /)]);
    expect((await annotations(rendering)).map(({ level }) => level)).toEqual(['warning', 'warning']);
  });

  it('are none where everything was read and nothing failed: one line says so', async () => {
    expect(linesOf(await rendered(format, { findings: [outcomeOf('pass')] }))).toEqual(['redvet: exit 0 (clean): 1 cache, nothing failed']);
  });

  const FRAGMENTS = [
    '::',
    '::error::x',
    '##vso[task.complete result=Succeeded;]',
    '##[error]x',
    ']',
    ';',
    ',',
    '=',
    '%',
    '%3A',
    '%AZP25',
    '%250A',
    '\n',
    '\r',
    ' ',
    '\u001b[31m',
  ];
  const HOSTILE = fc
    .array(fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 10 })
    .map((parts) => parts.join(''));

  it('are read back as they are shown, whatever the text, and nothing of it is another command', async () => {
    await fc.assert(
      fc.asyncProperty(HOSTILE, async (text) => {
        const finding = findingOf();
        const lines = linesOf(
          await rendered(format, {
            findings: [
              {
                ...finding,
                cache: { ...finding.cache, name: text },
                message: text,
                gating: false,
                remediation: null,
                origin: { ...declaredIn(`x${text}`), place: { line: 2, column: 1 } },
              },
            ],
            problems: [problem('usage', 'CODE', text, { scope: `/${text}`, hint: text })],
          }),
        );
        const commands = lines.map((line) => command(line));
        expect(commands.map((one) => one !== null)).toEqual([true, true, false]);
        const [first, second] = commands.flatMap((one) => (one === null ? [] : [written(one)]));
        expect(first).toMatchObject({ level: 'error', text: afterTitle(format, 'redvet: CODE', `/${text}: ${text}. ${text}`) });
        expect(second).toMatchObject({
          level: 'warning',
          text: afterTitle(format, 'non-ssl-port-disabled (high)', `${text}: ${text}`),
          file: safeLine(`x${text}`),
          line: '2',
        });
      }),
      { numRuns: 500 },
    );
  });
});

/** In the log of Azure Pipelines the title stands before the text, so that this is not the start of a line. */
const afterTitle = (format: string, title: string, text: string): string =>
  format === 'github' ? safeLine(text) : safeLine(`${title}: ${text}`).slice(title.length + 2);

describe('annotations for Azure Pipelines', () => {
  it('say which rule it is, or which problem', async () => {
    const text = await rendered('azure-pipelines', { findings: [findingOf()], problems: [problem('usage', 'BAD_VALUE', 'x')] });
    expect(linesOf(text).map((line) => azureCommand(line)?.properties['code'])).toEqual(['BAD_VALUE', 'non-ssl-port-disabled', undefined]);
  });

  it('end with the summary that the shell has written', async () => {
    const text = await rendered('azure-pipelines', { choices: { summaryFile: '/tmp/100%/a]b;c.md' } });
    expect(azureCommand(linesOf(text).at(-1) ?? '')).toEqual({ name: 'task.uploadsummary', properties: {}, data: '/tmp/100%/a]b;c.md' });
    expect(await rendered('azure-pipelines', {})).not.toContain('uploadsummary');
  });

  it('never end the task: the exit code does', async () => {
    for (const { what: _, says: __, ...rendering } of BAD_ENDS)
      expect(await rendered('azure-pipelines', rendering)).not.toContain('task.complete');
  });
});
