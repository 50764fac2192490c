import type { Awaitable } from './need.ts';

/**
 * Something a source may or may not have been able to see.
 * A gap read as `false` reports compliance that nobody observed, so the value is out of reach until `known` was asked.
 */
export type Fact<T> = Known<T> | Unknown;

export interface Known<T> {
  readonly known: true;
  readonly value: T;
  /** Where the value stands in the wire format, such as `properties.enableNonSslPort`. */
  readonly path: string;
  /** `service_default`: the property was absent and Azure documents what that means. */
  readonly from: 'observed' | 'service_default';
  /** The value as it is written at the source, `(sensitive)` for one that must not be shown; null when it stands there not at all, or is no single value. */
  readonly written: string | null;
  /** How the source writes what Azure calls otherwise, by Azure's word: `Disabled` is `false` in Terraform. */
  readonly spelling?: Readonly<Record<string, string>>;
}

export interface Unknown {
  readonly known: false;
  readonly path: string;
  readonly kind: UnknownKind;
  /** A clause for people: "the property is missing". */
  readonly reason: string;
  /** The value as it stood on the wire, shortened; null when there was none. */
  readonly actual: string | null;
  /** Of a `pending` one: what the source has to read to know it. */
  readonly need?: Awaitable;
}

/**
 * `out_of_reach`: this kind of source can never show it. Only that one is `not_evaluated`; every other is `unknown`.
 * `pending`: not read yet; the source reads it when a rule waits for it.
 */
export type UnknownKind = 'missing' | 'invalid' | 'denied' | 'unread' | 'deferred' | 'out_of_reach' | 'pending';

/** A fact that the source reads when a rule waits for it. */
export const pending = (need: Awaitable, path: string = need): Unknown => ({
  known: false,
  path,
  kind: 'pending',
  reason: need === 'resource' ? 'the cache itself was not read' : `${need} were not read`,
  actual: null,
  need,
});
