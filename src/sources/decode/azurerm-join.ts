import type { TerraformResource } from './azurerm.ts';
import { textBehind } from './azurerm-values.ts';
import { isDeferred, propertyOf } from './json.ts';
import { leadsInto, mostSpecific, type Step, stepsOf } from './terraform-address.ts';

/** Which cache something else of the same declaration belongs to. */

/** What may be referred to: a cache, or a database of a cluster. `type`: what its id says before its name, in lower case. */
export interface Target {
  readonly resource: TerraformResource;
  readonly type: 'redis' | 'redisenterprise' | 'databases';
}

/** All that something may belong to. */
export interface Targets {
  readonly all: readonly Target[];
  /** By what their name, or the name in their id, is in lower case; under an empty name those that have none yet. */
  readonly byName: ReadonlyMap<string, readonly Target[]>;
  /** By their address without keys. */
  readonly byAddress: ReadonlyMap<string, readonly Placed[]>;
}

interface Placed {
  readonly target: Target;
  readonly steps: readonly Step[];
}

export const toTargets = (all: readonly Target[]): Targets => ({
  all,
  byName: grouped(all.flatMap((target) => namesOf(target).map((name): readonly [string, Target] => [name, target]))),
  byAddress: grouped(
    all.map((target): readonly [string, Placed] => {
      const steps = stepsOf(target.resource.address);
      return [withoutKeys(steps), { target, steps }];
    }),
  ),
});

const grouped = <T>(entries: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const [key, value] of entries) {
    const before = groups.get(key);
    if (before === undefined) groups.set(key, [value]);
    else before.push(value);
  }
  return groups;
};

const namesOf = ({ resource: { values } }: Target): readonly string[] => {
  const name = textBehind(propertyOf(values, 'name')) ?? '';
  const [, , , , inId] = ID.exec(textBehind(propertyOf(values, 'id')) ?? '') ?? [];
  return [...new Set([name.toLowerCase(), ...(inId === undefined ? [] : [inId.toLowerCase()])])];
};

const withoutKeys = (steps: readonly Step[]): string => steps.map(({ name }) => name).join('.');

/** Those of a name, and those that may still get it. */
const called = (name: string, { byName }: Targets): readonly Target[] => [
  ...new Set([...(byName.get(name.toLowerCase()) ?? []), ...(byName.get('') ?? [])]),
];

/** `some`: one of these or none of them, and nobody can tell. */
export type Owner =
  | { readonly is: 'one'; readonly of: Target; readonly by: readonly string[] }
  | { readonly is: 'some'; readonly of: readonly Target[] };

/** How a child says what it belongs to. */
export interface Link {
  readonly value: unknown;
  /** Where the references of that value stand, by every name they may have. */
  readonly names: readonly string[];
  readonly by: 'name' | 'id';
}

/** A value that is known decides, and what it refers to where that leaves several. */
export const ownerOf = (child: TerraformResource, link: Link, targets: Targets): Owner => {
  const text = isDeferred(link.value) ? null : textBehind(link.value);
  if (text === null) return byReference(child, link.names, targets);
  const fits = link.by === 'name' ? namedBy(text, child, targets) : identifiedBy(text, targets);
  if (fits === null) return { is: 'some', of: targets.all };
  const exact = targetsThat(fits, 'yes');
  const [only, ...others] = exact;
  if (only !== undefined && others.length === 0)
    return { is: 'one', of: only, by: link.names.flatMap((name) => child.references.get(name) ?? []) };
  const candidates = exact.length > 0 ? exact : targetsThat(fits, 'open');
  if (candidates.length === 0) return { is: 'some', of: candidates };
  const referred = byReference(child, link.names, targets);
  return referred.is === 'one' && candidates.includes(referred.of) ? referred : { is: 'some', of: candidates };
};

/** The same of a list of ids, each with its text where that is known. */
export const ownersOf = (child: TerraformResource, link: Link, targets: Targets): readonly Owned[] => {
  const items: readonly unknown[] = Array.isArray(link.value) ? link.value : [link.value];
  const texts = items.flatMap((item) => (isDeferred(item) ? [] : [textBehind(item)]));
  const known = texts.map((text) => ({ text, owner: ownerOf(child, { ...link, value: text ?? undefined, names: [] }, targets) }));
  if (texts.length === items.length) return known;
  // What it refers to is all of what is not known, and may be part of what is.
  const { hits, isOpen } = referredBy(child, link.names, targets);
  if (isOpen || hits.length === 0) return [...known, { text: null, owner: { is: 'some', of: targets.all } }];
  const rest = hits.map(({ target }) => target).filter((hit) => !known.some(({ owner }) => owner.is === 'one' && owner.of === hit));
  return [...known, ...rest.map((of): Owned => ({ text: null, owner: { is: 'one', of, by: [] } }))];
};

