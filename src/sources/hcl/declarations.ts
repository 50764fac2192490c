import type { Trouble } from '../../errors.ts';
import { count } from '../../model/count.ts';
import { mistaken } from './mistakes.ts';
import type { Attribute, Block, Body, Mistake } from './syntax.ts';

/** What a module declares, by name, after its override files were applied. */
export interface Declarations {
  readonly variables: ReadonlyMap<string, Declared<Block>>;
  readonly locals: ReadonlyMap<string, Declared<Attribute>>;
  readonly outputs: ReadonlyMap<string, Declared<Block>>;
  readonly modules: ReadonlyMap<string, Declared<Block>>;
  /** Managed ones, by `type.name`. */
  readonly resources: ReadonlyMap<string, Declared<Block>>;
  /** Constraints of the version of azurerm, as they are written. */
  readonly constraints: readonly string[];
  /** An override file could not be read: anything may be otherwise. */
  readonly isUncertain: boolean;
}

export interface Declared<T> {
  readonly file: string;
  readonly is: T;
}

export interface SourceFile {
  readonly file: string;
  readonly isOverride: boolean;
  readonly body: Body;
}

type Kind = 'variables' | 'outputs' | 'modules' | 'resources';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['variable', 'variables'],
  ['output', 'outputs'],
  ['module', 'modules'],
  ['resource', 'resources'],
]);

/** How many labels a block has. */
const LABELS: ReadonlyMap<string, number> = new Map([
  ['variable', 1],
  ['output', 1],
  ['module', 1],
  ['provider', 1],
  ['resource', 2],
  ['locals', 0],
  ['terraform', 0],
]);

/** Blocks that Terraform takes once in a block of ours. */
const ONCE: ReadonlySet<string> = new Set([
  'redis_configuration',
  'identity',
  'default_database',
  'customer_managed_key',
  'lifecycle',
  'timeouts',
]);

interface Mutable {
  readonly variables: Map<string, Declared<Block>>;
  readonly locals: Map<string, Declared<Attribute>>;
  readonly outputs: Map<string, Declared<Block>>;
  readonly modules: Map<string, Declared<Block>>;
  readonly resources: Map<string, Declared<Block>>;
  readonly constraints: string[];
}

/** Appends to `troubles` what Terraform would refuse of files that are well-formed each. */
export const declarationsOf = (
  sources: readonly SourceFile[],
  troubles: { readonly file: string; readonly trouble: Trouble }[],
): Declarations => {
  const into: Mutable = {
    variables: new Map(),
    locals: new Map(),
    outputs: new Map(),
    modules: new Map(),
    resources: new Map(),
    constraints: [],
  };
  for (const { file, body } of sources.filter((one) => !one.isOverride)) {
    for (const problem of addAll(file, body, into)) troubles.push({ file, trouble: problem });
  }
  for (const { file, body } of sources.filter((one) => one.isOverride)) {
    for (const problem of overrideAll(file, body, into)) troubles.push({ file, trouble: problem });
  }
  return { ...into, isUncertain: troubles.some(({ file }) => /(?:^|[\\/])(?:[^\\/]*_)?override\.(?:tf|tofu)(?:\.json)?$/i.test(file)) };
};

const addAll = (file: string, body: Body, into: Mutable): readonly Trouble[] => {
  const found: Trouble[] = [];
  const tell = (block: { readonly place: Block['place'] }, what: string): void =>
    void found.push(mistaken(file, { place: block.place, what }));
  for (const block of body.blocks) {
    const kind = KINDS.get(block.type);
    if (kind !== undefined) {
      const name = nameOf(block);
      const before = into[kind].get(name);
      if (before === undefined) into[kind].set(name, { file, is: block });
      else tell(block, `${block.type} "${name}" is declared a second time, first in ${before.file}:${before.is.place?.line ?? '?'}`);
    }
    if (block.type === 'locals') {
      for (const attribute of block.body.attributes.values()) {
        if (into.locals.has(attribute.name)) tell(attribute, `local.${attribute.name} is declared a second time`);
        else into.locals.set(attribute.name, { file, is: attribute });
      }
    }
    into.constraints.push(...constraintsIn(block));
  }
  return found;
};

