import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { nameOf } from '../../src/cli/options.ts';
import { EXIT_CODES } from '../../src/policy/exit-code.ts';
import { compliantCache } from '../support/cache.ts';
import { told } from '../support/in-process.ts';
import { BINARY, emptyFolder } from '../support/redvet.ts';
import { savedText } from '../support/saved.ts';
import { SMALL, whole } from '../support/snapshot.ts';

const helpOf = async (name: string): Promise<string> => (await told([name, '--help'])).stdout;

const examplesIn = (help: string): readonly string[] => [...help.matchAll(/^ {2}\$ (.*)$/gm)].map(([, example = '']) => example);

describe.each(COMMANDS)('the help of redvet $name', ({ name, description, about, specs }) => {
  it('says in sentences what it does, and is the list of commands in a few words', async () => {
    expect(about).toMatch(/^[A-Z].*\.$/);
    expect(description).toMatch(/^[a-z].{5,58}[^.]$/);
    expect((await helpOf(name)).replaceAll('\n', ' ')).toContain(about);
    expect((await told(['--help'])).stdout).toMatch(new RegExp(`^  ${name} .*${description.replaceAll(/[()]/g, '\\$&')}$`, 'm'));
  });

  it('names every option, within 80 columns', async () => {
    const help = await helpOf(name);
    for (const spec of specs) expect(help).toMatch(new RegExp(`^  (?:-[a-z], )?--${nameOf(spec)}\\b`, 'm'));
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(help).not.toMatch(/[\t ]\n|\n\n\n/);
  });

  it('names its exit codes, as they are', async () => {
    const [, codes = ''] = /^Exit codes: (.*?)\.$/ms.exec(await helpOf(name)) ?? [];
    const named = codes.split(/,\s+(?=\d)/).flatMap((one) => /^[\d/]+/.exec(one)?.[0].split('/').map(Number) ?? []);
    expect(named).toEqual(expect.arrayContaining([0, 2, 70, 73]));
    expect(named.filter((code) => !Object.values(EXIT_CODES).flat().includes(code) && code !== 143)).toEqual([]);
  });

  it('shows at least two examples of it', async () => {
    expect(examplesIn(await helpOf(name)).filter((example) => example.includes(`redvet ${name}`)).length).toBeGreaterThanOrEqual(2);
  });
});

/** A folder with whatever the examples name, a home with the folders of the shells, and programs that stand for those of others. */
const workshop = () => {
  const folder = emptyFolder();
  const bin = join(folder, '.bin');
  for (const path of ['.bin', 'infra', '.zfunc', '.config/fish/completions', '.local/share/bash-completion/completions'])
    mkdirSync(join(folder, path), { recursive: true });
  for (const file of ['redvet.json', 'monday.json', 'friday.json'])
    writeFileSync(join(folder, file), savedText('json', { caches: [compliantCache()] }));
  writeFileSync(join(folder, 'infra/main.tf'), 'resource "azurerm_redis_cache" "a" {\n  name = "a"\n}\n');
  writeFileSync(join(folder, '.redvet.waivers.yaml'), 'version: 1\nwaivers: []\n');
  writeFileSync(join(folder, 'estate.ndjson'), whole(SMALL));
  const program = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  symlinkSync(process.execPath, join(bin, 'node'));
  program('redvet', 'node "$BINARY" "$@" 2> >(tee -a told >&2); code=$?; echo "$code $*" >> codes; exit $code');
  program('az', "echo '[]'");
  for (const name of ['jq', 'gzip', 'Out-String', 'Invoke-Expression']) program(name, 'cat > /dev/null');
  return { folder, path: [bin, '/usr/bin', '/bin'].join(delimiter) };
};

/** What each redvet of a command line ended with. Nothing signs in: there is nobody to be. */
const endsOf = async (line: string): Promise<{ readonly codes: readonly string[]; readonly told: string }> => {
  const { folder, path } = workshop();
  const env = { PATH: path, HOME: folder, BINARY, REDVET_AUTH: 'env' };
  await promisify(execFile)('bash', ['-c', line], { cwd: folder, env, timeout: 25_000 }).catch(() => {});
  const read = (file: string): string => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {
      return '';
    }
  };
  return { codes: read('codes').split('\n').slice(0, -1), told: read('told') };
};

describe.concurrent('an example of the help', () => {
  const examples = [
    ...COMMANDS.flatMap(({ examples: text }) => examplesIn(text)),
    ...examplesIn(`  $ redvet demo\n  $ redvet scan\n  $ redvet scan -s prod -o json | jq '.summary'`),
  ];

  it.each(examples)('is a command line that redvet takes: %s', async (example) => {
    const { codes, told: text } = await endsOf(example);
    expect(codes).toHaveLength(1);
    expect({ codes: codes.filter((code) => /^(?:2|70|73) /.test(code)), text }).toEqual({ codes: [], text });
  });

  it('would be told apart from one that redvet does not take', async () => {
    expect((await endsOf('redvet demo --fail-on hihg | jq .')).codes).toEqual(['2 demo --fail-on hihg']);
    expect((await endsOf('az redis list | redvet scan - --no-such-option')).codes).toEqual(['2 scan - --no-such-option']);
  });
});

describe('the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/^```(?:bash|console|yaml)\n(.*?)^```/gms)].map(([, block = '']) => block);
  const lines = blocks
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => [...line.matchAll(/\bredvet (?<name>[a-z]+)(?<rest>[^#|<>]*)/g)]);
  const uses = lines.map(({ groups = {} }) => ({
    name: groups['name'] ?? '',
    flags: [...(groups['rest'] ?? '').matchAll(/(?<= )--?[a-z-]+/g)].map(([flag]) => flag),
  }));

  it('shows only commands that are there, with options that they have', () => {
    expect(uses.length).toBeGreaterThan(20);
    for (const { name, flags } of uses) {
      const known = COMMANDS.find((command) => command.name === name)?.specs.flatMap((spec) => spec.flags.split(/[, ]+/));
      expect({ name, isKnown: known !== undefined, strange: flags.filter((flag) => flag !== '--help' && !known?.includes(flag)) }).toEqual({
        name,
        isKnown: true,
        strange: [],
      });
    }
  });
});
