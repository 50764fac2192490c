/** `1 cache`, `3 caches`, `1,200 calls`. For whole numbers; the tables of a language would take longer to load than a short run lasts. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${grouped(n)} ${n === 1 ? noun : plural}`;

/** `1,200`. */
export const grouped = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
