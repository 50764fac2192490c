import { Trouble } from '../errors.ts';
import { count } from '../model/count.ts';
import { problem } from '../model/problem.ts';
import { dayAfter, stateOn } from '../policy/waivers.ts';
import { safeJson, safeLine } from '../reporters/escape.ts';
import { largest, padEnd } from '../reporters/layout.ts';
import { findAbove, WAIVERS_NAME } from './config.ts';
import type { Given } from './given.ts';
import { wordOf } from './given.ts';
import type { Io } from './io.ts';
import type { Mistake } from './schema-mistakes.ts';
import { ruleConfigs } from './select-rules.ts';
import { readGateSettings } from './settings.ts';
import { didYouMean } from './suggest.ts';
import { type FiledWaiver, readWaivers } from './waivers-file.ts';
import { LIST_FORMATS, WAIVER_ACTIONS } from './words.ts';

/** `redvet waivers list|check`: what is waived and until when, or whether the file is right. */
export const runWaivers = async (word: string, given: Given, io: Io): Promise<number> => {
  const action = WAIVER_ACTIONS.find((known) => known === word);
  if (action === undefined) throw unknownAction(word);
  const format = wordOf(given, 'output', LIST_FORMATS, 'table');
  const { unwaivable } = ruleConfigs(given);
  const gate = readGateSettings(given);
  const path = gate.waivers ?? (await findAbove(WAIVERS_NAME, io));
  if (path === null) throw noFile();
  const today = io.now().toISOString().slice(0, 'YYYY-MM-DD'.length);
  const { waivers, mistakes } = await readWaivers(path, { today, maxDays: gate.maxDays, unwaivable }, io);
  const all = waivers.map((waiver) => ({ ...waiver, state: stateOn(waiver, { today, warnDays: gate.warnDays }) }));
  if (action === 'check') {
    if (mistakes.length > 0) throw wrong(mistakes);
    await io.stdout.write(checked(path, all, dayAfter(today, gate.warnDays)));
    return 0;
  }
  // A list of less than all would be taken for all.
  if (mistakes.length > 0) throw wrong(mistakes);
  await io.stdout.write(
    format === 'json' ? `{\n"waivers": [${all.map((waiver) => `\n${safeJson(jsonOf(waiver))}`).join(',')}\n]\n}\n` : tableOf(all),
  );
  return 0;
};

type Told = FiledWaiver & { readonly state: ReturnType<typeof stateOn> };

/** What is not expired and expires late enough holds. */
const STATES = { applied: 'valid', expiring: 'expiring', expired: 'expired' } as const;

const jsonOf = ({ id, rule, rules, resource, category, reason, owner, ticket, expires, state }: Told) => ({
  id,
  state: STATES[state],
  rule,
  rules,
  resource,
  category,
  reason,
  owner,
  ticket,
  expires,
});

const tableOf = (waivers: readonly Told[]): string => {
  if (waivers.length === 0) return 'No waivers.\n';
  const rows = waivers.map(({ id, state, expires, rule, category, owner }) =>
    [id, STATES[state], expires, rule, category, owner].map(safeLine),
  );
  const heads = ['id', 'state', 'expires', 'rule', 'category', 'owner'];
  const widths = heads.map((head, column) => Math.max(head.length, largest(rows.map((row) => (row[column] ?? '').length))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const blocks = waivers.map(({ resource, reason, ticket }, index) => [
    line(rows[index] ?? []),
    `  ${safeLine(resource)}`,
    `  ${safeLine(reason)}${ticket === null ? '' : ` (${safeLine(ticket)})`}`,
  ]);
  return `${[line(heads), ...blocks.flat()].join('\n')}\n`;
};

const checked = (path: string, waivers: readonly Told[], soon: string): string => {
  const ids = (state: Told['state']): readonly string[] => waivers.filter((waiver) => waiver.state === state).map(({ id }) => id);
  const broad = waivers.filter(({ resource }) => /^[*?/]*$/.test(resource)).map(({ id }) => id);
  const notes = [
    ...(ids('expired').length === 0 ? [] : [`expired, and not applied: ${ids('expired').join(', ')}`]),
    ...(ids('expiring').length === 0 ? [] : [`expiring by ${soon}: ${ids('expiring').join(', ')}`]),
    ...(broad.length === 0 ? [] : [`for every cache there is: ${broad.join(', ')}`]),
  ];
  return [`${path}: ${count(waivers.length, 'waiver')}, nothing wrong`, ...notes.map((note) => `  ${note}`)]
    .map((line) => `${safeLine(line)}\n`)
    .join('');
};

/** All of them: whoever mends the file wants to do it once. */
const wrong = (mistakes: readonly Mistake[]): Trouble => {
  const [first, ...others] = mistakes;
  const lines = mistakes.slice(0, MOST_TOLD).map(({ place, message, hint }) => `${place}: ${message} (${hint})`);
  const more = mistakes.length > MOST_TOLD ? [`and ${count(mistakes.length - MOST_TOLD, 'more mistake')}`] : [];
  return new Trouble(
    others.length === 0 && first !== undefined
      ? problem('usage', 'BAD_FILE', `${first.place}: ${first.message}`, { scope: first.place, hint: first.hint })
      : problem('usage', 'BAD_FILE', `${count(mistakes.length, 'mistake')}: ${[...lines, ...more].join('; ')}`, {
          scope: first?.place ?? null,
        }),
  );
};

const MOST_TOLD = 20;

const unknownAction = (word: string): Trouble =>
  new Trouble(
    problem('usage', 'USAGE', `redvet waivers does not know ${JSON.stringify(word)}`, {
      hint: `${didYouMean(word, WAIVER_ACTIONS)} It takes list or check.`.trim(),
    }),
  );

const noFile = (): Trouble =>
  new Trouble(
    problem('usage', 'CANNOT_READ', `there is no ${WAIVERS_NAME} here, nor above up to the root of the repository`, {
      scope: WAIVERS_NAME,
      hint: 'Name the file: redvet waivers check --waivers FILE',
    }),
  );
