import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Cache } from '../../../src/model/cache.ts';
import { type Problem, problem } from '../../../src/model/problem.ts';
import type { SubscriptionScope } from '../../../src/model/scope.ts';
import { THRESHOLDS } from '../../../src/model/severity.ts';
import { waiversFrom } from '../../../src/policy/waivers.ts';
import { REPORTERS } from '../../../src/reporters/index.ts';
import { RULES } from '../../../src/rules/index.ts';
import { cacheId, compliantCache, declaredIn, invalid, missing, outOfReach, seen, TODAY } from '../../support/cache.ts';
import { FORMS, savedText, subscriptionRead } from '../../support/saved.ts';
import { toldWithFiles } from '../../support/with-files.ts';

/** Any text, also one that no terminal, pipeline or decoder likes. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('\ud800', '\u202e', '##vso[x]', '::error::', '__proto__', '\r\n', '\u2028', '\u001b[2J'),
);

const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });

const anyFact = <T>(...values: readonly T[]) =>
  fc.oneof(
    fc.constantFrom(...values).map((value) => seen(value)),
    fc.constantFrom(missing(), outOfReach(), invalid('7')),
  );

const anyCache: fc.Arbitrary<Cache> = fc
  .record({
    id: fc.nat({ max: 99 }).map((n) => cacheId(`c-${n}`)),
    name: anyText,
    location: orNull(anyText),
    sku: orNull(anyText),
    resourceGroup: orNull(anyText),
    provisioningState: fc.constantFrom('Succeeded', 'Deleting', null),
    nonSslPort: anyFact(true, false),
    minimumTlsVersion: anyFact('1.0' as const, '1.2' as const),
    publicNetworkAccess: anyFact('Enabled' as const, 'Disabled' as const),
    accessKeysDisabled: anyFact(true, false),
    origin: orNull(anyText.map((file) => declaredIn(file, { place: { line: 3, column: 5 } }))),
  })
  .map((differences): Cache => compliantCache({ ...differences, tags: missing() } as Partial<Cache>));

const anyProblem: fc.Arbitrary<Problem> = fc
  .record({
    kind: fc.constantFrom('permission', 'throttle', 'malformed', 'usage', 'interrupted', 'internal', 'rule_crash', 'timeout'),
    message: anyText,
    scope: orNull(anyText),
    hint: orNull(anyText),
    httpStatus: orNull(fc.constantFrom(403, 429)),
    affects: fc.constantFrom([], ['*'], ['minimum-tls-1-2']),
  })
  .map(({ kind, message, ...more }) => problem(kind, 'CODE', message, more));

const anySubscription: fc.Arbitrary<SubscriptionScope> = fc
  .record({ status: fc.constantFrom('read', 'denied', 'skipped', 'partial'), name: orNull(anyText), reason: orNull(anyText) })
  .map((differences) => ({ ...subscriptionRead(), ...differences }));

const WAIVER = {
  id: 'W-1',
  rules: ['non-ssl-port-disabled', 'minimum-tls-1-2'],
  resource: '*1',
  category: 'waiver',
  reason: 'why',
  owner: 'me',
  ticket: null,
} as const;

const anyResult = fc.record({
  caches: fc.uniqueArray(anyCache, { maxLength: 4, selector: ({ id }) => id }),
  rules: fc.subarray([...RULES]),
  problems: fc.array(anyProblem, { maxLength: 3 }),
  subscriptions: fc.array(anySubscription, { maxLength: 2 }),
  policy: fc.record({
    failOn: fc.constantFrom(...THRESHOLDS),
    allowIncomplete: fc.boolean(),
    allowEmpty: fc.boolean(),
    waivers: fc
      .constantFrom('2025-05-31', '2025-06-03', '2025-12-31')
      .map((expires) => waiversFrom([{ ...WAIVER, expires }], false, { today: TODAY, warnDays: 14 })),
  }),
  run: fc.record({
    source: fc.constantFrom('arm', 'graph', 'files'),
    disabled: fc.array(fc.record({ rule: anyText, reason: anyText }), { maxLength: 1 }),
  }),
});

describe('any result', () => {
  it('is reported as it is, from and to either form, with the code that it has', async () => {
    await fc.assert(
      fc.asyncProperty(anyResult, async (scanned) => {
        const written = { json: savedText('json', scanned), ndjson: savedText('ndjson', scanned) };
        const { status } = JSON.parse(written.json);
        for (const from of FORMS)
          for (const to of FORMS) {
            const { code, stdout } = await toldWithFiles(['report', '-', '-o', to], { input: written[from], now: new Date(TODAY) });
            expect(stdout).toBe(written[to]);
            expect(code).toBe(status.exitCode);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('can be shown in every format', async () => {
    await fc.assert(
      fc.asyncProperty(anyResult, fc.constantFrom(...Object.keys(REPORTERS)), async (scanned, format) => {
        const input = savedText('ndjson', scanned);
        const { status } = JSON.parse(savedText('json', scanned));
        const { code } = await toldWithFiles(['report', '-', '-o', format], { input, now: new Date(TODAY) });
        expect(code).toBe(status.exitCode);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a result of which any line is lost, or any character', () => {
  it('is never clean where it was not', async () => {
    const unclean = fc.record({
      scanned: anyResult,
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      isLine: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(unclean, async ({ scanned, at, isLine }) => {
        const text = savedText('ndjson', scanned);
        const { exitCode } = JSON.parse(savedText('json', scanned)).status;
        fc.pre(exitCode !== 0);
        const lines = text.trimEnd().split('\n');
        const broken = isLine
          ? lines.toSpliced(Math.floor(at * lines.length), 1).join('\n')
          : text.slice(0, Math.floor(at * text.length)) + text.slice(Math.floor(at * text.length) + 1);
        const { code, stdout } = await toldWithFiles(['report', '-', '-o', 'json'], { input: broken, now: new Date(TODAY) });
        // Who tolerates what was not read, tolerates it here, too; it is told all the same.
        const { run, status } = JSON.parse(stdout);
        expect(code === 0 ? [status.complete, run.options.allowIncomplete] : []).toEqual(code === 0 ? [false, true] : []);
      }),
      { numRuns: 150 },
    );
  });
});
