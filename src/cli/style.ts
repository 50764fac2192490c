import { Chalk } from 'chalk';
import type { Display, Style } from '../reporters/reporter.ts';
import type { Io, Output } from './io.ts';
import { followsLinks, speaksUnicode } from './terminal.ts';
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
export const styleFor = (colored: boolean, linking = false): Style => {
  const style = colored ? painted() : PLAIN;
  return linking ? { ...style, linked: linkTo } : style;
};

const asIs = (text: string): string => text;

const PLAIN: Style = {
  strong: asIs,
  faint: asIs,
  good: asIs,
  link: asIs,
  linked: asIs,
  severity: { critical: asIs, high: asIs, medium: asIs, low: asIs, info: asIs },
  outcome: { fail: asIs, unknown: asIs, pass: asIs, not_applicable: asIs, not_evaluated: asIs },
};

/** A saved result brings addresses of its own, which lead nowhere. */
const linkTo: Style['linked'] = (text, url) => (OUR_LINKS.test(url) ? `${OSC_8}${url}${ST}${text}${OSC_8}${ST}` : text);

const OUR_LINKS = /^https:\/\/learn\.microsoft\.com\/[!-~]*$/;
const OSC_8 = '\u001b]8;;';
const ST = '\u001b\\';

/** A painter of one text: Chalk's own paint all that they are given, such as the index that `map` hands on. */
const only =
  (paint: (text: string) => string) =>
  (text: string): string =>
    paint(text);

const painted = (): Style => {
  const paint = new Chalk({ level: 1 });
  return {
    strong: only(paint.bold),
    faint: only(paint.dim),
    good: only(paint.green),
    link: only(paint.cyan),
    linked: asIs,
    severity: {
      critical: only(paint.bold.red),
      high: only(paint.red),
      medium: only(paint.yellow),
      low: only(paint.blue),
      info: only(paint.cyan),
    },
    outcome: {
      fail: only(paint.bold.red),
      unknown: only(paint.bold.magenta),
      pass: only(paint.green),
      not_applicable: only(paint.dim),
      not_evaluated: only(paint.dim),
    },
  };
};

/** Less can hold no word of ours, and a terminal that says so has not been measured yet. */
const FEWEST_COLUMNS = 20;

/** Columns to keep within. Text that goes to a file or a pipe is not broken, so that it can be searched. */
export const columnsOf = (output: Output, env: Io['env']): number => {
  const columns = Number(env['COLUMNS']);
  if (Number.isInteger(columns) && columns > 0) return Math.max(FEWEST_COLUMNS, columns);
  return output.isTerminal ? Math.max(FEWEST_COLUMNS, output.columns || 80) : Number.POSITIVE_INFINITY;
};

export type Looks = Pick<Display, 'width' | 'style' | 'unicode' | 'brief'>;

export const looksOf = (output: Output, choice: ColorChoice, io: Io): Looks => {
  const colored = wantsColor(choice, io.env, output.isTerminal);
  return {
    width: columnsOf(output, io.env),
    style: styleFor(colored, colored && followsLinks(output, io.env)),
    unicode: speaksUnicode(io),
    brief: output.isTerminal,
  };
};

/** A file is read later and elsewhere: no colour unless asked for, nothing broken, nothing left out. */
export const FILE_LOOKS = (choice: ColorChoice): Looks => ({
  width: Number.POSITIVE_INFINITY,
  style: styleFor(choice === 'always'),
  unicode: true,
  brief: false,
});
