import type { Cache } from '../model/cache.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { readExported } from './decode/export.ts';
import { isRow } from './decode/export-az.ts';
import { isObject, type JsonObject, propertyOf, shown } from './decode/json.ts';
import type { Read } from './input.ts';
import { NOT_OURS, nameOf, notUnderstood } from './input-text.ts';
import { type Piece, piecesOf } from './json-stream.ts';
import type { StrictJson } from './strict-json.ts';

/**
 * Exports of running caches, as az, PowerShell, Resource Graph and Resource Manager write them: a list, a page that holds one, single
 * caches, one a line, or several of these one after the other. However large, one item of it is held at a time.
 */
export async function* readInventory(bytes: AsyncIterable<Uint8Array>, path: string): AsyncIterable<Read> {
  const inventory = inventoryOf(path);
  const heard = { mention: false };
  for await (const pieces of piecesOf(mentioning(bytes, heard))) {
    for (const piece of pieces) yield* inventory.add(piece);
    if (inventory.isHopeless()) {
      heard.mention = true;
      break;
    }
  }
  yield* inventory.end(heard.mention);
}

/** Notices whether anything of Azure is spoken of, be it in what cannot be understood: the rest may be a cache. */
async function* mentioning(bytes: AsyncIterable<Uint8Array>, heard: { mention: boolean }): AsyncIterable<Uint8Array> {
  const decoder = new TextDecoder('latin1');
  let before = '';
  for await (const chunk of bytes) {
    if (!heard.mention) {
      const text = before + decoder.decode(chunk);
      heard.mention = /microsoft\.|\/subscriptions|redis/i.test(text);
      before = text.slice(-20);
    }
    yield chunk;
  }
}

interface Inventory {
  readonly add: (piece: Piece) => readonly Read[];
  /** What is left to tell. Throws `Trouble` for what is no inventory of caches; `mayBe`: one that cannot be read may be. */
  readonly end: (mayBe: boolean) => readonly Read[];
  readonly isHopeless: () => boolean;
}

/** Gaps that are told one by one: a report has to stay readable. */
const MOST_TOLD = 100;

/** Who reads on after so many finds nothing that helps anybody. */
const MOST_GAPS = 10_000;

/** By default, and at most. */
const PAGES_OF_GRAPH: readonly number[] = [100, 1000];

const inventoryOf = (path: string): Inventory => {
  let gaps = 0;
  let others = 0;
  /** Whether something of it is about caches: then everything else in it matters, and until then its gaps wait. */
  let isOurs = false;
  let waiting: Read[] = [];
  /** What first was no JSON, if anything was. */
  let broken: string | null = null;
  /** What first was nothing that can be told. */
  let stray: string | null = null;
  let documents = 0;
  /** Of Resource Graph, in the list that is being read. */
  let rows = 0;

  /** `where` is null for the input itself; `what` follows it. */
  const told = (code: string, where: string | null, what: string, hint: string): readonly Read[] => {
    gaps += 1;
    if (gaps > MOST_TOLD) return [];
    const message = `${where === null ? '' : `${where} of `}${nameOf(path)} ${what}`;
    const gap: Gap = { problem: problem('malformed', code, message, { scope: path, hint, affects: ['*'] }), correlationId: null };
    if (isOurs) return [{ type: 'gap', gap }];
    waiting.push({ type: 'gap', gap });
    return [];
  };

  const ours = (): readonly Read[] => {
    isOurs = true;
    const released = waiting;
    waiting = [];
    return released;
  };

  const unreadable = (where: string | null, why: string): readonly Read[] => {
    broken ??= `${where ?? 'it'} ${why}`;
    return told('UNREADABLE_ITEM', where, why, OTHERS_JUDGED);
  };

  const item = (read: StrictJson, where: string | null): readonly Read[] => {
    if ('why' in read) return unreadable(where, read.why);
    const exported = readExported(read.value);
    if (isObject(read.value) && isRow(read.value)) rows += 1;
    if ('cache' in exported) return [...ours(), { type: 'cache', cache: exported.cache }, ...ofNoKind(exported.cache)];
    if ('refused' in exported) return [...ours(), ...told('UNREADABLE_ITEM', where, `cannot be read: ${exported.refused}`, OTHERS_JUDGED)];
    others += 1;
    if (exported.is === 'other') return [];
    stray ??= `of ${where ?? 'it'} nobody can tell what it is, because ${exported.why}`;
    return told('UNREADABLE_ITEM', where, `cannot be read: ${exported.why}`, WITH_IDS);
  };

  const ofNoKind = ({ kind, skuName, id }: Cache): readonly Read[] => {
    if (kind === 'redis' || skuName.known) return [];
    return told('UNREADABLE_ITEM', id, 'has no SKU, and without it nobody can tell what kind of cluster it is', WITH_IDS);
  };

  /** What stands around a list says whether it is all. */
  const page = (around: JsonObject, items: number, where: string | null): readonly Read[] => {
    const why = incompleteness(around, items);
    return why.length === 0 ? [] : told('INCOMPLETE_INPUT', where, `is not all there is: ${why.join('; ')}`, EVERY_PAGE);
  };

  /** A list by itself says nothing of other pages; how many rows it holds may. */
  const list = (items: number): readonly Read[] => {
    const isDoubtful = rows > 0 && PAGES_OF_GRAPH.includes(items);
    rows = 0;
    return isDoubtful
      ? told(
          'INCOMPLETE_INPUT',
          null,
          `may not be all there is: it holds ${items} rows, and that is where a query of Resource Graph ends`,
          EVERY_PAGE,
        )
      : [];
  };

  const object = (read: StrictJson, items: number | null, line: number): readonly Read[] => {
    documents += 1;
    const where = line === 1 && documents === 1 ? null : `line ${line}`;
    if ('why' in read) return unreadable(where, read.why);
    const { value } = read;
    if (items !== null) return isObject(value) ? page(value, items, where) : [];
    const table = isObject(value) ? tableOf(value) : null;
    if (table === null || !isObject(value)) return item(read, where);
    return [...table.flatMap((row, index) => item(row, `row ${index + 1}`)), ...page(value, table.length, where)];
  };

  return {
    isHopeless: () => gaps > MOST_GAPS,
    add: (piece) => {
      switch (piece.type) {
        case 'item':
          return item(piece.item, `item ${piece.number} in line ${piece.line}`);
        case 'list':
          return list(piece.items);
        case 'object':
          rows = 0;
          return object(piece.item, piece.items, piece.line);
        case 'broken': {
          broken ??= `line ${piece.line} ${piece.what}`;
          return told('BROKEN_INPUT', `line ${piece.line}`, piece.what, OTHERS_JUDGED);
        }
      }
    },
    end: (mayBe) => {
      const more = gaps - MOST_TOLD;
      if (isOurs) return more > 0 ? [{ type: 'gap', gap: manyMore(more, path) }] : [];
      if (broken !== null)
        throw notUnderstood(path, `holds no cache that can be read: ${broken}`, 'Export it again.', mayBe ? undefined : NOT_OURS);
      if (others > 0) throw notUnderstood(path, `says nothing of caches${stray === null ? '' : `: ${stray}`}`, WHAT_HOLDS_CACHES, NOT_OURS);
      return ours();
    },
  };
};

