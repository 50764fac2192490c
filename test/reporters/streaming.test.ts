import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import type { AssessedCache } from '../../src/policy/report.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import { FORMATS, REPORTERS } from '../../src/reporters/index.ts';
import { RULES } from '../../src/rules/index.ts';
import { cacheId, compliantCache, seen, TODAY } from '../support/cache.ts';
import { choicesOf, END, runOf } from '../support/run.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => text,
};

const RUN = runOf({ rules: RULES });

const openCache = (n: number): AssessedCache => {
  const name = `cache-${n}`;
  return evaluate(assess(compliantCache({ id: cacheId(name), name, nonSslPort: seen(true) }), RULES, TODAY), POLICY);
};

const LOOKS = [...FORMATS.map((format) => ({ format, groupBy: 'cache' as const })), { format: 'table' as const, groupBy: 'rule' as const }];

/** Formats that show the last of twenty caches at their end. */
const HOLDS: readonly string[] = ['table', 'json', 'markdown', 'html'];

describe.each(LOOKS)('the format $format by $groupBy', ({ format, groupBy }) => {
  const choices = choicesOf({ width: 100, groupBy });

  it('lets go of every cache that went by, and of its findings', async () => {
    const reporter = await REPORTERS[format](choices);
    const tally = tallyOf(RUN, POLICY);
    reporter.begin(RUN);
    const gone = Array.from({ length: 20 }, (_, n) => {
      const assessed = openCache(n);
      tally.add(assessed);
      reporter.assessed(assessed);
      return [new WeakRef(assessed.cache), ...assessed.findings.map((finding) => new WeakRef(finding))];
    }).flat();
    expect(gone.length).toBeGreaterThan(400);
    const left = (): number => gone.filter((one) => one.deref() !== undefined).length;
    // What a reference was just made to lives to the end of the turn, and a collection may spare what was used last.
    for (let tries = 0; tries < 20 && (tries === 0 || left() > 0); tries += 1) {
      await turn();
      collectGarbage();
    }
    expect(left()).toBe(0);
    // It is still there to be asked.
    const ended = [...reporter.end(tally.report(END))].join('');
    expect(ended.includes('cache-19')).toBe(HOLDS.includes(format));
  });

  it('ends twice with the same text, and with what changed in between', async () => {
    const reporter = await REPORTERS[format](choices);
    const tally = tallyOf(RUN, POLICY);
    reporter.begin(RUN);
    for (let n = 0; n < 8; n += 1) {
      const assessed = openCache(n);
      tally.add(assessed);
      reporter.assessed(assessed);
    }
    const ended = (): string => [...reporter.end(tally.report(END))].join('');
    expect(ended()).toBe(ended());
  });
});
