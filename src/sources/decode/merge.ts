import type { Cache, CacheFacts } from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import type { Fact } from '../../model/fact.ts';
import { FACTS } from './fact-names.ts';
import { shown, unknown } from './json.ts';

/**
 * One cache out of all reports of the same id, of which there are several when a list changes between two pages.
 * Where they disagree nobody knows which is right, so the fact is unknown. Their order does not matter.
 */
export const mergeReports = (reports: readonly [Cache, ...Cache[]]): Cache => {
  const [first, ...others] = reports;
  if (others.length === 0) return first;
  const sorted = reports.map((cache) => ({ cache, key: JSON.stringify(cache) })).sort((a, b) => compare(a.key, b.key));
  return sorted.map(({ cache }) => cache).reduce(mergeCaches);
};

export const mergeCaches = (one: Cache, other: Cache): Cache => {
  const labels = compare(labelsKey(one), labelsKey(other)) <= 0 ? one : other;
  const provisioningState = one.provisioningState === other.provisioningState ? one.provisioningState : null;
  // Whether it is managed or enterprise follows from the SKU, on which the two may differ: then nobody knows.
  const facts = FACTS.map((name) => [name, agreed<unknown>(one[name], other[name])]);
  return { ...labels, provisioningState, ...(Object.fromEntries(facts) as unknown as CacheFacts) };
};

/** Which report lends its labels must not depend on the pages. */
const labelsKey = ({ id, name, kind, location, sku }: Cache): string => JSON.stringify([id, name, kind, location, sku]);

const agreed = <T>(one: Fact<T>, other: Fact<T>): Fact<T> => {
  if (!one.known || !other.known) return unseen(one, other);
  if (one.from === other.from && JSON.stringify(one.value) === JSON.stringify(other.value)) return one;
  const values = [one, other].map(({ value, from }) => (from === 'observed' ? shortly(value) : 'absent')).sort();
  return unknown(one.path, 'invalid', `reported twice with different values (${values.join(' and ')})`);
};

/** The fact that was not seen; of two such, always the same one whatever their order. */
const unseen = <T>(one: Fact<T>, other: Fact<T>): Fact<T> => {
  if (one.known) return other;
  return other.known || one.reason <= other.reason ? one : other;
};

const shortly = (value: unknown): string => (typeof value === 'object' ? shown(value) : String(value));
