import type { Place } from '../../model/cache.ts';
import type { TerraformResource } from '../decode/azurerm.ts';
import { deferred } from '../decode/json.ts';
import { blockName, type Declared } from './declarations.ts';
import { addressesIn, attributeValue, type Instance, isNever } from './instance.ts';
import type { Attribute, Block, Body, Expression } from './syntax.ts';
import { contentsOf, objectOf, shownExpression, type Value } from './values.ts';

/** What Terraform reads of a resource itself. */
const META: ReadonlySet<string> = new Set(['count', 'for_each', 'provider', 'depends_on', 'lifecycle', 'connection', 'provisioner']);

/** Resources of the providers that make caches. */
const isOurs = (type: string): boolean => /^(?:azurerm|azapi)_/.test(type);

export interface Found {
  readonly resource: TerraformResource;
  readonly instance: Instance;
}

/** The managed resources of a module and of all that it calls, each once, however many of it there will be. */
export const resourcesOf = (instance: Instance): readonly Found[] => {
  const { declared } = instance.module.folder;
  // An override file that cannot be read may change anything here, and set what is not set.
  const own = declared.isUncertain
    ? []
    : [...declared.resources]
        .filter(([, { is }]) => isOurs(is.labels[0] ?? '') && !isNever(is, instance.scope))
        .map(([name, resource]) => ({ resource: resourceOf(name, resource, instance), instance }));
  return [...own, ...[...instance.children.values()].flatMap(resourcesOf)];
};

const resourceOf = (name: string, { is: block, file }: Declared<Block>, instance: Instance): TerraformResource => {
  const each = block.body.attributes.get('for_each')?.value ?? null;
  const places = new Map<string, Place>();
  placesOf(block.body, '', places);
  const references = new Map<string, readonly string[]>();
  const values = valuesOf(block.body, '', instance, each, references);
  return {
    address: `${instance.prefix}${name}`,
    type: block.labels[0] ?? '',
    name: block.labels[1] ?? '',
    values,
    references,
    place: block.place,
    places,
    creates: true,
    file,
  };
};

const valuesOf = (
  { attributes, blocks }: Body,
  at: string,
  instance: Instance,
  each: Expression | null,
  references: Map<string, readonly string[]>,
): TerraformResource['values'] => {
  const own = [...attributes.values()]
    .filter(({ name }) => at !== '' || !META.has(name))
    .map((attribute): readonly [string, Value] => {
      const value = valueIn(attribute, instance);
      if (contentsOf(value).open !== null) refer(references, `${at}${attribute.name}`, addressesIn(attribute.value, instance, each));
      return [attribute.name, value];
    });
  const types = [...new Set(blocks.map(blockName))].filter((name) => at !== '' || !META.has(name));
  const inner = types.map((type): readonly [string, Value] => {
    const all = blocks.filter((block) => blockName(block) === type && !(block.type === 'dynamic' && isNever(block, instance.scope)));
    const read = all.map((block) => {
      const content = block.type === 'dynamic' ? block.body.blocks.find((one) => one.type === 'content')?.body : block.body;
      const eachOf = block.type === 'dynamic' ? (block.body.attributes.get('for_each')?.value ?? null) : each;
      return content === undefined ? {} : valuesOf(content, `${at}${type}.`, instance, eachOf, references);
    });
    if (all.some((block) => block.type === 'dynamic')) return [type, deferred('depends on a dynamic block', `dynamic "${type}"`)];
    return [type, all.length === 0 ? null : read];
  });
  return objectOf([...own, ...inner]);
};

const refer = (references: Map<string, readonly string[]>, path: string, addresses: readonly string[]): void => {
  if (addresses.length > 0) references.set(path, [...new Set([...(references.get(path) ?? []), ...addresses])].sort());
};

const valueIn = (attribute: Attribute, { scope }: Instance): Value => attributeValue(attribute, scope, shownExpression);

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
