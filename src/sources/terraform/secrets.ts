import type { Cache, DeclaredSecret } from '../../model/cache.ts';
import { secretIn } from '../decode/declared-secrets.ts';
import { inside, isObject, type JsonObject, propertyOf, unknown } from '../decode/json.ts';
import { leadsInto, stepsOf } from '../decode/terraform-address.ts';
import type { Read } from '../input.ts';
import { expressionsIn, leadsTo, type Module, modulesIn, rootModule, toExpression } from './configuration.ts';
import type { Found } from './resources.ts';

/** What a plan or a state tells of keys that stand in clear, beside the caches and in them. */

/** `of`: the addresses that lead to the caches it concerns; none where nothing says. */
interface Aside {
  readonly secret: DeclaredSecret;
  readonly of: readonly string[];
}

export const withSecrets = (reads: readonly Read[], found: readonly Found[], document: JsonObject): readonly Read[] => {
  const configuration = propertyOf(document, 'configuration');
  const written = new Map(found.map((one) => [one.resource.address, one.written]));
  const asides = [...outputsShown(document), ...(configuration === undefined ? [] : asidesIn(rootModule(configuration)))];
  const addresses = reads.flatMap((read) => (read.type === 'cache' ? [read.cache.id] : []));
  const placed = asides.map((aside) => ({
    secret: aside.secret,
    address: addresses.find((address) => concerns(aside, address)) ?? addresses[0],
  }));
  return reads.map((read) => {
    if (read.type !== 'cache') return read;
    const beside = placed.filter(({ address }) => address === read.cache.id).map(({ secret }) => secret);
    return { type: 'cache', cache: { ...read.cache, secrets: secretsOf(read.cache, beside, written.get(read.cache.id) ?? null) } };
  });
};

const concerns = ({ of }: Aside, address: string): boolean => of.some((reference) => leadsInto(stepsOf(reference), stepsOf(address)));

/** A value that has a key in it was written there only where the configuration says that it is a literal. */
const secretsOf = (cache: Cache, beside: readonly DeclaredSecret[], written: Found['written']): Cache['secrets'] => {
  const { secrets } = cache;
  const own = secrets.known ? secrets.value : [];
  const literal = own.filter(({ path }) => written !== null && isWritten(path, written));
  const all = [...literal, ...beside];
  if (all.length > 0) return { known: true, value: distinct(all), path: 'secrets', from: 'observed', written: null };
  if (!secrets.known) return secrets;
  if (written === null) return unknown('secrets', 'out_of_reach', 'this document does not show how the cache is written, only its values');
  return own.length === 0
    ? secrets
    : unknown('secrets', 'missing', 'a key stands there, and nobody can tell whether it is written or referred to');
};

/** A map is one expression, whatever is in it. */
const isWritten = (path: string, written: ReadonlyMap<string, unknown>): boolean => {
  const parts = path.split('.');
  return parts.some((_, index) => written.has(parts.slice(0, index + 1).join('.')) && (index > 0 || parts[0] !== CONFIGURATION));
};

/** A block that stands there says nothing of what a dynamic one adds. */
const CONFIGURATION = 'redis_configuration';

const distinct = (secrets: readonly DeclaredSecret[]): readonly DeclaredSecret[] => [
  ...new Map(secrets.map((secret) => [JSON.stringify([secret.what, secret.path]), secret])).values(),
];

/** Outputs by what they refer to, literals among outputs, defaults and what is given to modules. */
const asidesIn = (module: Module): readonly Aside[] => [
  ...(module.caller === null ? outputsIn(module) : givenTo(module)),
  ...entriesOf(inside(module.config, 'variables')).flatMap(([name, variable]) =>
    literals(inside(variable, 'default'), `${module.prefix}var.${name}`, name),
  ),
  ...modulesIn(module).flatMap(asidesIn),
];

/** Only the root shows its outputs to anybody. One that is marked sensitive is hidden from view. */
const outputsIn = (module: Module): readonly Aside[] =>
  entriesOf(inside(module.config, 'outputs')).flatMap(([name, output]) => {
    const expression = toExpression(inside(output, 'expression'));
    if (expression === null || inside(output, 'sensitive') === true) return [];
    const path = `output.${name}`;
    const keys = leadsTo(expression.references, module, null).filter((reference) => OF_CACHE.test(reference));
    const [first] = keys;
    if (first === undefined) return literals(expression.constant, path, name);
    const what = /_access_key/.test(first) ? 'an access key' : 'a connection string';
    return [{ secret: { what, path, subject: path }, of: keys }];
  });

const OF_CACHE =
  /(?:^|\.)azurerm_(?:redis_cache|managed_redis|redis_enterprise_database)\..*\b(?:primary|secondary)_(?:access_key|connection_string)\b/;

const givenTo = ({ caller, prefix }: Module): readonly Aside[] =>
  [...expressionsIn(inside(caller?.call, 'expressions'))].flatMap(([name, expressions]) =>
    expressions.flatMap(({ constant }) => literals(constant, `${prefix}${name}`, name)),
  );

/** Values that outputs have, as far as the document shows them: a state knows nothing else of them. */
const outputsShown = (document: JsonObject): readonly Aside[] =>
  ['planned_values', 'values'].flatMap((part) =>
    entriesOf(inside(propertyOf(document, part), 'outputs')).flatMap(([name, output]) =>
      inside(output, 'sensitive') === true ? [] : literals(inside(output, 'value'), `output.${name}`, name),
    ),
  );

/** Texts that look like keys of Redis; a storage account may be anybody's. */
const literals = (value: unknown, path: string, name: string): readonly Aside[] => {
  if (typeof value === 'string') {
    const what = secretIn(value);
    const isOfRedis = what === 'an access key' || (what !== null && /redis/i.test(name));
    return isOfRedis ? [{ secret: { what, path, subject: path }, of: [] }] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item) => literals(item, path, name));
  return entriesOf(value).flatMap(([inner, item]) => literals(item, path, inner));
};

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] => (isObject(value) ? Object.entries(value) : []);
