import type { ProviderMajor } from '../decode/azurerm.ts';

const MAJORS = [2, 3, 4, 5] as const;

/**
 * The major version of azurerm by all constraints on it: Terraform takes one version for a whole configuration. Of several that are
 * possible the oldest, whose defaults the newer ones share since 3; null when 2 is one of several.
 */
export const majorOf = (constraints: readonly string[]): ProviderMajor => {
  if (constraints.length === 0) return null;
  const [first, ...others] = MAJORS.filter((major) => constraints.every((constraint) => admits(constraint, major)));
  if (first === undefined) return null;
  return first === 2 && others.length > 0 ? null : first;
};

/** Whether some version of that major may be taken. A constraint that is not understood excludes nothing. */
const admits = (constraint: string, major: number): boolean => constraint.split(',').every((part) => admitsPart(part, major));

const admitsPart = (part: string, major: number): boolean => {
  const [, operator = '=', first, minor, patch] = PART.exec(part) ?? [];
  if (first === undefined) return true;
  const bound = Number(first);
  switch (operator) {
    case '=':
      return major === bound;
    case '~>':
      // Only the last part that is written may grow: `~> 3` admits 4, `~> 3.0` does not.
      return minor === undefined ? major >= bound : major === bound;
    case '>=':
    case '>':
      return major >= bound;
    case '<':
      return Number(minor ?? 0) === 0 && Number(patch ?? 0) === 0 ? major < bound : major <= bound;
    case '<=':
      return major <= bound;
    default:
      return true;
  }
};

const PART = /^\s*(~>|>=|<=|!=|=|>|<)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/;
