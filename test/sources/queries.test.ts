import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CacheKind } from '../../src/model/cache.ts';
import { cachesQuery, SUBSCRIPTIONS_QUERY } from '../../src/sources/resource-graph.ts';

/**
 * The queries of Resource Graph, read by Microsoft's own parser of the Kusto language against the columns that its documentation
 * gives for the two tables (learn.microsoft.com, resource-graph/reference/supported-tables-resources). A name that is a keyword
 * has to be quoted in the schema, or the parser knows none of the columns after it.
 */
const RESOURCES =
  "(id:string, name:string, type:string, tenantId:string, ['kind']:string, location:string, resourceGroup:string, subscriptionId:string, " +
  'managedBy:string, sku:dynamic, plan:dynamic, properties:dynamic, tags:dynamic, identity:dynamic, zones:dynamic, extendedLocation:dynamic)';
const RESOURCE_CONTAINERS =
  "(id:string, name:string, type:string, tenantId:string, ['kind']:string, location:string, resourceGroup:string, subscriptionId:string, " +
  'managedBy:string, sku:dynamic, plan:dynamic, properties:dynamic, tags:dynamic, identity:dynamic, zones:dynamic, extendedLocation:dynamic)';

interface Read {
  /** What the parser has to say against it. */
  readonly diagnostics: readonly string[];
  /** The columns of its rows, with their types. */
  readonly columns: readonly string[];
}

let read: (query: string) => Read;

beforeAll(() => {
  const require = createRequire(import.meta.url);
  // The package mutes the console while it is loaded.
  const { log } = console;
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
  console.log = log;
  const { Kusto } = Object(globalThis);
  const { Symbols } = Kusto.Language;
  const tables = [
    new Symbols.TableSymbol.$ctor7('resources', RESOURCES, null),
    new Symbols.TableSymbol.$ctor7('resourcecontainers', RESOURCE_CONTAINERS, null),
  ];
  const globals = Kusto.Language.GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('index', tables));
  const listOf = (list: { readonly Count: number; getItem(index: number): unknown }): readonly unknown[] =>
    Array.from({ length: list.Count }, (_, index) => list.getItem(index));
  read = (query) => {
    const code = Kusto.Language.KustoCode.ParseAndAnalyze(query, globals);
    return {
      diagnostics: listOf(code.GetDiagnostics()).map((one) => Object(one).Message),
      columns: listOf(code.ResultType?.Columns ?? { Count: 0, getItem: () => null }).map(
        (column) => `${Object(column).Name}:${Object(column).Type.Name}`,
      ),
    };
  };
});

const KINDS: readonly (readonly CacheKind[])[] = [
  ['redis'],
  ['managed'],
  ['enterprise'],
  ['redis', 'enterprise'],
  ['redis', 'managed', 'enterprise'],
];

describe("Microsoft's parser", () => {
  it.each(KINDS)('has nothing against the query for %s, and finds the columns that are read', (...kinds) => {
    const { diagnostics, columns } = read(cachesQuery(new Set(kinds)));
    expect(diagnostics).toEqual([]);
    expect(columns).toEqual([
      'id:string',
      'name:string',
      'type:string',
      'location:string',
      'subscriptionId:string',
      'kind:string',
      'sku:dynamic',
      'zones:dynamic',
      'identity:dynamic',
      'tags:dynamic',
      'properties:dynamic',
    ]);
  });

  it('has nothing against the query for subscriptions', () => {
    expect(read(SUBSCRIPTIONS_QUERY)).toEqual({ diagnostics: [], columns: ['id:string', 'subscriptionId:string'] });
  });

  it.each([
    ['a column that is not there', cachesQuery(new Set(['redis'])).replace('properties', 'propertys')],
    ['a table that is not there', SUBSCRIPTIONS_QUERY.replace('resourcecontainers', 'resourcecontainer')],
    ['an operator that is not there', cachesQuery(new Set(['redis'])).replace('in~', 'in~~')],
    ['a bracket that is missing', cachesQuery(new Set(['redis'])).replace(')', '')],
    ['an order that is none', SUBSCRIPTIONS_QUERY.replace('order by', 'order')],
  ])('sees %s, so that this test can fail', (_, query) => {
    expect(read(query).diagnostics).not.toEqual([]);
  });
});

describe('the query for caches', () => {
  it('asks for the types of the kinds alone, and orders by something that is never equal', () => {
    const typesIn = (...kinds: readonly CacheKind[]): readonly string[] => cachesQuery(new Set(kinds)).match(/'[^']+'/g) ?? [];
    expect(typesIn('redis')).toEqual(["'microsoft.cache/redis'"]);
    expect(typesIn('managed')).toEqual(["'microsoft.cache/redisenterprise'"]);
    expect(typesIn('enterprise', 'redis')).toEqual(["'microsoft.cache/redis'", "'microsoft.cache/redisenterprise'"]);
    expect(
      cachesQuery(new Set(['redis']))
        .split('\n')
        .at(-1),
    ).toBe('| order by subscriptionId asc, id asc');
    expect(SUBSCRIPTIONS_QUERY.split('\n').at(-1)).toBe('| order by id asc');
  });
});
