import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nameOf, SCAN_OPTIONS } from '../../src/cli/options.ts';
import { at, type Ended, emptyFolder, redvet, signedIn } from '../support/redvet.ts';
import {
  type LoopbackArm,
  startResourceManager,
  subscriptionId,
  TENANT,
  wireRedis,
  wireSubscription,
} from '../support/resource-manager.ts';

const ESCAPE = '\u001b';
const BIDI = '\u202e';
const COMMAND = '##vso[task.setvariable variable=PATH]x';

type Env = Readonly<Record<string, string>>;

interface Mistake {
  readonly what: string;
  readonly args: readonly string[];
  readonly env?: Env;
  /** The flag, variable or word that is wrong, and its value: all stand on stderr. */
  readonly names: readonly string[];
  readonly suggests?: string;
}

/** Each is exit 2, before anything is read. `scan` never gets as far as Azure. */
const MISTAKES: readonly Mistake[] = [
  { what: 'an unknown command', args: ['sacn'], names: ['sacn'], suggests: 'scan' },
  { what: 'a command in capitals', args: ['SCAN'], names: ['SCAN'], suggests: 'scan' },
  { what: 'a command abbreviated', args: ['sca'], names: ['sca'], suggests: 'scan' },
  { what: 'a command with a letter too many', args: ['rulez'], names: ['rulez'], suggests: 'rules' },
  { what: 'a command with letters swapped', args: ['explian', 'x'], names: ['explian'], suggests: 'explain' },
  { what: 'a word that is near no command', args: ['kubernetes'], names: ['kubernetes'] },

  { what: 'an unknown flag', args: ['scan', '--fail-no', 'high'], names: ['--fail-no'], suggests: '--fail-on' },
  { what: 'an unknown flag of demo', args: ['demo', '--colour', 'never'], names: ['--colour'], suggests: '--color' },
  { what: 'an unknown flag before a command', args: ['--versoin'], names: ['--versoin'], suggests: '--version' },
  { what: 'a flag abbreviated', args: ['demo', '--fail', 'low'], names: ['--fail'] },
  { what: 'a short flag that does not exist', args: ['demo', '-x'], names: ['-x'] },
  { what: 'a flag of another command', args: ['demo', '--tenant', 'x'], names: ['--tenant'] },
  { what: 'a flag that would take a secret', args: ['scan', '--client-secret', 'x'], names: ['--client-secret'] },

  { what: 'no value for --fail-on', args: ['scan', '--fail-on'], names: ['--fail-on'] },
  { what: 'no value for --subscription', args: ['scan', '--subscription'], names: ['--subscription'] },
  { what: 'no value for --timeout', args: ['demo', '--timeout'], names: ['--timeout'] },
  { what: 'no rule to explain', args: ['explain'], names: ['rule'] },
  { what: 'an unknown rule to explain', args: ['explain', 'nonsense'], names: ['nonsense'], suggests: 'redvet rules' },
  {
    what: 'a rule to explain with a slip',
    args: ['explain', 'minimum-tls-1.2'],
    names: ['minimum-tls-1.2'],
    suggests: 'Did you mean minimum-tls-1-2',
  },
  { what: 'an argument too many for demo', args: ['demo', 'surplus'], names: ['surplus'] },
  { what: 'an argument too many for rules', args: ['rules', 'surplus'], names: ['surplus'] },

  { what: 'a severity with a slip', args: ['demo', '--fail-on', 'critcal'], names: ['--fail-on', 'critcal'], suggests: 'critical' },
  { what: 'a severity that is none', args: ['demo', '--fail-on', 'hihg'], names: ['--fail-on', 'hihg'], suggests: 'high' },
  { what: 'a severity in capitals', args: ['demo', '--fail-on', 'HIGH'], names: ['--fail-on', 'HIGH'], suggests: 'high' },
  { what: 'an empty severity', args: ['demo', '--fail-on', ''], names: ['--fail-on', '""'] },
  { what: 'the last severity of two', args: ['demo', '--fail-on', 'low', '--fail-on', 'x'], names: ['--fail-on', '"x"'] },
  { what: 'a least severity that is none', args: ['demo', '--min-severity', 'hihg'], names: ['--min-severity', 'hihg'] },
  { what: 'an outcome that is none', args: ['demo', '--show', 'fail,unknwn'], names: ['--show', 'unknwn'], suggests: 'unknown' },
  { what: 'a choice of colour that is none', args: ['demo', '--color', 'sometimes'], names: ['--color', 'sometimes'] },

  {
    what: 'a rule that is none',
    args: ['demo', '--rule', 'non-ssl-prt-disabled'],
    names: ['--rule', 'non-ssl-prt-disabled'],
    suggests: 'Did you mean non-ssl-port-disabled',
  },
  { what: 'a glob that matches no rule', args: ['demo', '--rule', 'tls-*'], names: ['--rule', 'tls-*'] },
  { what: 'a rule to skip that is none', args: ['demo', '--skip-rule', 'nonsense'], names: ['--skip-rule', 'nonsense'] },
  { what: 'every rule skipped', args: ['demo', '--skip-rule', '*'], names: ['--skip-rule'] },

  {
    what: 'a framework with a slip',
    args: ['demo', '--framework', 'nist-800-53-r6'],
    names: ['--framework', 'nist-800-53-r6'],
    suggests: 'nist-800-53-r5',
  },
  {
    what: 'a framework and a rule that have nothing in common',
    args: ['demo', '--framework', 'soc-2', '--rule', 'memory-reserved'],
    names: ['--framework', '--rule'],
  },
  {
    what: 'a framework of which every rule is skipped',
    args: ['demo', '--framework', 'soc-2', '--skip-rule', '*'],
    names: ['--skip-rule'],
  },
  { what: 'an option without a rule', args: ['demo', '--rule-option', 'tags=owner'], names: ['--rule-option', 'tags=owner'] },
  {
    what: 'an option of no rule',
    args: ['demo', '--rule-option', 'minimum-tls.requireExplicit=true'],
    names: ['--rule-option', 'minimum-tls'],
    suggests: 'Did you mean minimum-tls-1-2',
  },
  {
    what: 'an option that the rule does not have',
    args: ['demo', '--rule-option', 'minimum-tls-1-2.__proto__=true'],
    names: ['--rule-option', 'minimum-tls-1-2.__proto__=true'],
    suggests: 'minimum-tls-1-2.requireExplicit',
  },
  {
    what: 'an option with a value it does not take',
    args: ['demo', '--rule-option', 'firewall-rules-narrow.maxAddresses=0'],
    names: ['--rule-option', 'firewall-rules-narrow.maxAddresses=0'],
    suggests: '1 to 16777215',
  },
  {
    what: 'an option of a rule that is not selected, with a slip',
    args: ['demo', '--rule', 'sku-has-sla', '--rule-option', 'required-tags-present.tags='],
    names: ['--rule-option', 'required-tags-present.tags='],
  },

  { what: 'an unknown format', args: ['demo', '-o', 'xml'], names: ['--output', 'xml'], suggests: 'json' },
  { what: 'a format with a slip', args: ['demo', '-o', 'tabel=r.txt'], names: ['--output', 'tabel=r.txt'], suggests: 'table' },
  { what: 'an empty file', args: ['demo', '-o', 'table='], names: ['--output', 'table='] },
  { what: 'a file for nothing', args: ['demo', '-o', 'none=r.txt'], names: ['--output', 'none=r.txt'] },
  { what: 'one file twice', args: ['demo', '-o', 'table=r.txt', '-o', 'table=./r.txt'], names: ['--output', 'r.txt'] },
  { what: 'a format that rules does not have', args: ['rules', '-o', 'xml'], names: ['--output', 'xml'] },

  { what: 'a time without a unit', args: ['demo', '--timeout', '10'], names: ['--timeout', '"10"'], suggests: '30s' },
  { what: 'no time', args: ['demo', '--timeout', '0s'], names: ['--timeout', '0s'] },
  { what: 'a negative time', args: ['demo', '--timeout', '-5s'], names: ['--timeout', '-5s'] },
  { what: 'a time beyond a day', args: ['demo', '--timeout', '25h'], names: ['--timeout', '25h'], suggests: '24h' },
  { what: 'a request time in words', args: ['demo', '--request-timeout', 'soon'], names: ['--request-timeout', 'soon'] },
  { what: 'no concurrency', args: ['demo', '--concurrency', '0'], names: ['--concurrency', '"0"'], suggests: '1 to 256' },
  { what: 'too much concurrency', args: ['demo', '--concurrency', '257'], names: ['--concurrency', '257'] },
  { what: 'half a concurrency', args: ['demo', '--concurrency', '1.5'], names: ['--concurrency', '1.5'] },
  { what: 'negative retries', args: ['demo', '--retries', '-1'], names: ['--retries', '-1'], suggests: '0 to 20' },
  { what: 'too many retries', args: ['demo', '--retries', '21'], names: ['--retries', '21'] },
  { what: 'retries in words', args: ['demo', '--retries', 'many'], names: ['--retries', 'many'] },

  {
    what: 'an endpoint in clear text',
    args: ['scan', '--arm-endpoint', 'http://arm.invalid'],
    names: ['--arm-endpoint', 'http://arm.invalid'],
  },
  {
    what: 'an endpoint that is no address',
    args: ['scan', '--arm-endpoint', 'arm'],
    names: ['--arm-endpoint', 'arm'],
    suggests: 'https://',
  },
  {
    what: 'an endpoint with a path',
    args: ['scan', '--arm-endpoint', 'https://arm.invalid/subscriptions'],
    names: ['--arm-endpoint', 'https://arm.invalid/subscriptions'],
    suggests: 'https://arm.invalid.',
  },
  { what: 'an endpoint with a query', args: ['scan', '--arm-endpoint', 'https://arm.invalid?x'], names: ['--arm-endpoint', 'arm.invalid'] },
  {
    what: 'an authority in clear text',
    args: ['scan', '--authority', 'http://login.invalid'],
    names: ['--authority', 'http://login.invalid'],
  },
  {
    what: 'an authority with a tenant',
    args: ['scan', '--authority', 'https://login.invalid/contoso'],
    names: ['--authority', 'contoso'],
    suggests: '--tenant',
  },
  { what: 'an audience that is none', args: ['scan', '--audience', 'me'], names: ['--audience', 'me'] },
  { what: 'a tenant with a space', args: ['scan', '--tenant', 'a b'], names: ['--tenant', 'a b'] },
  { what: 'a tenant that is a path', args: ['scan', '--tenant', '../x'], names: ['--tenant', '../x'] },
  { what: 'an empty tenant', args: ['scan', '--tenant', ''], names: ['--tenant'] },
  { what: 'an unknown sign-in', args: ['scan', '--auth', 'clii'], names: ['--auth', 'clii'], suggests: 'Did you mean cli?' },
  { what: 'an unknown cloud', args: ['scan', '--cloud', 'usgv'], names: ['--cloud', 'usgv'], suggests: 'Did you mean usgov?' },
  { what: 'a kind of file without a file', args: ['scan', '--from', 'bicep'], names: ['--from is for a scan of files'], suggests: 'FILE' },
  {
    what: 'parameters without a file',
    args: ['scan', '--parameters', 'prod.json'],
    names: ['--parameters is for a scan of files'],
    suggests: 'redvet scan FILE',
  },
  {
    what: 'a kind of file that is none',
    args: ['scan', 'main.tf', '--from', 'terrafrom'],
    names: ['--from', 'terrafrom'],
    suggests: 'Did you mean terraform?',
  },
  { what: 'no parameters', args: ['scan', 'main.bicep', '--parameters', ''], names: ['--parameters'] },
  { what: 'a sign-in beside a file', args: ['scan', 'main.tf', '--auth', 'cli'], names: ['--auth is for a scan of Azure itself'] },
  {
    what: 'a switch of Azure beside a file',
    args: ['scan', '--graph-only', 'a.json'],
    names: ['--graph-only is for a scan of Azure itself'],
  },
  { what: 'a file without a name', args: ['scan', ''], names: ['the name of a file is empty'], suggests: 'standard input' },
  { what: 'a file without a name among others', args: ['scan', 'a.json', ''], names: ['the name of a file is empty'] },
  { what: 'a file named twice', args: ['scan', 'a.json', 'b.json', 'a.json'], names: ['"a.json" is named twice'], suggests: 'once' },
  { what: 'standard input named twice', args: ['scan', '-', '-'], names: ['"-" is named twice'] },
  { what: 'a file that is not there', args: ['scan', 'none.json'], names: ['none.json', 'ENOENT'], suggests: 'Check the path' },
  {
    what: 'standard input that is none',
    args: ['scan', '-'],
    names: ['standard input is neither a file nor a pipe'],
    suggests: 'pipe into -',
  },

  { what: 'an empty subscription', args: ['scan', '-s', ''], names: ['--subscription'] },
  { what: 'an empty subscription among others', args: ['scan', '-s', 'prod', '-s', ' '], names: ['--subscription'] },

  {
    what: 'a bad AZURE_TOKEN_CREDENTIALS',
    args: ['scan'],
    env: { AZURE_TOKEN_CREDENTIALS: 'nonsense' },
    names: ['AZURE_TOKEN_CREDENTIALS', 'nonsense'],
    suggests: 'prod, dev',
  },
  {
    what: 'a bad variable',
    args: ['demo'],
    env: { REDVET_FAIL_ON: 'critcal' },
    names: ['REDVET_FAIL_ON', 'critcal'],
    suggests: 'critical',
  },
  { what: 'a bad switch', args: ['demo'], env: { REDVET_ALLOW_EMPTY: 'perhaps' }, names: ['REDVET_ALLOW_EMPTY', 'perhaps'] },
  { what: 'a variable with a slip', args: ['demo'], env: { REDVET_FAILON: 'low' }, names: ['REDVET_FAILON'], suggests: 'REDVET_FAIL_ON' },
  { what: 'a bad time in a variable', args: ['demo'], env: { REDVET_TIMEOUT: '10' }, names: ['REDVET_TIMEOUT', '"10"'] },
  { what: 'a bad rule in a variable', args: ['demo'], env: { REDVET_RULE: '*tls*,nonsense' }, names: ['REDVET_RULE', 'nonsense'] },
  {
    what: 'a bad rule to skip in a variable',
    args: ['demo'],
    env: { REDVET_SKIP_RULE: 'nonsense' },
    names: ['REDVET_SKIP_RULE', 'nonsense'],
  },
  {
    what: 'a bad endpoint in a variable',
    args: ['scan'],
    env: { REDVET_ARM_ENDPOINT: 'http://arm.invalid' },
    names: ['REDVET_ARM_ENDPOINT', 'http://arm.invalid'],
  },

  { what: 'a hostile value', args: ['demo', '--fail-on', `${ESCAPE}[31m${BIDI}${COMMAND}`], names: ['--fail-on'] },
  { what: 'a hostile flag', args: ['demo', `--${ESCAPE}]0;x${BIDI}${COMMAND}`], names: ['unknown option'] },
  { what: 'a hostile command', args: [`::error::${ESCAPE}[2J${COMMAND}`], names: ['unknown command'] },
  { what: 'a hostile rule', args: ['demo', '--rule', `\n::error::x\r${COMMAND}`], names: ['--rule'] },
  { what: 'a hostile endpoint', args: ['scan', '--arm-endpoint', `http://x/${ESCAPE}${COMMAND}`], names: ['--arm-endpoint'] },
];

