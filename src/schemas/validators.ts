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
  /** The schema of what is wrong, with what is said of it where it is used. */
  readonly schema: Readonly<Record<string, unknown>>;
}

export const validateConfig = (value: unknown): readonly SchemaError[] => errorsOf(config, configSchema, value);
export const validateWaivers = (value: unknown): readonly SchemaError[] => errorsOf(waivers, waiversSchema, value);

const errorsOf = (validate: ValidateFunction, root: object, value: unknown): readonly SchemaError[] => {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, keyword, params }) => {
    const path = stepsOf(instancePath, value);
    return { path, keyword, params, schema: schemaOf(path, root) };
  });
};

/** A JSON pointer as steps; what leads into an array is a number. */
const stepsOf = (pointer: string, root: unknown): readonly (string | number)[] => {
  let at = root;
  return pointer
    .split('/')
    .slice(1)
    .map((written) => {
      const name = written.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(at) ? Number(name) : name;
      at = memberOf(at, name);
      return step;
    });
};

/** The schema of a part of a value. The paths that ajv gives for schemas do not say through which reference they lead. */
const schemaOf = (path: SchemaError['path'], root: object): SchemaError['schema'] =>
  path.reduce<SchemaError['schema']>(
    (schema, step) => {
      const below = typeof step === 'number' ? schema['items'] : (memberOf(schema['properties'], step) ?? schema['additionalProperties']);
      return resolved(below, root);
    },
    resolved(root, root),
  );

/** What the place says where a schema is used goes before what the schema says itself. */
const resolved = (schema: unknown, root: object): SchemaError['schema'] => {
  const { $ref, ...own }: Readonly<Record<string, unknown>> = { ...Object(schema) };
  if (typeof $ref !== 'string') return own;
  const target = resolved($ref.split('/').slice(1).reduce<unknown>(memberOf, root), root);
  const described = [own['description'], target['description']].filter((text) => typeof text === 'string');
  return { ...target, ...own, ...(described.length === 0 ? {} : { description: described.join(' ') }) };
};

const memberOf = (value: unknown, name: string): unknown => Object.entries(Object(value)).find(([key]) => key === name)?.[1];
