import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at, emptyFolder, redvet, signedIn } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireSubscription } from '../support/resource-manager.ts';

interface Mistake {
  readonly line: readonly string[];
  readonly says: string;
  /** What to do next, which stands behind `help:`. */
  readonly helps: string;
}

/** What people type who know other tools, or not yet this one. Whatever is right of it is in the folder. */
const MISTAKES: readonly Mistake[] = [
  { line: ['--scan'], says: "unknown option '--scan'", helps: 'Did you mean redvet scan? See: redvet --help' },
  {
    line: ['--fail-on', 'high', 'scan'],
    says: "unknown option '--fail-on'",
    helps: 'Options stand behind the command: redvet scan --fail-on',
  },
  { line: ['-o', 'json', 'demo'], says: "unknown option '-o'", helps: 'Options stand behind the command: redvet demo -o' },

  { line: ['list'], says: "unknown command 'list'", helps: 'Did you mean redvet rules?' },
  { line: ['check', '.'], says: "unknown command 'check'", helps: 'Did you mean redvet scan?' },
  { line: ['fix', 'r.json'], says: "unknown command 'fix'", helps: 'Did you mean redvet remediate?' },
  { line: ['version'], says: "unknown command 'version'", helps: 'Did you mean redvet --version?' },
  { line: ['login'], says: "unknown command 'login'", helps: 'az login, then redvet scan' },
  { line: ['.'], says: "unknown command '.'", helps: 'redvet scan FILE' },
  { line: ['main.tf'], says: "unknown command 'main.tf'", helps: 'redvet scan FILE' },
  { line: ['demo', 'main.tf'], says: 'does not take the argument "main.tf"', helps: 'redvet scan FILE' },
  { line: ['scna', 'main.tf'], says: "unknown command 'scna'", helps: 'Did you mean scan' },
  { line: ['help', 'scann'], says: "unknown command 'scann'", helps: 'Did you mean scan?' },

  {
    line: ['scan', 'main.tf', '--format', 'json'],
    says: "unknown option '--format'",
    helps: 'Write -o json, or -o json=FILE. See: redvet scan --help',
  },
  { line: ['scan', 'main.tf', '--format=sarif'], says: "unknown option '--format'", helps: 'Write -o sarif, or -o sarif=FILE.' },
  { line: ['scan', 'main.tf', '--format', 'yaml'], says: "unknown option '--format'", helps: 'Write -o FORMAT, or -o FORMAT=FILE.' },
  { line: ['rules', '--json'], says: "unknown option '--json'", helps: 'Write -o json.' },
  { line: ['demo', '--sarif'], says: "unknown option '--sarif'", helps: 'Write -o sarif.' },
  {
    line: ['scan', 'main.tf', '--out', 'r.json'],
    says: "unknown option '--out'",
    helps: 'Write -o FORMAT=FILE, such as -o json=redvet.json.',
  },
  { line: ['scan', '--output', 'json,sarif'], says: '"json,sarif" names no format', helps: '-o json=FILE -o sarif=FILE.' },
  { line: ['demo', '-o=json'], says: '"=json" names no format', helps: 'Write -o json with a space, or --output=json.' },
  { line: ['demo', '-o', 'r.json'], says: '"r.json" names no format', helps: 'To a file it is: -o json=FILE.' },
  { line: ['demo', '-o', 'sarif:r.sarif'], says: '"sarif:r.sarif" names no format', helps: 'To a file it is: -o sarif=FILE.' },
  {
    line: ['demo', '-o', 'json', 'r.json'],
    says: 'does not take the argument "r.json"',
    helps: 'A file stands behind an equals sign: -o json=FILE.',
  },
  {
    line: ['scan', '-o', 'json', 'r.json'],
    says: 'r.json cannot be read',
    helps: 'To write a report there: -o json=FILE.',
  },
  { line: ['demo', '-o', 'JSON'], says: '"JSON" names no format', helps: 'Did you mean json? The formats are' },

  {
    line: ['scan', 'main.tf', '--severity', 'high'],
    says: "unknown option '--severity'",
    helps: 'Write --fail-on high for the exit code, --min-severity high for',
  },
  { line: ['demo', '--fail-on=High'], says: '--fail-on "High" is none of its values', helps: 'Did you mean high? It takes critical,' },
  { line: ['demo', '--fail-on', 'high,medium'], says: '--fail-on "high,medium" is none', helps: 'Give one of them. It takes critical,' },
  { line: ['demo', '--fail-on'], says: '--fail-on has no value', helps: 'It takes critical, high, medium, low, info, none.' },
  { line: ['demo', '--soft-fail'], says: "unknown option '--soft-fail'", helps: 'Write --fail-on none' },
  { line: ['scan', '--check', 'CKV_AZURE_91'], says: "unknown option '--check'", helps: 'Write --rule RULE' },
  { line: ['scan', '--skip-check', 'CKV_AZURE_91'], says: "unknown option '--skip-check'", helps: 'Write --skip-rule RULE' },
  { line: ['scan', '-d', '.'], says: "unknown option '-d'", helps: 'redvet scan FILE' },
  { line: ['scan', '--client-secret', 'xyzzy'], says: "unknown option '--client-secret'", helps: 'az login' },
  { line: ['remediate', 'r.json', '--apply'], says: "unknown option '--apply'", helps: 'redvet changes nothing' },
  { line: ['demo', '--no-color'], says: "unknown option '--no-color'", helps: 'Write --color never.' },
  { line: ['demo', '--quite'], says: "unknown option '--quite'", helps: 'Did you mean --quiet?' },
  { line: ['demo', '--verbose', 'high'], says: 'does not take the argument "high"', helps: '--verbose takes no value.' },
  {
    line: ['demo', '--tenant', 'x'],
    says: "unknown option '--tenant'",
    helps: 'redvet demo does not take it; redvet scan, redvet collect and redvet doctor do.',
  },

  { line: ['scan', '-output', 'json'], says: '-output has one dash only', helps: 'Did you mean --output?' },
  { line: ['scan', '-graph-only'], says: '-graph-only has one dash only', helps: 'Did you mean --graph-only?' },
  { line: ['demo', '-fail-on=high'], says: '-fail-on has one dash only', helps: 'Did you mean --fail-on?' },
  { line: ['scan', '-s', '--fail-on', 'high'], says: '-s has no value: --fail-on stands in its place', helps: 'Put its value behind it' },
  { line: ['scan', '--rule', '-q'], says: '--rule has no value: -q stands in its place', helps: 'Put its value behind it' },
  { line: ['scan', '-s', '--help'], says: '-s has no value: --help stands in its place', helps: 'Put its value behind it' },
  { line: ['demo', '\u2013o', 'json'], says: 'does not take the argument', helps: 'a long dash' },
  { line: ['scan', '\u2014wide'], says: '\u2014wide cannot be read', helps: 'a long dash' },
  { line: ['scan', '\u201cmain.tf\u201d'], says: 'cannot be read', helps: 'a quote that is part of it' },
  { line: ['scan', 'main.tf --fail-on high'], says: 'main.tf --fail-on high cannot be read', helps: 'one word with an option in it' },
  {
    line: ['demo', '--tag', 'owner', 'me'],
    says: 'does not take the argument "me"',
    helps: 'If it belongs to --tag, put both words in quotes.',
  },
  {
    line: ['scan', 'main.tf', 'missing.tf'],
    says: 'missing.tf cannot be read: there is no such file',
    helps: 'Check the path and the right to read it.',
  },

  {
    line: ['report'],
    says: "missing required argument 'result'",
    helps: 'Write: redvet report RESULT. RESULT: a result written by -o json=FILE',
  },
  { line: ['diff', 'r.json'], says: "missing required argument 'new'", helps: 'Write: redvet diff OLD NEW. NEW: ' },
  { line: ['explain'], says: "missing required argument 'rule'", helps: 'as redvet rules lists it' },
  { line: ['waivers'], says: "missing required argument 'action'", helps: 'Write: redvet waivers ACTION. ACTION: list, or check' },
  { line: ['explain', 'tls'], says: '"tls" matches no rule', helps: 'Did you mean minimum-tls-1-2?' },
];

