import type { TokenCredential } from '@azure/core-auth';
import { claimsIn, type TokenClaims } from './claims.ts';
import { triedIn } from './credential.ts';

/** What a sign-in came to. */
export interface SignIn {
  /** Null: there is no token. */
  readonly token: { readonly claims: TokenClaims; readonly expiresAt: number } | null;
  readonly tried: ReturnType<typeof triedIn>;
}

export interface Witness {
  /** The same credentials; of their tokens only the claims are kept. */
  readonly over: (make: () => TokenCredential) => () => TokenCredential;
  /** The last sign-in; null where nobody asked. */
  readonly seen: () => SignIn | null;
}

/** Sees how a run signs in, without a sign-in of its own. */
export const witnessing = (): Witness => {
  let seen: SignIn | null = null;
  return {
    seen: () => seen,
    over: (make) => () => {
      const credential = make();
      return {
        getToken: async (scope, ask) => {
          try {
            const token = await credential.getToken(scope, ask);
            seen = { token: token && { claims: claimsIn(token.token), expiresAt: token.expiresOnTimestamp }, tried: [] };
            return token;
          } catch (error) {
            seen = { token: null, tried: triedIn(error) };
            throw error;
          }
        },
      };
    },
  };
};
