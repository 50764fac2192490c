import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.ts';
import type { OutputRequest } from './outputs.ts';

/** The Markdown that a CI system shows with a job. */
export interface JobSummary {
  readonly file: string;
  /** Whether other steps write to the same file. */
  readonly isShared: boolean;
}

/** UTF-8 bytes: GitHub takes 1 MiB a step, https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
export const MOST_SUMMARY_BYTES = 1_000_000;

/** The summary that goes with a format, where the system it is for runs this. A file of commands is for somebody else to print. */
export const jobSummaryOf = ({ format, file }: OutputRequest, { env, uuid }: Pick<Io, 'env' | 'uuid'>): JobSummary | null => {
  if (file !== null) return null;
  const github = env['GITHUB_STEP_SUMMARY'];
  if (format === 'github' && github !== undefined && github !== '') return { file: github, isShared: true };
  if (format !== 'azure-pipelines' || env['TF_BUILD'] === undefined) return null;
  return { file: join(env['AGENT_TEMPDIRECTORY'] || tmpdir(), `redvet-${uuid()}.md`), isShared: false };
};
