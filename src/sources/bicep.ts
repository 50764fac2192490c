import { Trouble } from '../errors.ts';
import { redacted } from '../model/redact.ts';
import { readTemplate, type TemplateContext } from './arm-template.ts';
import type { Files } from './files.ts';
import type { Read } from './input.ts';
import { NOT_OURS, notUnderstood, unreadableInput, utf8Of, wholeText } from './input-text.ts';

/**
 * Reads the caches that a Bicep file declares, from the template that the compiler on this machine makes of it. Throws `Trouble` (usage)
 * where there is no compiler, or it refuses the file.
 */
export async function* readBicep(path: string, context: TemplateContext): AsyncIterable<Read> {
  if (path === '-') throw notUnderstood(path, 'cannot be compiled: a Bicep file stands beside its modules', 'Name the file.');
  const template = await compiled(path, context.files);
  try {
    yield* readTemplate(template, path, context, 'bicep');
  } catch (error) {
    if (error instanceof Trouble && error.problem.scope === path)
      throw notUnderstood(path, 'was compiled to something that is no template', `Look at it: bicep build --stdout ${path}`);
    throw error;
  }
}

const compiled = async (path: string, files: Files): Promise<string> => {
  const build = await buildWith(path.startsWith('-') ? `./${path}` : path, files);
  if (build === null) throw await failed(path, files, 'is Bicep, and no compiler is here', GET_ONE, 'NO_COMPILER');
  // What .NET writes may begin with a byte order mark.
  if (build.code === 0) return build.stdout.replace(/^\uFEFF/, '');
  if (build.code === null) throw await failed(path, files, 'could not be compiled: bicep took too long, or was stopped', TRY_IT);
  throw await failed(path, files, `could not be compiled: ${firstErrors(build.stderr)}`, TRY_IT);
};

const GET_ONE = 'Install it: az bicep install, or https://aka.ms/bicep-install; or give the template that it compiles to.';
const TRY_IT = 'See what `bicep build` says; modules from a registry come by `bicep restore`.';

/**
 * Nothing is downloaded: neither modules, nor the compiler, which `az bicep build` would fetch where it is missing and `az bicep version`
 * does not. https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/resource/_bicep.py
 */
const buildWith = async (path: string, files: Files) => {
  const own = await files.run('bicep', ['build', '--no-restore', '--stdout', path]);
  if (own !== null) return own;
  const version = await files.run('az', ['bicep', 'version']);
  return version?.code === 0 ? files.run('az', ['bicep', 'build', '--no-restore', '--stdout', '--file', path]) : null;
};

const MOST_LINES = 3;
const MOST_CHARACTERS = 500;

const firstErrors = (stderr: string): string => {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  const first = (errors.length > 0 ? errors : lines).slice(0, MOST_LINES).join('; ');
  const text = redacted(first);
  return text === '' ? 'bicep says nothing' : Array.from(text).slice(0, MOST_CHARACTERS).join('');
};

/** Of a file that surely has no cache nobody needs to know that it could not be compiled. */
const failed = async (path: string, files: Files, what: string, hint: string, code?: string): Promise<Trouble> =>
  notUnderstood(path, what, hint, (await mayHoldCache(path, files)) ? code : NOT_OURS);

/** By its own text, and by modules that stand elsewhere; those beside it are files of their own. */
const mayHoldCache = async (path: string, files: Files): Promise<boolean> =>
  /redis|['"](?:br|ts)[:/]/i.test(await wholeText(utf8Of(readable(path, files)), path));

async function* readable(path: string, files: Files): AsyncIterable<Uint8Array> {
  try {
    yield* files.read(path);
  } catch (error) {
    throw error instanceof Trouble ? error : unreadableInput(path, error);
  }
}
