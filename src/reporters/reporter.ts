import type { Outcome } from '../model/finding.ts';
import type { Severity } from '../model/severity.ts';
import type { AssessedCache, Report, Run } from '../policy/report.ts';

/**
 * Shows a run and decides nothing. Made anew for each run; may hold state, touches nothing outside: it returns text,
 * and the shell writes it. `begin` is called once, also when the run failed before its first cache; `end` again, and with the same
 * state, when the report changed because another output failed. What waited for the end comes in pieces: no string may be as long as
 * an estate is large.
 */
export interface Reporter {
  begin(run: Run): string;
  assessed(assessed: AssessedCache): string;
  end(report: Report): Iterable<string>;
}

/** What is chosen for the reporters of a run. Each takes of it what concerns its format. */
export interface Choices {
  readonly display: Display;
  readonly sarif: SarifChoices;
  readonly markdown: MarkdownChoices;
  /** The working folder, absolute: files in it are told relative to it where a tool wants paths of a repository. Null for none. */
  readonly folder: string | null;
  /** The file with the job summary, for a CI system that has to be told of it; null for none. */
  readonly summaryFile: string | null;
}

export interface SarifChoices {
  /** Where what runs is declared, by a glob over its id; the first that matches counts. */
  readonly locations: readonly { readonly glob: string; readonly file: string; readonly line: number }[];
  /** Whether waived findings are in it, marked as suppressed. */
  readonly isWaivedIncluded: boolean;
}

export interface MarkdownChoices {
  /** UTF-8 bytes that the whole may take; infinite where nothing limits it. */
  readonly mostBytes: number;
}

/** How a report for people looks: it never changes the gate, nor another format. */
export interface Display extends TableChoices {
  /** Columns to keep within; infinite where nothing may be wrapped. */
  readonly width: number;
  readonly style: Style;
  readonly unicode: boolean;
  /** Of what is longer than a screen the worst, and how much more there is: whoever looks at a terminal reads no thousand lines. */
  readonly brief: boolean;
}

/** Which rows a table has. */
export interface TableChoices {
  /** Null: failures and unknowns, and the passes too as long as there are few caches. */
  readonly show: ReadonlySet<Outcome> | null;
  /** Null: the mild ones are counted where there are many caches. */
  readonly minSeverity: Severity | null;
  readonly wide: boolean;
  /** Whether failures that do not count, because they are waived, have rows. */
  readonly isWaivedShown: boolean;
  readonly groupBy: 'cache' | 'rule';
}

type Paint = (text: string) => string;

export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly link: Paint;
  /** A text that leads to an address, where a terminal makes a link of it; nothing may be measured or broken after that. */
  readonly linked: (text: string, url: string) => string;
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly outcome: Readonly<Record<Outcome, Paint>>;
}
