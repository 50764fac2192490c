import { count } from '../../model/count.ts';
import type { ControlResult, Report } from '../../policy/report.ts';
import { wrap } from '../layout.ts';
import type { Display } from '../reporter.ts';
import type { Lines } from './lines.ts';

/** One section a framework that was asked for: its controls by number, what failed first. Our own readings are marked. */
export const controls = ({ run, frameworks }: Report, { style, width }: Display): readonly Lines[] => {
  if (!run.byFramework) return [];
  return frameworks.map(({ title, id, controls: all }) => {
    const of = (state: ControlResult['state']): readonly ControlResult[] => all.filter((control) => control.state === state);
    const counts = [
      style.good(`${of('pass').length} passed`),
      `${of('fail').length} failed`,
      ...(of('unknown').length > 0 ? [style.outcome.unknown(`${of('unknown').length} unknown`)] : []),
      ...(of('not_covered').length > 0 ? [`${of('not_covered').length} not covered`] : []),
    ];
    const own = all.some(({ origin }) => origin === 'redvet');
    return [
      ...wrap(`${style.strong(title)} (${id})`, width),
      ...wrap(`${count(all.length, 'mapped control')}: ${counts.join(', ')}`, width - 2).map((line) => `  ${line}`),
      ...STATES.flatMap(({ state, word, paint }) =>
        of(state).length === 0
          ? []
          : wrap(`${paint(style)(word)}: ${of(state).map(numberOf).join(', ')}`, width - 2).map((line) => `  ${line}`),
      ),
      ...(own
        ? wrap('* our own reading of the control, not a mapping by Microsoft or the benchmark', width - 2).map((line) =>
            style.faint(`  ${line}`),
          )
        : []),
    ];
  });
};

const STATES = [
  { state: 'fail', word: 'failed', paint: ({ outcome }: Display['style']) => outcome.fail },
  { state: 'unknown', word: 'unknown', paint: ({ outcome }: Display['style']) => outcome.unknown },
  { state: 'pass', word: 'passed', paint: ({ good }: Display['style']) => good },
  { state: 'not_covered', word: 'not covered', paint: ({ faint }: Display['style']) => faint },
] as const;

const numberOf = ({ id, origin }: ControlResult): string => `${id}${origin === 'redvet' ? '*' : ''}`;
