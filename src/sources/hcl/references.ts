import { stepsOf } from './evaluate.ts';
import { type Instance, type Times, timesOf } from './instance.ts';
import { type Block, type Expression, MOST_NESTING, partsOf } from './syntax.ts';

/** Where an expression leads in the end, through variables, locals and outputs of modules. */
export interface Leads {
  /**
   * Attributes of resources with the module they stand in, such as `module.cache.azurerm_redis_cache.main.id`, without keys: what is
   * made several times is judged once. What leads nowhere stands here as it is written, and leaves open what is meant.
   */
  readonly addresses: readonly string[];
  /** The variables and locals it leads through, with their modules. */
  readonly through: readonly string[];
}

/** Where an expression stands: a block that may be made several times, in a module. */
export interface Context {
  readonly instance: Instance;
  /** The block, and what `each` is in it; null for an output. */
  readonly block: Block | null;
  readonly each: Expression | null;
}

/**
 * Beside an address: it may be that of something else, or of some of what stands there, or the block may not be made. No resource has
 * this address, so that what refers to it and to a cache belongs to that cache or to none.
 */
const PERHAPS = 'azurerm_nothing.perhaps.id';

/** What these say is the same in every module. */
const OF_PLACE: ReadonlySet<string> = new Set(['each', 'count', 'path', 'terraform']);

interface Walk {
  readonly instance: Instance;
  readonly each: Expression | null;
  /** Names that only a `for` knows. */
  readonly bound: readonly string[];
  readonly depth: number;
}

export const leadsOf = (expression: Expression, { instance, block, each }: Context): Leads => {
  const addresses = new Set<string>();
  const through = new Set<string>();
  const seen = new Set<string>();
  const own = block === null ? null : timesOf(block, instance.scope);
  const walk = (one: Expression, at: Walk): void => {
    if (at.depth > MOST_NESTING) {
      addresses.add('local.too_deep');
      return;
    }
    if (one.is === 'name' || one.is === 'get' || one.is === 'index') {
      follow(one, at);
      return;
    }
    // A `for` may leave out some of what it goes through.
    if (one.is === 'opaque' && one.bound.length > 0) addresses.add(PERHAPS);
    const bound = one.is === 'opaque' ? [...at.bound, ...one.bound] : at.bound;
    for (const part of partsOf(one)) walk(part, { ...at, bound, depth: at.depth + 1 });
  };
  const follow = (one: Expression, at: Walk): void => {
    const { root, steps } = stepsOf(one);
    if (root.is !== 'name') {
      walk(root, { ...at, depth: at.depth + 1 });
      return;
    }
    if (at.bound.includes(root.name)) return;
    const names = steps.flatMap((step) => ('name' in step ? [step.name] : []));
    const [name, next] = names;
    if (name === undefined) return;
    const { prefix } = at.instance;
    if (root.name === 'var' || root.name === 'local') through.add(`${prefix}${root.name}.${name}`);
    const leads = target(root.name, name, next, at);
    const [, second] = steps;
    const key = second !== undefined && 'key' in second ? second.key : null;
    if (leads === null) {
      addresses.add([OF_PLACE.has(root.name) ? root.name : `${prefix}${root.name}`, ...names].join('.'));
      const resource = at.instance.module.folder.declared.resources.get(`${root.name}.${name}`);
      if (resource !== undefined && !isSure(resource.is, key, at)) addresses.add(PERHAPS);
      return;
    }
    if (leads.block !== null && !isSure(leads.block, key, at)) addresses.add(PERHAPS);
    const id = `${prefix}${[root.name, name, next].join('.')}`;
    if (seen.has(id)) return;
    seen.add(id);
    walk(leads.expression, { instance: leads.instance, each: leads.each, bound: [], depth: at.depth + 1 });
  };
  /** Whether the block is made for all of what is made there, and it is one of them, or each is for one of them. */
  const isSure = (there: Block, key: Expression | null, at: Walk): boolean => {
    const times = timesOf(there, at.instance.scope);
    const isSame = at.instance === instance && isAlike(own, times);
    if (!isSame && !isMade(own) && !follows(there, at)) return false;
    return times.isSingle || key === null || (isSame && key.is !== 'literal') || isEach(key, there, at);
  };
  const follows = (there: Block, at: Walk): boolean => at.instance === instance && each !== null && refersTo(each, there);
  const isEach = (key: Expression, there: Block, at: Walk): boolean => key.is === 'get' && follows(there, at);
  walk(expression, { instance, each, bound: [], depth: 0 });
  if (own !== null && addresses.size > 0 && leavesModule(addresses, instance)) addresses.add(PERHAPS);
  return { addresses: [...addresses].sort(), through: [...through].sort() };
};

const isMade = (times: Times | null): boolean => times === null || (times.known !== null && times.known > 0);

/** The same expression in one module is the same number. */
const isAlike = (one: Times | null, other: Times): boolean =>
  one !== null &&
  one.expression !== null &&
  other.expression !== null &&
  JSON.stringify(one.expression) === JSON.stringify(other.expression);

/** Whether `for_each` goes through the very resource. */
const refersTo = (each: Expression, { type, labels }: Block): boolean =>
  type === 'resource' && each.is === 'get' && each.of.is === 'name' && each.of.name === labels[0] && each.name === labels[1];

/** Whether it refers to something outside of a module that may not be called at all. */
const leavesModule = (addresses: ReadonlySet<string>, instance: Instance): boolean => {
  for (let at = instance; at.caller !== null; at = at.caller.instance) {
    if (isMade(timesOf(at.caller.block, at.caller.instance.scope))) continue;
    const { prefix } = at;
    if ([...addresses].some((address) => !address.startsWith(prefix) && address !== PERHAPS)) return true;
  }
  return false;
};

interface Target {
  readonly expression: Expression;
  readonly instance: Instance;
  readonly each: Expression | null;
  /** The call of a module that it leads into. */
  readonly block: Block | null;
}

/** What stands behind a name of the language; null for a resource, and for what has nothing behind it. */
const target = (root: string, name: string, next: string | undefined, { instance, each }: Walk): Target | null => {
  switch (root) {
    case 'local': {
      const local = instance.module.folder.declared.locals.get(name);
      return local === undefined ? null : { expression: local.is.value, instance, each: null, block: null };
    }
    case 'var': {
      const { caller } = instance;
      const given = caller?.block.body.attributes.get(name);
      if (caller === null || given === undefined) return null;
      const eachOf = caller.block.body.attributes.get('for_each')?.value ?? null;
      return { expression: given.value, instance: caller.instance, each: eachOf, block: null };
    }
    case 'module': {
      const child = instance.children.get(name);
      const output = next === undefined ? undefined : child?.module.folder.declared.outputs.get(next);
      const value = output?.is.body.attributes.get('value');
      if (child === undefined || value === undefined) return null;
      return { expression: value.value, instance: child, each: null, block: child.caller?.block ?? null };
    }
    case 'each':
      return each === null || name !== 'value' ? null : { expression: each, instance, each: null, block: null };
    default:
      return null;
  }
};
