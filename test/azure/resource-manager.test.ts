import { setMaxListeners } from 'node:events';
import { createHttpHeaders, type HttpClient, type PipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { cloudFor } from '../../src/azure/clouds.ts';
import { openResourceManager, type Place, type ResourceManager, type ResourceManagerOptions } from '../../src/azure/resource-manager.ts';
import { Trouble } from '../../src/errors.ts';
import { problem } from '../../src/model/problem.ts';

const ARM = 'https://arm.local:8443';
const ID = '22222222-0000-4000-8000-000000000001';
const RULES: Place = {
  path: `/subscriptions/${ID}/resourceGroups/rg/providers/Microsoft.Cache/redis/orders/firewallRules`,
  apiVersion: '2024-11-01',
  scope: `/subscriptions/${ID}/resourceGroups/rg/providers/Microsoft.Cache/Redis/orders`,
  action: 'Microsoft.Cache/redis/firewallRules/read',
};

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly text?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
}

type Script = (request: PipelineRequest, nth: number) => Answer | Promise<Answer> | Error;

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** A Resource Manager in this process: no socket is opened. */
const armOf = (script: Script, differences: Partial<ResourceManagerOptions> = {}) => {
  const requests: PipelineRequest[] = [];
  const transport: HttpClient = {
    sendRequest: async (request) => {
      requests.push(request);
      const answer = await script(request, requests.length);
      if (answer instanceof Error) throw answer;
      const { status = 200, headers = JSON_TYPE, json, text } = answer;
      return { request, status, headers: createHttpHeaders(headers), bodyAsText: text ?? JSON.stringify(json) };
    },
  };
  const traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
  let tokens = 0;
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  const arm = openResourceManager({
    cloud: cloudFor({ cloud: 'public', armEndpoint: ARM, authority: 'https://login.local' }),
    tokens: {
      current: () => null,
      token: async () => `token-${tokens}`,
      renewed: async () => {
        tokens += 1;
        return `token-${tokens}`;
      },
    },
    transport,
    traffic,
    retries: 0,
    timeLeft: () => 600_000,
    now: Date.now,
    random: () => 0,
    signal,
    userAgent: 'redvet/test',
    concurrency: 4,
    pace: { perSecond: 1e9, burst: 1e9 },
    ...differences,
  });
  return { arm, requests, traffic };
};

