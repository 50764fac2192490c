import type { FixTarget, TerraformFix } from '../model/fix.ts';
import { commented, commentedAsIs, piece } from './comment.ts';
import { headerLines, type Origin, toMend } from './header.ts';
import { labeler } from './label.ts';
import { type CachePlan, type Mend, obstacleOf, type Plan } from './plan.ts';
import { mergedLines, olderLines, terraformLines } from './terraform.ts';

const USE: readonly string[] = [
  'Not to be applied as it is: each block holds what has to stand in the resource that declares one cache. Move it there. The names are those of the newest azurerm; those of older ones stand in comments.',
  'Read what each change breaks: it stands above it. What has to wait, or is a resource of its own, is a comment.',
];

/** A file for Terraform with a block for each cache; a piece of text each. */
export function* terraformFile(plan: Plan, origin: Origin): Iterable<string> {
  yield piece(
    headerLines(
      '#',
      toMend(plan, USE, (mend, target) => declaring(mend, target) !== null),
      plan,
      origin,
    ),
  );
  const label = labeler();
  for (const cache of plan.caches) yield piece(['', ...sectionOf(cache, label(cache.target.name))]);
}

const sectionOf = ({ target, mends }: CachePlan, label: string): readonly string[] => {
  const ready = mends.flatMap((mend) => declaring(mend, target) ?? []);
  return [
    `# ==== ${target.id}`,
    ...mends.flatMap((mend) => mendLines(mend, target)),
    ...[...new Set(ready.map(({ resource }) => resource))].flatMap((resource) => [
      `resource "${resource}" "${label}" {`,
      ...mergedLines(
        ready.filter((fix) => fix.resource === resource).map(({ lines }) => lines),
        '  ',
      ),
      '}',
    ]),
  ];
};

/** The resources that declare a cache, a cluster or its database; every other one is a resource of its own. */
const OF_CACHES = /^azurerm_(?:redis_cache|managed_redis|redis_enterprise_cluster|redis_enterprise_database)$/;

/** What of a failure can stand in the block of its cache; null where nothing can. */
const declaring = (mend: Mend, target: FixTarget): TerraformFix | null => {
  const fix = mend.rule.fix.terraform[target.kind];
  return fix !== undefined && OF_CACHES.test(fix.resource) && obstacleOf(mend, target) === null ? fix : null;
};

const mendLines = (mend: Mend, target: FixTarget): readonly string[] => {
  const { fix, id } = mend.rule;
  const terraform = fix.terraform[target.kind];
  const obstacle = obstacleOf(mend, target);
  return [
    ...commented('#', `-- ${id}: ${fix.summary}`),
    ...commented('#', `   Mind: ${fix.risk}`),
    ...(obstacle === null ? [] : commented('#', `   ${obstacle}`)),
    ...asideLines(terraform, declaring(mend, target) !== null).flatMap((line) => commentedAsIs('#', `     ${line}`)),
  ];
};

const asideLines = (terraform: TerraformFix | undefined, isDeclared: boolean): readonly string[] => {
  if (terraform === undefined) return ['azurerm has nothing for it'];
  return isDeclared ? olderLines(terraform) : terraformLines(terraform);
};
