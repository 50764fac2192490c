/** A step of an address: `this["a"]` is the name `this` with the key `"a"`. */
export interface Step {
  readonly name: string;
  /** Null where none is written, or one that is computed. */
  readonly key: string | null;
}

/** Steps of an address such as `module.cache[0].azurerm_redis_cache.this["a"].id`; dots inside of keys are left alone. */
export const stepsOf = (address: string): readonly Step[] =>
  (address.match(STEP) ?? []).map((step) => {
    const at = step.indexOf('[');
    if (at < 0) return { name: step, key: null };
    const key = step.slice(at + 1, -1);
    return { name: step.slice(0, at), key: /^(?:\d+|".*")$/s.test(key) ? key : null };
  });

const STEP = /[^.[\]]+(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\])*/g;

/** Terraform lists `a.b[0].id`, `a.b[0]` and `a.b` for one expression: only the first says which. */
export const mostSpecific = (references: readonly string[]): readonly string[] => {
  const all = references.map((reference) => ({ reference, steps: stepsOf(reference) }));
  return all.filter(({ steps }) => !all.some((other) => isPrefix(steps, other.steps))).map(({ reference }) => reference);
};

/** Whether one says less than the other, and nothing else. */
const isPrefix = (one: readonly Step[], other: readonly Step[]): boolean =>
  one.length <= other.length &&
  one.every(({ name, key }, index) => other[index]?.name === name && (key === null || other[index]?.key === key)) &&
  (one.length < other.length || one.some(({ key }, index) => key === null && other[index]?.key !== null));

/** Whether an expression that starts this way is of what stands at the address; a key that is not written fits all. */
export const leadsInto = (steps: readonly Step[], address: readonly Step[]): boolean =>
  steps.length >= address.length &&
  address.every(({ name, key }, index) => {
    const step = steps[index];
    return step?.name === name && (step.key === null || step.key === key);
  });
