import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { graphPages, type Post } from '../../src/azure/resource-graph.ts';

const ARM = 'https://arm.local';
const URL = `${ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01`;
const QUERY = { text: 'resources | project id | order by id asc', subscriptions: ['a', 'b'] };

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Answers one after the other; the last one again and again. */
const script = (...answers: readonly Answer[]) => {
  const asked: { readonly url: string; readonly body: unknown }[] = [];
  const post: Post = async (url, body) => {
    const { status = 200, headers = {}, text } = answers[Math.min(asked.length, answers.length - 1)] ?? { text: '' };
    asked.push({ url, body: JSON.parse(body) });
    return {
      request: createPipelineRequest({ url }),
      status,
      headers: createHttpHeaders({ 'content-type': 'application/json', ...headers }),
      bodyAsText: text,
    };
  };
  return { asked, post };
};

/** The rows that were had, and the problem at the end. */
const read = async (post: Post) => {
  const rows: unknown[] = [];
  try {
    for await (const page of graphPages(ARM, QUERY, post)) rows.push(...page);
  } catch (error) {
    return { rows, error };
  }
  return { rows, error: null };
};

type Wire = Readonly<Record<string, unknown>>;

/** A page of so many rows of so many, with the differences given; an undefined one is not on the wire. */
const page = (count: number, total: number, differences: Wire = {}): Answer => ({
  text: JSON.stringify({
    totalRecords: total,
    count,
    data: Array.from({ length: count }, (_, index) => ({ id: index })),
    facets: [],
    resultTruncated: 'false',
    ...differences,
  }),
});

const next = (token: unknown): Wire => ({ $skipToken: token });