const collect = async (pages: AsyncIterable<readonly unknown[]>): Promise<readonly unknown[]> => {
  const all: unknown[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

const troubleOf = (read: Promise<unknown>): Promise<Trouble> =>
  read.then(
    (value) => {
      throw new Error(`no trouble, but ${JSON.stringify(value)}`);
    },
    (error: unknown) => {
      if (error instanceof Trouble) return error;
      throw error;
    },
  );

/** Every way to read a list: through a client of the SDK, and without one. */
const LISTS: readonly {
  readonly list: string;
  readonly read: (arm: ResourceManager) => Promise<readonly unknown[]>;
  readonly path: string;
  readonly scope: string | null;
  readonly action: string;
}[] = [
  {
    list: 'subscriptions',
    read: (arm) => collect(arm.subscriptions()),
    path: '/subscriptions?api-version=2022-12-01',
    scope: null,
    action: 'Microsoft.Resources/subscriptions/read',
  },
  {
    list: 'caches',
    read: (arm) => collect(arm.redis(ID)),
    path: `/subscriptions/${ID}/providers/Microsoft.Cache/redis?api-version=2024-11-01`,
    scope: `/subscriptions/${ID}`,
    action: 'Microsoft.Cache/redis/read',
  },
  {
    list: 'clusters',
    read: (arm) => collect(arm.clusters(ID)),
    path: `/subscriptions/${ID}/providers/Microsoft.Cache/redisEnterprise?api-version=2025-07-01`,
    scope: `/subscriptions/${ID}`,
    action: 'Microsoft.Cache/redisEnterprise/read',
  },
  {
    list: 'what stands below a cache',
    read: (arm) => arm.list(RULES),
    path: `${RULES.path}?api-version=2024-11-01`,
    scope: RULES.scope,
    action: RULES.action,
  },
];

const CANARY = 'canary-of-a-body';

const error = (status: number, code: string, message = `${code}, says the service`): Answer => ({
  status,
  json: { error: { code, message, details: [{ message: CANARY }] }, more: CANARY },
});

const html = (status: number): Answer => ({ status, headers: { 'content-type': 'text/html' }, text: `<html>${CANARY}</html>` });

interface Fault {
  readonly fault: string;
  readonly answer: Answer;
  readonly kind: string;
  readonly code: string;
  readonly says?: RegExp;
}

const list = (more: Readonly<Record<string, unknown>>): Answer => ({ json: { value: [{ name: CANARY }], ...more } });

const FAULTS: readonly Fault[] = [
  {
    fault: '403',
    answer: error(403, 'AuthorizationFailed'),
    kind: 'permission',
    code: 'AUTHORIZATION_FAILED',
    says: /^no right to Microsoft\./,
  },
  {
    fault: '403 without a code',
    answer: { status: 403, json: { message: CANARY } },
    kind: 'permission',
    code: 'AUTHORIZATION_FAILED',
    says: /\(HTTP 403\)$/,
  },
  { fault: '403 with a page', answer: html(403), kind: 'proxy', code: 'PROXY_REFUSED', says: /a proxy or captive portal answered/ },
  { fault: '401', answer: error(401, 'ExpiredAuthenticationToken'), kind: 'auth', code: 'TOKEN_REFUSED' },
  { fault: '401 of another tenant', answer: error(401, 'InvalidAuthenticationTokenTenant'), kind: 'auth', code: 'WRONG_TENANT' },
  { fault: '404', answer: error(404, 'ResourceNotFound'), kind: 'not_found', code: 'NOT_FOUND', says: /^not found \(ResourceNotFound: / },
  { fault: '404 with a page', answer: html(404), kind: 'proxy', code: 'PROXY_REFUSED' },
  { fault: '429', answer: error(429, 'SubscriptionRequestsThrottled'), kind: 'throttle', code: 'THROTTLED' },
  {
    fault: '429 for an hour',
    answer: { ...error(429, 'TooManyRequests'), headers: { ...JSON_TYPE, 'retry-after': '3600' } },
    kind: 'throttle',
    code: 'THROTTLED',
    says: /asks to wait 3600 s/,
  },
  { fault: '500', answer: error(500, 'InternalServerError'), kind: 'network', code: 'SERVER_ERROR', says: /InternalServerError/ },
  { fault: '502 with a page', answer: html(502), kind: 'network', code: 'SERVER_ERROR' },
  { fault: '400', answer: error(400, 'InvalidApiVersionParameter'), kind: 'malformed', code: 'UNEXPECTED_ANSWER' },
  {
    fault: '400 without a code',
    answer: { status: 400, json: { anything: CANARY } },
    kind: 'malformed',
    code: 'UNEXPECTED_ANSWER',
    says: /no error of Resource Manager in it/,
  },
  {
    fault: '400 with an error that is a text',
    answer: { status: 400, json: { error: CANARY } },
    kind: 'malformed',
    code: 'UNEXPECTED_ANSWER',
  },
  {
    fault: '400 with an error of other types',
    answer: { status: 400, json: { error: { code: 7, message: { a: CANARY } } } },
    kind: 'malformed',
    code: 'UNEXPECTED_ANSWER',
  },
  {
    fault: '409',
    answer: error(409, 'MissingSubscriptionRegistration'),
    kind: 'malformed',
    code: 'UNEXPECTED_ANSWER',
    says: /MissingSubscriptionRegistration/,
  },
  { fault: '200 with a page', answer: html(200), kind: 'malformed', code: 'NOT_JSON' },
  { fault: '200 with nothing', answer: { text: '' }, kind: 'malformed', code: 'NOT_JSON' },
  { fault: 'JSON that is cut', answer: { text: `{"value":[{"name":"${CANARY}"` }, kind: 'malformed', code: 'NOT_JSON' },
  { fault: 'JSON with a tail', answer: { text: `{"value":[]} ${CANARY}` }, kind: 'malformed', code: 'NOT_JSON' },
  { fault: '{}', answer: { json: {} }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'null', answer: { text: 'null' }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'an array', answer: { json: [{ name: CANARY }] }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'a text', answer: { json: CANARY }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'value an object', answer: { json: { value: { a: CANARY } } }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'value a text', answer: { json: { value: CANARY } }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'value null', answer: { json: { value: null } }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'Value', answer: { json: { Value: [] } }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'value under __proto__', answer: { text: '{"__proto__":{"value":[]}}' }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'an error with 200', answer: { json: { error: { code: 'X', message: CANARY } } }, kind: 'malformed', code: 'NOT_A_LIST' },
  { fault: 'an error beside the list', answer: list({ error: { code: 'X', message: CANARY } }), kind: 'malformed', code: 'PARTIAL_ANSWER' },
  { fault: 'a next page under another name', answer: list({ '@odata.nextLink': `${ARM}/x` }), kind: 'malformed', code: 'BAD_NEXT_LINK' },
  { fault: 'a next page in another case', answer: list({ NextLink: `${ARM}/x` }), kind: 'malformed', code: 'BAD_NEXT_LINK' },
  { fault: 'a next page that is a number', answer: list({ nextLink: 7 }), kind: 'malformed', code: 'BAD_NEXT_LINK' },
  { fault: 'a next page without a host', answer: list({ nextLink: '/subscriptions' }), kind: 'malformed', code: 'BAD_NEXT_LINK' },
  {
    fault: 'a next page elsewhere',
    answer: list({ nextLink: 'https://evil.example/subscriptions' }),
    kind: 'malformed',
    code: 'FOREIGN_NEXT_LINK',
    says: /evil\.example/,
  },
  { fault: 'a next page at another port', answer: list({ nextLink: 'https://arm.local/x' }), kind: 'malformed', code: 'FOREIGN_NEXT_LINK' },
  {
    fault: 'a next page in clear text',
    answer: list({ nextLink: 'http://arm.local:8443/x' }),
    kind: 'malformed',
    code: 'FOREIGN_NEXT_LINK',
  },
  {
    fault: 'a next page with a password',
    answer: list({ nextLink: `https://user:${CANARY}@arm.local:8443/x` }),
    kind: 'malformed',
    code: 'FOREIGN_NEXT_LINK',
  },
  { fault: 'a next page that is this one', answer: list({ nextLink: `${ARM}/again?page=2` }), kind: 'malformed', code: 'NEXT_LINK_LOOP' },
];

describe.each(LISTS)('the list of $list', ({ read, path, scope, action }) => {
  it('is asked for by one signed GET', async () => {
    const { arm, requests, traffic } = armOf(() => ({ json: { value: [{ name: 'a' }] } }));
    expect(await read(arm)).toEqual([{ name: 'a' }]);
    expect(requests.map(({ url, method }) => [method, url])).toEqual([['GET', `${ARM}${path}`]]);
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer token-0');
    expect(requests[0]?.headers.get('user-agent')).toMatch(/^redvet\/test/);
    expect(requests[0]?.body ?? null).toBeNull();
    expect(traffic).toEqual({ apiCalls: 1, retries: 0, throttledMs: 0 });
  });

  it('is the JSON as it came over the wire', async () => {
    const items = [{ name: 'a', properties: { odd: 'True', nothing: null, deep: { 'kebab-case': 1 } } }, null, 7, 'text', [[]]];
    const { arm } = armOf(() => ({ json: { value: items } }));
    expect(await read(arm)).toEqual(items);
  });

  it('goes on to the next page, and to no other', async () => {
    const { arm, requests } = armOf((_, nth) => ({
      json: nth < 3 ? { value: [nth], nextLink: `${ARM}/next?page=${nth}` } : { value: [nth], nextLink: nth === 3 ? '' : null },
    }));
    expect(await read(arm)).toEqual([1, 2, 3]);
    expect(requests.map(({ url }) => url)).toEqual([`${ARM}${path}`, `${ARM}/next?page=1`, `${ARM}/next?page=2`]);
    expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer token-0', 'Bearer token-0', 'Bearer token-0']);
  });

  it.each(FAULTS)('is told as $code when the answer is $fault', async ({ answer, kind, code, says }) => {
    const { arm, requests } = armOf(() => answer);
    const { problem: told, message, cause, stack } = await troubleOf(read(arm));
    expect(told).toMatchObject({ kind, code, scope, action, affects: ['*'] });
    if (says !== undefined) expect(told.message).toMatch(says);
    const texts = JSON.stringify([told, message, cause instanceof Error ? [cause.message, cause.stack] : null, stack]);
    expect(texts).not.toContain(CANARY);
    expect(requests.filter(({ url }) => !url.startsWith(`${ARM}/`))).toEqual([]);
  });

  it.each([201, 202, 204, 206, 301, 302, 304, 307])('is no answer with status %i', async (status) => {
    const { arm, requests } = armOf(() => ({ status, json: { value: [] }, headers: { ...JSON_TYPE, location: `${ARM}/elsewhere` } }));
    expect((await troubleOf(read(arm))).problem).toMatchObject({ scope, action, httpStatus: status });
    expect(requests).toHaveLength(1);
  });

  it('keeps the correlation id of what was refused', async () => {
    const { arm } = armOf(() => ({
      ...error(403, 'AuthorizationFailed'),
      headers: { ...JSON_TYPE, 'x-ms-correlation-request-id': 'c-7' },
    }));
    expect((await troubleOf(read(arm))).correlationId).toBe('c-7');
  });

  it('takes a new token once when one is refused', async () => {
    const { arm, requests } = armOf((_, nth) => (nth === 1 ? error(401, 'ExpiredAuthenticationToken') : { json: { value: [] } }));
    expect(await read(arm)).toEqual([]);
    expect(requests.map(({ headers }) => headers.get('authorization'))).toHaveLength(2);
    expect(requests[1]?.headers.get('authorization')).toBe('Bearer token-1');
  });

  it('is asked for again when it may pass by itself', async () => {
    const script: Script = (_, nth) =>
      nth === 1 ? { ...error(429, 'Throttled'), headers: { ...JSON_TYPE, 'retry-after-ms': '500' } } : { json: { value: [] } };
    const { arm, traffic } = armOf(script, { retries: 1 });
    expect(await read(arm)).toEqual([]);
    expect(traffic).toMatchObject({ apiCalls: 2, retries: 1, throttledMs: 500 });
  });

  it('fails for the reason that the run was stopped for', async () => {
    const stop = new AbortController();
    const { arm } = armOf(
      (request) =>
        new Promise<Answer>((_, reject) => request.abortSignal?.addEventListener('abort', () => reject(new RestError('aborted')))),
      { signal: stop.signal },
    );
    const read1 = troubleOf(read(arm));
    setTimeout(() => stop.abort(new Trouble(problem('timeout', 'RUN_TIMEOUT', 'the time ended'))), 10);
    expect((await read1).problem).toMatchObject({ kind: 'timeout', code: 'RUN_TIMEOUT', scope, action });
  });

  it('is not sent when the run is stopped already', async () => {
    const signal = AbortSignal.abort(new Trouble(problem('interrupted', 'SIGINT', 'stopped')));
    const { arm, requests } = armOf(() => ({ json: { value: [] } }), { signal });
    expect((await troubleOf(read(arm))).problem).toMatchObject({ code: 'SIGINT' });
    expect(requests).toEqual([]);
  });

  it('holds more items on a page than a function takes arguments', async () => {
    const text = `{"value":[${'{},'.repeat(200_000)}{}]}`;
    const { arm } = armOf(() => ({ text }));
    let count = 0;
    if (scope === RULES.scope) count = (await read(arm)).length;
    else for await (const page of pagesIn(arm, action)) count += page.length;
    expect(count).toBe(200_001);
  });
});

/** The pages themselves, of which a test would choke when it spread them. */
const pagesIn = (arm: ResourceManager, action: string): AsyncIterable<readonly unknown[]> => {
  if (action.endsWith('/subscriptions/read')) return arm.subscriptions();
  return action.endsWith('/redis/read') ? arm.redis(ID) : arm.clusters(ID);
};

describe('a resource', () => {
  const PLACE: Place = { ...RULES, path: `/subscriptions/${ID}/resourceGroups/rg/providers/Microsoft.Cache/redis/orders` };

  it('is one document, asked for by one GET', async () => {
    const { arm, requests } = armOf(() => ({ json: { id: 'x', properties: null } }));
    expect(await arm.resource(PLACE)).toEqual({ id: 'x', properties: null });
    expect(requests.map(({ url, method }) => [method, url])).toEqual([['GET', `${ARM}${PLACE.path}?api-version=2024-11-01`]]);
  });

  const faults = FAULTS.filter(({ answer: { status } }) => status !== undefined && status >= 400);
  it.each(faults)('is told as $code when the answer is $fault', async ({ answer, kind, code }) => {
    const { arm } = armOf(() => answer);
    const { problem: told, message, cause } = await troubleOf(arm.resource(PLACE));
    expect(told).toMatchObject({ kind, code, scope: PLACE.scope, action: PLACE.action });
    expect(JSON.stringify([told, message, cause instanceof Error ? [cause.message, cause.stack] : null])).not.toContain(CANARY);
  });

  it.each([
    { what: 'a page', answer: html(200) },
    { what: 'nothing', answer: { text: '' } },
    { what: 'JSON that is cut', answer: { text: `{"id":"${CANARY}` } },
  ])('is told as NOT_JSON when the answer is $what', async ({ answer }) => {
    const { arm } = armOf(() => answer);
    const { problem: told } = await troubleOf(arm.resource(PLACE));
    expect(told).toMatchObject({ kind: 'malformed', code: 'NOT_JSON', scope: PLACE.scope });
    expect(JSON.stringify(told)).not.toContain(CANARY);
  });
});

describe('the registration of a subscription', () => {
  it('is asked for in its provider', async () => {
    const { arm, requests } = armOf(() => ({ json: { registrationState: 'NotRegistered' } }));
    expect(await arm.registrationOf(ID)).toBe('NotRegistered');
    expect(requests.map(({ url }) => url)).toEqual([`${ARM}/subscriptions/${ID}/providers/Microsoft.Cache?api-version=2021-04-01`]);
  });

  it.each([[{}], [{ registrationState: 7 }], [{ registrationState: null }], [[]], ['NotRegistered'], [null], [{ value: [] }]])(
    'is not known from %j',
    async (json) => {
      const { arm } = armOf(() => ({ json }));
      expect(await arm.registrationOf(ID)).toBeNull();
    },
  );

  it('is not known from a page', async () => {
    const { arm } = armOf(() => html(200));
    expect(await arm.registrationOf(ID)).toBeNull();
  });

  it('names the action that it takes', async () => {
    const { arm } = armOf(() => error(403, 'AuthorizationFailed'));
    expect((await troubleOf(arm.registrationOf(ID))).problem).toMatchObject({
      code: 'AUTHORIZATION_FAILED',
      action: 'Microsoft.Resources/subscriptions/providers/read',
      scope: `/subscriptions/${ID}`,
    });
  });
});

describe('requests of all kinds', () => {
  it('are never more under way than allowed', async () => {
    let underWay = 0;
    let most = 0;
    const { arm } = armOf(
      async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 2));
        underWay -= 1;
        return { json: { value: [] } };
      },
      { concurrency: 3 },
    );
    await Promise.all([...LISTS, ...LISTS, ...LISTS].map(({ read }) => read(arm)));
    expect(most).toBe(3);
  });

  it('go out at the pace of their subscription, every attempt of them', async () => {
    const at: number[] = [];
    const start = performance.now();
    const { arm } = armOf(
      () => {
        at.push(performance.now() - start);
        return at.length < 3 ? { ...error(503, 'Busy'), headers: { ...JSON_TYPE, 'retry-after-ms': '1' } } : { json: { value: [] } };
      },
      { retries: 2, pace: { perSecond: 0.5, burst: 3 } },
    );
    await arm.list(RULES);
    const fourth = arm.list(RULES);
    await fourth;
    // Three attempts have emptied the bucket; the next waits until it holds one again.
    expect(at).toHaveLength(4);
    expect((at[3] ?? 0) - (at[0] ?? 0)).toBeGreaterThan(1_900);
  });

  it('take the token when their turn has come', async () => {
    const taken: number[] = [];
    const start = performance.now();
    const { arm } = armOf(() => ({ json: { value: [] } }), {
      pace: { perSecond: 4, burst: 1 },
      tokens: {
        current: () => null,
        token: async () => {
          taken.push(performance.now() - start);
          return 'token';
        },
        renewed: async () => 'token',
      },
    });
    await Promise.all([arm.list(RULES), arm.list(RULES)]);
    expect(taken[1]).toBeGreaterThan(200);
  });
});
