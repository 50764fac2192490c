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

const errorsOf = (validate: ValidateFunction, root: object, value: unknown): readonly SchemaError[] => {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, keyword, params, schemaPath }) => ({
    path: stepsOf(instancePath, value),
    keyword,
    params,
    schema: schemaAt(schemaPath, root),
  }));
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

/** What a keyword stands in, by the pointer to the keyword. */
const schemaAt = (pointer: string, root: object): SchemaError['schema'] => {
  const found = pointer
    .split('/')
    .slice(1, -1)
    .map(decodeURIComponent)
    .reduce<unknown>((at, step) => Object.entries(Object(at)).find(([key]) => key === step)?.[1], root);
  return typeof found === 'object' && found !== null ? { ...found } : {};
};
