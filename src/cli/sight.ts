import type { ComparedFinding, Sight } from '../policy/diff.ts';
import type { Compared } from './saved/compared.ts';

/** What the newer of two results can say of caches that it does not have: it speaks of what it looked at, in the same way as the older. */
export const sightOf = (before: Compared, after: Compared): Sight => {
  const read = new Set(after.end.subscriptions.filter(({ status }) => status === 'read').map(({ id }) => id.toLowerCase()));
  return {
    isComplete: after.hasEveryCache,
    rules: new Set(after.run.rules.map(({ id }) => id)),
    mayMiss: (finding) => whySelected(before, after) ?? whyElsewhere(finding, before, after, read),
  };
};

/** Selectors that may leave out a cache that is there. */
const SELECTORS = ['resourceGroups', 'caches', 'tags', 'exclude'] as const;

const whySelected = (before: Compared, after: Compared): string | null => {
  const other = SELECTORS.find((name) => listIn(before, name).join('\n') !== listIn(after, name).join('\n'));
  if (other !== undefined) return `the newer scan was asked for other caches (${FLAGS[other]})`;
  return listIn(after, 'tags').length > 0 ? 'it may have lost the tag that was asked for' : null;
};

const FLAGS = { resourceGroups: '--resource-group', caches: '--cache', tags: '--tag', exclude: '--exclude' } as const;

const whyElsewhere = ({ file, subscriptionId }: ComparedFinding, before: Compared, after: Compared, read: ReadonlySet<string>) => {
  // An export does not say what it was asked for; a snapshot says which subscriptions it has.
  if (file === null) return read.has((subscriptionId ?? '').toLowerCase()) ? null : 'nothing says that its subscription was read now';
  const given = listIn(after, 'inputs');
  const isSame = listIn(before, 'inputs').every((path) => path !== '-' && given.includes(path)) && !isPartial(after);
  return isSame ? null : 'the newer scan was given other files';
};

const isPartial = ({ end }: Compared): boolean => end.inputs.some(({ status }) => status !== 'read');

/** What was given for an option that is a list, in whatever order. */
const listIn = ({ run }: Compared, name: string): readonly string[] => {
  const value = run.options[name];
  return Array.isArray(value) ? value.map(String).toSorted() : [];
};
