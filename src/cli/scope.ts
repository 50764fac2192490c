import { isGlob } from '../model/glob.ts';
import type { IndexUse } from '../sources/decode/index-row.ts';
import { readResourceId } from '../sources/decode/resource-id.ts';
import { EVERY_CACHE, type Selection, type TagSelector } from '../sources/selection.ts';
import { badValue, type Given, listOf, wordOf } from './given.ts';
import { SOURCES } from './words.ts';

/** Which caches are asked for, and of whom. */
export interface ScopeSettings {
  readonly source: 'arm' | 'graph';
  /** With `graph`: whether Resource Manager is asked for what the index does not hold. */
  readonly index: IndexUse;
  readonly subscriptions: readonly string[];
  readonly managementGroups: readonly string[];
  readonly selection: Selection;
}

/** Throws `Trouble` (usage) for a selector that can match nothing: it is a slip, and the scan would be of something else. */
export const readScope = (given: Given): ScopeSettings => {
  const only = given.isOn('graph-only');
  const selection = readSelection(given);
  const source = wordOf(given, 'source', SOURCES, only ? 'graph' : 'arm');
  if (only && source === 'arm')
    throw badValue(
      given.origin('source'),
      source,
      'does not go with --graph-only',
      'Leave one of the two out: --graph-only reads Resource Graph.',
    );
  return {
    source,
    index: only ? 'only' : 'complete',
    subscriptions: listOf(given, 'subscription'),
    managementGroups: [...new Set(listOf(given, 'management-group').map((text) => groupOf(given, text)))],
    selection: {
      ...selection,
      excluded: checked(
        given,
        'exclude',
        canMatchAnId,
        'can match no id',
        'Ids begin with /subscriptions/: write "*/resourceGroups/NAME/*" for a group, "*/NAME" for a cache.',
      ),
    },
  };
};

/** What of the selectors is the same wherever caches come from. */
const readSelection = (given: Given): Selection => ({
  ...EVERY_CACHE,
  resourceGroups: checked(
    given,
    'resource-group',
    isGroupName,
    'is not the name of a resource group',
    'It takes a name such as rg-prod, without slashes or wildcards.',
  ),
  caches: checked(
    given,
    'cache',
    isCache,
    'is not a cache',
    'It takes the name of a cache, or its whole id: /subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Cache/redis/NAME',
  ),
  tags: listOf(given, 'tag').map((text) => tagOf(given, text)),
});

/** Which caches in files are asked for; only a snapshot knows the names of subscriptions. Globs are over addresses, too. */
export const readFileSelection = (given: Given): Selection => ({
  ...readSelection(given),
  subscriptions: listOf(given, 'subscription').map((text) => text.replace(/^\/subscriptions\//i, '')),
  excluded: listOf(given, 'exclude'),
});

/** What of it a report repeats. */
export const selectionOptionsOf = ({ subscriptions, resourceGroups, caches, tags, excluded }: Selection) => ({
  subscriptions,
  resourceGroups,
  caches,
  tags: tags.map(({ name, value }) => (value === null ? name : `${name}=${value}`)),
  exclude: excluded,
});

/** What of it a report repeats. */
export const scopeOptionsOf = ({ source, index, subscriptions, managementGroups, selection }: ScopeSettings) => ({
  source,
  graphOnly: source === 'graph' && index === 'only',
  managementGroups,
  ...selectionOptionsOf(selection),
  subscriptions,
});

const checked = (given: Given, name: string, isRight: (text: string) => boolean, what: string, hint: string): readonly string[] => {
  const texts = listOf(given, name);
  const wrong = texts.find((text) => !isRight(text));
  if (wrong !== undefined) throw badValue(given.origin(name), wrong, what, hint);
  return texts;
};

/** The id of a management group becomes part of an address: up to 90 letters, digits and `- _ ( ) .`, and no full stop at the end. */
const groupOf = (given: Given, text: string): string => {
  const id = text.replace(/^\/providers\/Microsoft\.Management\/managementGroups\//i, '');
  if (!/^[\w().-]{0,89}[\w()-]$/.test(id))
    throw badValue(
      given.origin('management-group'),
      text,
      'is not the id of a management group',
      'It takes an id such as mg-platform; az account management-group list -o table shows them as Name.',
    );
  return id;
};

const isGroupName = (text: string): boolean => !text.includes('/') && !isGlob(text);

const isCache = (text: string): boolean => {
  if (isGlob(text)) return false;
  if (!text.includes('/')) return true;
  const parts = readResourceId(text);
  return parts !== null && /^microsoft\.cache\/redis(?:enterprise)?$/i.test(`${parts.provider}/${parts.type}`);
};

const canMatchAnId = (text: string): boolean => {
  const [literal = ''] = text.toLowerCase().split(/[*?]/);
  return literal.startsWith(IDS) || (literal !== text.toLowerCase() && IDS.startsWith(literal));
};

const IDS = '/subscriptions/';

const tagOf = (given: Given, text: string): TagSelector => {
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  if (name === '')
    throw badValue(given.origin('tag'), text, 'has no name before the equals sign', 'Write NAME=VALUE, or NAME alone for any value.');
  return { name, value: at < 0 ? null : text.slice(at + 1) };
};
