import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLOUD_NAMES } from '../../src/azure/cloud-names.ts';
import { COMMANDS, type CommandSpec } from '../../src/cli/commands.ts';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { completed } from '../../src/cli/completion/completed.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import { powershellScript } from '../../src/cli/completion/powershell.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';
import { nameOf } from '../../src/cli/options.ts';
import { SHELLS } from '../../src/cli/words.ts';
import { THRESHOLDS } from '../../src/model/severity.ts';
import { FORMATS } from '../../src/reporters/index.ts';
import { FRAMEWORK_IDS } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';
import { told } from '../support/in-process.ts';
import { emptyFolder, redvet } from '../support/redvet.ts';
import { checkSyntax, completedFolder, has, offers, REAL_SHELLS } from '../support/shells.ts';

const SCRIPTS = {
  bash: bashScript(completed()),
  zsh: zshScript(completed()),
  fish: fishScript(completed()),
  powershell: powershellScript(completed()),
};

const FILES = ['infra', 'plan.json', 'two words.tf'];
const OUTPUTS = [...FORMATS, ...FORMATS.filter((format) => format !== 'none').map((format) => `${format}=`)];
const RULE_NAMES = [...new Set(RULES.flatMap(({ id, aliases }) => [id, ...aliases]))];
const NAMES = COMMANDS.map(({ name }) => name);

interface Line {
  readonly line: string;
  readonly offered: readonly string[];
}

/** What each of the shells offers alike. */
const LINES: readonly Line[] = [
  { line: 'redvet ', offered: [...NAMES, 'help'] },
  { line: 'redvet sc', offered: ['scan', 'schema'] },
  { line: 'redvet nothing-of-the-kind', offered: [] },
  { line: 'redvet --', offered: ['--help', '--version'] },
  { line: 'redvet help ', offered: NAMES },
  { line: 'redvet help dem', offered: ['demo'] },

  { line: 'redvet scan --fai', offered: ['--fail-on'] },
  { line: 'redvet scan --fail-on ', offered: THRESHOLDS },
  { line: 'redvet scan --fail-on hi', offered: ['high'] },
  { line: 'redvet scan --fail-on=', offered: THRESHOLDS.map((word) => `--fail-on=${word}`) },
  { line: 'redvet scan --fail-on=hi', offered: ['--fail-on=high'] },
  { line: 'redvet scan --min-severity zz', offered: [] },
  { line: 'redvet scan --cloud ', offered: CLOUD_NAMES },
  { line: 'redvet scan --auth w', offered: ['workload'] },
  { line: 'redvet scan --source=', offered: ['--source=arm', '--source=graph'] },
  { line: 'redvet scan infra --from terraform-', offered: ['terraform-plan', 'terraform-state'] },
  { line: 'redvet demo --color ne', offered: ['never'] },
  { line: 'redvet demo --group-by ', offered: ['cache', 'rule'] },
  { line: 'redvet demo --source gr', offered: ['graph'] },

  { line: 'redvet scan -o ', offered: OUTPUTS },
  { line: 'redvet scan -o sa', offered: ['sarif', 'sarif='] },
  { line: 'redvet scan --output nd', offered: ['ndjson', 'ndjson='] },
  { line: 'redvet scan --output=no', offered: ['--output=none'] },
  { line: 'redvet scan -o sarif=', offered: FILES.map((file) => `sarif=${file}`) },
  { line: 'redvet scan -o sarif=pl', offered: ['sarif=plan.json'] },
  { line: 'redvet scan --output=json=pl', offered: ['--output=json=plan.json'] },
  { line: 'redvet report plan.json -o js', offered: ['json', 'json='] },
  { line: 'redvet collect -o ', offered: FILES },
  { line: 'redvet rules -o ', offered: ['json', 'table'] },
  { line: 'redvet explain -o m', offered: ['markdown'] },
  { line: 'redvet diff plan.json -o j', offered: ['json'] },

  { line: 'redvet scan --show ', offered: ['fail', 'unknown', 'pass', 'not_applicable', 'not_evaluated', 'waived'] },
  { line: 'redvet scan --show fail,unk', offered: ['fail,unknown'] },
  { line: 'redvet scan --show=fail,unknown,wa', offered: ['--show=fail,unknown,waived'] },

  { line: 'redvet scan --rule ', offered: RULE_NAMES },
  { line: 'redvet scan --skip-rule=minimum-tls', offered: ['--skip-rule=minimum-tls-1-2'] },
  { line: 'redvet remediate plan.json --rule non-ssl', offered: ['non-ssl-port-disabled'] },
  { line: 'redvet explain ', offered: RULE_NAMES },
  { line: 'redvet explain CKV_AZURE_91', offered: ['CKV_AZURE_91'] },
  { line: 'redvet explain --color never non-ssl', offered: ['non-ssl-port-disabled'] },
  { line: 'redvet rules --framework ', offered: FRAMEWORK_IDS },
  { line: 'redvet rules --framework=soc', offered: ['--framework=soc-2'] },

  { line: 'redvet remediate plan.json --as ', offered: ['az', 'bicep', 'policy', 'terraform'] },
  { line: 'redvet permissions --as ', offered: ['bicep', 'role'] },
  { line: 'redvet schema ', offered: ['config', 'diff', 'doctor', 'result', 'snapshot', 'waivers'] },
  { line: 'redvet completion ', offered: SHELLS },
  { line: 'redvet waivers ', offered: ['check', 'list'] },
  { line: 'redvet waivers --waivers plan.json ch', offered: ['check'] },

  { line: 'redvet scan ', offered: FILES },
  { line: 'redvet scan infra pl', offered: ['plan.json'] },
  { line: 'redvet scan -q -- pl', offered: ['plan.json'] },
  { line: 'redvet diff plan.json ', offered: FILES },
  { line: 'redvet remediate two', offered: ['two words.tf'] },
  { line: 'redvet scan --config ', offered: FILES },
  { line: 'redvet scan --waivers=pl', offered: ['--waivers=plan.json'] },
  { line: 'redvet report plan.json --baseline inf', offered: ['infra'] },
  { line: 'redvet scan --parameters pl', offered: ['plan.json'] },

  { line: 'redvet scan -s ', offered: [] },
  { line: 'redvet scan --tenant ', offered: [] },
  { line: 'redvet scan --tag owner=', offered: [] },
  { line: 'redvet scan --arm-endpoint=https://arm.invalid', offered: [] },
  { line: 'redvet scan --concurrency ', offered: [] },
  { line: 'redvet scan -s prod --fail-on cri', offered: ['critical'] },
  { line: 'redvet scan --arm-endpoint https://arm.invalid --fail-on=cri', offered: ['--fail-on=critical'] },
  { line: 'redvet schema config ', offered: [] },
  { line: 'redvet explain non-ssl-port-disabled min', offered: [] },
  { line: 'redvet sacn ', offered: [] },
];

