import type { Database } from '../../model/cache.ts';
import type { Fact } from '../../model/fact.ts';
import { readDatabases } from './children.ts';
import { isFlat, notExported } from './export-shape.ts';
import { isObject, propertyOf, shown, unknown } from './json.ts';

/** The databases that az writes with a cluster: at one level, without what is null. */
export const databasesOf = (written: unknown): Fact<readonly Database[]> => {
  if (!Array.isArray(written))
    return written === undefined
      ? unknown('databases', 'missing', 'the export names no databases')
      : unknown('databases', 'invalid', `databases is ${shown(written)}, not a list`, shown(written));
  const items = written.map((item: unknown) => (isFlat(item) ? { ...item, properties: item } : item));
  const fact = readDatabases(items);
  if (!fact.known) return fact;
  const isNew = items.every((item) => isObject(item) && isWhole(propertyOf(item, 'properties')));
  return { ...fact, value: fact.value.map((database) => ofExport(database, isNew)) };
};

/** Whether it has what the newest API tells of every database, in every recording. */
const isWhole = (properties: unknown): boolean =>
  isObject(properties) &&
  ['clientProtocol', 'accessKeysAuthentication', 'redisVersion'].every((name) => propertyOf(properties, name) !== undefined);

const ofExport = (database: Database, isNew: boolean): Database => {
  const doubted = <T>(fact: Fact<T>): Fact<T> =>
    fact.known && fact.from === 'service_default' && !isNew
      ? unknown(
          fact.path,
          'missing',
          'the property is missing from an export that lacks others of this database, too: an older az wrote it',
        )
      : fact;
  return {
    ...database,
    rdbPersistence: doubted(database.rdbPersistence),
    aofPersistence: doubted(database.aofPersistence),
    links: doubted(database.links),
    diagnosticSettings: notExported(database.diagnosticSettings.path),
    accessPolicyAssignments: notExported(database.accessPolicyAssignments.path),
  };
};
