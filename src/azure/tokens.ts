import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';

/** The one place tokens come from: every caller of a run shares one token and one request for it. */
export interface TokenSource {
  /** The token that is there already; null when it has to be waited for. */
  current(): string | null;
  token(): Promise<string>;
  /** A token other than `stale`, which was refused. `claims` is what the refusal asked for, if it did. */
  renewed(stale: string, claims: string | null): Promise<string>;
}

export interface TokenRequest {
  /** Makes a credential with an empty cache: MSAL's would hand out the refused token again. */
  readonly credential: () => TokenCredential;
  readonly scope: string;
  /** For one sign-in, in milliseconds: `az` alone may take 13 s on a slow machine, and some credentials never answer. */
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** A token is renewed this long before it expires, so that a request cannot outlive it. */
const MARGIN_MS = 5 * 60_000;

/** A token is kept this long whatever its expiry says: a local clock that is wrong must not cause a sign-in for every request. */
const LEAST_USE_MS = 60_000;

interface Held {
  readonly token: Promise<string>;
  /** On the local clock; infinite while the sign-in is under way. */
  renewAt: number;
  /** Null while the sign-in is under way. */
  value: string | null;
}

export const tokenSource = ({ credential, scope, timeoutMs, now }: TokenRequest): TokenSource => {
  let current = credential();
  let held: Held | null = null;

  const signIn = (options: GetTokenOptions): Held => {
    const entry: Held = {
      renewAt: Number.POSITIVE_INFINITY,
      value: null,
      token: within(timeoutMs, current.getToken(scope, options)).then((answer) => {
        entry.renewAt = Math.max(answer.expiresOnTimestamp - MARGIN_MS, now() + LEAST_USE_MS);
        entry.value = answer.token;
        return answer.token;
      }),
    };
    // A failed sign-in is not remembered, and nobody waiting for it must not end the process.
    entry.token.catch(() => {
      if (held === entry) held = null;
    });
    return entry;
  };

  const token = (): Promise<string> => {
    if (held === null || now() >= held.renewAt) held = signIn({});
    return held.token;
  };

  return {
    current: () => (held === null || now() >= held.renewAt ? null : held.value),
    token,
    renewed: async (stale, claims) => {
      // Only the first of many refused requests signs in again; the others find its token.
      const before = held;
      if (before !== null && (await before.token) !== stale) return before.token;
      if (held === before) {
        current = credential();
        held = signIn(claims === null ? {} : { claims });
      }
      return token();
    },
  };
};

const within = async (timeoutMs: number, asked: Promise<AccessToken | null>): Promise<AccessToken> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          noToken(
            'SIGN_IN_TIMEOUT',
            `sign-in did not answer within ${timeoutMs / 1000} s`,
            'Try another --auth, or see why this one hangs.',
          ),
        ),
      timeoutMs,
    );
  });
  try {
    const answer = await Promise.race([asked, late]);
    // The header is built from it: an empty or broken token would be sent as `Bearer undefined`.
    if (answer === null || !/^[\x21-\x7e]+$/.test(answer.token ?? '')) {
      throw noToken('NO_TOKEN', 'sign-in answered without a usable token', null);
    }
    return answer;
  } finally {
    clearTimeout(timer);
  }
};

const noToken = (code: string, message: string, hint: string | null): Trouble =>
  new Trouble(problem('auth', code, message, { hint, affects: ['*'] }));
