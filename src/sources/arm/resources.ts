import type { Place } from '../../model/cache.ts';
import type { ArmResource } from '../decode/declared.ts';
import { deferred, isObject, type JsonObject } from '../decode/json.ts';
import { type Belonging, belongingOf, type Finder, type Found, parentOf } from './belonging.ts';
import type { Document } from './document.ts';
import { evaluate, named } from './evaluate.ts';
import type { Entry } from './flatten.ts';
import { type Target, targetIn } from './ids.ts';
import { type Budget, closed, MOST_VALUES } from './open.ts';
import { spelledBody, spelling } from './spelling.ts';

const OURS = /^microsoft\.cache\/(?:redis|redisenterprise)(?:\/.*)?$/;
const SETTINGS = 'microsoft.insights/diagnosticsettings';
const ENDPOINTS = 'microsoft.network/privateendpoints';

/** `Microsoft.Cache/redis/providers/diagnosticSettings`, by the name `cache/Microsoft.Insights/setting`. */
const EXTENSION = /^(.+)\/providers\/diagnosticsettings$/;

/** The resources that concern caches, each with the address of what it belongs to. Without a document nothing has a place. */
export const armResources = (entries: readonly Entry[], find: Finder, document: Document | null): readonly ArmResource[] => {
  const budget = { left: MOST_VALUES };
  return entries.filter(({ isDeclared }) => isDeclared).flatMap((entry) => resourcesOf(entry, find, document, budget));
};

const resourcesOf = (entry: Entry, find: Finder, document: Document | null, budget: Budget): readonly ArmResource[] => {
  const type = entry.type.toLowerCase();
  const one = (found: Found): ArmResource => resourceOf(entry, found, bodyOf(entry, budget), document);
  if (type === ENDPOINTS) {
    return connectionsOf(entry, budget).map(({ body, to }, index) => {
      const resource = resourceOf(entry, foundAt(to, entry, find), body, document);
      return { ...resource, address: `${resource.address} ${index + 1}` };
    });
  }
  const extended = EXTENSION.exec(type)?.[1];
  if (extended !== undefined) {
    const found = find({ type: extended, names: entry.names?.slice(0, -2) ?? null, group: entry.group });
    return [{ ...one(found), type: SETTINGS }];
  }
  if (type === SETTINGS) return [one(settingTarget(entry, find))];
  return OURS.test(type) ? [one(parentOf(entry, find))] : [];
};

const resourceOf = (entry: Entry, found: Found, body: JsonObject, document: Document | null): ArmResource => {
  const { address, doubt }: Belonging = belongingOf(entry, found);
  const apiVersion = evaluate(named(entry.raw, 'apiVersion'), entry.scope);
  return {
    type: entry.type,
    apiVersion: typeof apiVersion === 'string' ? apiVersion : null,
    name: nameOf(entry),
    body,
    address: entry.address,
    place: document?.placeOf(entry.raw) ?? null,
    places: document === null ? new Map() : placesIn(entry.raw, document),
    parent: address,
    creates: true,
    ...(doubt === null ? {} : { doubt }),
  };
};

/** The last part of the name. */
const nameOf = ({ names, label }: Entry): unknown => {
  const [only, ...others] = names?.at(-1) ?? [];
  if (typeof only === 'string' && others.length === 0) return only;
  return deferred('its name is put together when it is deployed', label);
};

const BODY: ReadonlySet<string> = new Set(['properties', 'sku', 'identity', 'zones', 'tags', 'location']);

const bodyOf = ({ raw, scope }: Entry, budget: Budget): JsonObject => {
  const chosen = Object.fromEntries(Object.entries(raw).filter(([name]) => BODY.has(name.toLowerCase())));
  const value = closed(evaluate(chosen, scope), budget);
  return spelledBody(isObject(value) ? value : Object.fromEntries([...BODY].map((name) => [name, value])));
};

/** Where the properties of a resource stand, by their documented paths. */
const placesIn = (raw: JsonObject, document: Document): ReadonlyMap<string, Place> => {
  const places = new Map<string, Place>();
  const walk = (object: JsonObject, before: string, isTaken: (name: string) => boolean): void => {
    for (const [name, value] of Object.entries(object)) {
      if (!isTaken(name)) continue;
      const path = `${before}${spelling(name)}`;
      const place = document.placeIn(object, name);
      if (place !== null) places.set(path, place);
      if (isObject(value)) walk(value, `${path}.`, () => true);
    }
  };
  walk(raw, '', (name) => BODY.has(name.toLowerCase()));
  return places;
};

/** A diagnostic setting says by its scope what it is of, or stands in it. */
const settingTarget = (entry: Entry, find: Finder): Found => {
  if (entry.enclosing !== null) return entry.enclosing;
  const scope = named(entry.raw, 'scope');
  // One without a scope is of the subscription.
  return scope === undefined ? 'elsewhere' : foundAt(targetIn(evaluate(scope, entry.scope)), entry, find);
};

const foundAt = (target: Target | null, { group }: Entry, find: Finder): Found =>
  target === null ? null : find({ type: target.type, names: target.names, group: target.group ?? group });

interface Connection {
  readonly body: JsonObject;
  readonly to: Target | null;
}

const LISTS = ['privateLinkServiceConnections', 'manualPrivateLinkServiceConnections'];

/** Each connection of a private endpoint by itself, with what it leads to. */
const connectionsOf = (entry: Entry, budget: Budget): readonly Connection[] => {
  const body = bodyOf(entry, budget);
  const properties = evaluate(named(entry.raw, 'properties'), entry.scope);
  if (!isObject(properties)) return [{ body, to: null }];
  return LISTS.flatMap((list): readonly Connection[] => {
    const items = named(properties, list);
    if (items === undefined || items === null) return [];
    if (!Array.isArray(items)) return [{ body, to: null }];
    return items.map((item: unknown) => ({ body: oneConnection(list, item, budget), to: targetIn(serviceIdIn(item)) }));
  });
};

const oneConnection = (list: string, item: unknown, budget: Budget): JsonObject => {
  const value = closed({ properties: { [list]: [item] } }, budget);
  return isObject(value) ? spelledBody(value) : {};
};

const serviceIdIn = (connection: unknown): unknown => {
  const properties = isObject(connection) ? named(connection, 'properties') : undefined;
  return isObject(properties) ? named(properties, 'privateLinkServiceId') : undefined;
};
