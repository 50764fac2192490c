import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { emptyFolder, redvet } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

/** What the built binary writes, under the official rules of SARIF and of GitHub: Microsoft's SARIF Multitool. */

const run = promisify(execFile);

const tool = process.env['REDVET_SARIF_MULTITOOL'] ?? '';

if (tool === '')
  process.stderr.write('test/long/sarif-multitool.test.ts: REDVET_SARIF_MULTITOOL names no program, so no SARIF is validated\n');

/** What it recommends, and why it is not done. */
const NOTES: Readonly<Record<string, string>> = {
  SARIF2002: 'GitHub refuses messages without a text, which identifiers and arguments would take the place of',
  SARIF2003: 'the commit is not known: most of what is scanned stands in no repository',
  SARIF2006: 'it asks the network for every page of documentation',
  SARIF2009: 'rules have names that say what they want, not numbers',
  SARIF2010: 'a snippet could hold a secret',
  SARIF2011: 'a snippet could hold a secret',
  SARIF2012: 'no page of Microsoft is about what was not read',
};

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));
const TEMPLATE_FOLDER = 'häfen und #1 100%';

const HOSTILE: readonly string[] = [
  '../../etc/passwd',
  'a b#c?d%e',
  '%zz %41 {0} {{1}}',
  '[link](https://evil.example) ![x](y)',
  'back\\slash',
  'bidi\u202e\u2066 c1\u009b esc\u001b[31m nul\u0000',
  'half\ud83d',
  '##vso[task.complete] ::error::x',
  'javascript:alert(1)',
  'file:///etc/passwd',
  '日本語 ü 🎉',
  '<script>alert(1)</script>&amp;',
];

const hostileInventory = (): string =>
  JSON.stringify(
    HOSTILE.map((text, index) => {
      const part = text.replaceAll('/', '-');
      const id = `/subscriptions/${subscriptionId(1)}/resourceGroups/${part}/providers/Microsoft.Cache/Redis/${part}`;
      return wireRedis(
        subscriptionId(1),
        `c${index}`,
        { enableNonSslPort: text, minimumTlsVersion: text },
        { id, name: text, location: text },
      );
    }),
  );

interface Case {
  readonly what: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly prepare?: (folder: string) => void;
}

const CASES: readonly Case[] = [
  { what: 'the demo, which is incomplete', args: ['demo'], code: 1 },
  { what: 'one cache', args: ['demo', '--fail-on', 'none', '--allow-incomplete', '--cache', 'identity-sessions'], code: 0 },
  {
    what: 'a folder of Terraform',
    args: ['scan', 'app'],
    code: 1,
    prepare: (folder) => cpSync(join(FIXTURES, 'terraform'), folder, { recursive: true }),
  },
  {
    what: 'an ARM template with odd characters in its path',
    args: ['scan', `${TEMPLATE_FOLDER}/full ü.json`],
    code: 1,
    prepare: (folder) => {
      mkdirSync(join(folder, TEMPLATE_FOLDER));
      cpSync(join(FIXTURES, 'arm', 'full.json'), join(folder, TEMPLATE_FOLDER, 'full ü.json'));
    },
  },
  {
    what: 'a hostile inventory',
    args: ['scan', 'hostile.json', '--fail-on', 'none', '--allow-incomplete'],
    code: 0,
    prepare: (folder) => writeFileSync(join(folder, 'hostile.json'), hostileInventory()),
  },
  { what: 'a run that did not begin', args: ['demo', '--no-such-flag'], code: 2 },
  { what: 'a run that is incomplete', args: ['demo', '--fail-on', 'none'], code: 3 },
  { what: 'a run that saw nothing', args: ['scan', '--auth', 'env'], code: 4 },
];

describe.skipIf(tool === '')('SARIF under the official rules', () => {
  it.each(CASES)('has no error and no warning: $what', { timeout: 120_000 }, async ({ args, code, prepare = () => {} }) => {
    const cwd = emptyFolder();
    prepare(cwd);
    const ended = await redvet([...args, '-o', 'sarif=r.sarif'], { cwd });
    expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code });
    const [first] = sarifIn(join(cwd, 'r.sarif')).runs;
    expect(first?.results?.length).toBeGreaterThan(0);

    const rules = ['--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning;Note'];
    await run(tool, ['validate', ...rules, '--output', 'validated.sarif', 'r.sarif'], { cwd, maxBuffer: 64 * 1024 * 1024 });
    const [validation] = sarifIn(join(cwd, 'validated.sarif')).runs;
    const [invocation] = validation?.invocations ?? [];
    expect(invocation?.executionSuccessful).toBe(true);
    const told = (validation?.results ?? []).map(({ ruleId = '', level = 'warning', message }) => ({ ruleId, level, message }));
    expect(told.filter(({ level, ruleId }) => level !== 'note' || NOTES[ruleId] === undefined)).toEqual([]);
    // It has looked: some recommendation is never followed.
    expect(told.map(({ ruleId }) => ruleId)).toContain('SARIF2002');
  });
});

const sarifIn = (file: string): Log => JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
