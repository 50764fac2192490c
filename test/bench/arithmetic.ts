/** Median, least and most of what was measured. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export const spreadOf = (samples: readonly number[]): Spread => {
  if (samples.length === 0) throw new Error('nothing was measured');
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.slice(Math.floor((sorted.length - 1) / 2), Math.floor(sorted.length / 2) + 1);
  return { median: middle.reduce((a, b) => a + b, 0) / middle.length, min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 };
};

/** What cannot be beaten: the list of subscriptions, then all other calls, so many at a time, each of them taking the latency. */
export const idealMs = (calls: number, concurrency: number, latencyMs: number): number =>
  latencyMs + Math.ceil(calls / concurrency) * latencyMs;

/** Seconds that the bucket of one subscription takes to give so many reads. */
export const floorSeconds = (calls: number, { burst, perSecond }: { readonly burst: number; readonly perSecond: number }): number =>
  Math.max(0, calls - burst) / perSecond;

/** Each of the first by its neighbour in the second: pairs that ran one after the other, on the machine as it was just then. */
export const ratiosOf = (measured: readonly number[], base: readonly number[]): readonly number[] => {
  if (measured.length !== base.length) throw new Error(`${measured.length} measured, but ${base.length} to compare with`);
  return measured.map((value, index) => value / (base[index] ?? Number.NaN));
};
