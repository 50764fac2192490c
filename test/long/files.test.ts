import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, redvet } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

/** `redvet scan FILE…`: several inputs of several kinds, and folders. What is in a single one is tested beside its reader. */

const [ONE, TWO] = [subscriptionId(1), subscriptionId(2)];
const NEWEST = { updateChannel: 'Stable' };

const page = (...caches: readonly unknown[]): string => JSON.stringify({ value: caches });
const cache = (name: string, properties = {}, subscription = ONE) => wireRedis(subscription, name, { ...NEWEST, ...properties });

const hcl = (name: string, open: boolean): string =>
  [
    `resource "azurerm_redis_cache" "${name}" {`,
    `  name                          = "${name}"`,
    '  location                      = "westeurope"',
    '  resource_group_name           = "rg-tf"',
    '  capacity                      = 1',
    '  family                        = "C"',
    '  sku_name                      = "Standard"',
    `  non_ssl_port_enabled          = ${open}`,
    '  public_network_access_enabled = false',
    '}',
    '',
  ].join('\n');

const PROPERTIES = { sku: { name: 'Standard', family: 'C', capacity: 1 }, enableNonSslPort: false, redisConfiguration: {} };

const template = (name: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify(
    {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      resources: [
        {
          type: 'Microsoft.Cache/redis',
          apiVersion: '2024-11-01',
          name,
          location: 'westeurope',
          properties: PROPERTIES,
          ...more,
        },
      ],
    },
    null,
    2,
  );

/** A folder with these files; scanned from inside. */
const folderOf = (files: Readonly<Record<string, string>>): string => {
  const folder = emptyFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};

const PORT = ['--rule', 'non-ssl-port-disabled', '-o', 'json'];

const scanIn = (files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> =>
  redvet(['scan', ...args, ...PORT], { cwd: folderOf(files) });

interface Result {
  readonly findings: readonly {
    readonly resourceName: string;
    readonly resourceId: string;
    readonly outcome: string;
    readonly message: string;
    readonly origin: unknown;
  }[];
  readonly scope: { readonly inputs: readonly unknown[]; readonly subscriptions: readonly unknown[] };
  readonly problems: readonly { readonly code: string; readonly kind: string; readonly scope: string; readonly message: string }[];
  readonly run: { readonly source: string; readonly options: Readonly<Record<string, unknown>> };
  readonly status: { readonly outcome: string; readonly complete: boolean };
}

const resultOf = ({ stdout }: Ended): Result => JSON.parse(stdout);

const told = (ended: Ended): readonly string[] => resultOf(ended).findings.map(({ resourceName, outcome }) => `${resourceName} ${outcome}`);

const MIXED = {
  'page.json': page(cache('b'), cache('a', { enableNonSslPort: true })),
  'infra/main.tf': hcl('orders', true),
  'arm/main.json': template('shop'),
};

describe('several inputs of several kinds', () => {
  it('are judged in the order in which they are named, and listed', async () => {
    const ended = await scanIn(MIXED, 'arm/main.json', 'page.json', 'infra/main.tf');
    expect(told(ended)).toEqual(['shop pass', 'b pass', 'a fail', 'orders fail']);
    expect(ended.code).toBe(1);
    const { scope, run } = resultOf(ended);
    expect(scope.inputs).toEqual([
      { path: 'arm/main.json', kind: 'arm-template', status: 'read', caches: 1, excluded: 0 },
      { path: 'page.json', kind: 'inventory', status: 'read', caches: 2, excluded: 0 },
      expect.objectContaining({ kind: 'terraform', status: 'read', caches: 1, excluded: 0 }),
    ]);
    expect(scope.subscriptions).toEqual([]);
    expect(run).toMatchObject({ source: 'files', options: { inputs: ['arm/main.json', 'page.json', 'infra/main.tf'] } });
  });

  it('say where each declaration stands, and nothing of the kind of what runs', async () => {
    const { findings } = resultOf(await scanIn(MIXED, 'arm/main.json', 'page.json', 'infra/main.tf'));
    expect(findings.map(({ origin }) => origin)).toEqual([
      { file: 'arm/main.json', language: 'arm', line: 16, column: expect.any(Number), address: 'Microsoft.Cache/redis/shop' },
      null,
      null,
      { file: 'infra/main.tf', language: 'terraform', line: 8, column: 3, address: 'azurerm_redis_cache.orders' },
    ]);
  });

  it('are all told of when several are wrong, before anything is judged', async () => {
    const ended = await scanIn({ ...MIXED, 'list.txt': 'caches' }, 'page.json', 'list.txt', 'gone.json', 'infra/main.tf');
    expect(ended.code).toBe(2);
    const { findings, problems } = resultOf(ended);
    expect(findings).toEqual([]);
    expect(problems.map(({ code, scope }) => [code, scope])).toEqual([
      ['NOT_UNDERSTOOD', 'list.txt'],
      ['CANNOT_READ', 'gone.json'],
    ]);
  });

  it('that hold one running cache twice leave open which of the two it is now', async () => {
    const twice = { 'old.json': page(cache('a')), 'new.json': page(cache('A', { enableNonSslPort: false })) };
    const ended = await scanIn(twice, 'old.json', 'new.json');
    expect(ended.code).toBe(3);
    expect(told(ended)).toEqual(['a pass', 'A pass']);
    expect(resultOf(ended).problems).toMatchObject([{ code: 'REPEATED_CACHE', kind: 'malformed' }]);
    expect(resultOf(ended).scope.inputs).toMatchObject([{ status: 'read' }, { status: 'partial' }]);
  });

  it('that name one declaration twice judge it once', async () => {
    const ended = await scanIn(MIXED, 'infra', 'infra/main.tf');
    expect(told(ended)).toEqual(['orders fail']);
  });
});

describe('caches that no selected rule is for', () => {
  it('are none of the scan', async () => {
    const folder = folderOf(MIXED);
    const ended = await redvet(['scan', 'page.json', 'infra', '--rule', 'client-protocol-encrypted', '-o', 'json'], { cwd: folder });
    expect([ended.code, told(ended)]).toEqual([5, []]);
  });
});

describe('a folder', () => {
  it('is walked, and all that is ours in it is judged', async () => {
    const ended = await scanIn(MIXED, '.');
    expect(told(ended).toSorted()).toEqual(['a fail', 'b pass', 'orders fail', 'shop pass']);
    expect(ended.code).toBe(1);
  });

  it.each([
    ['other JSON', { 'package.json': '{"name":"x","version":"1.0.0"}', 'tsconfig.json': '// ours\n{"compilerOptions":{}}' }],
    [
      'JSON that looks like an answer',
      { 'a.json': '{"value":[]}', 'b.json': '{"id":"x","data":[{"id":1}]}', 'c.json': '[1,2,3]', 'd.json': '[]' },
    ],
    [
      'lists with comments, and half ones',
      { 'a.json': '[ // ours\n  {"key": 1},\n]', 'b.json': '[1, 2,', 'c.json': '{"id": 1, "a": [1,]}' },
    ],
    ['what is no JSON at all', { 'a.json': 'hello', 'b.json': '', 'c.json': '\u0000\u0001\u0002' }],
    [
      'parameters and results',
      {
        'p.json': '{"$schema":"https://x/deploymentParameters.json#","parameters":{}}',
        'r.json': '{"$schema":"urn:redvet:schema:result:1"}',
      },
    ],
    ['a state of Terraform itself', { 'terraform.tfstate.json': '{"version":4,"lineage":"x","serial":1,"resources":[]}' }],
    [
      'folders of tools',
      {
        '.terraform/modules/x/main.tf': hcl('hidden', true),
        'node_modules/x/main.tf': hcl('hidden', true),
        '.git/a.json': page(cache('hidden', { enableNonSslPort: true })),
      },
    ],
    ['files that are neither', { 'readme.md': '# value', 'a.yaml': 'value: []' }],
    ['Terraform without a cache', { 'net.tf': 'resource "azurerm_virtual_network" "v" {\n  name = "v"\n}\n' }],
  ])('passes over %s', async (_, files) => {
    const ended = await scanIn({ ...files, 'ok/main.tf': hcl('orders', false) }, '.');
    expect(told(ended)).toEqual(['orders pass']);
    expect([ended.code, resultOf(ended).problems]).toEqual([0, []]);
  });

  it('without anything of ours is empty, and no success', async () => {
    const ended = await scanIn({ 'readme.md': '# nothing' }, '.');
    expect([ended.code, resultOf(ended).status.outcome]).toEqual([5, 'empty']);
    expect((await scanIn({ 'readme.md': '# nothing' }, '.', '--allow-empty')).code).toBe(0);
  });

  it.each([
    ['an inventory that is cut', { 'a.json': page(cache('a'), cache('b')).slice(0, -40) }],
    ['a template that is broken', { 'a.json': template('shop').slice(0, -20) }],
    ['Terraform that is broken', { 'main.tf': hcl('orders', false).replace('"orders" {', '"orders"') }],
  ])('with %s is incomplete: the rest is judged', async (_, files) => {
    const ended = await scanIn({ ...files, 'ok/main.tf': hcl('fine', false) }, '.');
    expect(ended.code).toBe(3);
    expect(told(ended)).toContain('fine pass');
    expect(resultOf(ended).problems.map(({ kind }) => kind)).toEqual(['malformed']);
  });

  it('is not left by a link to a folder above', async () => {
    const folder = folderOf({ 'main.tf': hcl('orders', false) });
    mkdirSync(join(folder, 'inner'));
    symlinkSync('..', join(folder, 'inner', 'up'));
    symlinkSync('../main.tf', join(folder, 'inner', 'link.json'));
    const ended = await redvet(['scan', '.', ...PORT], { cwd: folder });
    expect([ended.code, told(ended)]).toEqual([0, ['orders pass']]);
  });

  it('is named in every path that is told', async () => {
    const folder = folderOf({ 'deep/infra/main.tf': hcl('orders', false) });
    const paths = async (...named: readonly string[]) =>
      resultOf(await redvet(['scan', ...named, ...PORT], { cwd: folder })).findings.map(({ origin }) => Object(origin).file);
    expect(await paths('.')).toEqual(['deep/infra/main.tf']);
    expect(await paths('deep')).toEqual(['deep/infra/main.tf']);
    expect(await paths('deep/')).toEqual(['deep/infra/main.tf']);
    expect(await paths('./deep')).toEqual(['deep/infra/main.tf']);
    expect(await paths('././deep/infra/main.tf')).toEqual(['deep/infra/main.tf']);
  });
});

describe('a file of parameters that nobody names', () => {
  const main = JSON.stringify({
    ...JSON.parse(template('shop', { properties: { ...PROPERTIES, enableNonSslPort: "[parameters('port')]" } })),
    parameters: { port: { type: 'bool', defaultValue: false }, size: { type: 'int', defaultValue: 1 } },
  });
  const given = (value: boolean): string =>
    JSON.stringify({
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
      parameters: { port: { value } },
    });
  const toldOf = (ended: Ended): readonly unknown[] => [
    ended.code,
    resultOf(ended).findings.map(({ outcome, message }) => `${outcome}: ${message}`),
  ];
  const open = (file: string): readonly unknown[] => [3, [expect.stringMatching(new RegExp(`^unknown: .*which ${file} may set`))]];

  it.each(['main.parameters.json', 'parameters.json', 'prod.parameters.json', 'main-prod.json', 'prod.json', 'prod.jsonc'])(
    'leaves open what it may set: %s beside the template',
    async (file) => {
      const files = { 'main.json': main, [file]: given(true) };
      expect(toldOf(await scanIn(files, 'main.json'))).toEqual(open(file));
      expect(toldOf(await scanIn(files, '.'))).toEqual(open(file));
    },
  );

  it.each([
    ['params/prod.json', given(true)],
    ['p/prod.bicepparam', "using '../main.json'\nparam port = true\n"],
    ['p/prod.bicepparam', "using '../main.bicep'\nparam port = true\n"],
    ['p/base.bicepparam', 'using none\nparam port = true\n'],
  ])('leaves open what it may set: %s below the folder that is scanned, %j', async (file, text) => {
    const files = { 'main.json': main, [file]: text };
    expect(toldOf(await scanIn(files, '.'))).toEqual(open(file));
    expect(toldOf(await scanIn(files, 'main.json', dirname(file)))).toEqual(open(file));
  });

  it.each(['parameters.json', 'params/prod.json'])('keeps the pass where it says what the default says: %s', async (file) => {
    expect(toldOf(await scanIn({ 'main.json': main, [file]: given(false) }, '.'))).toEqual([0, [expect.stringMatching(/^pass/)]]);
  });

  it('does not count where another one is named', async () => {
    const files = { 'main.json': main, 'prod.json': given(true), 'dev.json': given(false) };
    expect((await scanIn(files, 'main.json', '--parameters', 'dev.json')).code).toBe(0);
    expect((await scanIn(files, 'main.json', '--parameters', 'prod.json')).code).toBe(1);
  });
});

describe('selectors', () => {
  const estate = { 'page.json': page(cache('a'), cache('b', {}, TWO)), 'main.tf': hcl('orders', false) };

  it.each([
    ['a subscription', ['-s', TWO.toUpperCase()], ['b pass']],
    ['a resource group', ['-g', 'RG-tf'], ['orders pass']],
    ['a cache by its name', ['--cache', 'A'], ['a pass']],
    ['what a glob over ids leaves', ['--exclude', `*/${TWO}/*`], ['a pass', 'orders pass']],
    ['what a glob over addresses leaves', ['--exclude', 'azurerm_*'], ['a pass', 'b pass']],
  ])('choose %s', async (_, args, outcomes) => {
    const ended = await scanIn(estate, 'page.json', 'main.tf', ...args);
    expect([ended.code, told(ended)]).toEqual([0, outcomes]);
  });

  it('that match nothing are named, and no success', async () => {
    const ended = await scanIn(estate, 'page.json', '-g', 'rg-none');
    expect(ended.code).toBe(5);
    expect(resultOf(ended).problems).toMatchObject([{ code: 'NOTHING_MATCHED' }]);
  });
});

describe('--from', () => {
  it('forces what the contents do not tell', async () => {
    const ended = await scanIn({ 'cache.txt': hcl('orders', true) }, 'cache.txt', '--from', 'terraform');
    expect([ended.code, told(ended)]).toEqual([1, ['orders fail']]);
  });

  it.each([
    ['terraform-plan', 'page.json'],
    ['arm-template', 'page.json'],
    ['snapshot', 'page.json'],
    ['inventory', 'arm/main.json'],
    ['terraform', 'page.json'],
  ])('%s of something else is refused, and never a pass', async (from, file) => {
    const ended = await scanIn(MIXED, file, '--from', from);
    expect(ended.code).toBe(2);
    expect(resultOf(ended).problems).toMatchObject([{ kind: 'usage' }]);
  });
});

describe('what is no document', () => {
  it('is refused by what it is, without waiting', async () => {
    for (const path of ['/dev/null', '/dev/zero', '/dev/tty']) {
      const ended = await redvet(['scan', path, ...PORT]);
      expect([path, ended.code]).toEqual([path, 2]);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('ends with the run when it is a pipe that nobody writes to', async () => {
    const folder = emptyFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const ended = await redvet(['scan', join(folder, 'pipe'), '--timeout', '500ms', ...PORT]);
    expect(ended.code).toBe(3);
    expect(resultOf(ended).problems.map(({ code }) => code)).toEqual(['RUN_TIMEOUT']);
  });
});
