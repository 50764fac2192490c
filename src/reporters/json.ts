import type { RuleSpec } from '../model/rule-spec.ts';
import type { Report } from '../policy/report.ts';
import { safeJson } from './escape.ts';
import type { Reporter } from './reporter.ts';
import { cacheJson, findingJson, ruleJson, runJson, SCHEMA, scopeJson } from './result-json.ts';

/**
 * A result as one object. Written as it comes: findings first, one a line; what is only known at the end follows. Of a cache
 * nothing but the text of its card waits for that.
 */
export const jsonReporter = (): Reporter => {
  let any = false;
  const cards: string[] = [];
  return {
    begin: ({ tool }) =>
      `{\n${field('$schema', SCHEMA.$schema)},\n${field('schemaVersion', SCHEMA.schemaVersion)},\n${field('tool', tool)},\n"findings": [`,
    assessed: (assessed) => {
      const { findings } = assessed;
      const text = findings.map((finding, index) => `${any || index > 0 ? ',' : ''}\n${safeJson(findingJson(finding))}`).join('');
      any ||= findings.length > 0;
      cards.push(safeJson(cacheJson(assessed)));
      return text;
    },
    *end(report) {
      yield any ? '\n]' : ']';
      for (const pieces of closing(report, cards)) {
        yield ',\n';
        yield* pieces;
      }
      yield '\n}\n';
    },
  };
};

/** What follows the findings, a property after another. */
const closing = (report: Report, cards: readonly string[]): readonly Iterable<string>[] => [
  list('caches', cards),
  list('rules', report.run.rules.map(ruleJson).map(safeJson)),
  list('frameworks', report.frameworks.map(safeJson)),
  list('waivers', report.waivers.map(safeJson)),
  list('problems', report.problems.map(safeJson)),
  [field('scope', scopeJson(report))],
  [field('summary', report.summary)],
  [field('run', runJson(report.run, { finishedAt: report.finishedAt }))],
  [field('stats', report.stats)],
  [field('status', report.status)],
];

const field = (name: string, value: unknown): string => `${safeJson(name)}: ${safeJson(value)}`;

/** A property whose value is an array, an item a line. */
function* list(name: string, items: readonly string[]): Iterable<string> {
  yield `${safeJson(name)}: [`;
  for (const [index, item] of items.entries()) yield `${index > 0 ? ',' : ''}\n${item}`;
  yield items.length > 0 ? '\n]' : ']';
}

/** `redvet rules -o json`. */
export const rulesJson = (rules: readonly RuleSpec[]): string =>
  `{\n${[...list('rules', rules.map(ruleJson).map(safeJson))].join('')}\n}\n`;
