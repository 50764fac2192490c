/** `1 cache`, `3 caches`, `1,200 calls`. */
export const count = (n: number, noun: string, plural = `${noun}s`): string => `${n.toLocaleString('en-US')} ${n === 1 ? noun : plural}`;
