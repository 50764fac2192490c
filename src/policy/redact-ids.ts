import type { AssessedCache, Finding, Report, Run } from './report.ts';

/** A report without the ids of subscriptions, tenants and principals: each is replaced by a name that is the same wherever it stands. */
export interface Hiding {
  run(run: Run): Run;
  assessed(assessed: AssessedCache): AssessedCache;
  report(report: Report): Report;
  /** What is told beside a report. */
  text(text: string): string;
}

export const NOTHING_HIDDEN: Hiding = {
  run: (run) => run,
  assessed: (assessed) => assessed,
  report: (report) => report,
  text: (text) => text,
};

const GUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi;

const NAME_CHARACTERS = 12;

/** Every GUID in what came from outside is one of them, as far as anybody can tell. `digest` makes hexadecimal of a text, always the same. */
export const hidingIds = (digest: (text: string) => string): Hiding => {
  const names = new Map<string, string>();
  const nameOf = (guid: string): string => {
    const key = guid.toLowerCase();
    const name = names.get(key) ?? `redacted-${digest(key).slice(0, NAME_CHARACTERS)}`;
    names.set(key, name);
    return name;
  };
  const text = (written: string): string => written.replace(GUID, nameOf);
  /** What is of our own catalogue, where GUIDs name policies, is not handed to it. */
  const hidden = <T>(value: T): T => changed(value, text);
  const finding = ({ rule, controls, ...told }: Finding): Finding => ({ ...hidden(told), rule, controls });
  const run = ({ rules, frameworks, tool, config, ...told }: Run): Run => ({ ...hidden(told), rules, frameworks, tool, config });
  return {
    text,
    run,
    assessed: ({ cache, counts, findings }) => ({ cache: hidden(cache), counts, findings: findings.map(finding) }),
    report: ({ run: of, frameworks, ...told }) => ({ ...hidden(told), run: run(of), frameworks }),
  };
};

/** A value of the same shape: only texts change. */
function changed<T>(value: T, text: (written: string) => string): T;
function changed(value: unknown, text: (written: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => changed(item, text));
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changed(one, text)]));
}
