/** As much of JSON Schema 2020-12 as our schemas use; a keyword that is not known here is an error. */

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isSchema,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

const ANNOTATIONS = ['$schema', '$id', '$defs', 'title', 'description', 'format', 'then'];

/** What of a value a schema does not allow, by path. */
export const violations = (value: unknown, schema: Schema, root: Schema = schema, at = '$'): readonly string[] =>
  Object.entries(schema).flatMap(([keyword, wanted]): readonly string[] => {
    if (ANNOTATIONS.includes(keyword)) return [];
    const inner = (part: unknown, of: unknown, path = at): readonly string[] =>
      isSchema(of) ? violations(part, of, root, path) : [`${path}: no schema`];
    const all: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted];
    const because = (isRight: boolean): readonly string[] => (isRight ? [] : [`${at}: ${keyword}`]);
    switch (keyword) {
      case '$ref':
        return inner(value, referred(root, String(wanted)));
      case 'type':
        return because(all.some((type) => TYPES[String(type)]?.(value) === true));
      case 'const':
        return because(value === wanted);
      case 'enum':
        return because(all.includes(value));
      case 'pattern':
        return because(typeof value !== 'string' || new RegExp(String(wanted), 'u').test(value));
      case 'minimum':
        return because(typeof value !== 'number' || value >= Number(wanted));
      case 'required':
        return all.filter((name) => isSchema(value) && !Object.hasOwn(value, String(name))).map((name) => `${at}: without ${name}`);
      case 'properties':
        return Object.entries(isSchema(wanted) ? wanted : {}).flatMap(([name, of]) =>
          isSchema(value) && Object.hasOwn(value, name) ? inner(value[name], of, `${at}.${name}`) : [],
        );
      case 'items':
        return Array.isArray(value) ? value.flatMap((item, index) => inner(item, wanted, `${at}[${index}]`)) : [];
      case 'anyOf':
        return because(all.some((of) => inner(value, of).length === 0));
      case 'oneOf':
        return because(all.filter((of) => inner(value, of).length === 0).length === 1);
      case 'if':
        return inner(value, wanted).length === 0 ? inner(value, schema['then']) : [];
      default:
        return [`${keyword} is not known to this test`];
    }
  });

const referred = (root: Schema, pointer: string): unknown =>
  pointer
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, name) => (isSchema(value) ? value[name] : undefined), root);
