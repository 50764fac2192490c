import type { Choices, Reporter } from './reporter.ts';

export const FORMATS = [
  'table',
  'json',
  'ndjson',
  'sarif',
  'junit',
  'markdown',
  'html',
  'csv',
  'ocsf',
  'gitlab-codequality',
  'github',
  'azure-pipelines',
  'none',
] as const;
export type Format = (typeof FORMATS)[number];

const NOTHING: Reporter = { begin: () => '', assessed: () => '', end: () => [] };

/** Every format and how to make its reporter; loaded only when it is asked for. */
export const REPORTERS: Readonly<Record<Format, (choices: Choices) => Promise<Reporter>>> = {
  table: async ({ display }) => (await import('./table.ts')).tableReporter(display),
  json: async () => (await import('./json.ts')).jsonReporter(),
  ndjson: async () => (await import('./ndjson.ts')).ndjsonReporter(),
  sarif: async (choices) => (await import('./sarif.ts')).sarifReporter(choices),
  junit: async () => (await import('./junit.ts')).junitReporter(),
  markdown: async ({ markdown }) => (await import('./markdown.ts')).markdownReporter(markdown),
  html: async () => (await import('./html.ts')).htmlReporter(),
  csv: async () => (await import('./csv.ts')).csvReporter(),
  ocsf: async () => (await import('./ocsf.ts')).ocsfReporter(),
  'gitlab-codequality': async (choices) => (await import('./gitlab-codequality.ts')).gitlabCodequalityReporter(choices),
  github: async () => (await import('./github.ts')).githubReporter(),
  'azure-pipelines': async ({ summaryFile }) => (await import('./azure-pipelines.ts')).azurePipelinesReporter(summaryFile),
  none: async () => NOTHING,
};
