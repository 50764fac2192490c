import { compare } from '../../model/compare.ts';
import { severalOf } from '../../model/several.ts';
import type { Report, WaiverResult } from '../../policy/report.ts';
import { safeLine } from '../escape.ts';
import { wrap } from '../layout.ts';
import type { Display, Style } from '../reporter.ts';
import type { Lines } from './lines.ts';
import { daysLeft } from './row.ts';

/** The waivers that someone has to look at: those that have ended, that end soon, and that nothing needed. One paragraph each. */
export const waivers = ({ waivers: all, run }: Report, { style, width }: Display): Lines => {
  const lines = STATES.flatMap(({ state, what, detail, paint }) => {
    const some = all.filter((waiver) => waiver.state === state).sort((a, b) => compare(a.expires, b.expires));
    if (some.length === 0) return [];
    const named = severalOf(some.map((waiver) => `${waiver.id}${detail(waiver, run)}`));
    return wrap(safeLine(`${what}: ${named}`), width - 2).map((line) => `  ${paint(style)(line)}`);
  });
  return lines.length === 0 ? [] : [style.strong('Waivers'), ...lines];
};

interface State {
  readonly state: WaiverResult['state'];
  readonly what: string;
  readonly detail: (waiver: WaiverResult, run: Report['run']) => string;
  readonly paint: (style: Style) => (text: string) => string;
}

const STATES: readonly State[] = [
  {
    state: 'expired',
    what: 'expired, not applied',
    detail: ({ expires }) => ` (${expires})`,
    paint: ({ outcome }) => outcome.fail,
  },
  {
    state: 'expiring',
    what: 'expiring',
    detail: ({ expires }, run) => ` on ${expires} (${daysLeft(expires, run)})`,
    paint: ({ severity }) => severity.medium,
  },
  // Not said to be of no use: it may be for something that was not read.
  { state: 'unused', what: 'unused in this run', detail: () => '', paint: ({ faint }) => faint },
];
