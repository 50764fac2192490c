import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fix, FixTarget, Step } from '../../src/model/fix.ts';
import type { RuleSpec } from '../../src/model/rule-spec.ts';
import type { Origin } from '../../src/remediation/header.ts';
import type { Plan, SavedFinding } from '../../src/remediation/plan.ts';
import { safeLine } from '../../src/reporters/escape.ts';
import { defineFix } from '../../src/rules/fixes.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, clusterId, SUBSCRIPTION } from './cache.ts';

/** A fix with nothing in it but its texts, with the differences given. */
export const fixWith = (differences: Partial<Fix> = {}): Fix =>
  defineFix({ summary: 'Do it.', risk: 'It hurts.', stage: 'change', steps: () => [], rollback: 'Undo it.', ...differences });

/** A rule for every kind of cache, with the differences given. */
export const ruleWith = (id: string, fix: Partial<Fix> = {}, differences: Partial<RuleSpec> = {}): RuleSpec => ({
  ...nonSslPortDisabled,
  id,
  appliesTo: ['redis', 'managed', 'enterprise'],
  fix: fixWith(fix),
  ...differences,
});

export const REDIS: FixTarget = {
  id: cacheId('orders'),
  name: 'orders',
  kind: 'redis',
  resourceGroup: 'rg-test',
  subscriptionId: SUBSCRIPTION,
  sku: 'Premium P1',
};

export const MANAGED: FixTarget = { ...REDIS, id: clusterId('orders'), kind: 'managed', sku: 'Balanced_B10' };

export const decide = (text: string, ...words: readonly string[]): Step => ({ type: 'decide', text, words });

export const az = (...words: readonly string[]): Step => ({ type: 'az', words });

/** A failure of a redis cache, with the differences given. */
export const failing = (ruleId: string, differences: Partial<SavedFinding> = {}): SavedFinding => ({
  ruleId,
  outcome: 'fail',
  disposition: 'active',
  resourceId: REDIS.id,
  resourceKind: 'redis',
  sku: REDIS.sku,
  ...differences,
});

export const ORIGIN: Origin = {
  version: '1.2.3',
  schemaVersion: '1.0',
  startedAt: '2026-01-02T03:04:05.000Z',
  complete: true,
  safeLine,
};

export const written = (writer: (plan: Plan, origin: Origin) => Iterable<string>, plan: Plan, origin = ORIGIN): string =>
  [...writer(plan, origin)].join('');

/** The words that a shell hands to `az` when it runs the command; anything else that the command would run fails the test. */
export const wordsInShell = (command: string): readonly string[] => {
  const script = `PATH=''; az() { for word do printf '%s\\0' "$word"; done; }\n${command}`;
  return execFileSync('/bin/sh', ['-eu', '-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    .split('\0')
    .slice(0, -1);
};

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What `az` was called with, call by call. */
  readonly calls: readonly (readonly string[])[];
  /** Files that the script left in its folder. */
  readonly left: readonly string[];
}

/** Says of every change that it is done. */
const SETTLES = `
case "$*" in
*provisioningState*-o\\ tsv) echo Succeeded ;;
*resourceState*-o\\ tsv) echo Running ;;
esac`;

/** Runs a script of ours where there is no program but an `az` that writes down its words and then does what `body` says. */
export const runScript = (
  script: string,
  { apply = false, body = SETTLES }: { readonly apply?: boolean; readonly body?: string } = {},
): Ran => {
  const folder = mkdtempSync(join(tmpdir(), 'redvet-script-'));
  const bin = mkdtempSync(join(tmpdir(), 'redvet-bin-'));
  const log = join(bin, 'log');
  writeFileSync(join(bin, 'az'), `#!/bin/sh\nfor word do printf '%s\\0' "$word" >>'${log}'; done\nprintf '\\1\\0' >>'${log}'\n${body}\n`);
  chmodSync(join(bin, 'az'), 0o755);
  writeFileSync(join(bin, 'script'), script);
  const { status, stdout, stderr } = spawnSync('/bin/bash', [join(bin, 'script')], {
    cwd: folder,
    env: { PATH: bin, ...(apply ? { APPLY: '1' } : {}) },
    encoding: 'utf8',
    input: 'not for az\n',
  });
  const calls = existsSync(log) ? readFileSync(log, 'utf8').split('\u0001\0').slice(0, -1) : [];
  return { code: status, stdout, stderr, calls: calls.map((call) => call.split('\0').slice(0, -1)), left: readdirSync(folder) };
};

/** Whether bash can read the script; it is not run. */
export const bashError = (script: string): string => spawnSync('/bin/bash', ['-n'], { input: script, encoding: 'utf8' }).stderr;
