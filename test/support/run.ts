import type { Run } from '../../src/policy/report.ts';
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
  options: {},
  ...more,
});

/** What a report is ended with. */
export const END = { finishedAt: '2026-01-01T00:00:01.000Z', stats: { apiCalls: 0, retries: 0, throttledMs: 0, durationMs: 0 } };
