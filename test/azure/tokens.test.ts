import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { describe, expect, it } from 'vitest';
import { tokenSource } from '../../src/azure/tokens.ts';

const MINUTE = 60_000;

/** A credential that counts: every instance and every question. */
const counting = (answer: (asked: number) => AccessToken | null | Promise<AccessToken | null>) => {
  const log = { made: 0, asked: 0, options: [] as (GetTokenOptions | undefined)[] };
  const credential = (): TokenCredential => {
    log.made += 1;
    return {
      getToken: async (_, options) => {
        log.asked += 1;
        log.options.push(options);
        return answer(log.asked);
      },
    };
  };
  return { log, credential };
};

/** Token number n, alive for an hour of the given clock. */
const numbered =
  (now: () => number, lifeMs = 60 * MINUTE) =>
  (n: number): AccessToken => ({ token: `token-${n}`, expiresOnTimestamp: now() + lifeMs });

const sourceOf = (credential: () => TokenCredential, now: () => number = () => 0, timeoutMs = 1_000) =>
  tokenSource({ credential, scope: 'https://arm/.default', timeoutMs, now });

describe('the token source', () => {
  it('signs in once for many that ask at the same time, and later', async () => {
    const { log, credential } = counting(numbered(() => 0));
    const tokens = sourceOf(credential);
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.token()));
    expect(new Set([...all, await tokens.token()])).toEqual(new Set(['token-1']));
    expect(log).toMatchObject({ made: 1, asked: 1 });
  });

  it('signs in again five minutes before the token ends', async () => {
    let clock = 0;
    const { log, credential } = counting(numbered(() => clock));
    const tokens = sourceOf(credential, () => clock);
    await tokens.token();
    clock = 55 * MINUTE - 1;
    expect(await tokens.token()).toBe('token-1');
    clock = 55 * MINUTE;
    expect(await tokens.token()).toBe('token-2');
    expect(log.asked).toBe(2);
  });

  it('has a token at hand once it is there, until it is to be renewed', async () => {
    let clock = 0;
    const { credential } = counting(numbered(() => clock));
    const tokens = sourceOf(credential, () => clock);
    const asked = tokens.token();
    expect(tokens.current()).toBeNull();
    await asked;
    expect(tokens.current()).toBe('token-1');
    clock = 55 * MINUTE;
    expect(tokens.current()).toBeNull();
    await tokens.renewed(await tokens.token(), null);
    expect(tokens.current()).toBe('token-3');
  });

  it('does not sign in for every request when the clock of this machine is hours ahead', async () => {
    let clock = 0;
    const { log, credential } = counting(() => ({ token: 'living', expiresOnTimestamp: -2 * 60 * MINUTE }));
    const tokens = sourceOf(credential, () => clock);
    for (; clock < MINUTE; clock += 1_000) await tokens.token();
    expect(log.asked).toBe(1);
    await tokens.token();
    expect(log.asked).toBe(2);
  });

  it('makes a new credential, once, when a token is refused to many at the same time', async () => {
    const { log, credential } = counting(numbered(() => 0));
    const tokens = sourceOf(credential);
    const stale = await tokens.token();
    const fresh = await Promise.all(Array.from({ length: 20 }, () => tokens.renewed(stale, null)));
    expect(new Set(fresh)).toEqual(new Set(['token-2']));
    expect(log).toMatchObject({ made: 2, asked: 2 });
    expect(await tokens.renewed(stale, null)).toBe('token-2');
    expect(log.asked).toBe(2);
  });

  it('passes on the claims that the refusal asked for', async () => {
    const { log, credential } = counting(numbered(() => 0));
    const tokens = sourceOf(credential);
    await tokens.renewed(await tokens.token(), '{"access_token":{}}');
    expect(log.options).toEqual([{}, { claims: '{"access_token":{}}' }]);
  });

  it('forgets a sign-in that failed', async () => {
    const { credential } = counting((n) => (n === 1 ? Promise.reject(new Error('down')) : numbered(() => 0)(n)));
    const tokens = sourceOf(credential);
    await expect(tokens.token()).rejects.toThrow('down');
    expect(await tokens.token()).toBe('token-2');
  });

  const broken: readonly (readonly [string, AccessToken | null])[] = [
    ['null', null],
    ['an empty token', { token: '', expiresOnTimestamp: 1 }],
    ['a token with a line break', { token: 'a\r\nx-evil: 1', expiresOnTimestamp: 1 }],
    ['no token', JSON.parse('{"expiresOnTimestamp":1}')],
  ];
  for (const [what, answer] of broken) {
    it(`refuses ${what}`, async () => {
      const { credential } = counting(() => answer);
      await expect(sourceOf(credential).token()).rejects.toMatchObject({ problem: { kind: 'auth', code: 'NO_TOKEN' } });
    });
  }

  it('does not wait for ever', async () => {
    const { credential } = counting(() => new Promise(() => {}));
    await expect(sourceOf(credential, () => 0, 20).token()).rejects.toMatchObject({ problem: { kind: 'auth', code: 'SIGN_IN_TIMEOUT' } });
  });
});
