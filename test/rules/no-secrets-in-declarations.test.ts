import { describe, expect, it } from 'vitest';
import type { Cache, DeclaredSecret } from '../../src/model/cache.ts';
import { noSecretsInDeclarations } from '../../src/rules/no-secrets-in-declarations.ts';
import { compliantCache, declaredIn, judged, listed, outOfReach, TODAY, UNSEEN, unknownVerdict } from '../support/cache.ts';

const check = (secrets: Cache['secrets']) =>
  noSecretsInDeclarations.check(compliantCache({ origin: declaredIn('main.tf'), secrets }), TODAY);

const OWN: DeclaredSecret = { what: 'a storage account key', path: 'redis_configuration.rdb_storage_connection_string', subject: null };
const OUTPUT: DeclaredSecret = { what: 'an access key', path: 'output.redis_key', subject: 'output.redis_key' };
const EXPECTED = 'a reference to Key Vault, or a secure parameter';

describe('no-secrets-in-declarations', () => {
  it('is a requirement of severity high on every cache, and needs no call', () => {
    const { severity, appliesTo, follows, needs } = noSecretsInDeclarations;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'high',
      appliesTo: ['redis', 'managed', 'enterprise'],
      follows: null,
      needs: [],
    });
  });

  it('passes a declaration that was read and holds none', () => {
    expect(check(listed([]))).toEqual(judged('pass', 'the declaration holds no key in clear', {}));
  });

  it('has no meaning for a cache that runs, whatever is known', () => {
    for (const secrets of [listed([]), listed([OWN]), outOfReach()]) {
      expect(noSecretsInDeclarations.check(compliantCache({ secrets }), TODAY)).toEqual(
        judged('not_applicable', 'it runs: only a declaration can hold secrets', { reason: 'not_declared', evidence: null }),
      );
    }
  });

  it('fails a secret of the cache itself, on the cache', () => {
    expect(check(listed([OWN]))).toEqual(
      judged('fail', 'in clear: a storage account key in redis_configuration.rdb_storage_connection_string', {
        expected: EXPECTED,
        evidence: { path: OWN.path, source: 'observed' },
        actual: null,
      }),
    );
  });

  it('fails one that only an output holds, on the output', () => {
    expect(check(listed([OUTPUT]))).toEqual({
      ...judged('fail', 'in clear: an access key in output.redis_key', {
        expected: EXPECTED,
        evidence: { path: OUTPUT.path, source: 'observed' },
        actual: null,
      }),
      subject: 'output.redis_key',
    });
  });

  it('names each of several, on the cache when one is its own', () => {
    const verdict = check(listed([OUTPUT, OWN, OUTPUT]));
    expect(verdict.message).toBe(
      'in clear: an access key in output.redis_key, a storage account key in redis_configuration.rdb_storage_connection_string',
    );
    expect(verdict.subject).toBeUndefined();
  });

  it.each(UNSEEN)('is unknown when it was not seen whether there is one ($kind)', (fact) => {
    expect(check(fact)).toEqual(unknownVerdict(fact));
  });
});
