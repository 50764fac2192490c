import type { ValidateFunction } from 'ajv';
import { config, waivers } from './compiled.ts';
import configSchema from './config.json' with { type: 'json' };
import waiversSchema from './waivers.json' with { type: 'json' };

/** What of a value its schema does not allow. */
export interface SchemaError {
  /** The way from the root to what is wrong. */
  readonly path: readonly (string | number)[];
  /** The keyword of JSON Schema that says so, such as `enum`. */
  readonly keyword: string;
  /** What belongs to the keyword, as ajv tells it: `allowedValues`, `additionalProperty`. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The schema of what is wrong. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export const validateConfig = (value: unknown): readonly SchemaError[] => errorsOf(config, configSchema, value);
export const validateWaivers = (value: unknown): readonly SchemaError[] => errorsOf(waivers, waiversSchema, value);

const errorsOf = (validate: ValidateFunction, root: Schema, value: unknown): readonly SchemaError[] => {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, keyword, params }) => {
    const path = stepsOf(instancePath, value);
    return { path, keyword, params, schema: schemaFor(path, root) };
  });
};

/** A JSON pointer as steps; what leads into an array is a number. */
const stepsOf = (pointer: string, root: unknown): readonly (string | number)[] => {
  let at: unknown = root;
  return pointer
    .split('/')
    .slice(1)
    .map((written) => {
      const name = written.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(name) : name;
      at = typeof at === 'object' && at !== null ? Object.entries(at).find(([key]) => key === name)?.[1] : undefined;
      return step;
    });
};

/** The schema of what stands at a path. What a place says of itself is said before what it refers to. */
const schemaFor = (path: SchemaError['path'], root: Schema): Schema =>
  path.reduce<Schema>((at, step) => {
    const { properties, additionalProperties, items } = at;
    const named = isSchema(properties) ? properties[step] : undefined;
    return referred(typeof step === 'number' ? items : (named ?? additionalProperties), root);
  }, root);

type Schema = SchemaError['schema'];

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

const referred = (schema: unknown, root: Schema): Schema => {
  if (!isSchema(schema)) return {};
  const { $ref: pointer, ...own } = schema;
  const definitions = root['$defs'];
  const name = typeof pointer === 'string' ? pointer.replace('#/$defs/', '') : '';
  const found = isSchema(definitions) ? definitions[name] : undefined;
  if (!isSchema(found)) return own;
  const described = [own['description'], found['description']].filter((text) => typeof text === 'string');
  return { ...found, ...own, ...(described.length === 0 ? {} : { description: described.join(' ') }) };
};
