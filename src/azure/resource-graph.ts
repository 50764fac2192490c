import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { jsonAt, jsonOf, MAX_ITEMS, MAX_PAGES } from './listing.ts';

/** The one address that redvet sends a POST to: a query is a read, although it is no GET. */
export const GRAPH_PATH = '/providers/Microsoft.ResourceGraph/resources';

const API_VERSION = '2021-03-01';

/** The most that Resource Graph gives at once. */
const ROWS_PER_PAGE = 1_000;

export interface GraphQuery {
  /** In the Kusto language; it has to order its rows by a column that is never equal. */
  readonly text: string;
  /** Ids of the subscriptions to ask about. Of one that the caller may not read there are no rows, and no word about it. */
  readonly subscriptions: readonly string[];
}

/** Sends one POST of a JSON text and gives its answer; throws what the pipeline throws. */
export type Post = (url: string, body: string) => Promise<PipelineResponse>;

/**
 * The rows of a query, page by page. Throws `Trouble` after the last page that could be had when they are not all of them: a result
 * that was cut short, a token that comes again, another number of rows than Resource Graph counted.
 */
export async function* graphPages(endpoint: string, { text, subscriptions }: GraphQuery, post: Post): AsyncIterable<readonly unknown[]> {
  const url = `${endpoint}${GRAPH_PATH}?api-version=${API_VERSION}`;
  const tokens = new Set<string>();
  let rows = 0;
  let total: number | null = null;
  for (let token: string | null = null; ; ) {
    // Never the table format, which is the default in some versions of the API.
    const options = { resultFormat: 'objectArray', $top: ROWS_PER_PAGE, ...(token === null ? {} : { $skipToken: token }) };
    const body = JSON.stringify({ query: text, subscriptions, options });
    const page = readPage(await answerTo(url, () => post(url, body)));
    rows += page.rows.length;
    if (rows > MAX_ITEMS) throw refused('TOO_MANY_ITEMS', `Resource Graph has more than ${MAX_ITEMS} rows`);
    yield page.rows;
    total ??= page.total;
    if (page.total !== total) throw refused('GRAPH_ROWS_MISSING', `Resource Graph counted ${total} rows and now counts ${page.total}`);
    if (page.limited)
      throw refused('GRAPH_SCOPE_CUT', 'Resource Graph left subscriptions out of its answer, because it was asked about too many');
    token = page.next;
    if (token === null) {
      if (page.truncated) throw refused('GRAPH_TRUNCATED', `Resource Graph cut its answer off after ${rows} of ${page.total} rows`);
      if (rows !== page.total) throw refused('GRAPH_ROWS_MISSING', `Resource Graph counts ${page.total} rows and gave ${rows}`);
      return;
    }
    if (tokens.has(token)) throw refused('GRAPH_TOKEN_LOOP', 'Resource Graph leads back to a page that was read already');
    if (tokens.add(token).size >= MAX_PAGES) throw refused('TOO_MANY_PAGES', `Resource Graph has more than ${MAX_PAGES} pages`);
  }
}

const answerTo = async (url: string, send: () => Promise<PipelineResponse>) => {
  let limited = false;
  const answer = await jsonAt(url, async () => {
    const response = await send();
    limited = /^true$/i.test(response.headers.get('x-ms-tenant-subscription-limit-hit') ?? '');
    return response;
  });
  return { body: jsonOf(answer), limited };
};

interface Page {
  readonly rows: readonly unknown[];
  /** How many rows the whole result has, by its own count. */
  readonly total: number;
  /** For the next page, or null after the last. */
  readonly next: string | null;
  /** It says that rows are missing. */
  readonly truncated: boolean;
  /** It says that subscriptions are missing. */
  readonly limited: boolean;
}

const readPage = ({ body, limited }: { readonly body: unknown; readonly limited: boolean }): Page => {
  if (typeof body !== 'object' || body === null || !('data' in body) || !Array.isArray(body.data))
    throw refused('NOT_A_LIST', 'the answer of Resource Graph holds no rows: "data" is not an array');
  if ('error' in body && body.error !== null && body.error !== undefined)
    throw refused('PARTIAL_ANSWER', 'the answer of Resource Graph holds an error beside its rows: they may not be all');
  const { data: rows } = body;
  const count = 'count' in body ? body.count : undefined;
  const total = 'totalRecords' in body ? body.totalRecords : undefined;
  if (count !== rows.length) throw refused('GRAPH_ROWS_MISSING', `Resource Graph counts ${told(count)} rows on a page of ${rows.length}`);
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0)
    throw refused('GRAPH_ROWS_MISSING', 'Resource Graph does not say how many rows there are');
  const cut = 'resultTruncated' in body ? body.resultTruncated : undefined;
  // A text, by the specification; a boolean, by its name.
  if (!/^(?:true|false)$/i.test(String(cut))) throw refused('GRAPH_TRUNCATED', 'Resource Graph does not say whether its answer is whole');
  const stranger = Object.keys(body).find((key) => key !== '$skipToken' && /(?:skip_?token|next_?link)$/i.test(key));
  if (stranger !== undefined)
    throw refused('BAD_SKIP_TOKEN', `the answer of Resource Graph goes on as "${stranger.slice(0, 40)}", not as "$skipToken"`);
  const token = '$skipToken' in body ? body.$skipToken : undefined;
  if (token !== undefined && token !== null && typeof token !== 'string')
    throw refused('BAD_SKIP_TOKEN', 'the token for the next page of Resource Graph is no text');
  return { rows, total, next: token || null, truncated: /^true$/i.test(String(cut)), limited };
};

const told = (count: unknown): string => (typeof count === 'number' ? String(count) : 'no');

const refused = (code: string, message: string): Trouble =>
  new Trouble(problem('malformed', code, message, { httpStatus: 200, affects: ['*'] }));
