import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Trouble } from '../../src/errors.ts';
import type { Cache, CacheFacts } from '../../src/model/cache.ts';
import { readTerraformJson } from '../../src/sources/terraform-plan.ts';

type Json = Readonly<Record<string, unknown>>;

interface Told {
  readonly caches: readonly Cache[];
  readonly gaps: readonly string[];
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  yield bytes.subarray(0, 7);
  yield bytes.subarray(7);
}

const readText = async (text: string): Promise<Told> => {
  const caches: Cache[] = [];
  const gaps: string[] = [];
  for await (const read of readTerraformJson(bytesOf(text), 'plan.json')) {
    if (read.type === 'cache') caches.push(read.cache);
    else gaps.push(read.gap.problem.message);
  }
  return { caches, gaps };
};

const read = (document: unknown): Promise<Told> => readText(JSON.stringify(document));

const refusal = async (text: string): Promise<string> => {
  try {
    await readText(text);
  } catch (error) {
    if (error instanceof Trouble) return `${error.problem.code}: ${error.problem.message}`;
    throw error;
  }
  return 'not refused';
};

const fixture = (name: string): Promise<Told> =>
  readText(readFileSync(new URL(`../fixtures/terraform-plan/${name}.json`, import.meta.url), 'utf8'));

const PROVIDER = 'registry.terraform.io/hashicorp/azurerm';

const values = (more: Json = {}): Json => ({
  name: 'orders',
  resource_group_name: 'rg',
  location: 'westeurope',
  sku_name: 'Premium',
  family: 'P',
  capacity: 1,
  non_ssl_port_enabled: false,
  minimum_tls_version: '1.2',
  public_network_access_enabled: false,
  ...more,
});

interface Change {
  readonly actions?: readonly unknown[];
  readonly after?: unknown;
  readonly unknown?: unknown;
  readonly sensitive?: unknown;
}

