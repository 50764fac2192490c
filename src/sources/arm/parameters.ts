import type { JsonObject } from '../decode/json.ts';
import { isObject } from '../decode/json.ts';
import type { Files } from '../files.ts';
import { notUnderstood, unreadableInput, utf8Of, wholeText } from '../input-text.ts';
import { readDocument } from './document.ts';
import { named } from './evaluate.ts';

/** What a file gives parameters, by their names in lower case; undefined for what it says otherwise than by a value, or twice. */
export type Values = ReadonlyMap<string, unknown>;

/** The parameters in a file, as the name of each has an object with its `value` or `reference`. Throws `Trouble` (usage) that names it. */
export const readParameters = async (path: string, files: Files): Promise<JsonObject> => {
  if (/\.bicepparam$/i.test(path))
    throw notUnderstood(path, 'is no JSON', 'Compile it: bicep build-params main.bicepparam --outfile parameters.json');
  const document = readDocument(await textAt(path, files));
  if ('why' in document) throw notUnderstood(path, document.why, HINT);
  const parameters = isObject(document.value) ? named(document.value, 'parameters') : undefined;
  if (!isObject(parameters)) throw notUnderstood(path, 'holds no parameters', HINT);
  const wrong = Object.entries(parameters).find(([, entry]) => !isObject(entry));
  if (wrong !== undefined) throw notUnderstood(path, `has a parameter ${JSON.stringify(wrong[0].slice(0, 60))} that is no object`, HINT);
  return parameters;
};

const HINT = 'Give a file of the form {"parameters": {"name": {"value": "..."}}}.';

const textAt = async (path: string, files: Files): Promise<string> => {
  const bytes = (async function* () {
    try {
      yield* files.read(path);
    } catch (error) {
      throw unreadableInput(path, error);
    }
  })();
  return wholeText(utf8Of(bytes), path);
};
