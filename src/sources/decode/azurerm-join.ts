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
export const ownerOf = (child: TerraformResource, link: Link, targets: readonly Target[]): Owner => {
  const referred = byReference(child, link.names, targets);
  const text = isDeferred(link.value) ? null : textBehind(link.value);
  if (text === null) return referred;
  const fits = targets.map((target) => ({ target, fit: link.by === 'name' ? byName(text, child, target) : byId(text, target) }));
  const exact = targetsThat(fits, 'yes');
  const [only, ...others] = exact;
  if (only !== undefined && others.length === 0)
    return { is: 'one', of: only, by: link.names.flatMap((name) => child.references.get(name) ?? []) };
  const candidates = exact.length > 0 ? exact : targetsThat(fits, 'open');
  return referred.is === 'one' && candidates.includes(referred.of) ? referred : { is: 'some', of: candidates };
};

/** The same of a list of ids, each with its text where that is known. */
export const ownersOf = (child: TerraformResource, link: Link, targets: readonly Target[]): readonly Owned[] => {
  const items: readonly unknown[] = Array.isArray(link.value) ? link.value : [link.value];
  const texts = items.flatMap((item) => (isDeferred(item) ? [] : [textBehind(item)]));
  const known = texts.map((text) => ({ text, owner: ownerOf(child, { ...link, value: text ?? undefined, names: [] }, targets) }));
  if (texts.length === items.length) return known;
  // What it refers to is all of what is not known, and may be part of what is.
  const { hits, isOpen } = referredBy(child, link.names, targets);
  if (isOpen || hits.length === 0) return [...known, { text: null, owner: { is: 'some', of: targets } }];
  const rest = hits.filter((hit) => !known.some(({ owner }) => owner.is === 'one' && owner.of === hit));
  return [...known, ...rest.map((of): Owned => ({ text: null, owner: { is: 'one', of, by: [] } }))];
};

export interface Owned {
  readonly text: string | null;
  readonly owner: Owner;
}

/** Whether two texts are the same without case; `open` when one of them is not known. */
type Fit = 'yes' | 'no' | 'open';

const targetsThat = (fits: readonly { readonly target: Target; readonly fit: Fit }[], wanted: Fit): readonly Target[] =>
  fits.filter(({ fit }) => fit === wanted).map(({ target }) => target);

const agree = (one: unknown, other: unknown): Fit => {
  const [a, b] = [textBehind(one), textBehind(other)];
  if (a === null || b === null) return 'open';
  return a.toLowerCase() === b.toLowerCase() ? 'yes' : 'no';
};

/** A group that is not known does not matter: the names of caches are unique in Azure. */
const inGroup = (name: Fit, group: Fit): Fit => (group === 'no' ? 'no' : name);

const byName = (name: string, child: TerraformResource, { resource: { values } }: Target): Fit =>
  inGroup(agree(name, propertyOf(values, 'name')), agree(propertyOf(child.values, GROUP), propertyOf(values, GROUP)));

const GROUP = 'resource_group_name';

const ID = /^(\/subscriptions\/[^/]+\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Cache\/([^/]+)\/([^/]+))(?:\/.*)?$/i;

/** The id of something else belongs to none; a text that is no id may be anything. */
const byId = (id: string, { resource: { values }, type }: Target): Fit => {
  const [, whole, group, kind, name] = ID.exec(id) ?? [];
  if (whole === undefined) return /^\/subscriptions\/.*\/providers\//i.test(id) ? 'no' : 'open';
  if (kind?.toLowerCase() !== type) return 'no';
  const own = agree(whole, propertyOf(values, 'id'));
  return own === 'open' ? inGroup(agree(name, propertyOf(values, 'name')), agree(group, propertyOf(values, GROUP))) : own;
};

/** What an expression may be made of without leading anywhere else. */
const OF_PLACE = /^(?:each\.key|count\.index|path\.|terraform\.)/;

/** What is computed of a place in Azure that holds more than one thing, and so may lead to a cache. */
const OF_AZURE = /^azurerm_(?!resource_group$|subscription$)|^azapi_/;

const referredBy = (
  child: TerraformResource,
  names: readonly string[],
  targets: readonly Target[],
): { readonly references: readonly string[]; readonly hits: readonly Target[]; readonly others: number; readonly isOpen: boolean } => {
  const references = names.flatMap((name) => child.references.get(name) ?? []);
  const told = mostSpecific(references.filter((reference) => !OF_PLACE.test(reference))).map(stepsOf);
  const addresses = targets.map((target) => ({ target, steps: stepsOf(target.resource.address) }));
  const others = told.filter((steps) => !addresses.some((one) => leadsInto(steps, one.steps)));
  return {
    references,
    hits: addresses.filter((one) => told.some((steps) => leadsInto(steps, one.steps))).map(({ target }) => target),
    others: others.length,
    isOpen: told.length === 0 || others.some(isOpaque),
  };
};

const byReference = (child: TerraformResource, names: readonly string[], targets: readonly Target[]): Owner => {
  const { references, hits, others, isOpen } = referredBy(child, names, targets);
  if (isOpen) return { is: 'some', of: targets };
  const [only, ...more] = hits;
  if (others > 0 || only === undefined) return { is: 'some', of: hits };
  if (more.length === 0) return { is: 'one', of: only, by: references };
  const own = keysOf(stepsOf(child.address)).at(-1);
  const [twin, ...twins] = hits.filter(({ resource }) => own !== undefined && keysOf(stepsOf(resource.address)).includes(own));
  const isByKey = references.some((reference) => /^(?:each\.key|count\.index)$/.test(reference));
  return isByKey && twin !== undefined && twins.length === 0 ? { is: 'one', of: twin, by: references } : { is: 'some', of: hits };
};

/** A local, a variable, an output, a data source, or anything else whose value may be that of a cache. */
const isOpaque = (steps: readonly Step[]): boolean => {
  const first = steps.findIndex(({ name }, index) => name !== 'module' && steps[index - 1]?.name !== 'module');
  return !OF_AZURE.test(steps[first]?.name ?? '') || steps.length < first + 2;
};

const keysOf = (steps: readonly Step[]): readonly string[] => steps.flatMap(({ key }) => (key === null ? [] : [key]));
