import { safeJson } from './escape.ts';
import type { Reporter } from './reporter.ts';
import { cacheJson, findingJson, ruleJson, runJson, SCHEMA, scopeJson } from './result-json.ts';

/**
 * A result line by line, each an object that says its `type`: the run, then of each cache its findings and its card, then the
 * problems, and last the end. Nothing waits, so that memory does not grow with the estate. Without the end it was cut off.
 */
export const ndjsonReporter = (): Reporter => ({
  begin: (run) => line('run', { ...SCHEMA, tool: run.tool, run: runJson(run), rules: run.rules.map(ruleJson) }),
  assessed: (assessed) =>
    [...assessed.findings.map((finding) => line('finding', findingJson(finding))), line('cache', cacheJson(assessed))].join(''),
  *end(report) {
    for (const problem of report.problems) yield line('problem', problem);
    yield line('end', {
      run: { id: report.run.id, finishedAt: report.finishedAt },
      scope: scopeJson(report),
      frameworks: report.frameworks,
      waivers: report.waivers,
      summary: report.summary,
      stats: report.stats,
      status: report.status,
    });
  },
});

const line = (type: 'run' | 'finding' | 'cache' | 'problem' | 'end', fields: object): string => `${safeJson({ type, ...fields })}\n`;