/** What acts in a terminal or in a CI log. */
const actingIn = (text: string): readonly string[] => [
  ...[ESCAPE, BIDI, '\r', '##vso[', '##['].filter((danger) => text.includes(danger)),
  ...text.split('\n').filter((line) => /^\s*::/.test(line)),
];

const lastLine = (stderr: string): string => stderr.trimEnd().split('\n').at(-1) ?? '';

interface Result {
  readonly findings: readonly unknown[];
  readonly problems: readonly { readonly kind: string; readonly message: string; readonly hint: string | null }[];
  readonly status: { readonly outcome: string; readonly exitCode: number; readonly complete: boolean };
}

const resultOf = (stdout: string): Result => JSON.parse(stdout);

const expectUsageResult = (stdout: string): Result => {
  const result = resultOf(stdout);
  expect(result.findings).toEqual([]);
  expect(result.problems.map(({ kind }) => kind)).toEqual(['usage']);
  expect(result.status).toMatchObject({ outcome: 'usage', exitCode: 2, complete: false });
  expect(stdout.endsWith('}\n')).toBe(true);
  return result;
};

describe.concurrent('a command line that cannot be understood', () => {
  it.each(MISTAKES)('ends with 2 and names it: $what', async ({ args, env = {}, names, suggests = '' }) => {
    const { code, stdout, stderr } = await redvet(args, { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const name of names) expect(stderr).toContain(name);
    expect(stderr).toMatch(/^error\[[A-Z_]+\]: /);
    expect(stderr).toContain(suggests);
    expect(lastLine(stderr)).toMatch(/^redvet: exit 2 \(usage\): ./);
    expect(stderr).not.toMatch(/\n\s+at .*:\d+/);
    expect(actingIn(stderr)).toEqual([]);
  });

  it.each(MISTAKES)('gives JSON to whoever asked for JSON: $what', async ({ args: [command = '', ...rest], env = {}, suggests = '' }) => {
    const { code, stdout } = await redvet([command, '-o', 'json', ...rest], { env });
    expect(code).toBe(2);
    expect(actingIn(stdout)).toEqual([]);
    const [problem] = expectUsageResult(stdout).problems;
    expect(`${problem?.message} ${problem?.hint}`).toContain(suggests);
  });

  const ABOUT_JSON: readonly Mistake[] = [
    { what: 'two reports on stdout', args: ['demo', '-o', 'json', '-o', 'table'], names: ['--output', 'json, table'] },
    { what: 'the same report twice on stdout', args: ['demo', '-o', 'json', '-o', 'json'], names: ['--output', 'json, json'] },
    { what: 'a version that does not exist', args: ['demo', '-o', 'json@2'], names: ['--output', 'json@2'], suggests: 'json@1' },
    { what: 'two versions', args: ['demo', '-o', 'json@2', '-o', 'json@1'], names: ['--output', 'json@2'] },
  ];
  it.each(ABOUT_JSON)('gives one JSON document though the mistake is about it: $what', async ({ args, names, suggests = '' }) => {
    const { code, stdout, stderr } = await redvet(args);
    expect(code).toBe(2);
    for (const name of names) expect(stderr).toContain(name);
    expect(stderr).toContain(suggests);
    expectUsageResult(stdout);
  });

  it('gives JSON where the variable asked for it', async () => {
    const { code, stdout } = await redvet(['demo', '--fail-on', 'x'], { env: { REDVET_OUTPUT: 'json' } });
    expect(code).toBe(2);
    expectUsageResult(stdout);
  });

  it('writes the mistake to the file that was asked for, and nothing to stdout', async () => {
    const cwd = emptyFolder();
    const { code, stdout } = await redvet(['demo', '-o', 'json=r.json', '--fail-on', 'x'], { cwd });
    expect({ code, stdout, files: readdirSync(cwd) }).toEqual({ code: 2, stdout: '', files: ['r.json'] });
    expectUsageResult(readFileSync(join(cwd, 'r.json'), 'utf8'));
  });

  it.each([
    { args: ['-q'], env: {} },
    { args: ['--quiet'], env: {} },
    { args: [], env: { REDVET_QUIET: 'true' } },
  ])('leaves the last line out with $args $env, but not the error', async ({ args, env }) => {
    const { code, stderr } = await redvet(['demo', '--fail-on', 'x', ...args], { env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[BAD_VALUE\]: /);
    expect(stderr).not.toContain('redvet: exit');
  });
});

describe.concurrent('an address with a password in it', () => {
  const ADDRESSES: readonly (readonly string[])[] = [
    ['--arm-endpoint', 'https://user:hunter2@arm.invalid'],
    ['--arm-endpoint', 'https://user:hunter2@arm.invalid/path'],
    ['--arm-endpoint', 'http://user:hunter2@arm.invalid'],
    ['--authority', 'https://user:hunter2@login.invalid'],
    ['--authority', 'http://user:hunter2@login.invalid'],
    // For files it is not even looked at.
    ['--authority', 'https://user:hunter2@login.invalid', 'main.tf'],
  ];

  it.each(ADDRESSES)('%s %s is refused without showing the password', async (flag = '', ...rest) => {
    const { code, stdout, stderr } = await redvet(['scan', flag, ...rest, '-vv']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(flag);
    expect(stderr).not.toContain('hunter2');
  });

  it.each(ADDRESSES)('%s %s does not come into JSON either', async (...given) => {
    const { stdout } = await redvet(['scan', ...given, '-o', 'json']);
    expectUsageResult(stdout);
    expect(stdout).not.toContain('hunter2');
  });
});

describe.concurrent('redvet without a command', () => {
  it('prints short help with three examples to stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await redvet([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: redvet /);
    expect(stderr.split('\n').filter((line) => /^ +\$ redvet /.test(line))).toHaveLength(3);
    // It fits a terminal of 40 lines with the prompt and the error below it.
    expect(stderr.split('\n').length).toBeLessThan(36);
  });

  it('gives JSON where -o json is all there is', async () => {
    const { code, stdout } = await redvet(['-o', 'json']);
    expect(code).toBe(2);
    expectUsageResult(stdout);
  });

  it('gives JSON where the variable asks for it', async () => {
    const { code, stdout } = await redvet([], { env: { REDVET_OUTPUT: 'json' } });
    expect(code).toBe(2);
    expectUsageResult(stdout);
  });
});

describe.concurrent('an environment variable of scan', () => {
  const [ONE, TWO] = [subscriptionId(1), subscriptionId(2)];
  const listOf = (id: string) => new RegExp(`^/subscriptions/${id}/providers/Microsoft\\.Cache/redis\\?`, 'i');
  let arms: Readonly<Record<'estate' | 'empty' | 'hanging' | 'failing' | 'counting', LoopbackArm>>;
  /** The most lists of caches that were asked for at one time. */
  let most = 0;

  beforeAll(async () => {
    let running = 0;
    const [estate, empty, hanging, failing, counting] = await Promise.all([
      startResourceManager({
        subscriptions: [wireSubscription(ONE, { displayName: 'prod' }), wireSubscription(TWO, { displayName: 'staging' })],
        groups: { 'mg-prod': [ONE], 'mg-test': [TWO] },
        caches: {
          [ONE]: [wireRedis(ONE, 'open', { enableNonSslPort: true }), wireRedis(ONE, 'strange', { minimumTlsVersion: 'x' })],
          [TWO]: [wireRedis(TWO, 'good')],
        },
      }),
      startResourceManager({ subscriptions: [ONE] }),
      startResourceManager({ subscriptions: [ONE], reply: ({ path }) => (listOf(ONE).test(path) ? () => {} : undefined) }),
      startResourceManager({
        subscriptions: [ONE],
        reply: ({ path }) => (listOf(ONE).test(path) ? { status: 503, body: { error: { code: 'Busy', message: 'busy' } } } : undefined),
      }),
      startResourceManager({
        subscriptions: [1, 2, 3, 4].map(subscriptionId),
        reply: ({ path }) =>
          /Microsoft\.Cache/i.test(path)
            ? (_, response) => {
                running += 1;
                most = Math.max(most, running);
                setTimeout(() => {
                  running -= 1;
                  response.writeHead(200, { 'content-type': 'application/json' }).end('{"value":[]}');
                }, 80);
              }
            : undefined,
      }),
    ]);
    arms = { estate, empty, hanging, failing, counting };
    await redvet(['scan', ...at(estate), '-o', `json=${before}`], { env: signedIn(estate) });
  });

  afterAll(async () => {
    await Promise.all(Object.values(arms).map((arm) => arm.close()));
  });

  interface Case {
    readonly option: string;
    readonly on?: keyof typeof arms;
    /** What all runs have in common; by default everything that signs in, and JSON. */
    readonly base?: (arm: LoopbackArm) => readonly string[];
    readonly env?: Env;
    readonly flags: (arm: LoopbackArm) => readonly string[];
    readonly variable: (arm: LoopbackArm) => string;
    /** A run with these instead looks different: the option does something that can be seen. */
    readonly otherwise?: (arm: LoopbackArm) => readonly string[];
  }

  const asTable = (arm: LoopbackArm): readonly string[] => [...at(arm), '-o', 'table'];
  const told = (value: string) => ({ flags: (flag: string) => () => [flag, value], variable: () => value });
  const text = (option: string, value: string, more: Partial<Case> = {}): Case => ({
    option,
    flags: told(value).flags(`--${option}`),
    variable: told(value).variable,
    ...more,
  });
  const list = (option: string, values: readonly string[], more: Partial<Case> = {}): Case => ({
    option,
    flags: () => values.flatMap((value) => [`--${option}`, value]),
    variable: () => values.join(', '),
    ...more,
  });
  const toggle = (option: string, more: Partial<Case> = {}): Case => ({
    option,
    flags: () => [`--${option}`],
    variable: () => 'true',
    ...more,
  });

  /** Named, it is nothing that can be told by its name or its contents. */
  const unknownKind = join(emptyFolder(), 'caches.txt');
  writeFileSync(unknownKind, '# none yet\n');
  const nothing = emptyFolder();

  /** An earlier result of the estate, waivers of which one is for nothing, and a configuration. */
  const files = emptyFolder();
  const before = join(files, 'before.json');
  const waived = join(files, 'waivers.yaml');
  const configured = join(files, 'config.yaml');
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  writeFileSync(configured, 'version: 1\ngate: { failOn: none }\n');
  writeFileSync(
    waived,
    `version: 1
waivers:
  - { id: W-1, rule: non-ssl-port-disabled, resource: '*/open', category: waiver, reason: why, owner: me, expires: '${inAMonth}' }
  - { id: W-2, rule: non-ssl-port-disabled, resource: '*/nobody', category: waiver, reason: why, owner: me, expires: '${inAMonth}' }
`,
  );

  const CASES: readonly Case[] = [
    text('from', 'terraform', { base: () => [unknownKind, '-o', 'json'] }),
    text('parameters', 'prod.json', { base: () => [nothing, '-o', 'json'] }),
    list('subscription', ['prod', TWO]),
    list('management-group', ['mg-prod', 'mg-other']),
    list('resource-group', ['rg-test', 'rg-other']),
    list('cache', ['open', 'good']),
    list('tag', ['owner', 'env=prod']),
    list('exclude', ['*/open', '*/other']),
    text('source', 'graph'),
    toggle('graph-only'),
    text('auth', 'env', { base: ({ url }) => ['--arm-endpoint', url, '--authority', url, '-o', 'json'] }),
    text('tenant', TENANT),
    // No credential: it ends before it would ask anybody.
    text('cloud', 'usgov', {
      base: () => ['--auth', 'env', '-o', 'json'],
      env: { AZURE_CLIENT_ID: '', AZURE_CLIENT_SECRET: '', AZURE_TENANT_ID: '' },
    }),
    {
      option: 'arm-endpoint',
      base: ({ url }) => ['--auth', 'env', '--authority', url, '-o', 'json'],
      flags: ({ url }) => ['--arm-endpoint', url],
      variable: ({ url }) => url,
      otherwise: () => ['--arm-endpoint', arms.empty.url],
    },
    {
      option: 'authority',
      base: ({ url }) => ['--auth', 'env', '--arm-endpoint', url, '-o', 'json'],
      flags: ({ url }) => ['--authority', url],
      variable: ({ url }) => url,
      otherwise: () => ['--authority', arms.empty.url],
    },
    text('audience', 'https://management.example.com'),
    list('rule', ['*tls*', 'CKV_AZURE_91']),
    list('skip-rule', ['*tls*', 'CKV_AZURE_91']),
    list('framework', ['nist-800-53-r5', 'cis-azure-database-2.0']),
    list('rule-option', ['minimum-tls-1-2.requireExplicit=true', 'required-tags-present.tags=owner,cost']),
    text('fail-on', 'none'),
    toggle('allow-incomplete', { base: (arm) => [...at(arm), '-o', 'json', '--fail-on', 'none'] }),
    toggle('allow-empty', { on: 'empty' }),
    {
      option: 'output',
      base: at,
      flags: () => ['-o', 'json=r.json', '--output', 'none'],
      variable: () => 'json=r.json,none',
    },
    text('show', 'unknown', { base: asTable }),
    text('min-severity', 'critical', { base: asTable }),
    toggle('wide', { base: asTable }),
    text('color', 'always', { base: asTable }),
    toggle('no-progress', { env: { CI: 'true' } }),
    toggle('quiet'),
    { option: 'verbose', flags: () => ['-vv'], variable: () => '2' },
    text('concurrency', '1', { on: 'counting' }),
    text('timeout', '1500ms', { on: 'hanging', otherwise: () => ['--timeout', '1600ms'] }),
    text('request-timeout', '1000ms', {
      on: 'hanging',
      base: (arm) => [...at(arm), '-o', 'json', '--retries', '0'],
      otherwise: () => ['--request-timeout', '1100ms'],
    }),
    text('retries', '0', { on: 'failing', otherwise: () => ['--retries', '1'] }),
    text('baseline', before),
    text('waivers', waived),
    toggle('no-waivers', { base: (arm) => [...at(arm), '-o', 'json', '--strict-waivers'], env: { REDVET_WAIVERS: waived } }),
    toggle('strict-waivers', { base: (arm) => [...at(arm), '-o', 'json', '--waivers', waived] }),
    text('group-by', 'rule', { base: asTable }),
    text('sarif-waived', 'include', { base: (arm) => [...at(arm), '-o', 'sarif', '--waivers', waived] }),
    text('redact', 'ids'),
    text('config', configured),
    toggle('no-config', { base: (arm) => [...at(arm), '-o', 'json'], env: { REDVET_CONFIG: configured } }),
    toggle('show-config', { base: at }),
  ];

  /** All that can be seen of a run, but for what differs each time. */
  const seen = async (args: readonly string[], env: Env, on: keyof typeof arms) => {
    const cwd = emptyFolder();
    if (on === 'counting') most = 0;
    const ended: Ended = await redvet(['scan', ...args], { cwd, env });
    const timeless = (raw: string): unknown => {
      if (!raw.startsWith('{')) return raw;
      const result = JSON.parse(raw);
      if (result.runs) return raw.replace(/"(?:start|end)TimeUtc":"[^"]*"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"}/g, '');
      const { run, stats } = result;
      return { ...result, run: { ...run, id: 0, startedAt: 0, finishedAt: 0 }, stats: { ...stats, throttledMs: 0, durationMs: 0 } };
    };
    const files = readdirSync(cwd).map((name) => [name, timeless(readFileSync(join(cwd, name), 'utf8'))]);
    return {
      code: ended.code,
      stdout: timeless(ended.stdout),
      stderr: ended.stderr.replace(/\d+ ms/g, '_ ms'),
      files,
      most: on === 'counting' ? most : 0,
    };
  };

  it.each(CASES)('REDVET_ and the name of --$option does what the flag does', async (example) => {
    const { option, on = 'estate', base = (arm) => [...at(arm), '-o', 'json'], env = {}, flags, variable, otherwise = () => [] } = example;
    const arm = arms[on];
    const common = { ...signedIn(arm), ...env };
    const byFlag = await seen([...base(arm), ...flags(arm)], common, on);
    const byVariable = await seen(base(arm), { ...common, [`REDVET_${option.toUpperCase().replaceAll('-', '_')}`]: variable(arm) }, on);
    const different = await seen([...base(arm), ...otherwise(arm)], common, on);
    expect(byVariable).toEqual(byFlag);
    expect(different).not.toEqual(byFlag);
  });

  it('exists for every option', () => {
    expect(CASES.map(({ option }) => option).sort()).toEqual(SCAN_OPTIONS.map(nameOf).sort());
  });
});

