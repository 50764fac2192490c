import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ColorChoice, columnsOf, styleFor, wantsColor } from '../../src/cli/style.ts';
import { emptyFolder, redvet } from '../support/redvet.ts';

const ESCAPE = '\u001b';

type Env = Readonly<Record<string, string>>;

describe('wantsColor', () => {
  const TABLE: readonly {
    readonly when: string;
    readonly choice: ColorChoice;
    readonly env: Env;
    readonly terminal: boolean;
    readonly colors: boolean;
  }[] = [
    { when: 'a terminal', choice: 'auto', env: {}, terminal: true, colors: true },
    { when: 'a pipe', choice: 'auto', env: {}, terminal: false, colors: false },

    { when: 'always, pipe', choice: 'always', env: {}, terminal: false, colors: true },
    { when: 'always against NO_COLOR', choice: 'always', env: { NO_COLOR: '1' }, terminal: false, colors: true },
    { when: 'always against FORCE_COLOR=0', choice: 'always', env: { FORCE_COLOR: '0' }, terminal: false, colors: true },
    { when: 'always against TERM=dumb', choice: 'always', env: { TERM: 'dumb' }, terminal: false, colors: true },
    { when: 'never, terminal', choice: 'never', env: {}, terminal: true, colors: false },
    { when: 'never against FORCE_COLOR', choice: 'never', env: { FORCE_COLOR: '1' }, terminal: true, colors: false },
    { when: 'never against CLICOLOR_FORCE', choice: 'never', env: { CLICOLOR_FORCE: '1' }, terminal: true, colors: false },

    { when: 'NO_COLOR=1', choice: 'auto', env: { NO_COLOR: '1' }, terminal: true, colors: false },
    { when: 'NO_COLOR=0, set whatever it says', choice: 'auto', env: { NO_COLOR: '0' }, terminal: true, colors: false },
    { when: 'an empty NO_COLOR, which counts as unset', choice: 'auto', env: { NO_COLOR: '' }, terminal: true, colors: true },

    { when: 'FORCE_COLOR=1, pipe', choice: 'auto', env: { FORCE_COLOR: '1' }, terminal: false, colors: true },
    { when: 'FORCE_COLOR=3, pipe', choice: 'auto', env: { FORCE_COLOR: '3' }, terminal: false, colors: true },
    { when: 'FORCE_COLOR=true, pipe', choice: 'auto', env: { FORCE_COLOR: 'true' }, terminal: false, colors: true },
    { when: 'FORCE_COLOR=0, terminal', choice: 'auto', env: { FORCE_COLOR: '0' }, terminal: true, colors: false },
    { when: 'FORCE_COLOR=false, terminal', choice: 'auto', env: { FORCE_COLOR: 'false' }, terminal: true, colors: false },
    { when: 'FORCE_COLOR=FALSE, terminal', choice: 'auto', env: { FORCE_COLOR: 'FALSE' }, terminal: true, colors: false },
    { when: 'FORCE_COLOR over NO_COLOR', choice: 'auto', env: { FORCE_COLOR: '1', NO_COLOR: '1' }, terminal: false, colors: true },
    {
      when: 'FORCE_COLOR=0 over CLICOLOR_FORCE',
      choice: 'auto',
      env: { FORCE_COLOR: '0', CLICOLOR_FORCE: '1' },
      terminal: true,
      colors: false,
    },

    { when: 'CLICOLOR_FORCE=1, pipe', choice: 'auto', env: { CLICOLOR_FORCE: '1' }, terminal: false, colors: true },
    { when: 'CLICOLOR_FORCE=0, pipe', choice: 'auto', env: { CLICOLOR_FORCE: '0' }, terminal: false, colors: false },
    { when: 'CLICOLOR_FORCE=0, terminal', choice: 'auto', env: { CLICOLOR_FORCE: '0' }, terminal: true, colors: true },
    { when: 'an empty CLICOLOR_FORCE', choice: 'auto', env: { CLICOLOR_FORCE: '' }, terminal: false, colors: false },

    { when: 'TERM=dumb, terminal', choice: 'auto', env: { TERM: 'dumb' }, terminal: true, colors: false },
    { when: 'TERM=xterm-256color, terminal', choice: 'auto', env: { TERM: 'xterm-256color' }, terminal: true, colors: true },
    { when: 'TERM=xterm-256color, pipe', choice: 'auto', env: { TERM: 'xterm-256color' }, terminal: false, colors: false },
  ];

  it.each(TABLE)('$when: $colors', ({ choice, env, terminal, colors }) => {
    expect(wantsColor(choice, env, terminal)).toBe(colors);
  });
});

