import type { Run as SarifRun } from 'sarif';
import type { Report, Run } from '../policy/report.ts';
import { safeJson } from './escape.ts';
import type { Placing } from './location.ts';
import type { Reporter } from './reporter.ts';
import { automationId } from './sarif/category.ts';
import { invocationOf } from './sarif/invocation.ts';
import { findingResult, isResult, unreadResult } from './sarif/results.ts';
import { completeDescriptor, ruleDescriptor } from './sarif/rules.ts';
import { unreadOf } from './unread.ts';

const LOG = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0' } as const;

/** Of what the tool is about: it has no page of its own. */
const INFORMATION = 'https://learn.microsoft.com/azure/redis/overview';

/** SARIF 2.1.0, one run, made for GitHub code scanning. Results are written as they come; how the run went follows them. */
export const sarifReporter = (placing: Placing): Reporter => {
  let ruleIndex: ReadonlyMap<string, number> = new Map();
  let results = 0;
  const listed = (texts: readonly string[]): string => texts.map((one, index) => `${results + index > 0 ? ',' : ''}\n${one}`).join('');
  return {
    begin: (run) => {
      ruleIndex = new Map(run.rules.map(({ id }, index) => [id, index]));
      return `{\n${field('$schema', LOG.$schema)},\n${field('version', LOG.version)},\n"runs": [{\n${head(run)},\n"results": [`;
    },
    assessed: ({ findings }) => {
      const texts = findings
        .filter((finding) => isResult(finding, placing.sarif))
        .map((finding) => safeJson(findingResult(finding, ruleIndex.get(finding.rule.id), placing)));
      const text = listed(texts);
      results += texts.length;
      return text;
    },
    end: (report) => {
      const unread = unreadOf(report);
      const index = report.run.rules.length;
      const last = listed(unread.map((one) => safeJson(unreadResult(one, index, report.run, placing))));
      return [
        last,
        '\n],\n',
        field('invocations', [invocationOf(report, unread, results + unread.length)]),
        ',\n',
        tail(report),
        '\n}]\n}\n',
      ];
    },
  };
};

const head = (run: Run): string => {
  const tool: SarifRun['tool'] = {
    driver: {
      name: run.tool.name,
      version: run.tool.version,
      semanticVersion: run.tool.version,
      informationUri: INFORMATION,
      rules: [...run.rules.map(ruleDescriptor), completeDescriptor()],
      properties: { rulesetVersion: run.tool.rulesetVersion },
    },
  };
  return [field('tool', tool), field('automationDetails', { id: automationId(run) }), field('columnKind', 'utf16CodeUnits')].join(',\n');
};

const tail = ({ summary, status, run: { cloud, tenantId, source, failOn } }: Report): string =>
  field('properties', { source, cloud, tenantId, failOn, complete: status.complete, summary });

const field = (name: string, value: unknown): string => `${safeJson(name)}: ${safeJson(value)}`;
