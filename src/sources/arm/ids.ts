import { isSensitive } from '../decode/json.ts';
import { type Part, partsOf, segmentsOf } from './open.ts';

/** Which resource an id leads to, as far as it says so. */
export interface Target {
  /** Lower case, such as `microsoft.cache/redis`. */
  readonly type: string;
  /** One by type: the names of a child begin with that of its parent. */
  readonly names: readonly (readonly Part[])[];
  /** The resource group; null where it is that of the deployment. */
  readonly group: readonly Part[] | null;
}

/** The same of a value that may be one. */
export const targetIn = (value: unknown): Target | null => {
  const parts = partsOf(isSensitive(value) ? value.value : value);
  return parts === null ? null : targetOf(parts);
};

/** Null for what is no id, or does not show what it leads to. A relative one is `Microsoft.Cache/redis/NAME`. */
const targetOf = (parts: readonly Part[]): Target | null => {
  const segments = segmentsOf(parts);
  const texts = segments.map(literalOf);
  const provider = texts.map((text) => text?.toLowerCase()).lastIndexOf('providers');
  const isWhole = provider >= 0;
  if (!isWhole && !texts[0]?.includes('.')) return null;
  const [namespace, ...rest] = segments.slice(provider + 1);
  const types = rest.filter((_, index) => index % 2 === 0).map(literalOf);
  const names = rest.filter((_, index) => index % 2 === 1);
  const all = [namespace === undefined ? null : literalOf(namespace), ...types];
  if (types.length === 0 || types.length !== names.length || !all.every((text) => text !== null && text !== '')) return null;
  const group = texts.findIndex((text) => text?.toLowerCase() === 'resourcegroups');
  return { type: all.join('/').toLowerCase(), names, group: group >= 0 && group < provider ? (segments[group + 1] ?? null) : null };
};

const literalOf = (segment: readonly Part[]): string | null => {
  const [only, ...others] = segment;
  if (only === undefined) return '';
  return typeof only === 'string' && others.length === 0 ? only : null;
};
