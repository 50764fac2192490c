import { constants, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { compliantCache, seen } from '../support/cache.ts';
import { at, emptyFolder, redvet, signedIn } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis, wireSubscription } from '../support/resource-manager.ts';
import { fileWith, savedText } from '../support/saved.ts';

/**
 * The Azure packages are most of what is shipped, and whoever asks for help does not wait for them, nor for anything else that is of
 * no use to help. Which files and which of Node's modules a run loads is asked of Node as it ends, so that no clock decides.
 */
const WITNESS = `
  const before = new Set(process.moduleLoadList);
  process.on('exit', () => {
    const files = Object.keys(require.cache).filter((file) => file !== __filename);
    const builtins = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace(/^NativeModule /, ''));
    require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify({ files, builtins }));
  });
`;

/** Texts that stand only in the code of these packages, also when it is minified. */
const AZURE: Readonly<Record<string, string>> = {
  '@azure/msal-node': 'x-client-SKU',
  '@azure/identity': 'CredentialUnavailableError',
  '@azure/core-rest-pipeline': 'bearerTokenAuthenticationPolicy',
  '@azure/arm-rediscache': 'forceReboot',
};

/** The same of what a part of the runs needs: packages, and our own reporters and rules. */
const PARTS: Readonly<Record<string, string>> = {
  'string-width': 'RGI_Emoji',
  'fastest-levenshtein': 'new Uint32Array(65536)',
  'ipaddr.js': 'ipaddr: ',
  jsonwebtoken: 'secretOrPrivateKey must be an asymmetric key',
  'https-proxy-agent': 'https-proxy-agent:parse-proxy-response',
  chalk: 'should be an integer from 0 to 3',
  yaml: 'Unresolved alias (the anchor must be set before the alias)',
  'the schemas of what people write': 'urn:redvet:schema:config:1',
  'the table reporter': 'This report is incomplete',
  'the JSON reporter': 'ruleTitle',
  'the rules': 'Clients must use TLS 1.2 or newer',
  'the remediation': 'Microsoft.Cache/redisEnterprise/databases@',
};

/** Modules of Node that cost time to load, and with which nothing can be done that help needs. */
const COSTLY = [
  'crypto',
  'perf_hooks',
  'http',
  'https',
  'tls',
  'zlib',
  'child_process',
  'fs/promises',
  'os',
  'dns',
  'readline',
  'v8',
  'vm',
];

interface Loaded {
  readonly code: number | null;
  readonly files: readonly string[];
  /** Azure packages whose code is in what was loaded. */
  readonly packages: readonly string[];
  readonly parts: readonly string[];
  readonly builtins: readonly string[];
}

const loadedBy = async (args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = emptyFolder()): Promise<Loaded> => {
  const folder = emptyFolder();
  const [witness, log] = [join(folder, 'witness.cjs'), join(folder, 'loaded.json')];
  writeFileSync(witness, WITNESS);
  const { code } = await redvet(args, { env: { ...env, NODE_OPTIONS: `--require ${witness}`, LOADED: log }, cwd });
  const { files, builtins }: Pick<Loaded, 'files' | 'builtins'> = JSON.parse(readFileSync(log, 'utf8'));
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const among = (marks: Readonly<Record<string, string>>): readonly string[] =>
    Object.keys(marks).filter((name) => text.includes(marks[name] ?? ''));
  return { code, files, packages: among(AZURE), parts: among(PARTS), builtins: builtins.filter((name) => COSTLY.includes(name)) };
};

/** A result with a failure. */
const SAVED = fileWith(savedText('ndjson', { caches: [compliantCache({ nonSslPort: seen(true) })] }));