/** Behind the last argument zsh offers the options that are left. */
const beside = (offered: readonly string[]): readonly string[] => offered.filter((word) => !/^--?[a-z-]+$/.test(word));

/** Every option by its long name, in every command. */
const OPTION_LINES: readonly Line[] = COMMANDS.map(({ name, specs }) => ({
  line: `redvet ${name} --`,
  offered: [...specs.map((spec) => `--${nameOf(spec)}`), '--help'],
}));

const sorted = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();

describe.each(REAL_SHELLS)('the completion in %s', (shell) => {
  const script = SCRIPTS[shell];

  describe.skipIf(!has(shell))('as that shell reads it', () => {
    it('is a script without a mistake', async () => {
      expect(await checkSyntax(shell, script)).toBe('');
    });

    it('offers what may stand there', async () => {
      const offered = await offers(
        shell,
        script,
        [...LINES, ...OPTION_LINES].map(({ line }) => line),
        completedFolder(),
      );
      const told = LINES.map(({ line, offered: due }, index) => {
        const words = offered[index] ?? [];
        return [line, due.length === 0 ? beside(words) : words];
      });
      expect(Object.fromEntries(told)).toEqual(Object.fromEntries(LINES.map(({ line, offered: due }) => [line, sorted(due)])));
      const options = OPTION_LINES.map(({ line }, index) => [line, offered[LINES.length + index]]);
      expect(Object.fromEntries(options)).toEqual(Object.fromEntries(OPTION_LINES.map(({ line, offered: due }) => [line, sorted(due)])));
    });

    it('runs nothing of what stands on the line', async () => {
      const cwd = completedFolder();
      const hostile = ['$(>made)', '`>made`', '"$(>made)"', "';>made;'", 'a[$(>made)]', '*', '-s;>made'];
      const lines = hostile.flatMap((word) => [
        `redvet ${word} `,
        `redvet scan ${word}`,
        `redvet scan ${word} --fai`,
        `redvet scan --fail-on=${word}`,
        `redvet scan -o ${word}=`,
      ]);
      await offers(shell, script, lines, cwd);
      expect(readdirSync(cwd).sort()).toEqual(FILES);
    });
  });
});

