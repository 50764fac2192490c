import { styleFor } from '../../src/cli/style.ts';
import type { Run } from '../../src/policy/report.ts';
import type { Choices, Display } from '../../src/reporters/reporter.ts';
import { TODAY } from './cache.ts';

/** A run as a report is begun with, but for what a test is about. */
export const runOf = (more: Partial<Run> = {}): Run => ({
  tool: { name: 'redvet', version: '0.0.0', rulesetVersion: '1' },
  id: 'run-1',
  startedAt: '2026-01-01T00:00:00.000Z',
  today: TODAY,
  source: 'arm',
  cloud: 'public',
  tenantId: null,
  failOn: 'high',
  rules: [],
  frameworks: [],
  byFramework: false,
  config: null,
  disabled: [],
  options: {},
  ...more,
});

/** What a report is ended with. */
export const END = { finishedAt: '2026-01-01T00:00:01.000Z', stats: { apiCalls: 0, retries: 0, throttledMs: 0, durationMs: 0 } };

/** What reporters are made with, but for what a test is about; the display is one line without end. */
export const choicesOf = (display: Partial<Display> = {}, more: Partial<Omit<Choices, 'display'>> = {}): Choices => ({
  display: {
    width: Number.POSITIVE_INFINITY,
    style: styleFor(false),
    unicode: true,
    brief: false,
    show: null,
    minSeverity: null,
    wide: false,
    isWaivedShown: false,
    groupBy: 'cache',
    ...display,
  },
  sarif: { locations: [], isWaivedIncluded: false },
  markdown: { mostBytes: Number.POSITIVE_INFINITY },
  folder: '/builds/repo',
  summaryFile: null,
  ...more,
});
