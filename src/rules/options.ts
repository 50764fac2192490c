import type { OptionValue } from '../model/rule-spec.ts';

/** What an option of a rule takes: on a command line as text, in a configuration file as a value of its own type. */
interface OptionType<T extends OptionValue> {
  readonly help: string;
  /** For people: `true or false`. */
  readonly expected: string;
  /** What it is when nobody says anything. */
  readonly fallback: T;
  readonly read: (written: unknown) => T | undefined;
}

/** The options of a rule, by name. */
export type OptionTable = Readonly<Record<string, OptionType<boolean> | OptionType<number> | OptionType<readonly string[]>>>;

export type OptionValues<O extends OptionTable> = { readonly [K in keyof O]: O[K]['fallback'] };

export const flag = (help: string): OptionType<boolean> => ({
  help,
  expected: 'true or false',
  fallback: false,
  read: (written) => {
    if (typeof written === 'boolean') return written;
    if (written === 'true') return true;
    return written === 'false' ? false : undefined;
  },
});

export const wholeNumber = (
  help: string,
  { least, most, fallback }: Readonly<Record<'least' | 'most' | 'fallback', number>>,
): OptionType<number> => ({
  help,
  expected: `a whole number from ${least} to ${most}`,
  fallback,
  read: (written) => {
    const number = typeof written === 'string' && /^\d{1,15}$/.test(written) ? Number(written) : written;
    return typeof number === 'number' && Number.isInteger(number) && number >= least && number <= most ? number : undefined;
  },
});

export const names = (help: string): OptionType<readonly string[]> => ({
  help,
  expected: 'names, with commas between',
  fallback: [],
  read: (written) => {
    const parts: readonly unknown[] = typeof written === 'string' ? written.split(',').map((part) => part.trim()) : arrayOf(written);
    const texts = parts.filter((part): part is string => typeof part === 'string' && part !== '');
    return texts.length === parts.length && texts.length > 0 ? [...new Set(texts)] : undefined;
  },
});

/** Something that is no list is one that holds nothing that could be a name. */
const arrayOf = (written: unknown): readonly unknown[] => (Array.isArray(written) ? written : [null]);
