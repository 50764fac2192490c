import { createHttpHeaders, createPipelineRequest, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { counted, guarded, limited } from '../../src/azure/transport.ts';

/** A transport that answers when the test says so. */
const gated = () => {
  const sent: string[] = [];
  const open = new Map<string, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  let underWay = 0;
  let most = 0;
  const client: HttpClient = {
    sendRequest: (request) => {
      sent.push(request.url);
      underWay += 1;
      most = Math.max(most, underWay);
      return new Promise<PipelineResponse>((resolve, reject) => {
        open.set(request.url, {
          resolve: () => resolve({ request, status: 200, headers: createHttpHeaders() }),
          reject,
        });
      }).finally(() => {
        underWay -= 1;
      });
    },
  };
  return {
    client,
    sent,
    most: () => most,
    finish: async (name: string) => {
      await settled();
      open.get(urlOf(name))?.resolve();
      await settled();
    },
    fail: async (name: string, error: Error) => {
      await settled();
      open.get(urlOf(name))?.reject(error);
      await settled();
    },
  };
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

const urlOf = (name: string): string => `https://arm.local/${name}`;

const requestFor = (name: string, abortSignal?: AbortSignal) =>
  createPipelineRequest({ url: urlOf(name), ...(abortSignal === undefined ? {} : { abortSignal }) });

const names = (sent: readonly string[]): readonly string[] => sent.map((url) => url.replace('https://arm.local/', ''));

describe('limited', () => {
  it('lets no more be under way than it may, and takes the others in the order they came', async () => {
    const { client, sent, most, finish } = gated();
    const transport = limited(client, 2);
    const answers = ['a', 'b', 'c', 'd', 'e'].map((name) => transport.sendRequest(requestFor(name)));
    await settled();
    expect(names(sent)).toEqual(['a', 'b']);
    await finish('b');
    expect(names(sent)).toEqual(['a', 'b', 'c']);
    await finish('c');
    await finish('a');
    expect(names(sent)).toEqual(['a', 'b', 'c', 'd', 'e']);
    await finish('d');
    await finish('e');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(most()).toBe(2);
  });

  it('frees a turn that ended in an error', async () => {
    const { client, sent, fail, finish } = gated();
    const transport = limited(client, 1);
    const [first, second, third] = ['a', 'b', 'c'].map((name) => transport.sendRequest(requestFor(name)));
    const failed = expect(first).rejects.toThrow('down');
    await fail('a', new Error('down'));
    await failed;
    expect(names(sent)).toEqual(['a', 'b']);
    await finish('b');
    await finish('c');
    await Promise.all([second, third]);
    expect(names(sent)).toEqual(['a', 'b', 'c']);
  });

  it('frees a turn of a transport that throws at once', async () => {
    let sent = 0;
    const transport = limited(
      {
        sendRequest: () => {
          sent += 1;
          throw new Error('at once');
        },
      },
      1,
    );
    for (const name of ['a', 'b']) await expect(transport.sendRequest(requestFor(name))).rejects.toThrow('at once');
    expect(sent).toBe(2);
  });

  it('sends nothing for a request that was stopped in line, and the others keep their place', async () => {
    const { client, sent, finish } = gated();
    const transport = limited(client, 1);
    const stop = new AbortController();
    const first = transport.sendRequest(requestFor('a'));
    const second = transport.sendRequest(requestFor('b', stop.signal));
    const third = transport.sendRequest(requestFor('c'));
    const fourth = transport.sendRequest(requestFor('d', stop.signal));
    const ended = Promise.all([second, fourth].map((one) => expect(one).rejects.toMatchObject({ name: 'AbortError' })));
    stop.abort();
    await ended;
    await finish('a');
    expect(names(sent)).toEqual(['a', 'c']);
    await finish('c');
    await Promise.all([first, third]);
    // All turns are free again.
    const last = transport.sendRequest(requestFor('e'));
    await settled();
    await finish('e');
    expect((await last).status).toBe(200);
  });

  it('sends nothing for a request that was stopped before', async () => {
    const { client, sent } = gated();
    const transport = limited(client, 1);
    await expect(transport.sendRequest(requestFor('a', AbortSignal.abort()))).rejects.toMatchObject({ name: 'AbortError' });
    expect(sent).toEqual([]);
    void transport.sendRequest(requestFor('b'));
    await settled();
    expect(names(sent)).toEqual(['b']);
  });

  it('does not take a turn away from one that has it already', async () => {
    const { client, sent, finish } = gated();
    const transport = limited(client, 1);
    const stop = new AbortController();
    const first = transport.sendRequest(requestFor('a'));
    const second = transport.sendRequest(requestFor('b', stop.signal));
    await finish('a');
    await first;
    const third = transport.sendRequest(requestFor('c'));
    // The transport itself ends what is under way; the line is not touched.
    stop.abort();
    await settled();
    expect(names(sent)).toEqual(['a', 'b']);
    await finish('b');
    await second;
    await finish('c');
    expect((await third).status).toBe(200);
  });

  it('is for each transport its own', async () => {
    const { client, sent } = gated();
    const [one, other] = [limited(client, 1), limited(client, 1)];
    void one.sendRequest(requestFor('a'));
    void other.sendRequest(requestFor('b'));
    await settled();
    expect(names(sent)).toEqual(['a', 'b']);
  });
});

describe('guarded', () => {
  it('sends what is allowed, and refuses the rest before anything is sent', async () => {
    const asked: string[] = [];
    const inner: HttpClient = {
      sendRequest: async (request) => {
        asked.push(request.url);
        return { request, status: 200, headers: createHttpHeaders() };
      },
    };
    const transport = guarded(inner, (url, method) => url.host === 'arm.local' && method === 'GET');
    expect((await transport.sendRequest(requestFor('a'))).status).toBe(200);
    const refused = [
      createPipelineRequest({ url: urlOf('a'), method: 'POST' }),
      createPipelineRequest({ url: 'https://evil.example/arm.local' }),
    ];
    for (const request of refused) await expect(transport.sendRequest(request)).rejects.toMatchObject({ code: 'FOREIGN_ORIGIN' });
    expect(asked).toEqual([urlOf('a')]);
  });
});

describe('counted', () => {
  it('counts what goes out, whatever comes of it', async () => {
    const traffic = { apiCalls: 0, retries: 0, throttledMs: 0 };
    const transport = counted({ sendRequest: () => Promise.reject(new Error('down')) }, traffic);
    for (const name of ['a', 'b']) await expect(transport.sendRequest(requestFor(name))).rejects.toThrow('down');
    expect(traffic).toEqual({ apiCalls: 2, retries: 0, throttledMs: 0 });
  });
});
