import type { Diagnosis } from '../model/diagnosis.ts';
import type { Report } from '../policy/report.ts';
import { safeJson } from './escape.ts';

/** `redvet doctor -o json`: the promise to whoever parses it is src/schemas/doctor.json. */
export const doctorJson = ({ environment, identity, visible, ...of }: Diagnosis, { run, problems, stats, status }: Report): string => {
  const { claims, ...signIn } = identity;
  const { outcome, exitCode, complete, reason } = status;
  const fields = [
    ['$schema', 'urn:redvet:schema:doctor:1'],
    ['schemaVersion', '1.0'],
    ['tool', run.tool],
    ['environment', environment],
    ['identity', { ...signIn, ...claims }],
    ['visibleSubscriptions', visible],
  ] as const;
  return `{\n${[
    ...fields.map(([name, value]) => `${safeJson(name)}: ${safeJson(value)}`),
    list('subscriptions', of.subscriptions),
    list('reads', of.reads),
    list('missingActions', of.missingActions),
    list('missingOn', of.missingOn),
    list('problems', problems),
    `"stats": ${safeJson(stats)}`,
    `"status": ${safeJson({ outcome, exitCode, complete, reason })}`,
  ].join(',\n')}\n}\n`;
};

/** A property whose value is an array, an item a line. */
const list = (name: string, items: readonly unknown[]): string =>
  `${safeJson(name)}: ${items.length === 0 ? '[]' : `[\n${items.map(safeJson).join(',\n')}\n]`}`;