describe('what is completed', () => {
  const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
    explain: ['non-ssl-port-disabled'],
    report: ['-'],
    remediate: ['-'],
    diff: ['a.json', 'b.json'],
    waivers: ['list'],
    collect: ['-o', '-'],
  };

  const VALUES = COMMANDS.flatMap(({ name, specs }) =>
    specs.filter(({ flags }) => flags.includes('<')).map((spec) => ({ command: name, option: `--${nameOf(spec)}`, words: spec.words })),
  );

  it.each(VALUES)('are the words that $command $option takes, where it takes words', async ({ command, option, words }) => {
    const { stderr } = await told([command, ...(option === '--from' ? ['main.tf'] : (ARGUMENTS[command] ?? [])), option, 'no such word']);
    const [, taken] = /(?:It takes|The formats are) ([a-z0-9_-]+(?:, [a-z0-9_-]+)*)(?:\.|; with a file|, with commas)/.exec(stderr) ?? [];
    expect(taken?.split(', ')).toEqual(words);
  });

  it.each(COMMANDS.filter(({ words }) => words !== undefined))('are the words that $name takes', async ({ name, words = [] }) => {
    const { code, stderr } = await told([name, 'no such word']);
    expect(code).toBe(2);
    for (const word of words) expect(stderr).toContain(word);
    for (const word of words) expect((await told([name, word])).stderr).not.toContain(JSON.stringify(word));
  });

  it('is whatever a command says of itself, in every shell', () => {
    const invented: CommandSpec = {
      name: 'invented',
      description: "it isn't [there]: not yet",
      about: 'It is not there.',
      specs: [{ flags: '-z, --zeal <amount>', group: 'Run', type: 'text', help: "of whoever's: [none]", words: ['little', 'much'] }],
      argument: ['<file>', 'any'],
      ownOutput: true,
      examples: '',
      notes: '',
    };
    const all = completed([...COMMANDS, invented]);
    for (const script of [bashScript(all), zshScript(all), fishScript(all), powershellScript(all)]) {
      for (const word of ['invented', '-z', 'zeal', 'little', 'much']) expect(script).toContain(word);
    }
  });

  it('is in the script for PowerShell, too: every command, option, word, rule and framework', () => {
    const script = SCRIPTS.powershell;
    const words = COMMANDS.flatMap(({ name, specs, words: own = [] }) => [
      name,
      ...own,
      ...specs.flatMap((spec) => [`--${nameOf(spec)}`, ...(spec.words ?? [])]),
    ]);
    for (const word of [...words, ...RULE_NAMES, ...FRAMEWORK_IDS])
      expect(script).toMatch(new RegExp(`[' :]${word.replaceAll('.', '\\.')}[' ]`));
  });
});

/** Readline itself, in a terminal; redvet is a function that prints its words. M-* inserts everything that is offered. */
const typed = (script: string, keys: string, setup = ''): readonly string[] => {
  const folder = completedFolder();
  const rc = join(emptyFolder(), 'rc');
  writeFileSync(rc, `PS1=\nbind 'set enable-bracketed-paste off'\n${setup}\n${script}\nredvet() { printf '<%s>\\n' "$@"; }\n`);
  const input = `${keys}\nexit\n`;
  const stdout = execFileSync('script', ['-qec', `bash --noprofile --rcfile ${rc} -i`, '/dev/null'], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    timeout: 25_000,
  });
  return [...stdout.matchAll(/^<(.*)>\r?$/gm)].map(([, word = '']) => word);
};