describe('graphPages', () => {
  it('asks for a thousand rows at a time as objects, with the token of the page before and all else the same', async () => {
    const { asked, post } = script(page(2, 5, next('t1')), page(2, 5, next('t2')), page(1, 5));
    expect(await read(post)).toMatchObject({ rows: { length: 5 }, error: null });
    const options = { resultFormat: 'objectArray', $top: 1000 };
    expect(asked).toEqual(
      [{}, { $skipToken: 't1' }, { $skipToken: 't2' }].map((token) => ({
        url: URL,
        body: { query: QUERY.text, subscriptions: ['a', 'b'], options: { ...options, ...token } },
      })),
    );
  });

  it.each([
    ['no token', {}],
    ['null', next(null)],
    ['an empty one', next('')],
  ])('is done at %s, when the count is right', async (_, token) => {
    const { asked, post } = script(page(3, 3, token));
    expect(await read(post)).toMatchObject({ rows: { length: 3 }, error: null });
    expect(asked).toHaveLength(1);
  });

  it('takes a boolean for the text that the specification asks for', async () => {
    expect(await read(script(page(0, 0, { resultTruncated: false })).post)).toEqual({ rows: [], error: null });
    expect(await read(script(page(1, 1, { resultTruncated: true })).post)).toMatchObject({
      error: { problem: { code: 'GRAPH_TRUNCATED' } },
    });
  });

  it('goes on after a page that is cut and has a token', async () => {
    const { post } = script(page(1, 2, { resultTruncated: 'true', ...next('t') }), page(1, 2));
    expect(await read(post)).toMatchObject({ rows: { length: 2 }, error: null });
  });

  interface Case {
    readonly what: string;
    readonly answers: readonly Answer[];
    readonly code: string;
    /** How many rows were had all the same. */
    readonly rows: number;
  }

  const CASES: readonly Case[] = [
    { what: 'truncated without a token', answers: [page(2, 5, { resultTruncated: 'true' })], code: 'GRAPH_TRUNCATED', rows: 2 },
    { what: 'truncated, with the right count', answers: [page(2, 2, { resultTruncated: 'True' })], code: 'GRAPH_TRUNCATED', rows: 2 },
    {
      what: 'without a word whether it is truncated',
      answers: [page(1, 1, { resultTruncated: undefined })],
      code: 'GRAPH_TRUNCATED',
      rows: 0,
    },
    { what: 'truncated by something else', answers: [page(1, 1, { resultTruncated: 'yes' })], code: 'GRAPH_TRUNCATED', rows: 0 },
    { what: 'with fewer rows than records', answers: [page(2, 3)], code: 'GRAPH_ROWS_MISSING', rows: 2 },
    { what: 'with more rows than records', answers: [page(2, 1)], code: 'GRAPH_ROWS_MISSING', rows: 2 },
    {
      what: 'with fewer rows than records over two pages',
      answers: [page(2, 5, next('t')), page(2, 5)],
      code: 'GRAPH_ROWS_MISSING',
      rows: 4,
    },
    { what: 'without a number of records', answers: [page(1, 1, { totalRecords: undefined })], code: 'GRAPH_ROWS_MISSING', rows: 0 },
    { what: 'with a number of records that is a text', answers: [page(1, 1, { totalRecords: '1' })], code: 'GRAPH_ROWS_MISSING', rows: 0 },
    { what: 'with a negative number of records', answers: [page(0, -1)], code: 'GRAPH_ROWS_MISSING', rows: 0 },
    { what: 'with a count that is not that of its rows', answers: [page(2, 2, { count: 3 })], code: 'GRAPH_ROWS_MISSING', rows: 0 },
    { what: 'without a count', answers: [page(2, 2, { count: undefined })], code: 'GRAPH_ROWS_MISSING', rows: 0 },
    { what: 'with the same token twice', answers: [page(1, 9, next('t'))], code: 'GRAPH_TOKEN_LOOP', rows: 2 },
    {
      what: 'with tokens in a circle',
      answers: ['a', 'b', 'a'].map((token) => page(1, 9, next(token))),
      code: 'GRAPH_TOKEN_LOOP',
      rows: 3,
    },
    { what: 'with a token that is a number', answers: [page(1, 2, next(7))], code: 'BAD_SKIP_TOKEN', rows: 0 },
    { what: 'with a token under another name', answers: [page(1, 1, { skip_token: 't' })], code: 'BAD_SKIP_TOKEN', rows: 0 },
    { what: 'with a nextLink', answers: [page(1, 1, { nextLink: 'https://x' })], code: 'BAD_SKIP_TOKEN', rows: 0 },
    { what: 'in the table format', answers: [page(1, 1, { data: { columns: [], rows: [] } })], code: 'NOT_A_LIST', rows: 0 },
    { what: 'without data', answers: [page(1, 1, { data: undefined })], code: 'NOT_A_LIST', rows: 0 },
    { what: 'with an error beside the rows', answers: [page(1, 1, { error: { code: 'x' } })], code: 'PARTIAL_ANSWER', rows: 0 },
    { what: 'that is no object', answers: [{ text: '[]' }], code: 'NOT_A_LIST', rows: 0 },
    { what: 'that is null', answers: [{ text: 'null' }], code: 'NOT_A_LIST', rows: 0 },
    { what: 'that is no JSON', answers: [{ text: '<html>', headers: { 'content-type': 'text/html' } }], code: 'NOT_JSON', rows: 0 },
    {
      what: 'that says it left subscriptions out',
      answers: [{ ...page(1, 1), headers: { 'x-ms-tenant-subscription-limit-hit': 'true' } }],
      code: 'GRAPH_SCOPE_CUT',
      rows: 1,
    },
  ];
  it.each(CASES)('never takes an answer $what for the whole: $code', async ({ answers, code, rows }) => {
    const { post, asked } = script(...answers);
    const ended = await read(post);
    expect(ended.error).toMatchObject({ problem: { kind: 'malformed', code, affects: ['*'] } });
    expect(ended.rows).toHaveLength(rows);
    expect(asked.length).toBeLessThanOrEqual(3);
  });

  it('gives up after ten thousand pages', async () => {
    const asked: string[] = [];
    const post: Post = async (url) => ({
      request: createPipelineRequest({ url }),
      status: 200,
      headers: createHttpHeaders(),
      bodyAsText: page(0, 1, next(`token ${asked.push(url)}`)).text,
    });
    expect(await read(post)).toMatchObject({ error: { problem: { code: 'TOO_MANY_PAGES' } } });
    expect(asked).toHaveLength(10_000);
  });

  it.each([
    [400, '{"error":{"code":"BadRequest","message":"no"}}', 'BadRequest'],
    [403, '{"error":{"code":"AuthorizationFailed","message":"no"}}', 'AuthorizationFailed'],
    [204, '', undefined],
  ])('throws what the service says: %s', async (status, text, code) => {
    expect(await read(script({ status, text }).post)).toMatchObject({ rows: [], error: { name: 'RestError', statusCode: status, code } });
  });
});
