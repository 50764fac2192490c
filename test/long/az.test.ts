import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { AZ_TIMEOUT_MS, adfs, asksOfItself, azEnvironment, type DeadEnd, PATH, realAz, signInAz, startDeadEnd } from '../support/az.ts';
import { BY_SIX_RULES, emptyFolder, type RunOptions, redvet } from '../support/redvet.ts';
import {
  clusterListCalls,
  type LoopbackArm,
  listCalls,
  startResourceManager,
  subscriptionId,
  tokenCalls,
  wireRedis,
} from '../support/resource-manager.ts';

/** `redvet scan --auth cli`: the real Azure CLI where there is one, and one that hangs. */

if (realAz === undefined) process.stderr.write('test/az.test.ts: no az on PATH, so nothing is tried with the real Azure CLI\n');

/** A folder that holds this script as `az`, and the file where the script may log. */
const azScript = (...lines: readonly string[]): { readonly folder: string; readonly log: string } => {
  const folder = emptyFolder();
  const log = join(folder, 'az.log');
  writeFileSync(join(folder, 'az'), ['#!/bin/sh', ...lines.map((line) => line.replace('LOG', `'${log}'`)), ''].join('\n'));
  chmodSync(join(folder, 'az'), 0o755);
  return { folder, log };
};

const linesOf = (file: string): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []);

const ONE = subscriptionId(1);

const estate = {
  subscriptions: [ONE],
  caches: { [ONE]: [wireRedis(ONE, 'good'), wireRedis(ONE, 'open', { enableNonSslPort: true })] },
  reply: adfs,
};

const open: { close(): Promise<void> }[] = [];
const hung: string[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  // A hung az outlives redvet, and must not outlive its test.
  for (const pid of hung.splice(0).flatMap(linesOf)) {
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
});

const start = async (): Promise<{ readonly arm: LoopbackArm; readonly deadEnd: DeadEnd }> => {
  const [arm, deadEnd] = await Promise.all([startResourceManager(estate), startDeadEnd()]);
  open.push(arm, deadEnd);
  return { arm, deadEnd };
};

const scanByCli = ({ url }: LoopbackArm, args: readonly string[], options: RunOptions) =>
  redvet(['scan', '--auth', 'cli', '--arm-endpoint', url, '-o', 'json', ...args], { killAfterMs: 60_000, ...options });