describe.skipIf(!has('bash'))('the completion in bash with readline', () => {
  const KEYS: readonly { readonly keys: string; readonly words: readonly string[] }[] = [
    { keys: 'redvet sca\t--fai\thi\t', words: ['scan', '--fail-on', 'high'] },
    { keys: 'redvet scan --fail-on=hi\t', words: ['scan', '--fail-on=high'] },
    { keys: 'redvet scan --fail-on=\u001b*', words: ['scan', '--fail-on=critical', ...THRESHOLDS.slice(1).sort()] },
    { keys: 'redvet scan -o sarif=pl\t', words: ['scan', '-o', 'sarif=plan.json'] },
    { keys: 'redvet scan -o sarif=infra/../pl\t', words: ['scan', '-o', 'sarif=infra/../plan.json'] },
    { keys: 'redvet scan -o sarif="two\t', words: ['scan', '-o', 'sarif=two words.tf'] },
    { keys: 'redvet scan --fail-on "hi\t', words: ['scan', '--fail-on', 'high'] },
    { keys: 'redvet scan in\t', words: ['scan', 'infra/'] },
    { keys: 'redvet scan --output=json=pl\t', words: ['scan', '--output=json=plan.json'] },
    { keys: 'redvet scan --output=sarif\t=x', words: ['scan', '--output=sarif=x'] },
    { keys: 'redvet scan two\t', words: ['scan', 'two words.tf'] },
    { keys: 'redvet scan "two\t', words: ['scan', 'two words.tf'] },
    { keys: 'redvet scan --config="two\t', words: ['scan', '--config=two words.tf'] },
    { keys: 'redvet scan -s pl\t', words: ['scan', '-s', 'pl'] },
    { keys: 'X=1 redvet scan --source=gr\t', words: ['scan', '--source=graph'] },
    { keys: 'true | redvet waivers ch\t', words: ['waivers', 'check'] },
    { keys: "redvet scan 'é' --fai\tlo\t", words: ['scan', 'é', '--fail-on', 'low'] },
  ];

  it.each(KEYS)('makes of $keys what was meant', ({ keys, words }) => {
    expect(typed(SCRIPTS.bash, keys)).toEqual(words);
  });

  it.each(KEYS)('makes the same of $keys where = breaks no words', ({ keys, words }) => {
    const whole = keys.includes('\u001b') ? ['scan', ...[...THRESHOLDS].sort().map((word) => `--fail-on=${word}`)] : words;
    expect(typed(SCRIPTS.bash, keys, 'COMP_WORDBREAKS=" "')).toEqual(whole);
  });
});

describe('redvet completion', () => {
  it.each(SHELLS)('prints the script for %s, and how to install it', async (shell) => {
    const { code, stdout, stderr } = await redvet(['completion', shell], { env: { REDVET_OUTPUT: 'json' } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(SCRIPTS[shell]);
    expect(stdout).toContain(`redvet completion ${shell}`);
  });

  it.each([
    { word: 'fihs', hint: 'Did you mean fish? There is bash, zsh, fish, powershell.' },
    { word: 'pwsh', hint: 'Did you mean powershell? There is bash, zsh, fish, powershell.' },
    { word: 'Powershell', hint: 'Did you mean powershell? There is bash, zsh, fish, powershell.' },
    { word: 'toString', hint: 'There is bash, zsh, fish, powershell.' },
  ])('knows no shell $word', async ({ word, hint }) => {
    const { code, stdout, stderr } = await told(['completion', word]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `error[USAGE]: there is no completion for "${word}"\n  help: ${hint}\nredvet: exit 2 (usage): there is no completion for "${word}"\n`,
    );
  });

  it.each([
    { env: { SHELL: '/usr/bin/zsh' }, hint: 'Yours seems to be zsh: redvet completion zsh' },
    { env: { SHELL: '/bin/dash' }, hint: 'See: redvet completion --help' },
    { env: {}, hint: 'See: redvet completion --help' },
  ])('asks for a shell, with $env', async ({ env, hint }) => {
    const { code, stdout, stderr } = await told(['completion'], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error[USAGE]: no shell was named\n  help: There is bash, zsh, fish, powershell. ${hint}\n`);
  });
});
