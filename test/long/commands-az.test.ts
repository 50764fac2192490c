import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CACHE_KINDS } from '../../src/model/cache.ts';
import { regenerateWords, verifyWords, wordsOf } from '../../src/remediation/steps.ts';
import { checkedTarget } from '../../src/remediation/target.ts';
import { RULES } from '../../src/rules/index.ts';
import { adfs, azEnvironment, type DeadEnd, PATH, realAz, signInAz, startDeadEnd } from '../support/az.ts';
import { cacheId, clusterId, SUBSCRIPTION } from '../support/cache.ts';
import { emptyFolder } from '../support/redvet.ts';
import { type LoopbackArm, startResourceManager } from '../support/resource-manager.ts';

/** Whether the real Azure CLI understands every command of every fix, also those that are only shown. What it answers does not matter. */

const run = promisify(execFile);

if (realAz === undefined)
  process.stderr.write('test/long/commands-az.test.ts: no az on PATH, so no command is tried with the real Azure CLI\n');

const SKUS = { redis: ['Basic C0', 'Standard C0', 'Premium P1'], managed: ['Balanced_B10'], enterprise: ['Enterprise_E10'] } as const;

const commands: ReadonlyMap<string, readonly string[]> = new Map(
  CACHE_KINDS.flatMap((kind) =>
    SKUS[kind].flatMap((sku) => {
      const target = checkedTarget({ id: kind === 'redis' ? cacheId('orders') : clusterId('orders'), kind, sku });
      if (target === null) return [];
      const rules = RULES.filter(({ appliesTo }) => appliesTo.includes(kind));
      return [
        ...rules.flatMap(({ fix }) => [...fix.steps(target).map((step) => wordsOf(step, target)), verifyWords(fix, target) ?? []]),
        regenerateWords(target, 'Primary'),
      ].flatMap((words): [string, readonly string[]][] => (words.length === 0 ? [] : [[words.join(' '), words]]));
    }),
  ),
);

/** What stands in capitals is to be replaced; most of it may be anything. */
const VALUES: Readonly<Record<string, string>> = {
  FIRST_IP: '203.0.113.1',
  LAST_IP: '203.0.113.9',
  OBJECT_ID: '44444444-0000-4000-8000-000000000001',
  WORKSPACE_ID: '/subscriptions/x/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w',
};

const replaced = (words: readonly string[]): readonly string[] => words.map((word) => VALUES[word] ?? word);

/** What an old `az` does not have, what every `az` fetches from outside, and what dies in the packaging of Debian before it begins. */
const NOT_HERE =
  /misspelled or not recognized|is not in the '.*' command group|requires the extension|Unable to get extension|unexpected error/;

/** How its parser says that it does not understand. */
const NOT_UNDERSTOOD =
  /unrecognized arguments|arguments? (?:is|are) required|invalid choice|expected (?:one|at least one) argument|ambiguous option|invalid .* value|usage error/i;

describe.skipIf(realAz === undefined)('the real Azure CLI', () => {
  let arm: LoopbackArm;
  let deadEnd: DeadEnd;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    [arm, deadEnd] = await Promise.all([startResourceManager({ subscriptions: [SUBSCRIPTION], reply: adfs }), startDeadEnd()]);
    env = { HOME: emptyFolder(), ...azEnvironment(arm, deadEnd), PATH };
    await signInAz(arm, env);
  }, 120_000);

  afterAll(async () => {
    await Promise.all([arm?.close(), deadEnd?.close()]);
  });

  it.for([...commands])('understands az %s', { timeout: 60_000 }, async ([, words], { skip }) => {
    const { stderr } = await run(realAz ?? '', replaced(words), { env, timeout: 50_000 }).then(
      (ended) => ended,
      (error: { readonly stderr: string }) => error,
    );
    if (NOT_HERE.test(stderr)) skip(`this az does not have it: ${stderr.split('\n')[0]}`);
    expect(stderr).not.toMatch(NOT_UNDERSTOOD);
  });
});
