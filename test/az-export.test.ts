import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AZ_TIMEOUT_MS, adfs, azEnvironment, type DeadEnd, PATH, realAz, signInAz, startDeadEnd } from './support/az.ts';
import { belowOf, HOME, REDIS, wireOf } from './support/configurations.ts';
import { BINARY, type Ended, emptyFolder } from './support/redvet.ts';
import { type LoopbackArm, startResourceManager } from './support/resource-manager.ts';

/** What the real Azure CLI exports, against what a scan sees that signs in by it. */

if (realAz === undefined) process.stderr.write('test/az-export.test.ts: no az on PATH, so nothing is exported by the real Azure CLI\n');

describe.skipIf(realAz === undefined)('what the real az exports', () => {
  let arm: LoopbackArm;
  let deadEnd: DeadEnd;
  let env: Readonly<Record<string, string>>;
  let live: Ended;

  const bash = (script: string): Promise<Ended> =>
    new Promise((resolve) => {
      const options = { env: { PATH, HOME: emptyFolder(), ...env, REDVET: BINARY, NODE: process.execPath }, maxBuffer: 2 ** 26 };
      execFile('bash', ['-c', script], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), signal: null, stdout, stderr }),
      );
    });

  beforeAll(async () => {
    [arm, deadEnd] = await Promise.all([
      startResourceManager({
        subscriptions: [HOME],
        caches: { [HOME]: REDIS.map(wireOf) },
        below: Object.assign({}, ...REDIS.map(belowOf)),
        reply: adfs,
      }),
      startDeadEnd(),
    ]);
    env = azEnvironment(arm, deadEnd);
    await signInAz(arm, env);
    live = await bash(`"$NODE" "$REDVET" scan --auth cli --arm-endpoint ${arm.url} -o json`);
  }, 2 * AZ_TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all([arm?.close(), deadEnd?.close()]);
  });

  it.each([
    ['through a pipe', 'az redis list -o json | "$NODE" "$REDVET" scan - -o json'],
    ['by process substitution', '"$NODE" "$REDVET" scan <(az redis list -o json) -o json'],
  ])(
    'gets the same verdicts %s, by every rule that both can see',
    async (how, script) => {
      const exported = await bash(script);
      expect(exported.stderr).toMatch(/redvet: exit 1 \(findings\)/);
      expect(exported.code).toBe(1);
      const [here, there] = [outcomesOf(exported), outcomesOf(live)];
      expect([...here.keys()].sort()).toEqual([...there.keys()].sort());
      const unseen = new Set<string>();
      const different: string[] = [];
      for (const [key, outcome] of there) {
        const told = here.get(key);
        if (told === outcome) continue;
        // What this az leaves out is unknown, and what no list shows is not evaluated: never a verdict of its own.
        if (told === 'unknown' || told === 'not_evaluated') unseen.add(key.split(' ')[1] ?? '');
        else different.push(`${key}: ${told}, not ${outcome}`);
      }
      expect(different).toEqual([]);
      for (const rule of SEEN_BY_EVERY_AZ) expect([how, [...unseen]]).toEqual([how, expect.not.arrayContaining([rule])]);
    },
    AZ_TIMEOUT_MS,
  );
});

/** Properties that az has printed since long before 2.45. */
const SEEN_BY_EVERY_AZ = [
  'non-ssl-port-disabled',
  'minimum-tls-1-2',
  'public-network-access-disabled',
  'authentication-required',
  'entra-authentication-enabled',
  'managed-identity-assigned',
  'private-endpoint-approved',
  'not-vnet-injected',
  'dedicated-node',
  'sku-has-sla',
  'persistence-enabled',
  'persistence-uses-managed-identity',
  'redis-version-supported',
  'tier-not-retiring',
  'memory-reserved',
];

const outcomesOf = ({ stdout }: Ended): ReadonlyMap<string, string> =>
  new Map(
    JSON.parse(stdout).findings.map(({ resourceName, ruleId, outcome }: Readonly<Record<string, string>>) => [
      `${resourceName} ${ruleId}`,
      outcome,
    ]),
  );
