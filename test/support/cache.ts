import type { Cache } from '../../src/model/cache.ts';
import type { Known, Unknown, UnknownKind } from '../../src/model/fact.ts';
import type { Verdict } from '../../src/model/finding.ts';

export const SUBSCRIPTION = '33333333-0000-4000-8000-000000000001';

export const cacheId = (name: string, group = 'rg-test'): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/Microsoft.Cache/redis/${name}`;

/** A cache that passes every rule, but for the differences given. */
export const compliantCache = (differences: Partial<Cache> = {}): Cache => ({
  id: cacheId('good'),
  name: 'good',
  kind: 'redis',
  resourceGroup: 'rg-test',
  subscriptionId: SUBSCRIPTION,
  location: 'westeurope',
  sku: 'Premium P1',
  provisioningState: 'Succeeded',
  nonSslPort: seen(false),
  minimumTlsVersion: seen('1.2'),
  publicNetworkAccess: seen('Disabled'),
  subnetId: byDefault(null),
  authenticationDisabled: seen(false),
  entraAuthentication: seen(true),
  accessKeysDisabled: seen(true),
  ...differences,
});

/** Where the facts made here stand: a verdict that names another place did not take it from its fact. */
export const PATH = 'properties.underTest';

/** A value that the source saw. */
export const seen = <T>(value: T, path = PATH): Known<T> => ({
  known: true,
  value,
  path,
  from: 'observed',
  written: String(value),
});

/** A value that the source did not see and whose absence Azure documents. */
export const byDefault = <T>(value: T, path = PATH): Known<T> => ({
  known: true,
  value,
  path,
  from: 'service_default',
  written: null,
});

export const missing = (): Unknown => unseen('missing', 'the property is missing from the answer');

/** `raw` is the value as it stood on the wire, written as JSON. */
export const invalid = (raw: string): Unknown => unseen('invalid', `${raw} is not what it should be`, raw);

export const outOfReach = (): Unknown => unseen('out_of_reach', 'this source never shows it');

const unseen = (kind: UnknownKind, reason: string, actual: string | null = null): Unknown => ({
  known: false,
  path: PATH,
  kind,
  reason,
  actual,
});

/** One fact of every kind that could have been seen and was not. */
export const UNSEEN: readonly Unknown[] = Object.values({
  missing: missing(),
  invalid: invalid('"perhaps"'),
  denied: unseen('denied', 'no right to read it'),
  unread: unseen('unread', 'the answer broke off before it'),
  deferred: unseen('deferred', 'known only after the plan is applied'),
} satisfies Readonly<Record<Exclude<UnknownKind, 'out_of_reach'>, Unknown>>);

/** What every rule must say of a fact that should have been visible and was not. */
export const unknownVerdict = (fact: Unknown): Verdict => ({
  outcome: 'unknown',
  message: fact.reason,
  expected: null,
  actual: fact.actual,
  evidence: { path: fact.path, source: 'observed' },
  reason: fact.kind,
});

/** What every rule must say of a fact that this kind of source can never show. */
export const NOT_EVALUATED: Verdict = {
  outcome: 'not_evaluated',
  message: 'this source never shows it',
  expected: null,
  actual: null,
  evidence: { path: PATH, source: 'observed' },
  reason: 'out_of_reach',
};
