import { createHttpHeaders, createPipelineRequest, isRestError } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { type Get, jsonAt, pagesAt } from '../../src/azure/listing.ts';

const ARM = 'https://arm.local';
const FIRST = `${ARM}/list?api-version=1`;

/** Answers by address, and every address that was asked for. */
const script = (answer: (url: string, nth: number) => { readonly status?: number; readonly type?: string; readonly text?: string }) => {
  const asked: string[] = [];
  const get: Get = async (url) => {
    asked.push(url);
    const { status = 200, type, text } = answer(url, asked.length);
    return {
      request: createPipelineRequest({ url }),
      status,
      headers: createHttpHeaders({ 'content-type': type ?? 'application/json' }),
      ...(text === undefined ? {} : { bodyAsText: text }),
    };
  };
  return { asked, get };
};

const read = async (get: Get): Promise<number> => {
  let count = 0;
  for await (const page of pagesAt(FIRST, ARM, get)) count += page.length;
  return count;
};

const page = (count: number, nextLink?: string): string => JSON.stringify({ value: Array.from({ length: count }, () => 0), nextLink });

describe('pagesAt', () => {
  it('asks for nothing before a page is wanted, and for none that nobody wants', async () => {
    const { get, asked } = script((_, nth) => ({ text: page(1, `${ARM}/list?page=${nth}`) }));
    const pages = pagesAt(FIRST, ARM, get)[Symbol.asyncIterator]();
    expect(asked).toEqual([]);
    await pages.next();
    await pages.return?.();
    expect(asked).toEqual([FIRST]);
  });

  it('gives the page before the one that is refused', async () => {
    const { get } = script((_, nth) => ({ text: nth === 1 ? page(2, `${ARM}/b`) : '{}' }));
    const pages = pagesAt(FIRST, ARM, get)[Symbol.asyncIterator]();
    expect(await pages.next()).toEqual({ done: false, value: [0, 0] });
    await expect(pages.next()).rejects.toMatchObject({ problem: { code: 'NOT_A_LIST' } });
  });

  it('does not give a page that links elsewhere', async () => {
    const { get, asked } = script(() => ({ text: page(2, 'https://evil.example/') }));
    await expect(pagesAt(FIRST, ARM, get)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ problem: { code: 'FOREIGN_NEXT_LINK' } });
    expect(asked).toEqual([FIRST]);
  });

  it.each([
    ['a page links to itself', (): string => `${ARM}/a`],
    ['two pages link to each other', (nth: number): string => `${ARM}/${nth % 2}`],
    ['a link comes again in another case of the host', (nth: number): string => (nth % 2 === 0 ? 'https://ARM.local/a' : `${ARM}/a`)],
  ])('ends when %s', async (_, next) => {
    const { get, asked } = script((__, nth) => ({ text: page(0, next(nth)) }));
    await expect(read(get)).rejects.toMatchObject({ problem: { code: 'NEXT_LINK_LOOP' } });
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  it('ends after ten thousand pages', async () => {
    const { get, asked } = script((_, nth) => ({ text: page(0, `${ARM}/${nth}`) }));
    await expect(read(get)).rejects.toMatchObject({ problem: { code: 'TOO_MANY_PAGES' } });
    expect(asked).toHaveLength(10_000);
  });

  it('ends after a million items, and not before', async () => {
    const full = page(250_000);
    const { get, asked } = script((_, nth) => ({ text: nth === 4 ? full : full.replace(/\}$/, `,"nextLink":"${ARM}/${nth}"}`) }));
    expect(await read(get)).toBe(1_000_000);
    expect(asked).toHaveLength(4);
    const more = script((_, nth) => ({ text: nth === 5 ? page(1) : full.replace(/\}$/, `,"nextLink":"${ARM}/${nth}"}`) }));
    await expect(read(more.get)).rejects.toMatchObject({ problem: { code: 'TOO_MANY_ITEMS' } });
  });

  it('counts each list for itself', async () => {
    const { get } = script((url) => ({ text: url === FIRST ? page(1, `${ARM}/b`) : page(1) }));
    expect([await read(get), await read(get)]).toEqual([2, 2]);
  });
});

describe('jsonAt', () => {
  const at = (answer: { readonly status?: number; readonly type?: string; readonly text?: string }) =>
    jsonAt(FIRST, script(() => answer).get);

  it.each([
    ['{"a":1}', { a: 1 }],
    ['null', null],
    ['7', 7],
    ['[]', []],
  ])('gives the document: %s', async (text, body) => {
    expect(await at({ text })).toEqual({ body, contentType: 'application/json' });
  });

  it.each([['<html>'], [''], [undefined], ['{"a":'], ['{"a":1} x']])('gives none for what is no JSON: %j', async (text) => {
    expect(await at({ type: 'text/html', ...(text === undefined ? {} : { text }) })).toEqual({ body: undefined, contentType: 'text/html' });
  });

  it.each([
    ['{"error":{"code":"C","message":"m"}}', 'C', 'm'],
    ['{"error":{"code":"C"}}', 'C', 'HTTP 403'],
    ['{"error":{"code":7,"message":{}}}', undefined, 'HTTP 403'],
    ['{"error":null}', undefined, 'HTTP 403'],
    ['{"error":"no"}', undefined, 'HTTP 403'],
    ['{"__proto__":{"error":{"code":"C"}}}', undefined, 'HTTP 403'],
    ['null', undefined, 'HTTP 403'],
    ['<html>no</html>', undefined, 'HTTP 403'],
    ['', undefined, 'HTTP 403'],
  ])('throws what the service says with any other status: %s', async (text, code, message) => {
    const error = await at({ status: 403, text }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(isRestError(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 403, message, ...(code === undefined ? {} : { code }) });
    if (code === undefined) expect(error).not.toHaveProperty('code', expect.anything());
  });
});
