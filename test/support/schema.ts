import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Readonly<Record<string, unknown>>;

export type Validate = (value: unknown) => readonly string[];

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What of a value a schema does not allow, by path. Properties that it does not describe are such, too: readers have to bear what a later
 * version adds, but what this one writes is all described.
 */
export const violationsBy = (schema: Schema): Validate => {
  const validate = strictly(schema);
  return (value) => {
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || '(root)'} ${message} ${JSON.stringify(params)}`,
    );
  };
};

/** A keyword or format that is not known is an error. */
const strictly = (schema: Schema): ValidateFunction =>
  new Ajv2020({
    allErrors: true,
    // It asks for a `type` beside each keyword, also where it stands in what is referred to.
    strictTypes: false,
    formats: { 'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/ },
  }).compile(closed(schema));

/** The same for a value that has no property which is not described. */
const closed = (schema: Schema): Schema => {
  const inner = Object.fromEntries(Object.entries(schema).map(([keyword, of]) => [keyword, closedIn(keyword, of)]));
  return isOpen(schema) ? inner : { ...inner, unevaluatedProperties: false };
};

/** Values of a keyword that stand where another part of the value is; what stands beside others for the same part is closed with them. */
const closedIn = (keyword: string, of: unknown): unknown => {
  if (keyword === 'items' && isSchema(of)) return closed(of);
  if (keyword === 'properties' && isSchema(of)) return mapped(of, closed);
  if (keyword === '$defs' && isSchema(of)) return mapped(of, within);
  if (['anyOf', 'oneOf', 'allOf'].includes(keyword) && Array.isArray(of)) return of.map((one) => (isSchema(one) ? within(one) : one));
  return of;
};

const within = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).map(([keyword, of]) => [keyword, closedIn(keyword, of)]));

const mapped = (schemas: Schema, change: (schema: Schema) => Schema): Schema =>
  Object.fromEntries(Object.entries(schemas).map(([name, of]) => [name, isSchema(of) ? change(of) : of]));

/** An object of which nothing is described holds anything. */
const isOpen = (schema: Schema): boolean => !['properties', '$ref', 'anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema);
