import type { OperationOptions } from '@azure/core-client';
import { type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';

export const MAX_PAGES = 10_000;
export const MAX_ITEMS = 1_000_000;

/** Checks the pages of one listing, one after the other, and gives the address of the next, or null after the last. */
const pageChecks = (origin: string): ((answer: Answer) => string | null) => {
  const seen = new Set<string>();
  let items = 0;
  return (answer) => {
    const { count, next } = checkPage(answer, origin);
    items += count;
    if (items > MAX_ITEMS) throw refused('TOO_MANY_ITEMS', `the list has more than ${MAX_ITEMS} items`);
    if (next === null) return null;
    if (seen.has(next)) throw refused('NEXT_LINK_LOOP', 'the list links back to a page that was read already');
    if (seen.add(next).size >= MAX_PAGES) throw refused('TOO_MANY_PAGES', `the list has more than ${MAX_PAGES} pages`);
    return next;
  };
};

/**
 * Options for one listing through a generated client that make it yield the JSON as it came over the wire, page by page,
 * and refuse a page that cannot be trusted before the next request exists.
 *
 * `shouldDeserialize` must be a function that is false for a 200 only. The boolean `false` also switches the SDK's error
 * handling off, and a 403 then looks like an empty page.
 */
export const rawPages = (origin: string, abortSignal: AbortSignal): OperationOptions => {
  const check = pageChecks(origin);
  return {
    abortSignal,
    requestOptions: {
      shouldDeserialize: (answer) => {
        if (answer.status !== 200) return true;
        check({ body: 'parsedBody' in answer ? answer.parsedBody : undefined, contentType: answer.headers.get('content-type') });
        return false;
      },
    },
  };
};

/** Sends one GET and gives its answer; throws what the pipeline throws. */
export type Get = (url: string) => Promise<PipelineResponse>;

/** The pages of a listing that no client of the SDK knows, by the same checks. Anything but a 200 is thrown as a `RestError`. */
export async function* pagesAt(url: string, origin: string, get: Get): AsyncIterable<readonly unknown[]> {
  const check = pageChecks(origin);
  for (let next: string | null = url; next !== null; ) {
    const { body, contentType } = await jsonAt(next, get);
    next = check({ body, contentType });
    yield valuesIn(body);
  }
}

/** One JSON document. Anything but a 200 is thrown as a `RestError`; the body is undefined when it is not JSON. */
export const jsonAt = async (url: string, get: Get): Promise<Answer> => {
  const answer = await get(url);
  const contentType = answer.headers.get('content-type');
  // The pipeline has read what calls itself JSON, and a page of Resource Graph is megabytes of it.
  const body = 'parsedBody' in answer && answer.parsedBody !== undefined ? answer.parsedBody : parsed(answer.bodyAsText ?? '');
  if (answer.status === 200) return { body, contentType };
  const { code, message } = errorIn(body);
  throw new RestError(message ?? `HTTP ${answer.status}`, {
    ...(code === null ? {} : { code }),
    statusCode: answer.status,
    request: answer.request,
    response: answer,
  });
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** `{ error: { code, message } }`, as Resource Manager tells its errors. */
const errorIn = (body: unknown): { readonly code: string | null; readonly message: string | null } => {
  const error = fieldOf(body, 'error');
  const code = fieldOf(error, 'code');
  const message = fieldOf(error, 'message');
  return { code: typeof code === 'string' ? code : null, message: typeof message === 'string' ? message : null };
};

const valuesIn = (body: unknown): readonly unknown[] => {
  const values = fieldOf(body, 'value');
  return Array.isArray(values) ? values : [];
};

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

interface Answer {
  /** Undefined when it is not JSON. */
  readonly body: unknown;
  readonly contentType: string | undefined;
}

interface Page {
  readonly count: number;
  /** The address of the next one, or null after the last. */
  readonly next: string | null;
}

/** Checks the shape of a page. */
export const jsonOf = ({ body, contentType }: Answer): unknown => {
  if (body !== undefined) return body;
  const type = contentType ?? 'no content type';
  throw refused('NOT_JSON', `the answer is not JSON (${type.slice(0, 60)}): a proxy or captive portal answered, not Azure`);
};

const checkPage = (answer: Answer, origin: string): Page => {
  const body = jsonOf(answer);
  if (typeof body !== 'object' || body === null || !('value' in body) || !Array.isArray(body.value)) {
    throw refused('NOT_A_LIST', 'the answer holds no list: "value" is not an array');
  }
  if ('error' in body && body.error !== null && body.error !== undefined) {
    throw refused('PARTIAL_ANSWER', 'the answer holds an error beside its list: it may not be the whole list');
  }
  const stranger = Object.keys(body).find((key) => key !== 'nextLink' && /next_?link$/i.test(key));
  if (stranger !== undefined)
    throw refused('BAD_NEXT_LINK', `the answer links to a next page as "${stranger.slice(0, 40)}", not as "nextLink"`);
  const count = body.value.length;
  const link: unknown = 'nextLink' in body ? body.nextLink : undefined;
  if (link === undefined || link === null || link === '') return { count, next: null };
  if (typeof link !== 'string' || !URL.canParse(link)) throw refused('BAD_NEXT_LINK', 'the link to the next page is not an address');
  const next = new URL(link);
  if (next.origin !== origin || next.username !== '' || next.password !== '') {
    throw refused(
      'FOREIGN_NEXT_LINK',
      `the next page is said to be at ${next.host.slice(0, 100)}, not at Resource Manager: nothing was sent there`,
    );
  }
  return { count, next: next.href };
};

const refused = (code: string, message: string): Trouble =>
  new Trouble(
    problem('malformed', code, message, {
      httpStatus: 200,
      hint: 'Look for a proxy between here and Azure, and check --arm-endpoint; then run again.',
      affects: ['*'],
    }),
  );