describe.concurrent('a flag', () => {
  const FIGHTS: readonly { readonly args: readonly string[]; readonly env: Env; readonly code: number; readonly json: boolean }[] = [
    { args: ['-o', 'json', '--fail-on', 'high'], env: { REDVET_FAIL_ON: 'none' }, code: 1, json: true },
    { args: ['-o', 'json', '--fail-on', 'none'], env: { REDVET_FAIL_ON: 'high' }, code: 3, json: true },
    { args: ['-o', 'json'], env: { REDVET_OUTPUT: 'table' }, code: 1, json: true },
    { args: ['-o', 'table'], env: { REDVET_OUTPUT: 'json' }, code: 1, json: false },
    { args: [], env: { REDVET_OUTPUT: 'json', REDVET_FAIL_ON: 'none' }, code: 3, json: true },
    { args: ['--fail-on', 'none', '--allow-incomplete'], env: { REDVET_ALLOW_INCOMPLETE: 'false' }, code: 0, json: false },
    { args: ['--fail-on', 'none'], env: { REDVET_ALLOW_INCOMPLETE: 'true' }, code: 0, json: false },
    { args: ['--fail-on', 'none'], env: { REDVET_ALLOW_INCOMPLETE: 'false' }, code: 3, json: false },
  ];

  it.each(FIGHTS)('wins over a variable: $args against $env ends with $code', async ({ args, env, code, json }) => {
    const ended = await redvet(['demo', ...args], { env });
    expect({ code: ended.code, json: ended.stdout.startsWith('{') }).toEqual({ code, json });
  });
});
