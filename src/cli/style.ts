import { Chalk } from 'chalk';
import type { Display, Style } from '../reporters/reporter.ts';
import type { Io, Output } from './io.ts';
import type { COLOR_CHOICES } from './words.ts';

export type ColorChoice = (typeof COLOR_CHOICES)[number];

/**
 * Whether to colour what goes to `output`. The flag decides; then FORCE_COLOR and CLICOLOR_FORCE, then NO_COLOR and TERM=dumb,
 * then whether a terminal is there.
 */
export const wantsColor = (choice: ColorChoice, env: Io['env'], isTerminal: boolean): boolean => {
  if (choice !== 'auto') return choice === 'always';
  const force = env['FORCE_COLOR'];
  if (force !== undefined) return force !== '0' && force.toLowerCase() !== 'false';
  if (isSet(env['CLICOLOR_FORCE']) && env['CLICOLOR_FORCE'] !== '0') return true;
  if (isSet(env['NO_COLOR']) || env['TERM'] === 'dumb' || env['CLICOLOR'] === '0') return false;
  return isTerminal;
};

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

/** Severity is always a word as well: colour never says anything alone. */
export const styleFor = (colored: boolean): Style => (colored ? painted() : PLAIN);

const asIs = (text: string): string => text;

const PLAIN: Style = {
  strong: asIs,
  faint: asIs,
  good: asIs,
  link: asIs,
  severity: { critical: asIs, high: asIs, medium: asIs, low: asIs, info: asIs },
  outcome: { fail: asIs, unknown: asIs, pass: asIs, not_applicable: asIs, not_evaluated: asIs },
};

const painted = (): Style => {
  const paint = new Chalk({ level: 1 });
  return {
    strong: paint.bold,
    faint: paint.dim,
    good: paint.green,
    link: paint.cyan,
    severity: {
      critical: paint.bold.red,
      high: paint.red,
      medium: paint.yellow,
      low: paint.blue,
      info: paint.cyan,
    },
    outcome: {
      fail: paint.bold.red,
      unknown: paint.bold.magenta,
      pass: paint.green,
      not_applicable: paint.dim,
      not_evaluated: paint.dim,
    },
  };
};

/** Columns to keep within. Text that goes to a file or a pipe is not broken, so that it can be searched. */
export const columnsOf = (output: Output, env: Io['env']): number => {
  const columns = Number(env['COLUMNS']);
  if (Number.isInteger(columns) && columns >= 40) return columns;
  return output.isTerminal ? Math.max(40, output.columns ?? 80) : Number.POSITIVE_INFINITY;
};

const speaksUnicode = ({ env, platform }: Io): boolean => {
  if (env['TERM'] === 'dumb' || env['TERM'] === 'linux') return false;
  return platform !== 'win32' || isSet(env['WT_SESSION']) || isSet(env['TERM_PROGRAM']) || isSet(env['CI']);
};

export type Looks = Pick<Display, 'width' | 'style' | 'unicode'>;

export const looksOf = (output: Output, choice: ColorChoice, io: Io): Looks => ({
  width: columnsOf(output, io.env),
  style: styleFor(wantsColor(choice, io.env, output.isTerminal)),
  unicode: speaksUnicode(io),
});

/** A file is read later and elsewhere: no colour unless asked for, nothing broken. */
export const FILE_LOOKS = (choice: ColorChoice): Looks => ({
  width: Number.POSITIVE_INFINITY,
  style: styleFor(choice === 'always'),
  unicode: true,
});
