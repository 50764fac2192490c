import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Gap } from '../model/scope.ts';
import { azurermCaches } from './decode/azurerm.ts';
import type { Files } from './files.ts';
import { gapOf } from './gaps.ts';
import { type Folder, readFolder, readSingle } from './hcl/folder.ts';
import { parserOf } from './hcl/grammar.ts';
import { type Instance, rootInstance } from './hcl/instance.ts';
import { gapOfTrouble, placeText } from './hcl/mistakes.ts';
import { type Call, isLocal, readModule, sourceOf } from './hcl/module.ts';
import { providerOf } from './hcl/provider.ts';
import { type Found, resourcesOf } from './hcl/resources.ts';
import { withSecrets } from './hcl/secrets.ts';
import { shownExpression } from './hcl/values.ts';
import type { Input, Read } from './input.ts';
import { wholeText } from './input-text.ts';
import { nameIn, pathBelow } from './paths.ts';
import { withAzapi } from './terraform/azapi.ts';
import type { Found as Planned } from './terraform/resources.ts';
import { templateGaps } from './terraform/templates.ts';

/** A folder of Terraform files; `only`: the one file of it whose caches are asked for. */
export interface TerraformFolder {
  readonly folder: string;
  readonly only: string | null;
}

/** The root modules among folders, each with what it calls; a folder that another one calls is no input of its own. */
export const terraformInputs = async (places: readonly TerraformFolder[], files: Files): Promise<readonly Input[]> => {
  const parser = await parserOf(files);
  const known = new Map<string, Promise<Folder | Trouble>>();
  const read = (path: string): Promise<Folder | Trouble> => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const folder = readFolder(path, files, parser).catch((error: unknown) => {
      if (error instanceof Trouble) return error;
      throw error;
    });
    known.set(path, folder);
    return folder;
  };
  const started: Started[] = [];
  for (const place of places) {
    const path = pathBelow('.', place.folder);
    const folder = await read(path);
    if (folder instanceof Trouble) throw folder;
    started.push({ ...place, path, root: folder });
  }
  const remote = { unread: [] as Call[], caches: 0, left: 0 };
  const roots = rootsAmong(started);
  remote.left = roots.length;
  return roots.map(({ folder, only, root }) => ({
    path: only ?? folder,
    kind: 'terraform',
    read: () => readRoot(root, only, read, remote),
  }));
};

interface Started extends TerraformFolder {
  readonly path: string;
  readonly root: Folder;
}

/** Those that no other one calls. Of folders that only call each other, the first one stays. */
const rootsAmong = (started: readonly Started[]): readonly Started[] => {
  const byPath = new Map(started.map((one) => [one.path, one]));
  const callsOf = ({ path, root }: Started): readonly string[] =>
    [...root.declared.modules.values()].flatMap(({ is }) => {
      const source = sourceOf(is);
      return source !== null && isLocal(source) ? [pathBelow(path, source)].filter((called) => called !== path) : [];
    });
  const called = new Set(started.flatMap(callsOf));
  const reached = new Set<string>();
  const reach = (path: string): void => {
    const waiting = [path];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const one = byPath.get(next);
      if (one === undefined || reached.has(next)) continue;
      reached.add(next);
      waiting.push(...callsOf(one));
    }
  };
  const roots = new Set(started.filter(({ path, only }) => only !== null || !called.has(path)));
  for (const { path } of roots) reach(path);
  for (const one of started) {
    if (reached.has(one.path)) continue;
    roots.add(one);
    reach(one.path);
  }
  return started.filter((one) => roots.has(one));
};

/** What is seen of all inputs together: modules that may make a cache are told of where nothing else was found. */
interface Remote {
  readonly unread: Call[];
  caches: number;
  left: number;
}

async function* readRoot(
  root: Folder,
  only: string | null,
  read: (path: string) => Promise<Folder | Trouble>,
  remote: Remote,
): AsyncIterable<Read> {
  const own = only === null ? undefined : root.troubles.find(({ file }) => nameIn(file) === nameIn(only));
  if (own !== undefined) throw own.trouble;
  const module = await readModule(root, read);
  const instance = rootInstance(module, root.settings);
  const instances = instancesBelow(instance);
  const folders = new Set([root, ...instances.map(({ module: { folder } }) => folder)]);
  for (const folder of folders) for (const { trouble } of folder.troubles) yield gapRead(gapOfTrouble(trouble));
  yield* unreadGaps(instances, remote);

  const found = resourcesOf(instance);
  const provider = providerOf(
    [...folders].flatMap(({ declared }) => declared.constraints),
    root.lock,
  );
  const wanted = only === null ? null : new Set(found.filter((one) => standsIn(one, only)).map(({ resource }) => resource.address));
  const azurerm = azurermCaches(
    found.map(({ resource }) => resource),
    { language: 'terraform', provider },
  );
  const all = withAzapi(azurerm, found.map(asWritten), root.path).map((seen) => inItsFile(seen, found));
  for (const seen of withSecrets(all, found, instances)) {
    if (seen.type === 'cache' && wanted !== null && !wanted.has(seen.cache.id)) continue;
    if (seen.type === 'cache') remote.caches += 1;
    yield seen;
  }
  for (const one of found) {
    if (only !== null && !standsIn(one, only)) continue;
    yield* templateGaps([one.resource], one.resource.file);
  }
  remote.left -= 1;
  if (remote.left === 0 && remote.caches === 0) yield* elsewhere(remote.unread);
}