describe.skipIf(realAz === undefined)('redvet scan with the real Azure CLI', () => {
  it(
    'scans with the token of az, which it runs once',
    async () => {
      const { arm, deadEnd } = await start();
      const env = azEnvironment(arm, deadEnd);
      await signInAz(arm, env);
      const before = deadEnd.asked.length;
      const { folder, log } = azScript('echo "$@" >> LOG', `exec '${realAz}' "$@"`);

      const { code, stdout, stderr } = await scanByCli(arm, BY_SIX_RULES, { env: { ...env, PATH: `${folder}${delimiter}${PATH}` } });

      const { findings, status } = JSON.parse(stdout);
      expect(
        findings
          .filter(({ outcome }: { outcome: string }) => outcome === 'fail')
          .map(({ ruleId, resourceName }: { ruleId: string; resourceName: string }) => [ruleId, resourceName]),
      ).toEqual([['non-ssl-port-disabled', 'open']]);
      expect(findings.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual(['fail', ...Array(11).fill('pass')]);
      expect(status).toMatchObject({ outcome: 'findings', exitCode: 1, complete: true });
      expect(code).toBe(1);
      expect(stderr).toContain('redvet: exit 1 (findings): 1 high');
      expect(linesOf(log)).toEqual([`account get-access-token --output json --resource ${arm.url}`]);

      const ours = arm.requests.filter(({ userAgent }) => userAgent?.startsWith('redvet/'));
      const issued = tokenCalls(arm).length;
      expect(ours).toHaveLength(3);
      expect(new Set(ours.slice(1))).toEqual(new Set([...listCalls(arm), ...clusterListCalls(arm)]));
      expect(issued).toBeGreaterThan(0);
      expect(new Set(ours.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer token-of-az-${issued}`]));

      expect(deadEnd.asked.slice(before)).toEqual([]);
      expect(deadEnd.asked.filter((address) => !asksOfItself(address))).toEqual([]);
      expect(readdirSync(env['AZURE_CONFIG_DIR'] ?? '').filter((name) => /telemetry|cliextensions/i.test(name))).toEqual([]);
    },
    AZ_TIMEOUT_MS,
  );

  it(
    'says to run az login when nobody has, and ends with 4',
    async () => {
      const { arm, deadEnd } = await start();
      const { code, stdout, stderr } = await scanByCli(arm, [], { env: azEnvironment(arm, deadEnd) });
      expect(code).toBe(4);
      expect(stderr).toContain('Run az login');
      expect(stderr).toContain('redvet: exit 4 (access)');
      expect(JSON.parse(stdout)).toMatchObject({
        findings: [],
        problems: [{ kind: 'auth', code: 'SIGN_IN_FAILED' }],
        status: { outcome: 'access', exitCode: 4, complete: false },
      });
      expect(arm.requests).toEqual([]);
      expect(deadEnd.asked.filter((address) => !asksOfItself(address))).toEqual([]);
    },
    AZ_TIMEOUT_MS,
  );
});

describe('redvet scan with an Azure CLI that does not answer', () => {
  const HANGS_AFTER_MS = 20_000;

  /** An `az` that says that it runs, and then nothing. */
  const hangingAz = (): { readonly path: string; readonly log: string } => {
    const { folder, log } = azScript('echo $$ >> LOG', 'exec sleep 60');
    hung.push(log);
    return { path: `${folder}${delimiter}${PATH}`, log };
  };

  it('is interrupted by SIGINT all the same: a whole report, 130, and nothing that holds its streams', async () => {
    const { arm } = await start();
    const { path, log } = hangingAz();
    let interrupted = Number.NaN;
    const { code, signal, stdout, stderr } = await scanByCli(arm, [], {
      env: { PATH: path },
      killAfterMs: HANGS_AFTER_MS,
      onStart: async (child) => {
        while (linesOf(log).length === 0 && child.exitCode === null) await sleep(20);
        await sleep(1_000);
        interrupted = performance.now();
        child.kill('SIGINT');
      },
    });
    // `redvet` resolves when the streams are closed: a child that had inherited them would hold them for its 60 s.
    expect(performance.now() - interrupted).toBeLessThan(5_000);
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [],
      problems: [{ kind: 'interrupted', code: 'SIGINT' }],
      status: { outcome: 'interrupted', exitCode: 130, complete: false },
    });
    expect(stderr).toContain('redvet: exit 130 (interrupted)');
    expect(linesOf(log)).toHaveLength(1);
    expect(arm.requests).toEqual([]);
  });

  it('ends by itself when --timeout is over: without a token, 4', async () => {
    const { arm } = await start();
    const { path, log } = hangingAz();
    const started = performance.now();
    const { code, signal, stdout, stderr } = await scanByCli(arm, ['--timeout', '2s'], {
      env: { PATH: path },
      killAfterMs: HANGS_AFTER_MS,
    });
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(2_000);
    expect(took).toBeLessThan(6_000);
    expect({ code, signal }).toEqual({ code: 4, signal: null });
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [],
      problems: [{ kind: 'timeout', code: 'RUN_TIMEOUT' }],
      status: { outcome: 'access', exitCode: 4, complete: false },
    });
    expect(stderr).toContain('redvet: exit 4 (access)');
    expect(linesOf(log)).toHaveLength(1);
    expect(arm.requests).toEqual([]);
  });
});

describe('redvet scan without the Azure CLI', () => {
  it('says that az could not be found, and ends with 4', async () => {
    const { arm } = await start();
    const { code, stdout, stderr } = await scanByCli(arm, [], { env: { PATH: emptyFolder() } });
    expect(code).toBe(4);
    expect(stderr).toContain('Azure CLI could not be found');
    expect(JSON.parse(stdout).status).toMatchObject({ outcome: 'access', exitCode: 4, complete: false });
  });
});
