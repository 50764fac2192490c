import type { Estate, Received, Reply } from './resource-manager.ts';

/** Wire resources that can be changed by PATCH and PUT, as Resource Manager changes them: an object is merged, anything else replaced. */
export interface ChangingEstate {
  /** For `Estate.reply`: reads of one resource, and writes. */
  readonly reply: NonNullable<Estate['reply']>;
  /** The resource of that id as it is now. */
  readonly at: (id: string) => unknown;
  /** What stands in a list below a resource, such as `patchSchedules`. */
  readonly below: (id: string, list: string) => readonly unknown[];
  /** Every change, oldest first. */
  readonly changes: readonly Change[];
}

interface Change {
  readonly method: string;
  readonly id: string;
  readonly body: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a PATCH leaves. */
export const merged = (before: unknown, change: unknown): unknown => {
  if (!isJson(change)) return change;
  const base = isJson(before) ? before : {};
  return { ...base, ...Object.fromEntries(Object.entries(change).map(([name, value]) => [name, merged(base[name], value)])) };
};

/** `resources` by id; an id is compared without case. The lists that an estate serves see the changes when they are made of `at`. */
export const changingEstate = (resources: Readonly<Record<string, unknown>>): ChangingEstate => {
  const state = new Map(Object.entries(resources).map(([id, wire]) => [id.toLowerCase(), wire]));
  const changes: Change[] = [];
  return {
    changes,
    at: (id) => state.get(id.toLowerCase()),
    below: (id, list) =>
      [...state].flatMap(([key, wire]) => {
        const rest = key.startsWith(`${id}/${list}/`.toLowerCase()) ? key.slice(id.length + list.length + 2) : '/';
        return rest.includes('/') ? [] : [wire];
      }),
    reply: ({ method, path, body }: Received): Reply | undefined => {
      const [id = ''] = path.split('?');
      const before = state.get(id.toLowerCase());
      if (method === 'GET') return before === undefined ? undefined : { body: before };
      if (!/^(?:PUT|PATCH)$/.test(method) || (before === undefined && method === 'PATCH')) return undefined;
      const change: unknown = JSON.parse(body);
      changes.push({ method, id, body: change });
      // What a client cannot set stays as it was.
      const named = { id, name: id.slice(id.lastIndexOf('/') + 1), ...(isJson(before) ? { type: before['type'] } : {}) };
      const after = method === 'PATCH' ? merged(before, change) : merged(named, change);
      state.set(id.toLowerCase(), after);
      // The real one answers a write with both keys in it.
      const answer =
        isJson(after) && isJson(after['properties']) ? { ...after, properties: { ...after['properties'], accessKeys: KEYS } } : after;
      return { body: answer };
    },
  };
};

export const KEYS = { primaryKey: 'KEY-CANARY-primary-0123456789=', secondaryKey: 'KEY-CANARY-secondary-0123456789=' };
