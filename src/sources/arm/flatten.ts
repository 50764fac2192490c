import type { Origin } from '../../model/cache.ts';
import { problem } from '../../model/problem.ts';
import type { Gap } from '../../model/scope.ts';
import { isDeferred, isObject, isSensitive, type JsonObject } from '../decode/json.ts';
import { type Chain, evaluate, named, type Scope } from './evaluate.ts';
import { inDeployment, keyOfProperty } from './functions.ts';
import { moduleOutputs } from './module-outputs.ts';
import { keyOf, openAt, type Part, partsOf, segmentsOf, shortly } from './open.ts';
import { type Given, givenBy, scopeOf } from './scope.ts';

/** What a template declares, flattened: child resources and nested deployments are resources beside the others. */
export interface Flattened {
  readonly entries: readonly Entry[];
  readonly templates: readonly Template[];
  readonly gaps: readonly Gap[];
}

/** One template, the outermost or a nested one. */
export interface Template {
  readonly content: JsonObject;
  readonly scope: Scope;
  /** Before the addresses of what it declares; empty for the outermost. */
  readonly prefix: string;
  /** The resource group that it is deployed to. */
  readonly group: readonly Part[];
}

/** One resource of a template. */
export interface Entry {
  readonly type: string;
  /** One by type; null when nobody can tell them apart. */
  readonly names: readonly (readonly Part[])[] | null;
  readonly group: readonly Part[];
  readonly raw: JsonObject;
  readonly scope: Scope;
  readonly address: string;
  /** Its name in a template of symbolic names. */
  readonly symbol: string | null;
  /** What people call it by where its name is open. */
  readonly label: string;
  /** False for what exists already, or will not be there: it is known only as what others belong to. */
  readonly isDeclared: boolean;
  readonly doubts: readonly Doubt[];
  /** The resource that it stands in. */
  readonly enclosing: Entry | null;
}

/** Why nobody knows whether it will be there; the same doubt has the same key. */
interface Doubt {
  readonly key: string;
  readonly reason: string;
}

interface Context {
  readonly scope: Scope;
  readonly prefix: string;
  readonly group: readonly Part[];
  readonly doubts: readonly Doubt[];
  readonly isDeclared: boolean;
  readonly enclosing: Entry | null;
}

export const flatten = (content: JsonObject, given: Given, path: string, language: Origin['language']): Flattened => {
  const entries: Entry[] = [];
  const templates: Template[] = [];
  const gaps: Gap[] = [];
  const addresses = new Map<string, number>();
  const chain: Chain = { depth: 0 };
  const outputs = moduleOutputs();

  const unique = (address: string): string => {
    const count = (addresses.get(address.toLowerCase()) ?? 0) + 1;
    addresses.set(address.toLowerCase(), count);
    return count === 1 ? address : `${address} #${count}`;
  };
  const template = (inner: JsonObject, context: Context): void => {
    templates.push({ content: inner, scope: context.scope, prefix: context.prefix, group: context.group });
    const resources = named(inner, 'resources');
    if (resources !== undefined && !Array.isArray(resources) && !isObject(resources))
      gaps.push(unreadable(path, `${context.prefix}resources`));
    list(resources, context);
  };
  const list = (resources: unknown, context: Context): void => {
    if (Array.isArray(resources)) for (const one of resources) resource(one, null, context);
    else if (isObject(resources)) for (const [symbol, one] of Object.entries(resources)) resource(one, symbol, context);
  };
  const resource = (raw: unknown, symbol: string | null, context: Context): void => {
    const type = isObject(raw) ? typeIn(raw, context.enclosing) : null;
    if (!isObject(raw) || type === null) {
      gaps.push(unreadable(path, `a resource of ${context.prefix === '' ? 'it' : context.prefix}`));
      return;
    }
    const found = entryOf(raw, type, symbol, context);
    entries.push(found);
    const inner = { ...context, enclosing: found, doubts: found.doubts, isDeclared: found.isDeclared };
    if (type.toLowerCase() === DEPLOYMENTS) deployment(found, inner);
    else list(named(raw, 'resources'), inner);
  };
  const entryOf = (raw: JsonObject, type: string, symbol: string | null, context: Context): Entry => {
    const { scope, prefix, group, enclosing } = context;
    const presence = presenceOf(raw, scope);
    const written = named(raw, 'name');
    const name = typeof written === 'string' ? shortly(written) : '?';
    const isSymbolic = language === 'bicep' && symbol !== null;
    return {
      type,
      names: namesOf(evaluate(written, scope), type, enclosing),
      group,
      raw,
      scope,
      address: unique(`${prefix}${isSymbolic ? symbol : `${type}/${name}`}${presence.marks}`),
      symbol,
      label: `${isSymbolic ? symbol : name}${presence.marks}`,
      isDeclared: context.isDeclared && presence.is !== 'no',
      doubts: [...context.doubts, ...presence.doubts],
      enclosing,
    };
  };
  const deployment = (found: Entry, context: Context): void => {
    const properties = named(found.raw, 'properties');
    const inner = isObject(properties) ? named(properties, 'template') : undefined;
    if (!found.isDeclared) return;
    if (!isObject(properties) || !isObject(inner)) {
      gaps.push(linked(path, found.address));
      return;
    }
    const { scope } = found;
    const prefix = `${found.address.replace(/^Microsoft\.Resources\/deployments\//i, '')}/`;
    const own = keyOf(evaluate([named(found.raw, 'subscriptionId') ?? null, named(found.raw, 'resourceGroup') ?? null], scope));
    const place = own === NO_PLACE ? scope.deployment : own;
    const word = evaluate(scopeWord(properties) ?? 'outer', scope);
    if (typeof word !== 'string') {
      gaps.push(unreadable(path, found.address));
      return;
    }
    const id = `${prefix}${templates.length}`;
    const innerScope = /^inner$/i.test(word)
      ? scopeOf(inner, givenTo(properties, scope), { id, deployment: place, chain, output: outputs.read })
      : scope;
    outputs.add({ name: found.names?.[0] ?? [], symbol: found.symbol, outer: scope, content: inner, inner: innerScope });
    const group = own === NO_PLACE ? found.group : groupOf(place);
    template(inner, { ...context, prefix, enclosing: null, group, scope: innerScope });
  };

  const scope = scopeOf(content, given, { id: '', deployment: '', chain, output: outputs.read });
  template(content, { scope, prefix: '', group: groupOf(''), doubts: [], isDeclared: true, enclosing: null });
  return { entries, templates, gaps };
};

