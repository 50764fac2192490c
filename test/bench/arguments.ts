import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly help: boolean;
  readonly list: boolean;
  readonly json: boolean;
  readonly write: boolean;
  readonly quick: boolean;
  /** Substrings or globs of row ids; empty for all. */
  readonly only: readonly string[];
  /** Null: as many as each row takes by itself. */
  readonly runs: number | null;
}

/** What the person who started the benchmark can put right. */
export class BenchUsage extends Error {}

export const USAGE = `Usage: npm run bench -- [options]

  --only <rows>   rows whose id contains this or matches this glob (repeat for more)
  --runs <n>      pairs or runs of each row, 1 to 100 (default: as many as each row takes)
  --quick         leave out what takes minutes
  --list          print the rows and their targets, measure nothing
  --json          for machines
  --write         put the table into README.md
  -h, --help      print this help

Exit codes: 0 measured, 1 a scan did not do what it should, 2 usage, 130 interrupted.
A target that is missed is marked, and changes no exit code.
`;

const MOST_RUNS = 100;

export const readArguments = (argv: readonly string[]): BenchOptions => {
  const { help = false, list = false, json = false, write = false, quick = false, only = [], runs } = parse(argv);
  if (runs !== undefined && !(/^\d{1,3}$/.test(runs) && Number(runs) >= 1 && Number(runs) <= MOST_RUNS))
    throw new BenchUsage(`--runs ${runs} is no number from 1 to ${MOST_RUNS}`);
  if (write && only.length > 0) throw new BenchUsage('--write takes all rows: a table of some would lose the others; leave --only out');
  return { help, list, json, write, quick, only, runs: runs === undefined ? null : Number(runs) };
};

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        help: { type: 'boolean', short: 'h' },
        list: { type: 'boolean' },
        json: { type: 'boolean' },
        write: { type: 'boolean' },
        quick: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        runs: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new BenchUsage(error instanceof Error ? error.message : String(error));
  }
};

/** The ids that were asked for. Throws for a pattern that no row has: a mistyped row must not look measured. */
export const selectRows = (ids: readonly string[], only: readonly string[]): ReadonlySet<string> => {
  if (only.length === 0) return new Set(ids);
  const found = only.map((pattern) => ({ pattern, rows: ids.filter((id) => matches(id, pattern)) }));
  const nothing = found.find(({ rows }) => rows.length === 0);
  if (nothing) throw new BenchUsage(`--only ${nothing.pattern} is no row; see: npm run bench -- --list`);
  return new Set(found.flatMap(({ rows }) => rows));
};

const matches = (id: string, pattern: string): boolean => {
  if (!pattern.includes('*')) return id.includes(pattern);
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(id);
};