describe.concurrent('a mistake of somebody who is new', () => {
  it.each(MISTAKES)('is told with what to do: $line', async ({ line, says, helps }) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'main.tf'), 'resource "azurerm_redis_cache" "a" {\n  name = "a"\n}\n');
    const { code, stdout, stderr } = await redvet(line, { cwd });
    expect(code).toBe(2);
    const [error = '', ...rest] = stderr.split('\n');
    expect(error).toMatch(/^error\[[A-Z_]+\]: /);
    expect(error).toContain(says);
    expect(rest.find((one) => one.startsWith('  help: '))).toContain(helps);
    expect(`${stdout}${stderr}`).not.toContain('xyzzy');
  });

  it('is told with the subscription that is nearly called so', async () => {
    const [one, two] = [subscriptionId(1), subscriptionId(2)];
    const arm = await startResourceManager({
      subscriptions: [wireSubscription(one, { displayName: 'prod-platform' }), wireSubscription(two, { displayName: 'staging' })],
    });
    const scan = (name: string) => redvet(['scan', ...at(arm), '-s', name], { env: signedIn(arm) });
    const [slip, other] = [await scan('prod-platfrom'), await scan('development')];
    await arm.close();
    expect(slip.code).toBe(4);
    expect(`${slip.stdout}${slip.stderr}`).toContain('Did you mean "prod-platform"? List what is visible');
    expect(`${other.stdout}${other.stderr}`).not.toContain('Did you mean');
  });
});

describe.concurrent('what looks like a slip and is none', () => {
  it.each([
    { line: ['explain', '--', '-rule'], says: 'explain "-rule" matches no rule' },
    { line: ['rules', '--rule=--color'], says: '--rule "--color" matches no rule' },
    { line: ['scan', '--', '--fail-on'], says: '--fail-on cannot be read' },
    { line: ['demo', '-qvo', 'xml'], says: '--output "xml" names no format' },
    { line: ['demo', '-ojsn'], says: '--output "jsn" names no format' },
  ])('is taken as it stands: $line', async ({ line, says }) => {
    const { code, stderr } = await redvet(line);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