const OTHERS_JUDGED = 'Export it again; what else it holds was judged.';

const WITH_IDS = 'Leave the id, the type and the SKU of each resource in the export.';

const EVERY_PAGE = 'Export every page: az graph query --first 1000 with --skip-token, az rest with the nextLink, or az redis list.';

const WHAT_HOLDS_CACHES = 'Export caches: az redis list -o json, az redisenterprise list -o json, or az graph query.';

const manyMore = (more: number, path: string): Gap => ({
  problem: problem('malformed', 'UNREADABLE_ITEM', `${more} more places cannot be read`, {
    scope: path,
    hint: OTHERS_JUDGED,
    affects: ['*'],
  }),
  correlationId: null,
});

/** What a page says of itself that is not what it holds, as clauses. Tools spell these names in many ways. */
const incompleteness = (around: JsonObject, items: number): readonly string[] =>
  Object.keys(around).flatMap((name) => {
    const value = propertyOf(around, name);
    if (value === undefined || value === '') return [];
    switch (name.toLowerCase().replaceAll(/[^a-z]/g, '')) {
      case 'nextlink':
      case 'odatanextlink':
      case 'skiptoken':
        return [`${shown(name)} leads to another page`];
      case 'resulttruncated':
        return value === 'false' || value === false ? [] : [`${shown(name)} is not false`];
      case 'count':
      case 'totalrecords':
        return value === items ? [] : [`${shown(name)} is ${typeof value === 'number' ? value : 'no number'}, and it holds ${items}`];
      default:
        return [];
    }
  });

/** The rows of Resource Graph in its older form, in which columns are named once; null for anything else. */
const tableOf = (value: JsonObject): readonly StrictJson[] | null => {
  const data = propertyOf(value, 'data');
  const columns = isObject(data) ? propertyOf(data, 'columns') : undefined;
  const rows = isObject(data) ? propertyOf(data, 'rows') : undefined;
  if (!Array.isArray(columns) || !Array.isArray(rows)) return null;
  const names = columns.map((column: unknown) => (isObject(column) ? propertyOf(column, 'name') : undefined));
  const isSound = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return rows.map((row: unknown) =>
    isSound && Array.isArray(row) && row.length === names.length
      ? { value: Object.fromEntries(names.map((name, index) => [name, row[index]])) }
      : { why: 'does not fit the columns' },
  );
};
