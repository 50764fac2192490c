import type { InputKind } from '../model/scope.ts';

/** What an input turns out to be; `why` follows its name. */
export type Recognised = { readonly kind: InputKind } | { readonly refused: string; readonly hint: string } | 'undecided' | 'other';

/** By the names of files that are no JSON. */
export const kindByName = (path: string): 'terraform' | 'bicep' | null => {
  if (/\.(?:tf|tofu)(?:\.json)?$/i.test(path)) return 'terraform';
  return /\.bicep$/i.test(path) ? 'bicep' : null;
};

/**
 * What a document is, by as much of it as is there: `undecided` when more of it may tell, `other` when it is nothing of ours. The names
 * and plain values at its top decide, in whatever order they come.
 */
export const recognise = (head: string, isAll: boolean): Recognised => {
  if (head.startsWith(ARCHIVE)) return PLAN_FILE;
  const top = topOf(head);
  if (top === 'array') return { kind: 'inventory' };
  if (top === null) return isAll || /\S/.test(head) ? 'other' : 'undecided';
  const decided = DECISIONS.find(({ when }) => when(top))?.means;
  if (decided !== undefined) return decided;
  if (!isAll) return 'undecided';
  return top.has('format_version') && [...top.keys()].every((name) => OF_EMPTY_STATE.has(name)) ? { kind: 'terraform-state' } : 'other';
};

/** How a zip file begins. */
const ARCHIVE = 'PK\u0003\u0004';

const PLAN_FILE: Recognised = {
  refused: 'is an archive, as Terraform keeps a plan in',
  hint: 'Write the plan in the form for other tools: terraform show -json FILE > plan.json',
};

/** What `terraform show -json` says where there is no state. */
const OF_EMPTY_STATE: ReadonlySet<string> = new Set(['format_version', 'terraform_version', 'checks']);

/** The properties of the outermost object; the value of one that is a text or has not begun yet. */
type Top = ReadonlyMap<string, string | null>;

interface Decision {
  readonly when: (top: Top) => boolean;
  readonly means: Recognised;
}

const has =
  (...names: readonly string[]) =>
  (top: Top): boolean =>
    names.every((name) => top.has(name));

const schema =
  (pattern: RegExp) =>
  (top: Top): boolean =>
    pattern.test(top.get('$schema') ?? '');

const RESULT: Recognised = {
  refused: 'is a result of redvet: it was judged already',
  hint: 'redvet remediate reads it; scan takes what a result was made from.',
};

/** A file of parameters, by what it says of itself. */
export const PARAMETERS: Recognised = {
  refused: 'holds the parameters of a template',
  hint: 'Name the template, and this file by --parameters.',
};

const DECISIONS: readonly Decision[] = [
  { when: schema(/^urn:redvet:schema:snapshot:/), means: { kind: 'snapshot' } },
  { when: schema(/^urn:redvet:schema:result:/), means: RESULT },
  { when: schema(/deploymentTemplate\.json/i), means: { kind: 'arm-template' } },
  { when: schema(/deploymentParameters\.json/i), means: PARAMETERS },
  { when: has('format_version', 'values'), means: { kind: 'terraform-state' } },
  { when: has('format_version', 'planned_values'), means: { kind: 'terraform-plan' } },
  { when: has('format_version', 'resource_changes'), means: { kind: 'terraform-plan' } },
  {
    when: has('lineage', 'serial', 'resources'),
    means: { refused: "is Terraform's own state", hint: 'Write it in the form for other tools: terraform show -json > state.json' },
  },
  { when: has('contentVersion', 'resources'), means: { kind: 'arm-template' } },
  { when: has('value'), means: { kind: 'inventory' } },
  { when: has('data'), means: { kind: 'inventory' } },
  { when: has('Data'), means: { kind: 'inventory' } },
  { when: (top) => ['id', 'Id', 'ResourceId'].some((name) => top.has(name)), means: { kind: 'inventory' } },
];

/** `array` for a list, null for what is neither. Comments may stand anywhere, as in templates. */
const topOf = (text: string): Top | 'array' | null => {
  const top = new Map<string, string | null>();
  let depth = 0;
  let key: string | null = null;
  let expectsKey = true;
  for (const token of tokensOf(text)) {
    if (depth === 0) {
      if (token === '[') return 'array';
      if (token !== '{') return null;
      depth = 1;
    } else if (token === '{' || token === '[') {
      if (depth === 1 && key !== null) top.set(key, null);
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth === 0) return top;
    } else if (depth === 1) {
      if (token === ',') {
        expectsKey = true;
        key = null;
      } else if (token === ':') expectsKey = false;
      else if (expectsKey) key = textOf(token);
      else if (key !== null) top.set(key, textOf(token));
    }
  }
  return depth === 0 ? null : top;
};

/** Strings with their quotes, punctuation, and whatever else stands between; a string or a comment that does not end is none. */
function* tokensOf(text: string): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    const end = endOf(text, at, character);
    if (end < 0) return;
    if (character !== '/' && /\S/.test(character)) yield text.slice(at, end);
    at = end;
  }
}

const endOf = (text: string, at: number, character: string): number => {
  if (character === '"') return stringEnd(text, at + 1);
  if (character === '/' && text.charAt(at + 1) === '*') return after(text.indexOf('*/', at + 2), 2);
  if (character === '/' && text.charAt(at + 1) === '/') return after(text.indexOf('\n', at), 1);
  if (!/\w/.test(character)) return at + 1;
  let end = at + 1;
  while (/[\w.+-]/.test(text.charAt(end))) end += 1;
  return end;
};

const after = (index: number, length: number): number => (index < 0 ? index : index + length);

const stringEnd = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at < text.length ? at + 1 : -1;
};

const textOf = (token: string): string | null => {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
};
