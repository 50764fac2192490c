import type { TerraformResource } from '../decode/azurerm.ts';
import { AFTER_APPLY } from '../decode/azurerm-values.ts';
import { inside, isObject, type JsonObject, propertyOf, textOf } from '../decode/json.ts';
import { type Expression, expressionsIn, leadsTo, type Module, moduleAt, resourceIn } from './configuration.ts';
import { valuesOf } from './plan-values.ts';

/** The managed resources of a plan or a state. */

/** A resource and how it is written: null where a document does not say, as a state never does. */
export interface Found {
  readonly resource: TerraformResource;
  readonly written: ReadonlyMap<string, readonly Expression[]> | null;
  /** Whether it may hold a value that no document shows. */
  readonly isHidden: boolean;
}

/** What cannot be read, as a clause that follows the document: `is …`. */
interface Unreadable {
  readonly address: string | null;
  readonly why: string;
}

export type Item = Found | Unreadable;

/** Of the providers that make caches. */
const isOurs = (type: string): boolean => /^(?:azurerm|azapi)_/.test(type);

/** One entry of `resource_changes`; null for what is not judged: data sources, what is removed, and the resources of others. */
export const readChange = (entry: unknown, root: Module, file: string): Item | null => {
  const labels = labelsOf(entry);
  if (labels === null || 'why' in labels) return labels;
  const change = inside(entry, 'change');
  const actions = isObject(change) ? propertyOf(change, 'actions') : undefined;
  if (!isObject(change) || !Array.isArray(actions)) return { address: labels.address, why: 'has no change' };
  const creates = actions.includes('create');
  // What is removed or forgotten is nothing that can be mended here; one that is made anew is.
  if (!creates && (actions.includes('delete') || actions.includes('forget'))) return null;
  const after = propertyOf(change, 'after');
  const unknown = propertyOf(change, 'after_unknown') ?? {};
  if (!isObject(after) || !isObject(unknown)) return { address: labels.address, why: 'does not say what it will be' };
  const module = moduleAt(root, textOf(change, 'module_address') ?? moduleOf(labels.address));
  const config = resourceIn(module, labels.type, labels.name);
  const written = config === undefined ? null : expressionsIn(propertyOf(config, 'expressions'));
  const isSet = (attribute: string): boolean => written === null || mayBeSet(attribute, written);
  const values = valuesOf({ after, unknown, sensitive: propertyOf(change, 'after_sensitive') }, isSet);
  const each = config && propertyOf(config, 'for_each_expression');
  return {
    resource: { ...labels, values, references: referencesOf(written, module, each), place: null, places: NONE, creates, file },
    written,
    isHidden: written === null || isWritten('sensitive_body', written),
  };
};

/** One resource of `values`; null for data sources and the resources of others. */
export const readStanding = (entry: unknown, file: string): Item | null => readValues(entry, file, (values) => values);

/** One resource of `planned_values` that is not among the changes: there, what is not known yet is left out. */
export const readPlanned = (entry: unknown, file: string): Item | null => readValues(entry, file, withOmitted);

const readValues = (entry: unknown, file: string, complete: (values: JsonObject, type: string) => JsonObject): Item | null => {
  const labels = labelsOf(entry);
  if (labels === null || 'why' in labels) return labels;
  const values = inside(entry, 'values');
  if (!isObject(values)) return { address: labels.address, why: 'has no values' };
  const known = valuesOf({ after: values, unknown: {}, sensitive: inside(entry, 'sensitive_values') }, () => true);
  return {
    resource: { ...labels, values: complete(known, labels.type), references: new Map(), place: null, places: NONE, creates: false, file },
    written: null,
    isHidden: false,
  };
};

