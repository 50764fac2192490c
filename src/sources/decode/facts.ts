import {
  type CacheFacts,
  ENABLED_OR_DISABLED,
  ENDPOINT_STATES,
  type EnabledOrDisabled,
  type PrivateEndpoint,
  type Tag,
  TLS_VERSIONS,
  type TlsVersion,
} from '../../model/cache.ts';
import { compare } from '../../model/compare.ts';
import type { Fact, Unknown } from '../../model/fact.ts';
import {
  factAt,
  factOf,
  isObject,
  isText,
  isTrueOrFalse,
  type JsonObject,
  listOf,
  oneOf,
  propertyOf,
  type Reading,
  textOf,
  unknown,
} from './json.ts';

/** What both services write alike, and what absence of it means in a live answer. */

/** Absent on nine of ten caches: the service default is 1.2 (Microsoft's article on the removal of TLS 1.0 and 1.1). */
export const MINIMUM_TLS: Reading<TlsVersion> = {
  expected: `one of ${TLS_VERSIONS.join(', ')}`,
  read: oneOf(TLS_VERSIONS),
  absent: { value: '1.2' },
};

export const SWITCH: Reading<EnabledOrDisabled> = { expected: 'Enabled or Disabled', read: oneOf(ENABLED_OR_DISABLED) };

export const TRUE_OR_FALSE: Reading<boolean> = { expected: 'true or false', read: isTrueOrFalse };

export const TEXT: Reading<string> = { expected: 'text', read: isText };

/** A version of Redis: `6`, `6.0`, `7.4`, or `latest`. */
export const REDIS_VERSION: Reading<string> = {
  expected: 'a version of Redis',
  read: (value) => (typeof value === 'string' && /^(?:\d{1,3}(?:\.\d{1,3}){0,3}|latest)$/i.test(value) ? value : undefined),
};

/** Only a declaration can hold one; what runs has its keys elsewhere. */
export const NO_DECLARATION: Unknown = unknown('secrets', 'out_of_reach', 'only declarations hold secrets');

/** The facts that stand outside of `properties`, and the private endpoints inside. */
export const sharedFactsOf = (item: JsonObject): Pick<CacheFacts, 'zones' | 'tags' | 'secrets' | 'privateEndpoints'> => ({
  zones: READ.zones(item),
  tags: READ.tags(item),
  secrets: NO_DECLARATION,
  privateEndpoints: READ.privateEndpoints(propertyOf(item, 'properties')),
});

/** The same out of a declaration, which holds private endpoints as resources of their own. */
export const declaredSharedFactsOf: typeof sharedFactsOf = (item) => ({
  zones: propertyOf(item, 'zones') === undefined ? NO_ZONES : READ.zones(item),
  tags: READ.tags(item),
  secrets: unknown('secrets', 'missing', 'nobody looked for secrets'),
  privateEndpoints: notDeclared('privateEndpoints', 'private endpoint'),
});

/** What is no part of the declaration of a cache, and may be declared anywhere. */
export const notDeclared = (path: string, noun: string): Unknown =>
  unknown(path, 'out_of_reach', `no ${noun} is declared here, and others may be elsewhere`);

/** What a declaration leaves to Azure, which chooses by what the region has. */
export const BY_REGION = 'not set: Azure chooses by region';

const NO_ZONES: Unknown = unknown('zones', 'out_of_reach', BY_REGION);

const readEndpoint = (item: unknown): PrivateEndpoint | undefined => {
  if (!isObject(item)) return undefined;
  const name = lastPart(textOf(item, 'name') ?? textOf(item, 'id') ?? '') || 'without a name';
  const at = `properties.privateEndpointConnections/${name}.properties`;
  const properties = propertyOf(item, 'properties');
  const state = 'privateLinkServiceConnectionState';
  const endpoint = isObject(properties) ? propertyOf(properties, 'privateEndpoint') : undefined;
  const endpointId = isObject(endpoint) ? textOf(endpoint, 'id') : null;
  return {
    name,
    state: isObject(properties)
      ? factOf(propertyOf(properties, state), `${at}.${state}`, 'status', {
          expected: `one of ${ENDPOINT_STATES.join(', ')}`,
          read: oneOf(ENDPOINT_STATES),
        })
      : unknown(at, 'missing', `private endpoint connection ${name} has no properties`),
    subscriptionId: /^\/subscriptions\/([^/]+)\//i.exec(endpointId ?? '')?.[1]?.toLowerCase() ?? null,
  };
};

const readTags = (value: unknown): readonly Tag[] | undefined =>
  isObject(value)
    ? Object.entries(value)
        .map(([name, text]) => ({ name, value: typeof text === 'string' ? text : null }))
        .sort((a, b) => compare(a.name, b.name))
    : undefined;

const READ = {
  zones: factAt('', 'zones', { expected: 'a list of zones', read: listOf(isText) }),
  tags: factAt<readonly Tag[]>('', 'tags', { expected: 'an object of tags', read: readTags, absent: { value: [] } }),
  privateEndpoints: factAt<readonly PrivateEndpoint[]>('properties', 'privateEndpointConnections', {
    expected: 'a list of private endpoint connections',
    read: (value) => listOf(readEndpoint)(value)?.toSorted((a, b) => compare(a.name, b.name)),
    // Not on the wire where there is none, as recorded.
    absent: { value: [] },
  }),
};

/** `rule1` out of `cache1/rule1`, or out of a whole id. */
export const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** What a kind of cache does not have. No rule for that kind asks. */
export const absentHere = (path: string): Unknown => unknown(path, 'out_of_reach', 'this kind of cache has no such property');

/** A fact whose value is made of several properties, as people write it. */
export const writtenAs = <T>(fact: Fact<T>, write: (value: T) => string): Fact<T> =>
  fact.known && fact.written === null && fact.from === 'observed' ? { ...fact, written: write(fact.value) } : fact;

/** `West US` and `westus` are one place. */
export const locationOf = (item: JsonObject): string | null => textOf(item, 'location')?.toLowerCase().replaceAll(' ', '') ?? null;

export const objectOf = (object: JsonObject, name: string): JsonObject | null => {
  const value = propertyOf(object, name);
  return isObject(value) ? value : null;
};
