import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A schema as text: a file beside what was built, where editors find it, too. */
export const readSchema = async (name: string): Promise<string> => {
  const schema: unknown = JSON.parse(await readFile(join(import.meta.dirname, 'schemas', `${name}.json`), 'utf8'));
  return `${JSON.stringify(schema, null, 2)}\n`;
};