/** Attributes that are known by default, so that their absence would say something: one of several names will do. */
const OMITTED: Readonly<Record<string, readonly (readonly [first: string, ...others: string[]])[]>> = {
  azurerm_redis_cache: [
    ['non_ssl_port_enabled', 'enable_non_ssl_port'],
    ['minimum_tls_version'],
    ['public_network_access_enabled'],
    ['subnet_id'],
    ['redis_configuration'],
    ['identity'],
    ['patch_schedule'],
    ['zones'],
    ['tags'],
  ],
  redis_configuration: [['authentication_enabled', 'enable_authentication'], ['maxmemory_reserved']],
  azurerm_managed_redis: [
    ['public_network_access'],
    ['high_availability_enabled'],
    ['customer_managed_key'],
    ['default_database'],
    ['tags'],
  ],
  default_database: [
    ['client_protocol'],
    ['access_keys_authentication_enabled'],
    ['persistence_append_only_file_backup_frequency'],
    ['persistence_redis_database_backup_frequency'],
    ['geo_replication_group_name'],
  ],
  azurerm_redis_enterprise_cluster: [['minimum_tls_version'], ['zones'], ['tags']],
  azurerm_redis_enterprise_database: [['client_protocol'], ['linked_database_id']],
  azurerm_monitor_diagnostic_setting: [['enabled_log']],
  azapi_resource: [['body']],
  azapi_update_resource: [['body']],
};

const withOmitted = (values: JsonObject, type: string): JsonObject => {
  const omitted = (OMITTED[type] ?? []).filter((names) => !names.some((name) => Object.hasOwn(values, name)));
  const inner = Object.entries(values).map(([name, value]): readonly [string, unknown] => [
    name,
    Array.isArray(value) && Object.hasOwn(OMITTED, name)
      ? value.map((block) => (isObject(block) ? withOmitted(block, name) : block))
      : value,
  ]);
  return Object.fromEntries([...inner, ...omitted.map(([name]): readonly [string, unknown] => [name, AFTER_APPLY])]);
};

const NONE: TerraformResource['places'] = new Map();

type Labels = Pick<TerraformResource, 'address' | 'type' | 'name'>;

const labelsOf = (entry: unknown): Labels | Unreadable | null => {
  if (!isObject(entry)) return { address: null, why: 'is no resource' };
  const [address, type, name] = ['address', 'type', 'name'].map((one) => textOf(entry, one));
  if (!address || !type || !name) return { address: address ?? null, why: 'has no address, type or name' };
  if (entry['mode'] === 'data' || !isOurs(type)) return null;
  // What was replaced and not removed yet stands beside its successor, under the same address.
  const deposed = textOf(entry, 'deposed_key') ?? textOf(entry, 'deposed');
  return { address: deposed === null ? address : `${address} (deposed ${deposed})`, type, name };
};

/** `module.a[0].module.b` out of the address of what stands in it; empty in the root. */
const moduleOf = (address: string): string => /^(?:module\.[^.[\]]+(?:\[(?:"(?:[^"\\]|\\.)*"|[^\]"]*)\])?\.)*/.exec(address)?.[0] ?? '';

/** What a block that stands there leaves out nobody sets; where no block stands a dynamic one may. */
const mayBeSet = (path: string, written: ReadonlyMap<string, readonly Expression[]>): boolean => {
  if (isWritten(path, written)) return true;
  const at = path.lastIndexOf('.');
  return at >= 0 && written.get(path.slice(0, at))?.length !== 0;
};

const isWritten = (name: string, written: ReadonlyMap<string, unknown>): boolean =>
  [...written.keys()].some((path) => path === name || path.startsWith(`${name}.`));

const referencesOf = (
  written: ReadonlyMap<string, readonly Expression[]> | null,
  module: Module,
  each: JsonObject | unknown,
): TerraformResource['references'] => {
  const all = [...(written ?? [])].map(([path, expressions]): readonly [string, readonly string[]] => [
    path,
    expressions.flatMap(({ references }) => references),
  ]);
  return new Map(
    all.filter(([, references]) => references.length > 0).map(([path, references]) => [path, leadsTo(references, module, each)]),
  );
};