/** As a plan gives it. */
const asWritten = ({ resource }: Found): Planned => ({
  resource,
  written: null,
  isHidden: Object.hasOwn(resource.values, 'sensitive_body'),
});

const inItsFile = (seen: Read, found: readonly Found[]): Read => {
  if (seen.type !== 'cache' || seen.cache.origin === null) return seen;
  const { cache } = seen;
  const resource = found.find((one) => one.resource.address === cache.id)?.resource;
  if (resource === undefined || resource.file === seen.cache.origin.file) return seen;
  return { type: 'cache', cache: { ...cache, origin: { ...seen.cache.origin, file: resource.file } } };
};

const gapRead = (gap: Gap): Read => ({ type: 'gap', gap });

const instancesBelow = (instance: Instance): readonly Instance[] => [instance, ...[...instance.children.values()].flatMap(instancesBelow)];

/** Whether a file declares it, or calls the module that does. */
const standsIn = ({ resource, instance }: Found, only: string): boolean => {
  let at = instance;
  let block = null;
  while (at.caller !== null) {
    block = at.caller.block;
    at = at.caller.instance;
  }
  const calls = at.module.folder.declared.modules;
  const file = block === null ? resource.file : [...calls.values()].find(({ is }) => is === block)?.file;
  return file !== undefined && nameIn(file) === nameIn(only);
};

/**
 * Modules that are not here. One that speaks of redis is a gap; that any other one makes a cache is possible, and told only where the
 * whole scan found none: nearly every folder calls such a module, and a gap for each would teach people to ignore gaps.
 */
function* unreadGaps(instances: readonly Instance[], remote: Remote): Generator<Read> {
  for (const { unread, prefix } of instances) {
    for (const call of unread) {
      if ('module' in call.called) continue;
      if (call.called.isRemote && !speaksOfRedis(call)) remote.unread.push(call);
      else yield gapRead(unreadGap(call, prefix));
    }
  }
}

const speaksOfRedis = ({ declared: { is: block } }: Call): boolean =>
  [block.labels[0] ?? '', ...[...block.body.attributes.values()].flatMap(({ name, written }) => [name, written])].some((text) =>
    /redis/i.test(text),
  );

const unreadGap = ({ declared: { file, is: block }, called }: Call, prefix: string): Gap => {
  const { why, source, trouble } = 'module' in called ? { why: '', source: null, trouble: null } : called;
  const of = source === null ? '' : ` (${shownExpression(source)})`;
  const because = trouble === null ? why : `${why}: ${trouble.problem.message}`;
  return gapOf(
    new Trouble(
      problem(
        'malformed',
        'MODULE_NOT_READ',
        `${placeText(file, block.place)}: module ${prefix}${block.labels[0] ?? ''}${of} was not read: ${because}`,
        {
          scope: file,
          hint: PLAN_INSTEAD,
          affects: ['*'],
        },
      ),
    ),
  );
};

const PLAN_INSTEAD = 'Run terraform init first, which fetches it, or scan the plan instead: terraform show -json tfplan > plan.json';

function* elsewhere(calls: readonly Call[]): Generator<Read> {
  const names = [...new Set(calls.map(({ declared: { is } }) => `module.${is.labels[0] ?? ''}`))].sort();
  const [first] = calls;
  if (first === undefined) return;
  const shown = names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
  yield gapRead(
    gapOf(
      new Trouble(
        problem('malformed', 'MODULE_NOT_READ', `no cache is declared here, but some may be in modules that are not here: ${shown}`, {
          scope: first.declared.file,
          hint: PLAN_INSTEAD,
          affects: ['*'],
        }),
      ),
    ),
  );
}

/** Terraform source from a stream: one file without its folder. */
export async function* readTerraformText(bytes: AsyncIterable<Uint8Array>, path: string, files: Files): AsyncIterable<Read> {
  const folder = readSingle(await wholeText(bytes, path), path, await parserOf(files));
  yield* readRoot(folder, path, async () => noFolder(path), { unread: [], caches: 0, left: 1 });
}

const noFolder = (path: string): Trouble =>
  new Trouble(problem('usage', 'CANNOT_READ', 'a stream has no folder', { scope: path, hint: 'Name the folder.', affects: ['*'] }));