/** What Terraform's schemas refuse, and its syntax does not: labels too few or too many, and a block that may stand once and stands twice. */
export const misfitIn = (body: Body): Mistake | null => {
  for (const { type, labels, body: inner, place } of body.blocks) {
    const wanted = LABELS.get(type);
    if (wanted !== undefined && labels.length !== wanted)
      return { place, what: `a block "${type}" has ${wanted === 0 ? 'no label' : count(wanted, 'label')}` };
    if (type !== 'resource') continue;
    const repeated = inner.blocks.find(
      (block, index) => ONCE.has(block.type) && inner.blocks.findIndex((one) => one.type === block.type) < index,
    );
    if (repeated !== undefined) return { place: repeated.place, what: `a block "${repeated.type}" stands here a second time` };
  }
  return null;
};

const nameOf = ({ type, labels }: Block): string => (type === 'resource' ? labels.slice(0, 2).join('.') : (labels[0] ?? ''));

/** Attributes replace attributes, blocks all blocks of their type (Terraform's documentation of override files). */
const overrideAll = (file: string, body: Body, into: Mutable): readonly Trouble[] => {
  const found: Trouble[] = [];
  for (const block of body.blocks) {
    const kind = KINDS.get(block.type);
    if (kind !== undefined) {
      const name = nameOf(block);
      const base = into[kind].get(name);
      if (base === undefined) found.push(mistaken(file, { place: block.place, what: `${block.type} "${name}" overrides nothing` }));
      else into[kind].set(name, { ...base, is: merged(base.is, block) });
    }
    if (block.type === 'locals')
      for (const attribute of block.body.attributes.values()) into.locals.set(attribute.name, { file, is: attribute });
    into.constraints.push(...constraintsIn(block));
  }
  return found;
};

const merged = (base: Block, over: Block): Block => {
  const replaced = new Set(over.body.blocks.map(blockName));
  const { attributes: changes, blocks } = elsewhere(over.body);
  const attributes = new Map([...base.body.attributes, ...changes]);
  // Of the two ways to make several, the one that overrides counts.
  if (over.body.attributes.has('count')) attributes.delete('for_each');
  if (over.body.attributes.has('for_each')) attributes.delete('count');
  return { ...base, body: { attributes, blocks: [...base.body.blocks.filter((block) => !replaced.has(blockName(block))), ...blocks] } };
};

/** What stands in another file than its resource has no place in that one. */
const elsewhere = ({ attributes, blocks }: Body): Body => ({
  attributes: new Map([...attributes].map(([name, attribute]) => [name, { ...attribute, place: null }])),
  blocks: blocks.map((block) => ({ ...block, place: null, body: elsewhere(block.body) })),
});

/** A dynamic block is one of those that it makes. */
export const blockName = ({ type, labels }: Block): string => (type === 'dynamic' ? (labels[0] ?? type) : type);

const constraintsIn = (block: Block): readonly string[] => {
  if (block.type === 'provider' && block.labels[0] === 'azurerm') return textsOf(block.body.attributes.get('version'));
  if (block.type !== 'terraform') return [];
  return block.body.blocks
    .filter(({ type }) => type === 'required_providers')
    .flatMap(({ body }) => {
      const azurerm = body.attributes.get('azurerm');
      if (azurerm?.value.is !== 'object') return textsOf(azurerm);
      return azurerm.value.entries.flatMap(({ key, value }) => (key.is === 'literal' && key.value === 'version' ? textsOf({ value }) : []));
    });
};

const textsOf = (attribute: Pick<Attribute, 'value'> | undefined): readonly string[] =>
  attribute?.value.is === 'literal' && typeof attribute.value.value === 'string' ? [attribute.value.value] : [];