describe('what a run loads', () => {
  const WITHOUT: readonly { readonly args: readonly string[]; readonly code: number }[] = [
    { args: ['--help'], code: 0 },
    { args: ['scan', '--help'], code: 0 },
    { args: ['--version'], code: 0 },
    { args: [], code: 2 },
    { args: ['rules'], code: 0 },
    { args: ['rules', '-o', 'json'], code: 0 },
    { args: ['explain', 'non-ssl-port-disabled'], code: 0 },
    { args: ['explain', 'nonsense'], code: 2 },
    { args: ['permissions'], code: 0 },
    { args: ['remediate', 'nonsense.json', '--as', 'az'], code: 2 },
    { args: ['report', 'nonsense.json'], code: 2 },
    { args: ['report', SAVED], code: 1 },
    { args: ['report', SAVED, '-o', 'sarif'], code: 1 },
    { args: ['diff', SAVED, SAVED], code: 0 },
    { args: ['sacn'], code: 2 },
    { args: ['scan', '--fail-on', 'nonsense'], code: 2 },
    { args: ['scan', '--auth', 'nonsense', '-o', 'json'], code: 2 },
    { args: ['demo', '--rule', 'nonsense'], code: 2 },
  ];

  it.each(WITHOUT)('is none of the Azure packages for $args', async ({ args, code }) => {
    const loaded = await loadedBy(args);
    expect(loaded.files.filter((file) => /\/(?:bin\/redvet|dist\/main)\.js$/.test(file))).toHaveLength(2);
    expect({ code: loaded.code, packages: loaded.packages }).toEqual({ code, packages: [] });
  });

  it('is all of them for a scan, so that this test can fail', async () => {
    expect(await loadedBy(['demo', '-o', 'none'])).toMatchObject({ code: 1, packages: Object.keys(AZURE) });
  });

  it.each([[['--help']], [['-h']], [['scan', '--help']], [['help', 'demo']], [['--version']]])(
    'is the command and one file for %j, and nothing of Node that is slow to load',
    async (args) => {
      const { code, files, parts, builtins } = await loadedBy(args);
      expect({ code, parts, builtins }).toEqual({ code: 0, parts: [], builtins: [] });
      expect(files.map((file) => basename(file))).toEqual(['redvet.js', 'main.js']);
    },
  );

  const CATALOGUE: readonly { readonly args: readonly string[]; readonly parts: readonly string[] }[] = [
    { args: ['rules'], parts: ['the rules'] },
    { args: ['rules', '--framework', 'mcsb'], parts: ['the rules'] },
    { args: ['rules', '-o', 'json'], parts: ['the JSON reporter', 'the rules'] },
    { args: ['rules', '--color', 'always'], parts: ['chalk', 'the rules'] },
    { args: ['explain', 'minimum-tls-1-2'], parts: ['the rules', 'the remediation'] },
    { args: ['explain', 'minimum-tls-1-2', '-o', 'markdown'], parts: ['the rules', 'the remediation'] },
    { args: ['explain', 'minimum-tls-1-2', '-o', 'json'], parts: ['the JSON reporter', 'the rules', 'the remediation'] },
  ];

  it.each(CATALOGUE)('is $parts for $args, and nothing of Node that is slow to load', async ({ args, parts }) => {
    const loaded = await loadedBy(args);
    expect({ code: loaded.code, parts: loaded.parts, builtins: loaded.builtins }).toEqual({ code: 0, parts, builtins: [] });
  });

  it.each([
    [['sacn'], 2, ['fastest-levenshtein']],
    [['demo', '-o', 'json', '-q'], 1, ['ipaddr.js', 'the JSON reporter', 'the rules', 'the remediation']],
    [['demo', '--color', 'always'], 1, ['ipaddr.js', 'chalk', 'the table reporter', 'the rules', 'the remediation']],
  ])('is more where more is of use: %j', async (args, code, parts) => {
    const loaded = await loadedBy(args);
    expect(loaded.code).toBe(code);
    expect(loaded.parts).toEqual(expect.arrayContaining([...parts]));
    expect(loaded.builtins).toContain('crypto');
  });

  it('is what reads YAML and checks it by a schema where there is a configuration, and only there', async () => {
    const read = ['yaml', 'the schemas of what people write'];
    const [without, off, having] = [emptyFolder(), emptyFolder(), emptyFolder()];
    for (const folder of [off, having]) writeFileSync(join(folder, '.redvet.yaml'), 'version: 1\n');
    const partsIn = async (cwd: string, ...args: readonly string[]): Promise<readonly string[]> =>
      (await loadedBy(['demo', '-o', 'none', ...args], {}, cwd)).parts.filter((part) => read.includes(part));
    expect(await partsIn(without)).toEqual([]);
    expect(await partsIn(off, '--no-config')).toEqual([]);
    expect(await partsIn(having)).toEqual(read);
  });

  it('is what knows the width of every script for a table with a name in one of them', async () => {
    const one = subscriptionId(1);
    const arm = await startResourceManager({
      subscriptions: [wireSubscription(one, { displayName: '本番' })],
      caches: { [one]: [wireRedis(one, 'cache', { enableNonSslPort: true })] },
    });
    const { code, parts } = await loadedBy(['scan', ...at(arm), '--rule', 'non-ssl-port-disabled', '-o', 'table'], signedIn(arm));
    await arm.close();
    expect(code).toBe(1);
    expect(parts).toEqual(['string-width', 'the table reporter', 'the rules', 'the remediation']);
  });

  it('is what signs an assertion for a sign-in with a certificate', async () => {
    const one = subscriptionId(1);
    const arm = await startResourceManager({
      subscriptions: [one],
      caches: { [one]: [wireRedis(one, 'cache')] },
      reply: ({ path }) =>
        path.includes('/oauth2/') ? { body: { token_type: 'Bearer', expires_in: 3599, access_token: 'token' } } : undefined,
    });
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'redvet' }], { keySize: 2048 });
    const file = join(emptyFolder(), 'key-and-certificate.pem');
    writeFileSync(file, `${key}\n${cert}`);
    const env = { ...signedIn(arm), AZURE_CLIENT_SECRET: '', AZURE_CLIENT_CERTIFICATE_PATH: file };
    const { parts } = await loadedBy(['scan', ...at(arm), '--rule', 'non-ssl-port-disabled', '-o', 'none'], env);
    await arm.close();
    const asked = arm.requests.find(({ path }) => path.includes('/oauth2/'));
    const assertion = new URLSearchParams(asked?.body).get('client_assertion') ?? '';
    const [head = '', body = '', signature = ''] = assertion.split('.');
    const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const padding = alg === 'PS256' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : {};
    expect(verify('sha256', Buffer.from(`${head}.${body}`), { key: cert, ...padding }, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(parts).toEqual(['jsonwebtoken', 'the rules', 'the remediation']);
  });
});
