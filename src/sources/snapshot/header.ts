import { EVERY_CACHE, type Selection } from '../selection.ts';

export const SNAPSHOT_SCHEMA = { $schema: 'urn:redvet:schema:snapshot:1', schemaVersion: '1.0' } as const;

/** What a snapshot was collected for: a scan of it is for the same, or for less. */
export interface CollectedScope {
  /** Ids or display names as the person gave them. */
  readonly subscriptions: readonly string[];
  readonly managementGroups: readonly string[];
  /** Of subscriptions it names none. */
  readonly selection: Selection;
  /** The ids of the rules whose needs were collected; null for all that there were. */
  readonly rules: readonly string[] | null;
}

/** As the first line of a snapshot holds it. */
export const scopeFields = ({ subscriptions, managementGroups, selection, rules }: CollectedScope) => ({
  subscriptions,
  managementGroups,
  resourceGroups: selection.resourceGroups,
  caches: selection.caches,
  tags: selection.tags,
  exclude: selection.excluded,
  rules,
});

/** Null when the fields are none of a scope: nobody can tell what is missing then. */
export const readScopeFields = (fields: Readonly<Record<string, unknown>>): CollectedScope | null => {
  const { subscriptions, managementGroups, resourceGroups, caches, tags, exclude, rules } = fields;
  const isWhole =
    isTexts(subscriptions) &&
    isTexts(managementGroups) &&
    isTexts(resourceGroups) &&
    isTexts(caches) &&
    isTexts(exclude) &&
    isTags(tags) &&
    (rules === null || isTexts(rules));
  return isWhole
    ? { subscriptions, managementGroups, selection: { ...EVERY_CACHE, resourceGroups, caches, tags, excluded: exclude }, rules }
    : null;
};

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((text) => typeof text === 'string');

const isTags = (value: unknown): value is Selection['tags'] => Array.isArray(value) && value.every(isTag);

const isTag = (tag: unknown): boolean =>
  typeof tag === 'object' &&
  tag !== null &&
  'name' in tag &&
  typeof tag.name === 'string' &&
  'value' in tag &&
  (tag.value === null || typeof tag.value === 'string');
