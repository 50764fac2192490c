import type { ProviderMajor } from '../decode/azurerm.ts';
import type { Parsed } from './syntax.ts';

/** The major versions of azurerm that a cache may be declared for, oldest first. */
const MAJORS = [2, 3, 4, 5] as const;

/**
 * The exact version that `terraform init` chose wins. Of several that the constraints admit the oldest is told, which promises least;
 * but none where azurerm 2 is among them, whose defaults are others.
 */
export const providerOf = (constraints: readonly string[], lock: Parsed | null): ProviderMajor => {
  const locked = lockedVersion(lock);
  const possible = MAJORS.filter((major) => (locked === null ? constraints.every((one) => admits(one, major)) : locked === major));
  const [first, ...others] = possible;
  if (first === undefined || (locked === null && constraints.length === 0)) return null;
  return first === 2 && others.length > 0 ? null : first;
};

const lockedVersion = (lock: Parsed | null): number | null => {
  if (lock === null || 'mistake' in lock) return null;
  const block = lock.body.blocks.find(({ type, labels }) => type === 'provider' && /\/hashicorp\/azurerm$/.test(labels[0] ?? ''));
  const version = block?.body.attributes.get('version')?.value;
  const major = version?.is === 'literal' ? /^(\d+)\./.exec(String(version.value))?.[1] : undefined;
  return major === undefined ? null : Number(major);
};

/** Whether some version of that major may be taken. A constraint that is not understood excludes nothing. */
const admits = (constraint: string, major: number): boolean =>
  constraint.split(',').every((one) => {
    const {
      operator = '=',
      first,
      minor,
      patch,
    } = /^\s*(?<operator>~>|>=|<=|!=|=|>|<)?\s*v?(?<first>\d+)(?:\.(?<minor>\d+))?(?:\.(?<patch>\d+))?/.exec(one)?.groups ?? {};
    if (first === undefined) return true;
    const bound = Number(first);
    const isWhole = Number(minor ?? 0) === 0 && Number(patch ?? 0) === 0;
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
        return isWhole ? major < bound : major <= bound;
      case '<=':
        return major <= bound;
      default:
        return true;
    }
  });