describe('styleFor', () => {
  it('paints every severity and every outcome when it colours, and nothing when it does not', () => {
    const [colored, plain] = [styleFor(true), styleFor(false)];
    const paints = (style: typeof colored) => [...Object.values(style.severity), ...Object.values(style.outcome), style.strong, style.link];
    expect(paints(colored).filter((paint) => !paint('x').includes(ESCAPE))).toEqual([]);
    expect(paints(plain).map((paint) => paint('x'))).toEqual(paints(plain).map(() => 'x'));
  });

  it('paints one text, whatever else `map` hands on', () => {
    const style = styleFor(true);
    const paints = [...Object.values(style.severity), ...Object.values(style.outcome), style.strong, style.faint, style.good, style.link];
    expect(paints.filter((paint) => ['x'].map(paint)[0] !== paint('x'))).toEqual([]);
  });

  const RULE = 'https://learn.microsoft.com/azure/redis/overview#top';

  it('makes a link of an address of ours alone, and only where a terminal follows it', () => {
    const { linked } = styleFor(true, true);
    expect(linked('rule', RULE)).toBe(`${ESCAPE}]8;;${RULE}${ESCAPE}\\rule${ESCAPE}]8;;${ESCAPE}\\`);
    expect(styleFor(true).linked('rule', RULE)).toBe('rule');
    for (const other of ['', 'https://learn.microsoft.com.example/', 'http://learn.microsoft.com/', `${RULE}${ESCAPE}\\x`, `${RULE} x`])
      expect(linked('rule', other)).toBe('rule');
  });
});

describe('columnsOf', () => {
  const TABLE: readonly {
    readonly when: string;
    readonly env: Env;
    readonly isTerminal: boolean;
    readonly columns: number | undefined;
    readonly width: number;
  }[] = [
    { when: 'a terminal says its width', env: {}, isTerminal: true, columns: 132, width: 132 },
    { when: 'a terminal does not say', env: {}, isTerminal: true, columns: undefined, width: 80 },
    { when: 'COLUMNS overrules a terminal', env: { COLUMNS: '100' }, isTerminal: true, columns: 132, width: 100 },
    { when: 'COLUMNS in a pipe', env: { COLUMNS: '100' }, isTerminal: false, columns: undefined, width: 100 },
    { when: 'a pipe is never broken', env: {}, isTerminal: false, columns: undefined, width: Number.POSITIVE_INFINITY },
    { when: 'a terminal that has not been measured', env: {}, isTerminal: true, columns: 0, width: 80 },
    { when: 'a terminal that holds hardly a word', env: {}, isTerminal: true, columns: 7, width: 20 },
    { when: 'COLUMNS of a narrow one', env: { COLUMNS: '30' }, isTerminal: false, columns: undefined, width: 30 },
    { when: 'COLUMNS too small', env: { COLUMNS: '3' }, isTerminal: false, columns: undefined, width: 20 },
    { when: 'COLUMNS=0', env: { COLUMNS: '0' }, isTerminal: true, columns: 90, width: 90 },
    { when: 'COLUMNS that is no number', env: { COLUMNS: 'wide' }, isTerminal: true, columns: 90, width: 90 },
    { when: 'an empty COLUMNS', env: { COLUMNS: '' }, isTerminal: false, columns: undefined, width: Number.POSITIVE_INFINITY },
  ];

  it.each(TABLE)('$when: $width', ({ env, isTerminal, columns, width }) => {
    expect(columnsOf({ isTerminal, columns, write: async () => {} }, env)).toBe(width);
  });
});

describe('the colour of redvet demo', () => {
  const RUNS: readonly { readonly args: readonly string[]; readonly env: Env; readonly colored: boolean }[] = [
    { args: ['--color', 'always'], env: {}, colored: true },
    { args: ['--color', 'always'], env: { NO_COLOR: '1', TERM: 'dumb' }, colored: true },
    { args: ['--color', 'never'], env: { FORCE_COLOR: '1' }, colored: false },
    { args: [], env: { FORCE_COLOR: '1' }, colored: true },
    { args: [], env: {}, colored: false },
    { args: ['-o', 'json', '--color', 'always'], env: {}, colored: false },
  ];

  it.each(RUNS)('in a pipe with $args and $env: $colored', async ({ args, env, colored }) => {
    const { code, stdout } = await redvet(['demo', ...args], { env });
    expect({ code, colored: stdout.includes(ESCAPE) }).toEqual({ code: 1, colored });
  });

  it('is asked for by --color always alone in a file', async () => {
    const cwd = emptyFolder();
    await redvet(['demo', '-o', 'table=always.txt', '--color', 'always'], { cwd });
    await redvet(['demo', '-o', 'table=auto.txt'], { cwd, env: { FORCE_COLOR: '1' } });
    const colored = (file: string): boolean => readFileSync(join(cwd, file), 'utf8').includes(ESCAPE);
    expect([colored('always.txt'), colored('auto.txt')]).toEqual([true, false]);
  });
});