export interface Owned {
  readonly text: string | null;
  readonly owner: Owner;
}

/** Whether two texts are the same without case; `open` when one of them is not known. */
type Fit = 'yes' | 'no' | 'open';

type Fits = readonly { readonly target: Target; readonly fit: Fit }[];

const targetsThat = (fits: Fits, wanted: Fit): readonly Target[] => fits.filter(({ fit }) => fit === wanted).map(({ target }) => target);

const agree = (one: unknown, other: unknown): Fit => {
  const [a, b] = [textBehind(one), textBehind(other)];
  if (a === null || b === null) return 'open';
  return a.toLowerCase() === b.toLowerCase() ? 'yes' : 'no';
};

/** A group that is not known does not matter: the names of caches are unique in Azure. */
const inGroup = (name: Fit, group: Fit): Fit => (group === 'no' ? 'no' : name);

const namedBy = (name: string, child: TerraformResource, targets: Targets): Fits =>
  called(name, targets).map((target) => {
    const { values } = target.resource;
    const group = agree(propertyOf(child.values, GROUP), propertyOf(values, GROUP));
    return { target, fit: inGroup(agree(name, propertyOf(values, 'name')), group) };
  });

const GROUP = 'resource_group_name';

const ID = /^(\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Cache\/([^/]+)\/([^/]+))(?:\/.*)?$/i;

/** The id of something else belongs to none. Null for a text that is no id: that may be anything. */
const identifiedBy = (id: string, targets: Targets): Fits | null => {
  const [, whole, group, kind, name] = ID.exec(id) ?? [];
  if (whole === undefined || name === undefined) return /^\/subscriptions\/.*\/providers\//i.test(id) ? [] : null;
  return called(name, targets)
    .filter(({ type }) => type === kind?.toLowerCase())
    .map((target) => {
      const { values } = target.resource;
      const own = agree(whole, propertyOf(values, 'id'));
      if (own !== 'open') return { target, fit: own };
      return { target, fit: inGroup(agree(name, propertyOf(values, 'name')), agree(group, propertyOf(values, GROUP))) };
    });
};

/** What an expression may be made of without leading anywhere else. */
const OF_PLACE = /^(?:each\.key|count\.index|path\.|terraform\.)/;

/** What is computed of a place in Azure that holds more than one thing, and so may lead to a cache. */
const OF_AZURE = /^azurerm_(?!resource_group$|subscription$)|^azapi_/;

interface Referred {
  readonly references: readonly string[];
  readonly hits: readonly Placed[];
  /** What else it is made of. */
  readonly others: number;
  readonly isOpen: boolean;
}

const referredBy = (child: TerraformResource, names: readonly string[], targets: Targets): Referred => {
  const references = names.flatMap((name) => child.references.get(name) ?? []);
  const told = mostSpecific(references.filter((reference) => !OF_PLACE.test(reference)))
    .map(stepsOf)
    .map((steps) => ({ steps, hits: placedAt(steps, targets) }));
  const others = told.filter(({ hits }) => hits.length === 0);
  return {
    references,
    hits: [...new Set(told.flatMap(({ hits }) => hits))],
    others: others.length,
    isOpen: told.length === 0 || others.some(({ steps }) => isOpaque(steps)),
  };
};

const placedAt = (steps: readonly Step[], { byAddress }: Targets): readonly Placed[] =>
  steps.flatMap((_, index) =>
    (byAddress.get(withoutKeys(steps.slice(0, index + 1))) ?? []).filter((placed) => leadsInto(steps, placed.steps)),
  );

const byReference = (child: TerraformResource, names: readonly string[], targets: Targets): Owner => {
  const { references, hits, others, isOpen } = referredBy(child, names, targets);
  if (isOpen) return { is: 'some', of: targets.all };
  const [only, ...more] = hits;
  const all = hits.map(({ target }) => target);
  if (others > 0 || only === undefined) return { is: 'some', of: all };
  if (more.length === 0) return { is: 'one', of: only.target, by: references };
  const own = stepsOf(child.address).findLast(({ key }) => key !== null)?.key;
  const isByKey = own !== undefined && references.some((reference) => /^(?:each\.key|count\.index)$/.test(reference));
  const [twin, ...twins] = isByKey ? hits.filter(({ steps }) => steps.some(({ key }) => key === own)) : [];
  return twin !== undefined && twins.length === 0 ? { is: 'one', of: twin.target, by: references } : { is: 'some', of: all };
};

/** A local, a variable, an output, a data source, or anything else whose value may be that of a cache. */
const isOpaque = (steps: readonly Step[]): boolean => {
  const first = steps.findIndex(({ name }, index) => name !== 'module' && steps[index - 1]?.name !== 'module');
  return !OF_AZURE.test(steps[first]?.name ?? '') || steps.length < first + 2;
};
