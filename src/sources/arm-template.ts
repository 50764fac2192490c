import type { Origin } from '../model/cache.ts';
import { finderOf } from './arm/belonging.ts';
import { givenBeside } from './arm/beside.ts';
import { readDocument } from './arm/document.ts';
import { named } from './arm/evaluate.ts';
import { flatten } from './arm/flatten.ts';
import { readParameters } from './arm/parameters.ts';
import type { ParametersFiles } from './arm/parameters-files.ts';
import { armResources } from './arm/resources.ts';
import { givenIn } from './arm/scope.ts';
import { asidesOf } from './arm/secrets.ts';
import { declaredCaches } from './decode/declared.ts';
import { isObject, type JsonObject } from './decode/json.ts';
import type { Files } from './files.ts';
import type { Read } from './input.ts';
import { NOT_OURS, notUnderstood, wholeText } from './input-text.ts';

/** What a template is read with. */
export interface TemplateContext {
  /** A file with parameters; null for their defaults, and what the files around it leave of them. */
  readonly parameters: string | null;
  readonly beside: ParametersFiles;
  readonly files: Files;
}

/** Reads the caches that a template of Resource Manager declares. Throws `Trouble` (usage) for what is none. */
export async function* readArmTemplate(bytes: AsyncIterable<Uint8Array>, path: string, context: TemplateContext): AsyncIterable<Read> {
  yield* readTemplate(await wholeText(bytes, path), path, context, 'arm');
}

/** The same of its text; `language` is the one that it was written in. */
export async function* readTemplate(
  text: string,
  path: string,
  { parameters, beside, files }: TemplateContext,
  language: Origin['language'],
): AsyncIterable<Read> {
  const document = readDocument(text);
  if ('why' in document) throw notUnderstood(path, document.why, IT_IS);
  const template = templateIn(document.value, path);
  const given = parameters === null ? null : await readParameters(parameters, files);
  const flattened = flatten(template, given === null ? await givenBeside(template, path, beside) : givenIn(given), path, language);
  const find = finderOf(flattened.entries);
  const resources = armResources(flattened.entries, find, language === 'bicep' ? null : document);
  yield* declaredCaches(resources, { file: path, language }, asidesOf(flattened, find, given));
  for (const gap of flattened.gaps) yield { type: 'gap', gap };
}

const IT_IS = 'A template is a JSON object with its resources: {"$schema": "...", "contentVersion": "1.0.0.0", "resources": [...]}.';

const templateIn = (value: unknown, path: string): JsonObject => {
  if (!isObject(value)) throw notUnderstood(path, 'is no template', IT_IS, NOT_OURS);
  const resources = named(value, 'resources');
  if (resources === undefined) throw notUnderstood(path, 'has no resources', IT_IS, NOT_OURS);
  if (!Array.isArray(resources) && !isObject(resources)) throw notUnderstood(path, 'has resources that are no list', IT_IS);
  return value;
};