const change = (address: string, { actions = ['create'], after = values(), unknown = {}, sensitive = {} }: Change = {}): Json => {
  const [type = '', name = ''] = address.replace(/^.*\.(?=(?:azurerm|azapi)_)/, '').split(/[.[]/);
  return {
    address,
    mode: 'managed',
    type,
    name,
    provider_name: PROVIDER,
    change: { actions, before: null, after, after_unknown: unknown, after_sensitive: sensitive },
  };
};

const CACHE = 'azurerm_redis_cache.main';

/** A plan of these changes; `expressions` of what is written, by address. */
const plan = (changes: readonly unknown[], more: Json = {}): Json => ({
  format_version: '1.2',
  terraform_version: '1.9.8',
  planned_values: { root_module: {} },
  resource_changes: changes,
  complete: true,
  errored: false,
  ...more,
});

const configuration = (written: Readonly<Record<string, Json>>, more: Json = {}, constraint: string | null = '~> 4.0'): Json => ({
  provider_config: {
    azurerm: { name: 'azurerm', full_name: PROVIDER, ...(constraint === null ? {} : { version_constraint: constraint }) },
  },
  root_module: {
    resources: Object.entries(written).map(([address, expressions]) => {
      const [type, name] = address.split('.');
      return { address, mode: 'managed', type, name, expressions };
    }),
    ...more,
  },
});

const shortOf = (fact: CacheFacts[keyof CacheFacts] | undefined): string => {
  if (fact === undefined) return 'no cache';
  return fact.known ? JSON.stringify(fact.value) : fact.kind;
};

const namesIn = (fact: Cache['privateEndpoints'] | Cache['diagnosticSettings'] | undefined): string => {
  if (fact === undefined) return 'no cache';
  return fact.known ? fact.value.map(({ name }) => name).join(' ') : fact.kind;
};

const factsOf = async (given: Change, of: readonly (keyof CacheFacts)[], config?: Json): Promise<readonly string[]> => {
  const { caches } = await read(plan([change(CACHE, given)], config === undefined ? {} : { configuration: config }));
  return of.map((name) => shortOf(caches[0]?.[name]));
};

describe('a plan', () => {
  it.each<[actions: readonly string[], found: string]>([
    [['create'], 'creates'],
    [['update'], 'keeps'],
    [['no-op'], 'keeps'],
    [['delete', 'create'], 'creates'],
    [['create', 'delete'], 'creates'],
    [['create', 'forget'], 'creates'],
    [['delete'], 'not judged'],
    [['forget'], 'not judged'],
  ])('that would %j a cache: %s', async (actions, found) => {
    const after = actions.includes('create') || !/delete/.test(actions.join()) ? values() : null;
    const { caches, gaps } = await read(plan([change(CACHE, { actions, after })]));
    const creates = caches[0]?.origin?.creates;
    expect({ found: creates === undefined ? 'not judged' : creates ? 'creates' : 'keeps', gaps }).toEqual({ found, gaps: [] });
  });

  it('judges what will be, not what was', async () => {
    const one = change(CACHE, { actions: ['update'], after: values({ non_ssl_port_enabled: true }) });
    const before = { ...one, change: { ...Object(one['change']), before: values() } };
    const { caches } = await read(plan([before]));
    expect(shortOf(caches[0]?.nonSslPort)).toBe('true');
  });

  it('passes over data sources and the resources of others', async () => {
    const data = { ...change('azurerm_redis_cache.other'), mode: 'data' };
    expect(
      await read(plan([data, change('azurerm_storage_account.s'), { ...change('x'), type: 'aws_elasticache_cluster', name: 'x' }])),
    ).toEqual({
      caches: [],
      gaps: [],
    });
  });

  it('tells of a template of Resource Manager with a cache in it, which it does not read', async () => {
    const after = { name: 'a', template_content: '{"resources": [{"type": "Microsoft.Cache/Redis"}]}' };
    const address = 'azurerm_resource_group_template_deployment.a';
    expect(await read(plan([change(address, { after })]))).toEqual({
      caches: [],
      gaps: [`${address} deploys a template that is not read here, and there is or may be a cache in it`],
    });
  });

  it('of -refresh-only, which changes nothing, is what stands', async () => {
    const state = JSON.parse(readFileSync(new URL('../fixtures/terraform-plan/state.json', import.meta.url), 'utf8'));
    const { caches } = await read(plan([], { prior_state: state }));
    expect(caches.map(({ id }) => id)).toEqual(['azurerm_redis_cache.main', 'module.amr.azurerm_managed_redis.this[0]']);
    expect((await read(plan([change(CACHE, { actions: ['delete'], after: null })], { prior_state: state }))).caches).toEqual([]);
  });

  it('without a cache yields nothing, and without changes neither', async () => {
    for (const document of [plan([]), { format_version: '1.2', planned_values: { root_module: {} } }, { format_version: '1.0' }])
      expect(await read(document)).toEqual({ caches: [], gaps: [] });
  });

  it.each<[after: Json, unknown: unknown, fact: keyof CacheFacts, expected: string]>([
    [{}, { minimum_tls_version: true }, 'minimumTlsVersion', 'deferred'],
    [{ minimum_tls_version: null }, { minimum_tls_version: true }, 'minimumTlsVersion', 'deferred'],
    [{}, { non_ssl_port_enabled: true }, 'nonSslPort', 'deferred'],
    [{}, { non_ssl_port_enabled: false }, 'nonSslPort', 'false'],
    [{ non_ssl_port_enabled: true, enable_non_ssl_port: false }, {}, 'nonSslPort', 'true'],
    [{ non_ssl_port_enabled: null, enable_non_ssl_port: true }, { non_ssl_port_enabled: true }, 'nonSslPort', 'true'],
    [{ non_ssl_port_enabled: null, enable_non_ssl_port: false }, { non_ssl_port_enabled: true }, 'nonSslPort', 'deferred'],
    [{}, { redis_configuration: true }, 'authenticationDisabled', 'deferred'],
    [{ redis_configuration: [{}] }, { redis_configuration: [{ authentication_enabled: true }] }, 'authenticationDisabled', 'deferred'],
    [{}, { redis_configuration: [{ authentication_enabled: true }] }, 'authenticationDisabled', 'deferred'],
    [
      { redis_configuration: [{ authentication_enabled: true }] },
      { redis_configuration: [{ maxclients: true }] },
      'authenticationDisabled',
      'false',
    ],
    [{ zones: ['1', null] }, { zones: [false, true] }, 'zones', 'deferred'],
    [{ zones: ['1', '2'] }, { zones: [false, false] }, 'zones', '["1","2"]'],
    [{ tags: { a: 'b' } }, { tags: { c: true } }, 'tags', '[{"name":"a","value":"b"},{"name":"c","value":null}]'],
    [{ minimum_tls_version: '1.2' }, { minimum_tls_version: { x: true } }, 'minimumTlsVersion', 'deferred'],
    [{ zones: ['1', '2'] }, { zones: { 1: true } }, 'zones', 'deferred'],
    [
      { redis_configuration: [{ authentication_enabled: true }] },
      { redis_configuration: { x: true } },
      'authenticationDisabled',
      'deferred',
    ],
    [
      { redis_configuration: { authentication_enabled: true } },
      { redis_configuration: [{ authentication_enabled: true }] },
      'authenticationDisabled',
      'deferred',
    ],
  ])('with %j and unknown %j knows %s as %s', async (after, unknown, fact, expected) => {
    expect(await factsOf({ after: values(after), unknown }, [fact])).toEqual([expected]);
  });

  it('tells what nobody sets from what nobody knows', async () => {
    const after = values({ sku_name: 'Premium', redis_configuration: [{ authentication_enabled: true }] });
    const unknown = { redis_configuration: [{ maxmemory_reserved: true }], zones: true };
    const facts = ['zones', 'maxmemoryReserved'] as const;
    const block = { authentication_enabled: { constant_value: true } };
    const set = { redis_configuration: [{ ...block, maxmemory_reserved: { references: ['local.x'] } }], zones: {} };
    expect(await factsOf({ after, unknown }, facts, configuration({ [CACHE]: { redis_configuration: [block] } }))).toEqual([
      'out_of_reach',
      'out_of_reach',
    ]);
    expect(await factsOf({ after, unknown }, facts, configuration({ [CACHE]: set }))).toEqual(['deferred', 'deferred']);
    // A dynamic block is not in the configuration of a plan.
    expect(await factsOf({ after, unknown }, facts, configuration({ [CACHE]: {} }))).toEqual(['out_of_reach', 'deferred']);
    expect(await factsOf({ after, unknown }, facts)).toEqual(['deferred', 'deferred']);
  });

  it.each<[constraints: readonly (string | null)[], tls: string]>([
    [['~> 4.0'], '"1.2"'],
    [['~> 3.114'], '"1.2"'],
    [['>= 3.0, < 5.0'], '"1.2"'],
    [['>= 3.0'], '"1.2"'],
    [['2.99.0'], '"1.0"'],
    [['~> 2.0'], '"1.0"'],
    [['>= 2.0, < 3.0'], '"1.0"'],
    [['>= 2.0'], 'missing'],
    [['~> 2'], 'missing'],
    [['>= 2.0', '~> 3.50'], '"1.2"'],
    [['>= 2.0', '< 3.0'], '"1.0"'],
    [['~> 3.0', '~> 2.0'], 'missing'],
    [['whatever'], 'missing'],
    [[null], 'missing'],
    [[], 'missing'],
  ])('takes the default of TLS by the version constraints %j for %s', async (constraints, tls) => {
    const { non_ssl_port_enabled: _, minimum_tls_version: __, ...after } = values();
    const provider_config = Object.fromEntries(
      constraints.map((constraint, index) => [
        `module.m:azurerm.${index}`,
        { name: 'azurerm', alias: `a${index}`, full_name: PROVIDER, ...(constraint === null ? {} : { version_constraint: constraint }) },
      ]),
    );
    const other = { name: 'azurerm', full_name: 'registry.terraform.io/else/azurerm', version_constraint: '~> 2.0' };
    const document = plan([change(CACHE, { after })], { configuration: { provider_config: { ...provider_config, other } } });
    expect(shortOf((await read(document)).caches[0]?.minimumTlsVersion)).toBe(tls);
  });

  it('shows no value that is sensitive, by its mask or by its name', async () => {
    const after = values({
      redis_configuration: [{ rdb_storage_connection_string: 'AccountKey=CANARY-one-long-enough', authentication_enabled: true }],
      primary_access_key: 'CANARY-two',
      tags: { secret: 'CANARY-three' },
      minimum_tls_version: '1.0',
      subnet_id: 'CANARY-four',
    });
    const sensitive = { tags: true, minimum_tls_version: true, subnet_id: true };
    const { caches } = await read(plan([change(CACHE, { after, sensitive })]));
    expect(JSON.stringify(caches)).not.toContain('CANARY');
    expect(caches[0]?.minimumTlsVersion).toMatchObject({ value: '1.0', written: '(sensitive)' });
  });

  it.each<[Json, string]>([
    [{ errored: true, complete: false }, 'it broke off with an error, and holds only what came before'],
    [{ complete: false }, 'it is not complete: another plan has to follow'],
    [{ deferred_changes: [{ reason: 'instance_count_unknown' }] }, 'it puts off changes that it cannot tell yet'],
    [{ deferred_changes: 'x' }, 'it puts off changes that it cannot tell yet'],
  ])('with %j is incomplete, and its caches are judged', async (more, message) => {
    const { caches, gaps } = await read(plan([change(CACHE)], more));
    expect({ found: caches.length, gaps }).toEqual({ found: 1, gaps: [message] });
  });

  it.each<[why: string, entry: unknown, message: string]>([
    ['null', null, 'an entry of it is no resource'],
    ['a text', 'x', 'an entry of it is no resource'],
    ['without a type', { address: CACHE, name: 'x' }, `${CACHE} has no address, type or name`],
    ['without a change', { address: CACHE, type: 'azurerm_redis_cache', name: 'main' }, `${CACHE} has no change`],
    ['with a list to be', change(CACHE, { after: [] }), `${CACHE} does not say what it will be`],
    ['with nothing to be', change(CACHE, { after: null }), `${CACHE} does not say what it will be`],
    ['that is unknown as a whole', change(CACHE, { unknown: true }), `${CACHE} does not say what it will be`],
  ])('with an entry that is %s has a gap', async (_, entry, message) => {
    const { caches, gaps } = await read(plan([entry, change('azurerm_redis_cache.other')]));
    expect({ found: caches.map(({ id }) => id), gaps }).toEqual({ found: ['azurerm_redis_cache.other'], gaps: [message] });
  });

  it('judges what stands among its values alone, and nothing that is left out there', async () => {
    const { non_ssl_port_enabled: _, minimum_tls_version: __, ...rest } = values();
    const resource = {
      address: CACHE,
      mode: 'managed',
      type: 'azurerm_redis_cache',
      name: 'main',
      values: { ...rest, redis_configuration: [{}] },
    };
    const { caches, gaps } = await read({
      format_version: '1.2',
      planned_values: { root_module: { child_modules: [{ resources: [resource] }] } },
    });
    expect(gaps).toEqual([]);
    const facts = ['nonSslPort', 'minimumTlsVersion', 'authenticationDisabled', 'publicNetworkAccess'] as const;
    expect(facts.map((name) => shortOf(caches[0]?.[name]))).toEqual(['deferred', 'deferred', 'deferred', '"Disabled"']);
  });
});

describe('an address that stands twice', () => {
  it('is judged twice, and told', async () => {
    const { caches, gaps } = await read(plan([change(CACHE), change(CACHE, { after: values({ non_ssl_port_enabled: true }) })]));
    expect({ ports: caches.map(({ nonSslPort }) => shortOf(nonSslPort)), gaps }).toEqual({
      ports: ['false', 'true'],
      gaps: [`${CACHE} stands in it twice`],
    });
  });

  it('is another where one was replaced and not removed yet', async () => {
    const one = { address: CACHE, mode: 'managed', type: 'azurerm_redis_cache', name: 'main', values: values() };
    const { caches, gaps } = await read({
      format_version: '1.0',
      values: { root_module: { resources: [one, { ...one, deposed_key: 'ab12' }] } },
    });
    expect({ ids: caches.map(({ id }) => id), gaps }).toEqual({ ids: [CACHE, `${CACHE} (deposed ab12)`], gaps: [] });
  });
});

describe('references in a plan', () => {
  it('lead through variables and outputs of modules, by the key of each instance', async () => {
    const { caches, gaps } = await fixture('modules-tofu');
    const seen = caches.map(({ id, privateEndpoints, diagnosticSettings }) => [id, namesIn(privateEndpoints), namesIn(diagnosticSettings)]);
    expect({ seen, gaps }).toEqual({
      seen: [
        ['module.cache["eu"].azurerm_redis_cache.this', 'link-eu', 'logs'],
        ['module.cache["us"].azurerm_redis_cache.this', 'link-us', 'logs'],
      ],
      gaps: [],
    });
  });

  const PE = 'azurerm_private_endpoint.pe';
  const endpoint = change(PE, {
    after: { name: 'pe', private_service_connection: [{ name: 'link', is_manual_connection: false }] },
    unknown: { private_service_connection: [{ private_connection_resource_id: true }] },
  });
  const written = (references: readonly string[]): Json => ({
    private_service_connection: [{ private_connection_resource_id: { references } }],
  });

  const endpointsWith = async (references: readonly string[], more: Json = {}): Promise<string> => {
    const config = configuration({ [CACHE]: {}, [PE]: written(references) }, more);
    return namesIn(
      (await read(plan([change(CACHE, { unknown: { id: true } }), endpoint], { configuration: config }))).caches[0]?.privateEndpoints,
    );
  };

  const module = (call: Json): Json => ({ module_calls: { m: call } });

  it.each<[why: string, references: readonly string[], more: Json, expected: string]>([
    ['a cache', [`${CACHE}.id`, CACHE], {}, 'link'],
    ['a cache or what a person gives', ['var.create', `${CACHE}.id`, CACHE, 'var.id'], {}, 'link'],
    ['another cache', ['azurerm_redis_cache.other.id'], {}, 'deferred'],
    ['a local', ['local.id'], {}, 'deferred'],
    ['a storage account', ['azurerm_storage_account.x.id'], {}, 'out_of_reach'],
    ['an output of a module that is not there', ['module.m.id'], {}, 'deferred'],
    ['an output that is not there', ['module.m.id'], module({ module: { outputs: {} } }), 'deferred'],
    [
      'what a module gives back',
      ['module.m.id', 'module.m'],
      module({
        expressions: { in: { references: [`${CACHE}.id`, CACHE] } },
        module: { outputs: { id: { expression: { references: ['var.in'] } }, other: { expression: { references: ['local.x'] } } } },
      }),
      'link',
    ],
    [
      'a module that leads in circles',
      ['module.m.id'],
      module({
        expressions: { in: { references: ['module.m.id'] } },
        module: { outputs: { id: { expression: { references: ['var.in'] } } } },
      }),
      'deferred',
    ],
  ])('to %s', async (_, references, more, expected) => {
    expect(await endpointsWith(references, more)).toBe(
      expected === 'deferred' && references[0] === 'azurerm_redis_cache.other.id' ? 'out_of_reach' : expected,
    );
  });
});

describe('a state', () => {
  it('is what stands', async () => {
    const { caches, gaps } = await fixture('state');
    expect(gaps).toEqual([]);
    expect(caches.map(({ id, kind, subscriptionId, origin }) => [id, kind, subscriptionId, origin?.creates])).toEqual([
      ['azurerm_redis_cache.main', 'redis', '44444444-0000-4000-8000-000000000001', false],
      ['module.amr.azurerm_managed_redis.this[0]', 'managed', null, false],
    ]);
    expect(caches.map(({ nonSslPort, firewallRules, databases }) => [shortOf(nonSslPort), firewallRules.known, databases.known])).toEqual([
      ['true', true, false],
      ['out_of_reach', false, true],
    ]);
    expect(JSON.stringify(caches)).not.toContain('CANARY');
  });

  it('does not say what was written', async () => {
    const { caches } = await fixture('state');
    expect(caches.map(({ secrets }) => shortOf(secrets))).toEqual(['out_of_reach', 'out_of_reach']);
  });

  it('shows a key in an output', async () => {
    const resource = { address: CACHE, mode: 'managed', type: 'azurerm_redis_cache', name: 'main', values: values() };
    const output = { sensitive: false, value: `rediss://:CANARYCANARYCANARY@orders.redis.cache.windows.net:6380` };
    const { caches } = await read({ format_version: '1.0', values: { outputs: { url: output }, root_module: { resources: [resource] } } });
    expect(shortOf(caches[0]?.secrets)).toBe('[{"what":"an access key","path":"output.url","subject":"output.url"}]');
  });
});

describe('secrets', () => {
  const KEY = `${'A'.repeat(33)}AzCa${'B'.repeat(6)}=`;
  const STORAGE = 'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=CANARYCANARYCANARY==';
  const withKey = {
    after: values({ redis_configuration: [{ rdb_storage_connection_string: STORAGE }] }),
    sensitive: { redis_configuration: [{ rdb_storage_connection_string: true }] },
  };
  const OWN = '[{"what":"a storage account key","path":"redis_configuration.rdb_storage_connection_string","subject":null}]';
  const block = (expression: Json): Json =>
    configuration({ [CACHE]: { redis_configuration: [{ rdb_storage_connection_string: expression }] } });

  it.each<[why: string, given: Change, config: Json, expected: string]>([
    ['a literal', withKey, block({ constant_value: STORAGE }), OWN],
    ['a reference', withKey, block({ references: ['azurerm_storage_account.x.primary_blob_connection_string'] }), '[]'],
    ['a dynamic block', withKey, configuration({ [CACHE]: {} }), 'missing'],
    ['nothing', {}, configuration({ [CACHE]: {} }), '[]'],
    [
      'no key',
      { after: values({ redis_configuration: [{ rdb_storage_connection_string: 'AccountName=x' }] }) },
      block({ constant_value: 'AccountName=x' }),
      '[]',
    ],
    ['no configuration of the cache', {}, configuration({}), 'out_of_reach'],
  ])('in the cache, written as %s', async (_, given, config, expected) => {
    expect(await factsOf(given, ['secrets'], config)).toEqual([expected]);
  });

  const one = (what: string, path: string): string => JSON.stringify([{ what, path, subject: path }]);

  it.each<[why: string, root: Json, expected: string]>([
    [
      'an output of its key',
      { outputs: { k: { expression: { references: [`${CACHE}.primary_access_key`, CACHE] } } } },
      one('an access key', 'output.k'),
    ],
    [
      'an output of a connection string',
      { outputs: { k: { expression: { references: [`${CACHE}.secondary_connection_string`] } } } },
      one('a connection string', 'output.k'),
    ],
    ['a sensitive output', { outputs: { k: { sensitive: true, expression: { references: [`${CACHE}.primary_access_key`] } } } }, '[]'],
    ['an output of its name', { outputs: { k: { expression: { references: [`${CACHE}.name`, CACHE] } } } }, '[]'],
    [
      'an output that is a key',
      { outputs: { redis_key: { expression: { constant_value: KEY } } } },
      one('an access key', 'output.redis_key'),
    ],
    ['a default that is a key', { variables: { redis_key: { default: KEY, sensitive: true } } }, one('an access key', 'var.redis_key')],
    [
      'a default with a password',
      { variables: { c: { default: { url: 'x.redis.cache.windows.net:6380,password=CANARYCANARYCANARY,ssl=True' } } } },
      one('an access key', 'var.c'),
    ],
    ['a default of something else', { variables: { c: { default: STORAGE } } }, '[]'],
    [
      'a module that is given a key',
      { module_calls: { m: { expressions: { key: { constant_value: KEY } }, module: {} } } },
      one('an access key', 'module.m.key'),
    ],
    [
      'a default in a module',
      { module_calls: { m: { module: { variables: { key: { default: KEY } } } } } },
      one('an access key', 'module.m.var.key'),
    ],
  ])('beside it, in %s', async (_, root, expected) => {
    const [secrets] = await factsOf({}, ['secrets'], configuration({ [CACHE]: {} }, root));
    expect(secrets).toBe(expected);
    expect(secrets).not.toContain('CANARY');
  });

  it('go with the cache that they are of, and else with the first', async () => {
    const outputs = {
      b: { expression: { references: ['azurerm_redis_cache.b.primary_access_key'] } },
      redis_key: { expression: { constant_value: KEY } },
    };
    const config = configuration({ 'azurerm_redis_cache.a': {}, 'azurerm_redis_cache.b': {} }, { outputs });
    const { caches } = await read(plan([change('azurerm_redis_cache.a'), change('azurerm_redis_cache.b')], { configuration: config }));
    expect(caches.map(({ secrets }) => secrets.known && secrets.value.map(({ path }) => path))).toEqual([
      ['output.redis_key'],
      ['output.b'],
    ]);
  });
});

describe('what is no plan', () => {
  it.each<[text: string, message: string]>([
    ['', 'NOT_UNDERSTOOD: plan.json is not JSON, or not all of it'],
    ['{"format_version":"1.2","resource_chan', 'NOT_UNDERSTOOD: plan.json is not JSON, or not all of it'],
    ['null', 'NOT_OURS: plan.json is no plan and no state of Terraform'],
    ['[]', 'NOT_OURS: plan.json is no plan and no state of Terraform'],
    ['{}', 'NOT_OURS: plan.json is no plan and no state of Terraform'],
    ['"x"', 'NOT_OURS: plan.json is no plan and no state of Terraform'],
    ['{"format_version":"2.0"}', 'NOT_UNDERSTOOD: plan.json is of format version "2.0", and redvet knows 0 and 1'],
    ['{"format_version":"10.1"}', 'NOT_UNDERSTOOD: plan.json is of format version "10.1", and redvet knows 0 and 1'],
    ['{"format_version":1}', 'NOT_UNDERSTOOD: plan.json is of format version 1, and redvet knows 0 and 1'],
    ['{"format_version":null}', 'NOT_UNDERSTOOD: plan.json is of format version null, and redvet knows 0 and 1'],
    ['{"format_version":"1.2","resource_changes":{}}', 'NOT_UNDERSTOOD: plan.json has an object for its changes'],
    ['{"format_version":"1.0","values":[]}', 'NOT_UNDERSTOOD: plan.json has an array of 0 for its values'],
    [
      '{"format_version":"1.2","format_version":"1.2"}',
      'NOT_UNDERSTOOD: plan.json repeats a name in one object, and nobody can tell which of the two counts',
    ],
    [
      `{"format_version":"1.2","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'NOT_UNDERSTOOD: plan.json is nested deeper than 200 levels',
    ],
  ])('is refused: %.40s', async (text, message) => {
    expect(await refusal(text)).toBe(message);
  });

  const ODD: readonly unknown[] = [
    null,
    true,
    0,
    'x',
    [],
    {},
    [null],
    [[]],
    ['x'],
    [{}],
    { x: null },
    { root_module: 1 },
    { root_module: { resources: {}, outputs: [], module_calls: { m: 0 }, variables: 'x' } },
  ];

  it.each(ODD.map((value) => [JSON.stringify(value), value] as const))(
    'is read without an error where %s stands anywhere',
    async (_, odd) => {
      for (const name of ['planned_values', 'configuration', 'errored', 'complete', 'deferred_changes', 'variables', 'prior_state'])
        expect((await read(plan([change(CACHE)], { [name]: odd }))).caches.length, name).toBeGreaterThanOrEqual(1);
      for (const name of ['address', 'mode', 'type', 'name', 'change', 'module_address'])
        await read(plan([{ ...change(CACHE), [name]: odd }]));
      for (const name of ['actions', 'after', 'after_unknown', 'after_sensitive', 'before']) {
        const one = change(CACHE);
        const { caches, gaps } = await read(plan([{ ...one, change: { ...Object(one['change']), [name]: odd } }]));
        expect(caches.length + gaps.length, name).toBeGreaterThanOrEqual(name === 'actions' || name === 'after' ? 0 : 1);
      }
      for (const name of ['resources', 'outputs', 'variables', 'module_calls'])
        await read(plan([change(CACHE)], { configuration: configuration({}, { [name]: odd }) }));
      await read({ format_version: '1.0', values: { root_module: odd } });
    },
  );

  it('is a plan all the same when it is large', async () => {
    const changes = Array.from({ length: 3_000 }, (_, index) =>
      change(`azurerm_redis_cache.c[${index}]`, { after: values({ name: `c${index}` }) }),
    );
    const started = performance.now();
    const rules = Array.from({ length: 3_000 }, (_, index) =>
      change(`azurerm_redis_firewall_rule.r[${index}]`, {
        after: { name: 'r', redis_cache_name: `c${index}`, resource_group_name: 'rg', start_ip: '1.1.1.1', end_ip: '1.1.1.1' },
      }),
    );
    const { caches } = await read(plan([...changes, ...rules]));
    expect(caches.filter(({ firewallRules }) => firewallRules.known).length).toBe(3_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
