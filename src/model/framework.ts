import type { Control } from './rule-spec.ts';

/** A compliance framework as far as rules are mapped to it: nothing is claimed beyond the mapping. */
export interface Framework {
  readonly id: string;
  readonly title: string;
  readonly controls: readonly MappedControl[];
}

/** One control by one origin: what Microsoft maps and what is our own reading are never mixed. */
export interface MappedControl {
  readonly id: string;
  readonly origin: Control['origin'];
  /** Ids of the rules that cover it, in report order. */
  readonly rules: readonly string[];
}
