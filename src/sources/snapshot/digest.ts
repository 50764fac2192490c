/** A stable name for a text: hexadecimal. */
export type Digest = (text: string) => string;

/** One digest over all lines so far: a line that is missing, doubled, changed or moved makes another one. */
export const chained = (chain: string, line: string, digest: Digest): string => digest(`${chain}\n${line}`);
