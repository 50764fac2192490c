import azurePipelines from './azure-pipelines.yml';
import githubAction from './github-action.yml';
import githubWorkflow from './github-workflow.yml';
import gitlab from './gitlab.yml';
import preCommit from './pre-commit.yml';
import config from './redvet.yml';
import type { CiSystem } from './systems.ts';
import waivers from './waivers.yml';

/** A file for somebody's repository. */
export interface RepositoryFile {
  /** Below its root. */
  readonly path: string;
  readonly text: string;
  /** What it is there for, in a few words. */
  readonly about: string;
}

/** The settings, which change no verdict as they are. `until` is a day on which a waiver may end, `YYYY-MM-DD`. */
export const settingsFiles = (until: string): readonly RepositoryFile[] => [
  { path: '.redvet.yaml', text: config, about: 'settings' },
  {
    path: '.redvet.waivers.yaml',
    text: waivers.replace('W-2000-001', `W-${until.slice(0, 4)}-001`).replace('2000-01-01', until),
    about: 'accepted risks',
  },
];

/** The files by which a CI system runs redvet. `version` is the one that they run. */
export const ciFiles = (system: CiSystem, version: string): readonly RepositoryFile[] =>
  FILES[system].map(({ text, ...file }) => ({ ...file, text: text.replaceAll('redvet@0.0.0', `redvet@${version}`) }));

const FILES: Readonly<Record<CiSystem, readonly RepositoryFile[]>> = {
  github: [
    { path: '.github/actions/redvet/action.yml', text: githubAction, about: 'the step' },
    { path: '.github/workflows/redvet.yml', text: githubWorkflow, about: 'the workflow' },
  ],
  'azure-pipelines': [{ path: 'azure-pipelines.redvet.yml', text: azurePipelines, about: 'the pipeline' }],
  gitlab: [{ path: '.gitlab/redvet.gitlab-ci.yml', text: gitlab, about: 'the jobs, to be included' }],
  'pre-commit': [{ path: '.pre-commit-config.yaml', text: preCommit, about: 'the hook' }],
};
