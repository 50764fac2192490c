import type { Run } from '../policy/report.ts';
import { RULESET_VERSION } from '../rules/index.ts';
import type { Io } from './io.ts';
import type { LiveSettings } from './settings.ts';
import { VERSION } from './version.ts';

/** A run in which nothing is judged: the rules only say what is read. */
export const bareRun = ({ cloud, tenant }: LiveSettings, io: Io): Run => {
  const now = io.now().toISOString();
  return {
    tool: { name: 'redvet', version: VERSION, rulesetVersion: RULESET_VERSION },
    id: io.uuid(),
    startedAt: now,
    today: now.slice(0, 10),
    source: 'arm',
    cloud: cloud.name,
    tenantId: tenant ?? null,
    failOn: 'none',
    rules: [],
    frameworks: [],
    byFramework: false,
    config: null,
    disabled: [],
    options: {},
  };
};
