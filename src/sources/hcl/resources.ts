import type { Place } from '../../model/cache.ts';
import type { TerraformResource } from '../decode/azurerm.ts';
import { deferred, isDeferred, isObject } from '../decode/json.ts';
import { blockName, type Declared } from './declarations.ts';
import { attributeValue, type Instance, isNever, ownsOf, timesOf } from './instance.ts';
import { type Context, type Leads, leadsOf } from './references.ts';
import type { Attribute, Block, Body } from './syntax.ts';
import { objectOf, shownExpression, type Value } from './values.ts';

/** What Terraform reads of a resource itself. */
const META: ReadonlySet<string> = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'connection', 'provisioner']);

/** Resources of the providers that make caches. */
const isOurs = (type: string): boolean => /^(?:azurerm|azapi)_/.test(type);

export interface Found {
  readonly resource: TerraformResource;
  readonly instance: Instance;
  /** The variables and locals that its attributes lead through, with their modules. */
  readonly through: ReadonlySet<string>;
}

/** The managed resources of a module and of all that it calls, each once, however many of it there will be. */
export const resourcesOf = (instance: Instance): readonly Found[] => {
  const { declared } = instance.module.folder;
  // An override file that cannot be read may change anything here, and set what is not set.
  const own = declared.isUncertain
    ? []
    : [...declared.resources]
        .filter(([, { is }]) => isOurs(is.labels[0] ?? '') && !isNever(is, instance.scope))
        .map(([name, resource]) => resourceOf(name, resource, instance));
  return [...own, ...[...instance.children.values()].flatMap(resourcesOf)];
};

const resourceOf = (name: string, { is: block, file }: Declared<Block>, instance: Instance): Found => {
  const places = new Map<string, Place>();
  placesOf(block.body, '', places);
  const references = new Map<string, readonly string[]>();
  const through = new Set<string>();
  const context = { instance, block, each: block.body.attributes.get('for_each')?.value ?? null, owns: ownsOf(block, instance.scope) };
  const values = valuesOf(block.body, '', context, (path, { addresses, through: names }) => {
    for (const one of names) through.add(one);
    if (addresses.length > 0) references.set(path, [...new Set([...(references.get(path) ?? []), ...addresses])].sort());
  });
  const type = block.labels[0] ?? '';
  const isDoubtful = !isCache(type, values) && timesOf(block, instance.scope).known === null;
  return {
    instance,
    through,
    resource: {
      address: `${instance.prefix}${name}`,
      type,
      name: block.labels[1] ?? '',
      values: isDoubtful ? withoutLinks(values) : values,
      references,
      place: block.place,
      places,
      creates: true,
      file,
    },
  };
};

const isCache = (type: string, values: TerraformResource['values']): boolean =>
  CACHES.has(type) || (type === 'azapi_resource' && /^Microsoft\.Cache\/redis(?:Enterprise)?@/i.test(String(values['type'])));

const CACHES: ReadonlySet<string> = new Set(['azurerm_redis_cache', 'azurerm_managed_redis', 'azurerm_redis_enterprise_cluster']);

/** By these something says in clear what it belongs to. */
const LINKS: ReadonlySet<string> = new Set([
  'redis_cache_name',
  'redis_cache_id',
  'managed_redis_id',
  'managed_redis_ids',
  'cluster_id',
  'target_resource_id',
  'target_redis_cache_name',
  'linked_redis_cache_id',
  'linked_managed_redis_ids',
  'private_connection_resource_id',
  'parent_id',
  'resource_id',
  'privateLinkServiceId',
]);

/** What may not be made at all belongs to nothing for sure, whatever it names: what it refers to says what it may belong to. */
const withoutLinks = (values: TerraformResource['values']): TerraformResource['values'] =>
  objectOf(
    Object.entries(values).map(([name, value]): readonly [string, Value] => {
      if (LINKS.has(name) && value !== null && !isDeferred(value)) return [name, deferred('it may not be made at all')];
      if (isObject(value)) return [name, withoutLinks(value)];
      return [name, Array.isArray(value) ? value.map((item) => (isObject(item) ? withoutLinks(item) : item)) : value];
    }),
  );

type Told = (path: string, leads: Leads) => void;

const valuesOf = (
  { attributes, blocks }: Body,
  at: string,
  context: Context & { readonly owns: ReturnType<typeof ownsOf> },
  tell: Told,
): TerraformResource['values'] => {
  const { scope } = context.instance;
  const own = [...attributes.values()]
    .filter(({ name }) => at !== '' || !META.has(name))
    .map((attribute): readonly [string, Value] => {
      tell(`${at}${attribute.name}`, leadsOf(attribute.value, context));
      return [attribute.name, attributeValue(at === '' ? withoutEncoding(attribute) : attribute, scope, context.owns, shownExpression)];
    });
  const types = [...new Set(blocks.map(blockName))].filter((name) => at !== '' || !META.has(name));
  const inner = types.map((type): readonly [string, Value] => {
    const all = blocks.filter((block) => blockName(block) === type && !(block.type === 'dynamic' && isNever(block, scope)));
    const read = all.map((block) => {
      const isDynamic = block.type === 'dynamic';
      const content = isDynamic ? block.body.blocks.find((one) => one.type === 'content')?.body : block.body;
      const each = isDynamic ? (block.body.attributes.get('for_each')?.value ?? null) : context.each;
      return content === undefined ? {} : valuesOf(content, `${at}${type}.`, { ...context, each }, tell);
    });
    if (all.some((block) => block.type === 'dynamic')) return [type, deferred('depends on a dynamic block', `dynamic "${type}"`)];
    return [type, all.length === 0 ? null : read];
  });
  return objectOf([...own, ...inner]);
};

/** What takes JSON as a text is read as what it was made of. */
const withoutEncoding = (attribute: Attribute): Attribute => {
  const { name, value } = attribute;
  if (!OF_JSON.has(name) || value.is !== 'call' || value.name !== 'jsonencode' || value.spreads) return attribute;
  const [only, ...others] = value.given;
  return only === undefined || others.length > 0 ? attribute : { ...attribute, value: only };
};

const OF_JSON: ReadonlySet<string> = new Set(['body', 'template_content', 'template_body']);

/** By path; of blocks that are repeated, of the first. */
const placesOf = ({ attributes, blocks }: Body, at: string, into: Map<string, Place>): void => {
  const put = (path: string, place: Place | null): void => {
    if (place !== null && !into.has(path)) into.set(path, place);
  };
  for (const { name, place } of attributes.values()) put(`${at}${name}`, place);
  for (const block of blocks) {
    put(`${at}${blockName(block)}`, block.place);
    const content = block.type === 'dynamic' ? block.body.blocks.find(({ type }) => type === 'content')?.body : block.body;
    if (content !== undefined) placesOf(content, `${at}${blockName(block)}.`, into);
  }
};
