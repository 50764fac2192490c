import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emptyFolder, redvet } from '../support/redvet.ts';
import { violationsBy } from '../support/schema.ts';

const NAMES = ['result', 'diff', 'config', 'waivers', 'snapshot', 'doctor'];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const parsed = (folder: string, name: string): unknown => JSON.parse(readFileSync(join(ROOT, folder, `${name}.json`), 'utf8'));

describe('redvet schema', () => {
  it.each(NAMES)('prints the schema of a %s, as it stands in the package for editors', async (name) => {
    const { code, stdout, stderr } = await redvet(['schema', name]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(JSON.parse(stdout)).toEqual(parsed('src/schemas', name));
    expect(parsed('dist/schemas', name)).toEqual(parsed('src/schemas', name));
  });

  it('has every schema that ships', () => {
    expect(readdirSync(join(ROOT, 'dist/schemas')).sort()).toEqual(NAMES.map((name) => `${name}.json`).sort());
  });

  it('prints what others can check a result by', async () => {
    const violations = violationsBy(JSON.parse((await redvet(['schema', 'result'])).stdout));
    const { stdout } = await redvet(['demo', '-o', 'json', '-q']);
    expect(violations(JSON.parse(stdout))).toEqual([]);
  });

  it.each([
    { words: ['resutl'], message: 'there is no schema "resutl"', hint: 'Did you mean result?' },
    { words: ['Config'], message: 'there is no schema "Config"', hint: 'Did you mean config?' },
    { words: ['../package'], message: 'there is no schema "../package"', hint: '' },
    { words: ['toString'], message: 'there is no schema "toString"', hint: '' },
    { words: [''], message: 'no schema was named', hint: '' },
    { words: [], message: 'no schema was named', hint: '' },
  ])('knows no other: $words', async ({ words, message, hint }) => {
    const { code, stdout, stderr } = await redvet(['schema', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      `error[USAGE]: ${message}`,
      `  help: ${`${hint} There is result, diff, config, waivers, snapshot, doctor.`.trim()}`,
      `redvet: exit 2 (usage): ${message}`,
      '',
    ]);
  });

  it('prints one at a time', async () => {
    const { code, stdout, stderr } = await redvet(['schema', 'config', 'waivers']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('redvet schema does not take the argument "waivers"');
  });

  it('is a text of its own, whatever is asked of scans, and whatever the folder holds', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, '.redvet.yaml'), 'nonsense: true\n');
    const { code, stdout } = await redvet(['schema', 'waivers'], { cwd, env: { REDVET_OUTPUT: 'ndjson' } });
    expect({ code, id: JSON.parse(stdout).$id }).toEqual({ code: 0, id: 'urn:redvet:schema:waivers:1' });
    const failed = await redvet(['schema', 'nonsense'], { cwd, env: { REDVET_OUTPUT: 'json' } });
    expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('is told of by the help, with examples', async () => {
    const { code, stdout } = await redvet(['schema', '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: redvet schema \[options\] \[name\]$/m);
    for (const name of NAMES) expect(stdout).toContain(name);
    expect(stdout.match(/^ {2}\$ redvet schema /gm)).toHaveLength(2);
    expect((await redvet(['--help'])).stdout).toMatch(/^ +schema /m);
    expect((await redvet(['shcema'])).stderr).toContain('Did you mean schema?');
  });
});
