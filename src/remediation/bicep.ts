import { API_VERSIONS, type CacheKind } from '../model/cache.ts';
import type { Body, Fix, FixTarget } from '../model/fix.ts';
import { isBody } from './steps.ts';

/** What fixes set, as a declaration has to say it: of the cache or cluster, and of the database of a cluster. */
export interface Declared {
  readonly cache: Body;
  readonly database: Body;
}

/** What several fixes set together; where two set the same, the later one has the last word. */
export const declaredBy = (fixes: readonly Fix[], target: FixTarget): Declared => {
  const steps = fixes.flatMap((fix) => fix.steps(target));
  const bodies = (type: 'patch' | 'database'): Body => steps.flatMap((step) => (step.type === type ? [step.body] : [])).reduce(merged, {});
  return { cache: bodies('patch'), database: bodies('database') };
};

const merged = (one: Body, other: Body): Body => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([name, value]) => {
      const before = one[name];
      return [name, before !== undefined && isBody(before) && isBody(value) ? merged(before, value) : value];
    }),
  ),
});

export const isEmpty = (body: Body): boolean => Object.keys(body).length === 0;

/** A fix in Bicep: what has to stand in the declarations, or a declaration of its own. */
export const bicepLines = (fix: Fix, target: FixTarget): readonly string[] => {
  const { cache, database } = declaredBy([fix], target);
  return [
    ...(isEmpty(cache) ? [] : [`// in ${bicepType(target.kind)}`, ...members(cache)]),
    ...(isEmpty(database) ? [] : [`// in ${databaseType(target.kind)}`, ...members(database)]),
    ...(fix.bicep === null ? [] : fix.bicep.split('\n')),
  ];
};

export const bicepType = (kind: CacheKind): string =>
  `Microsoft.Cache/${kind === 'redis' ? 'redis' : 'redisEnterprise'}@${API_VERSIONS[kind]}`;

export const databaseType = (kind: CacheKind): string => `Microsoft.Cache/redisEnterprise/databases@${API_VERSIONS[kind]}`;

/** An object without its braces, one line a member or more. */
export const members = (body: Body, indent = ''): readonly string[] =>
  Object.entries(body).flatMap(([name, value]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : text(name);
    if (isBody(value)) return [`${indent}${key}: {`, ...members(value, `${indent}  `), `${indent}}`];
    if (typeof value !== 'object') return [`${indent}${key}: ${scalar(value)}`];
    return [`${indent}${key}: [`, ...value.map((item) => `${indent}  ${text(item)}`), `${indent}]`];
  });

/** There are whole numbers only. */
const scalar = (value: string | number | boolean): string => {
  if (typeof value === 'string') return text(value);
  return typeof value === 'number' && !Number.isInteger(value) ? `json('${value}')` : String(value);
};

const text = (value: string): string =>
  `'${value
    .replace(/[\\']/g, '\\$&')
    .replaceAll('${', '\\${')
    .replace(NOT_WRITTEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}'`;

/** C0 and C1, and DEL. (Unicode's name for them would cost a short run the loading of its tables.) */
const CONTROLS = '\\u0000-\\u001f\\u007f-\\u009f';

/** What may not stand in a text as it is: controls and the two separators that end a line. */
const NOT_WRITTEN = new RegExp(`[${CONTROLS}\\u2028\\u2029]`, 'g');
