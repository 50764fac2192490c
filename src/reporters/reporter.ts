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

/** How a report for people looks: it never changes the gate, nor another format. */
export interface Display {
  /** Columns to keep within; infinite where nothing may be wrapped. */
  readonly width: number;
  readonly style: Style;
  readonly unicode: boolean;
  /** Null: failures and unknowns, and the passes too as long as there are few caches. */
  readonly show: ReadonlySet<Outcome> | null;
  /** Null: the mild ones are counted where there are many caches. */
  readonly minSeverity: Severity | null;
  readonly wide: boolean;
}

type Paint = (text: string) => string;

export interface Style {
  readonly strong: Paint;
  readonly faint: Paint;
  readonly good: Paint;
  readonly link: Paint;
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly outcome: Readonly<Record<Outcome, Paint>>;
}