const DEPLOYMENTS = 'microsoft.resources/deployments';

/** Parameters that stand elsewhere may be anything. */
const givenTo = (properties: JsonObject, scope: Scope): Given =>
  named(properties, 'parametersLink') === undefined
    ? givenBy(named(properties, 'parameters'), scope)
    : (name) => ({ value: openAt(`depends on parameter ${shortly(name)}, which a linked file may set`, keyOf([properties, name])) });

const NO_PLACE = keyOf([null, null]);

const scopeWord = (properties: JsonObject): unknown => {
  const options = named(properties, 'expressionEvaluationOptions');
  return isObject(options) ? named(options, 'scope') : undefined;
};

const groupOf = (deployment: string): readonly Part[] => [{ key: keyOfProperty(inDeployment('resourcegroup()', deployment), 'name') }];

/** The whole type; inside of another resource it may be relative to that. */
const typeIn = (raw: JsonObject, enclosing: Entry | null): string | null => {
  const type = named(raw, 'type');
  if (typeof type !== 'string' || !/^[\w.-]+(?:\/[\w.-]+)*$/.test(type)) return null;
  if (enclosing === null || /^[\w-]+(?:\.[\w-]+)+\//.test(type)) return type.includes('/') ? type : null;
  return `${enclosing.type}/${type}`;
};

/** The names of a resource from its name; inside of another one it may be relative to that. */
const namesOf = (name: unknown, type: string, enclosing: Entry | null): Entry['names'] => {
  const parts = partsOf(isSensitive(name) ? name.value : name);
  if (parts === null) return null;
  const segments = segmentsOf(parts);
  const count = type.split('/').length - 1;
  if (segments.length === count) return segments;
  const before = enclosing?.names ?? null;
  return before !== null && before.length + segments.length === count ? [...before, ...segments] : null;
};

interface Presence {
  readonly is: 'yes' | 'no' | 'perhaps';
  readonly doubts: readonly Doubt[];
  /** What tells people of it, behind its address. */
  readonly marks: string;
}

const presenceOf = (raw: JsonObject, scope: Scope): Presence => {
  if (named(raw, 'existing') === true) return { is: 'no', doubts: [], marks: '' };
  const doubts: Doubt[] = [];
  let marks = '';
  const condition = shown(evaluate(named(raw, 'condition') ?? true, scope));
  if (condition === false) return { is: 'no', doubts, marks };
  if (condition !== true) {
    doubts.push({ key: keyOf(condition), reason: `whether it is deployed depends on a condition${writtenIn(condition)}` });
    marks += ' [conditional]';
  }
  const copy = named(raw, 'copy');
  if (isObject(copy)) {
    const count = shown(evaluate(named(copy, 'count'), scope));
    if (count === 0) return { is: 'no', doubts, marks };
    if (typeof count !== 'number' || !(count > 0))
      doubts.push({ key: keyOf(count), reason: `how many of it are deployed is counted then${writtenIn(count)}` });
    marks += ' [copy]';
  }
  return { is: doubts.length === 0 ? 'yes' : 'perhaps', doubts, marks };
};

const shown = (value: unknown): unknown => (isSensitive(value) ? value.value : value);

const writtenIn = (value: unknown): string => (isDeferred(value) && value.written !== null ? `: ${shortly(value.written)}` : '');

const unreadable = (path: string, what: string): Gap => ({
  problem: problem('malformed', 'MALFORMED', `${what} cannot be understood`, {
    scope: path,
    hint: 'A resource is an object with a type and a name.',
    affects: ['*'],
  }),
  correlationId: null,
});

const linked = (path: string, address: string): Gap => ({
  problem: problem('not_found', 'LINKED_TEMPLATE', `the linked template of ${address} is not here`, {
    scope: path,
    hint: 'Scan the template that it links to as well.',
    affects: ['*'],
  }),
  correlationId: null,
});
