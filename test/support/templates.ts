import type { Cache, CacheFacts } from '../../src/model/cache.ts';
import type { Gap } from '../../src/model/scope.ts';
import { parametersFiles } from '../../src/sources/arm/parameters-files.ts';
import { readArmTemplate } from '../../src/sources/arm-template.ts';
import type { Files } from '../../src/sources/files.ts';

/** Templates as a test writes them, and what is read of them. */

export type Json = Readonly<Record<string, unknown>>;

export const template = (content: Json): Json => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  ...content,
});

export const SKU = { name: 'Premium', family: 'P', capacity: 1 };

/** A redis cache called `orders`, with the properties given. */
export const redis = (properties: Json = {}, more: Json = {}): Json => ({
  type: 'Microsoft.Cache/redis',
  apiVersion: '2024-11-01',
  name: 'orders',
  location: 'westeurope',
  properties: { sku: SKU, redisConfiguration: {}, ...properties },
  ...more,
});

/** An Azure Managed Redis called `amr`, with the properties given. */
export const cluster = (properties: Json = {}, more: Json = {}): Json => ({
  type: 'Microsoft.Cache/redisEnterprise',
  apiVersion: '2025-07-01',
  name: 'amr',
  location: 'westeurope',
  sku: { name: 'Balanced_B10' },
  properties: { publicNetworkAccess: 'Disabled', ...properties },
  ...more,
});

export const child = (type: string, name: string, properties: Json, more: Json = {}): Json => ({
  type,
  apiVersion: type.includes('redisEnterprise') ? '2025-07-01' : '2024-11-01',
  name,
  properties,
  ...more,
});

export const nested = (inner: Json, properties: Json = {}, more: Json = {}): Json => ({
  type: 'Microsoft.Resources/deployments',
  apiVersion: '2022-09-01',
  name: 'module',
  properties: { mode: 'Incremental', ...properties, template: template(inner) },
  ...more,
});

export const INNER = { expressionEvaluationOptions: { scope: 'inner' } };

export async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

/** Files by path; no program. */
export const filesOf = (contents: Readonly<Record<string, string>>): Files => ({
  kindOf: async () => 'file',
  read: (path) => {
    const text = contents[path];
    if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
    return bytesOf(text);
  },
  list: async (folder) =>
    Object.keys(contents)
      .filter((path) => path.replace(/\/[^/]*$/, '') === folder)
      .map((path) => ({ name: path.replace(/^.*\//, ''), kind: 'file' })),
  run: async () => null,
  grammar: async () => {
    throw new Error('no template is parsed by a grammar');
  },
});

export interface Seen {
  readonly caches: readonly Cache[];
  readonly gaps: readonly Gap[];
}

/** What is read of the text of a template; `parameters` is the text of a file. */
export const readText = async (text: string, parameters: string | null = null): Promise<Seen> => {
  const caches: Cache[] = [];
  const gaps: Gap[] = [];
  const files = filesOf(parameters === null ? {} : { 'parameters.json': parameters });
  const context = { parameters: parameters === null ? null : 'parameters.json', beside: parametersFiles([], files), files };
  for await (const seen of readArmTemplate(bytesOf(text), 'infra/main.json', context)) {
    if (seen.type === 'cache') caches.push(seen.cache);
    else gaps.push(seen.gap);
  }
  return { caches, gaps };
};

export const read = (content: Json, parameters: Json | null = null): Promise<Seen> =>
  readText(JSON.stringify(template(content), null, 2), parameters === null ? null : JSON.stringify({ parameters }));

/** The only cache of a template, without a gap. */
export const cacheIn = async (content: Json, parameters: Json | null = null): Promise<Cache> => {
  const { caches, gaps } = await read(content, parameters);
  const [cache, ...others] = caches;
  if (cache === undefined || others.length > 0 || gaps.length > 0) throw new Error(`${caches.length} caches, ${gaps.length} gaps`);
  return cache;
};

/** A fact in few words: its value, how it is known or why not. */
export const brief = (fact: CacheFacts[keyof CacheFacts]): unknown => {
  if (fact.known) return fact.from === 'observed' ? fact.value : { byDefault: fact.value };
  return { [fact.kind]: fact.reason };
};
