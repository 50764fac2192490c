/**
 * Text line by line, without what ends a line. Of a line that grows past `most` characters what has come so far is yielded as a line:
 * it holds more than anybody reads. Bytes that are no UTF-8 are replaced, unless the decoder is a strict one, which throws a `TypeError`.
 */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
  decoder: InstanceType<typeof TextDecoder> = new TextDecoder(),
): AsyncIterable<string> {
  let open = '';
  for await (const chunk of bytes) {
    const parts = decoder.decode(chunk, { stream: true }).split('\n');
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        yield withoutReturn(open);
        open = '';
      }
      open += part;
      if (open.length <= most) continue;
      yield open;
      open = '';
    }
  }
  open += decoder.decode();
  if (open !== '') yield withoutReturn(open);
}

/** An editor, or git, may have made two characters of each end. */
const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);
