import type { Body, FixTarget } from '../model/fix.ts';
import { bicepLines, bicepType, databaseType, declaredBy, isEmpty, members } from './bicep.ts';
import { commented, commentedAsIs, piece } from './comment.ts';
import { headerLines, type Origin, toMend } from './header.ts';
import { labeler } from './label.ts';
import { type CachePlan, type Mend, obstacleOf, type Plan } from './plan.ts';

const USE: readonly string[] = [
  'Not to be deployed as it is: each variable holds what has to stand in the declaration of one cache. Move it there. A declaration is whole, so one with nothing but these properties would reset all others.',
  'Read what each change breaks: it stands above it. What has to wait, or is a declaration of its own, is a comment.',
];

/** A file for Bicep with a variable for each cache; a piece of text each. */
export function* bicepFile(plan: Plan, origin: Origin): Iterable<string> {
  yield piece(
    headerLines(
      '//',
      toMend(plan, USE, (mend, target) => obstacleOf(mend, target) === null),
      plan,
      origin,
    ),
  );
  const label = labeler();
  for (const cache of plan.caches) yield piece(['', ...sectionOf(cache, label(cache.target.name))]);
}

const sectionOf = ({ target, mends }: CachePlan, label: string): readonly string[] => {
  const ready = mends.filter((mend) => obstacleOf(mend, target) === null);
  const { cache, database } = declaredBy(
    ready.map(({ rule }) => rule.fix),
    target,
  );
  return [
    `// ==== ${target.id}`,
    ...mends.flatMap((mend) => mendLines(mend, target)),
    ...variable(label, bicepType(target.kind), cache),
    ...variable(`${label}_database`, databaseType(target.kind), database),
  ];
};

const variable = (name: string, type: string, body: Body): readonly string[] =>
  isEmpty(body) ? [] : [`// in ${type}`, `var ${name} = {`, ...members(body, '  '), '}'];

const mendLines = (mend: Mend, target: FixTarget): readonly string[] => {
  const { fix, id } = mend.rule;
  const obstacle = obstacleOf(mend, target);
  const waiting = obstacle === null ? (fix.bicep?.split('\n') ?? []) : bicepLines(fix, target);
  return [
    ...commented('//', `-- ${id}: ${fix.summary}`),
    ...commented('//', `   Mind: ${fix.risk}`),
    ...(obstacle === null ? [] : commented('//', `   ${obstacle}`)),
    ...waiting.flatMap((line) => commentedAsIs('//', `     ${line}`)),
  ];
};
