import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { Io } from './io.ts';
import { didYouMean } from './suggest.ts';
import { SCHEMA_NAMES } from './words.ts';

/** `redvet schema NAME`: a JSON Schema as it stands in the package. */
export const runSchema = async (word: string, io: Io): Promise<number> => {
  const name = SCHEMA_NAMES.find((known) => known === word);
  if (name === undefined)
    throw new Trouble(
      problem('usage', 'USAGE', word === '' ? 'no schema was named' : `there is no schema ${JSON.stringify(word)}`, {
        hint: `${didYouMean(word, SCHEMA_NAMES)} There is ${SCHEMA_NAMES.join(', ')}.`.trim(),
      }),
    );
  const { readSchema } = await import('./schema-files.ts');
  await io.stdout.write(await readSchema(name));
  return 0;
};
