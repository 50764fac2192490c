import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { azurermCaches } from './decode/azurerm.ts';
import { inside, isObject, type JsonObject, propertyOf, shown, textOf } from './decode/json.ts';
import type { Read } from './input.ts';
import { NOT_OURS, notUnderstood, wholeText } from './input-text.ts';
import { parseStrictly } from './strict-json.ts';
import { withAzapi } from './terraform/azapi.ts';
import { rootModule } from './terraform/configuration.ts';
import { majorOf } from './terraform/provider.ts';
import { type Found, type Item, readChange, readPlanned, readStanding } from './terraform/resources.ts';
import { withSecrets } from './terraform/secrets.ts';
import { templateGaps } from './terraform/templates.ts';

/**
 * What `terraform show -json` and `tofu show -json` print of a plan or of a state.
 * https://developer.hashicorp.com/terraform/internals/json-format
 */
export async function* readTerraformJson(bytes: AsyncIterable<Uint8Array>, path: string): AsyncIterable<Read> {
  const parsed = parseStrictly(await wholeText(bytes, path));
  if ('why' in parsed) throw notUnderstood(path, parsed.why, HOW);
  const document = parsed.value;
  if (!isObject(document) || !Object.hasOwn(document, 'format_version'))
    throw notUnderstood(path, 'is no plan and no state of Terraform', HOW, NOT_OURS);
  const version = propertyOf(document, 'format_version');
  if (typeof version !== 'string' || !/^[01]\.\d+$/.test(version))
    throw notUnderstood(path, `is of format version ${shown(version ?? null)}, and redvet knows 0 and 1`, 'Look for a newer redvet.');
  const isPlan = ['planned_values', 'resource_changes', 'configuration'].some((name) => Object.hasOwn(document, name));
  const { items, gaps } = isPlan ? plannedIn(document, path) : standingIn(document, path);
  const found = items.filter((item): item is Found => 'resource' in item);
  const unreadable = items.flatMap((item) => ('why' in item ? [gap(path, `${item.address ?? 'an entry of it'} ${item.why}`)] : []));
  const first = new Map(found.map(({ resource }, index): [string, number] => [resource.address, index]));
  const resources = found.map(({ resource }) => resource);
  const repeated = resources
    .filter(({ address }, index) => first.get(address) !== index)
    .map(({ address }) => gap(path, `${address} stands in it twice`));
  const azurerm = azurermCaches(resources, { language: 'terraform', provider: majorOf(constraintsIn(document)) });
  yield* withSecrets(withAzapi(azurerm, found, path), found, document);
  yield* [...unreadable, ...repeated, ...templateGaps(resources, path), ...gaps];
}

const HOW = 'Write it by terraform show -json PLAN > plan.json, with the plan of terraform plan -out PLAN.';

interface Contents {
  readonly items: readonly Item[];
  readonly gaps: readonly Read[];
}

/** What an apply would leave, by its changes: those know what is not known yet. */
const plannedIn = (document: JsonObject, path: string): Contents => {
  const changes = propertyOf(document, 'resource_changes') ?? [];
  if (!Array.isArray(changes)) throw notUnderstood(path, `has ${shown(changes)} for its changes`, HOW);
  const root = rootModule(propertyOf(document, 'configuration'));
  const items = changes.flatMap((entry) => readChange(entry, root, path) ?? []);
  const told = new Set(changes.map((entry) => (isObject(entry) ? textOf(entry, 'address') : null)));
  const planned = resourcesBelow(inside(propertyOf(document, 'planned_values'), 'root_module'));
  const untold = planned.filter((entry) => !isObject(entry) || !told.has(textOf(entry, 'address')));
  // A plan of -refresh-only changes nothing, and says only what there is.
  if (changes.length === 0 && planned.length === 0)
    return { items: standingIn(propertyOf(document, 'prior_state'), path).items, gaps: incompletenessOf(document, path) };
  return { items: [...items, ...untold.flatMap((entry) => readPlanned(entry, path) ?? [])], gaps: incompletenessOf(document, path) };
};

const incompletenessOf = (document: JsonObject, path: string): readonly Read[] => {
  const putOff = propertyOf(document, 'deferred_changes') ?? [];
  if (propertyOf(document, 'errored') === true) return [gap(path, 'it broke off with an error, and holds only what came before')];
  if (!Array.isArray(putOff) || putOff.length > 0) return [gap(path, 'it puts off changes that it cannot tell yet')];
  return propertyOf(document, 'complete') === false ? [gap(path, 'it is not complete: another plan has to follow')] : [];
};

/** What stands is what is. An empty state has no values. */
const standingIn = (document: unknown, path: string): Contents => {
  const values = isObject(document) ? propertyOf(document, 'values') : undefined;
  if (values !== undefined && !isObject(values)) throw notUnderstood(path, `has ${shown(values)} for its values`, HOW);
  const items = resourcesBelow(inside(values, 'root_module')).flatMap((entry) => readStanding(entry, path) ?? []);
  return { items, gaps: [] };
};

/** The resources of a module and of all below it. What is no list of them is one thing that cannot be read. */
const resourcesBelow = (module: unknown): readonly unknown[] => {
  if (module === undefined) return [];
  if (!isObject(module)) return [module];
  const [resources, children] = ['resources', 'child_modules'].map((name) => propertyOf(module, name) ?? []);
  return [
    ...(Array.isArray(resources) ? resources : [resources]),
    ...(Array.isArray(children) ? children.flatMap(resourcesBelow) : [children]),
  ];
};

/** Azurerm by its full name: what a configuration calls it is free. OpenTofu has a registry of its own. */
const constraintsIn = (document: JsonObject): readonly string[] => {
  const providers = inside(propertyOf(document, 'configuration'), 'provider_config');
  if (!isObject(providers)) return [];
  return Object.values(providers).flatMap((provider) => {
    const constraint = isObject(provider) && isAzurerm(provider) ? textOf(provider, 'version_constraint') : null;
    return constraint === null ? [] : [constraint];
  });
};

/** Plans before Terraform 1.1 say no full name. */
const isAzurerm = (provider: JsonObject): boolean => {
  const full = textOf(provider, 'full_name');
  return full === null ? textOf(provider, 'name') === 'azurerm' : /(?:^|\/)hashicorp\/azurerm$/.test(full);
};

const gap = (path: string, message: string): Read => ({ type: 'gap', gap: toGap(path, message) });

const toGap = (path: string, message: string): Gap => ({
  problem: problem('malformed', 'INCOMPLETE_PLAN', message, { scope: path, hint: 'Plan again, and scan what that gives.', affects: ['*'] }),
  correlationId: null,
});
