import { API_VERSIONS, type CacheKind } from '../model/cache.ts';
import { type Body, databaseId, type Fix, type FixTarget, patchWords, type Step } from '../model/fix.ts';

/** A step that a script may run. */
export type Change = Exclude<Step, { readonly type: 'decide' }>;

export const isChange = (step: Step): step is Change => step.type !== 'decide';

/** Whether a step can be taken without a decision before it. */
export const isOpen = (steps: readonly Step[], index: number): boolean => steps.slice(0, index).every(isChange);

/** Whether a fix can be declared as it is: it changes something, and no change waits for a decision. */
export const isDeclarable = (steps: readonly Step[]): boolean =>
  steps.some(isChange) && steps.every((step, index) => !isChange(step) || isOpen(steps, index));

/** When a change is done: a property and the value that it then has. */
export const SETTLED: Readonly<Record<CacheKind, { readonly property: string; readonly value: string }>> = {
  redis: { property: 'properties.provisioningState', value: 'Succeeded' },
  managed: { property: 'properties.resourceState', value: 'Running' },
  enterprise: { property: 'properties.resourceState', value: 'Running' },
};

/**
 * The words of a step after `az`.
 *
 * A PATCH through `az rest` changes the named property only; `az redis update --set` of `az` up to about 2.52 also re-opens
 * public access (azure-cli PR 27227). `-o none`, because the answer to a change of a cache contains the access keys.
 */
export const wordsOf = (step: Step, target: FixTarget): readonly string[] => {
  switch (step.type) {
    case 'patch':
      return patchWords(target, JSON.stringify(step.body));
    case 'database':
      return [
        'resource',
        'update',
        '--ids',
        databaseId(target),
        '--api-version',
        API_VERSIONS[target.kind],
        '--set',
        ...settings(step.body),
        '-o',
        'none',
      ];
    default:
      return withoutAnswer(withSafeGroup(step.words));
  }
};

/**
 * What `--set` takes, such as `properties.clientProtocol=Encrypted`. A property that is an object is set as a whole: a path into one
 * that is absent is an error.
 */
export const settings = (body: Body): readonly string[] =>
  Object.entries(body).flatMap(([name, value]) =>
    isBody(value)
      ? Object.entries(value).map(([property, inner]) => `${name}.${property}=${setValue(inner)}`)
      : [`${name}=${setValue(value)}`],
  );

export const isBody = (value: Body[string]): value is Body => typeof value === 'object' && !Array.isArray(value);

/** `az` takes a value for JSON or for Python where it can; only a word that is neither stands as it is. */
const setValue = (value: Body[string]): string =>
  typeof value === 'string' && /^[A-Za-z]+$/.test(value) && !/^(?:true|false|null|none|nan|infinity)$/i.test(value)
    ? value
    : JSON.stringify(value);

/** Waits for the end of a change to the cache or its database. */
export const waitWords = (step: Change, target: FixTarget): readonly string[] | null => {
  if (step.type === 'az') return null;
  const id = step.type === 'database' ? databaseId(target) : target.id;
  return ['resource', 'wait', '--ids', id, '--api-version', API_VERSIONS[target.kind], ...waitCondition(target.kind), ...WAIT_LIMITS];
};

export const waitCondition = (kind: CacheKind): readonly string[] =>
  kind === 'redis' ? ['--updated'] : ['--custom', `${SETTLED[kind].property}=='${SETTLED[kind].value}'`];

/** Seconds. */
export const WAIT_LIMITS: readonly string[] = ['--interval', '30', '--timeout', '3600'];

/** A resource group may be called `-x`, which `az` takes for an option unless an equals sign comes before it. */
const withSafeGroup = (words: readonly string[]): readonly string[] =>
  words.flatMap((word, index) => {
    const next = words[index + 1];
    if (word === '-g' && next?.startsWith('-')) return [`--resource-group=${next}`];
    return word.startsWith('-') && words[index - 1] === '-g' ? [] : [word];
  });

const SHOWING = /^(?:list|show)$/;

/** Without an option for the output, only what reads may print: whatever changes a cache may answer with its keys. */
const withoutAnswer = (words: readonly string[]): readonly string[] => {
  const options = words.findIndex((word) => word.startsWith('-'));
  const verb = words[(options < 0 ? words.length : options) - 1] ?? '';
  const isAsked = words.some((word) => /^(?:-o|--output)(?:=|$)/.test(word));
  return isAsked || SHOWING.test(verb) ? words : [...words, '-o', 'none'];
};

/** The command that shows whether a fix worked. */
export const verifyWords = (fix: Fix, target: FixTarget): readonly string[] | null => {
  const words = fix.verify(target);
  return words === null ? null : withSafeGroup(words);
};

/** Regenerates one of the two access keys. The answer holds both. */
export const regenerateWords = (
  { kind, name, resourceGroup, subscriptionId }: FixTarget,
  key: 'Primary' | 'Secondary',
): readonly string[] =>
  withSafeGroup([
    ...(kind === 'redis'
      ? ['redis', 'regenerate-keys', '-n', name]
      : ['redisenterprise', 'database', 'regenerate-key', '--cluster-name', name]),
    ...['-g', resourceGroup, '--subscription', subscriptionId, '--key-type', key, '-o', 'none'],
  ]);
