/**
 * Where a configuration file says what an option says. An option that is not here is for the command line and the environment only:
 * where a token goes (`--arm-endpoint`, `--authority`, `--audience`) is not for a file to decide that came with a repository.
 */
export const CONFIG_KEYS: Readonly<Record<string, string>> = {
  subscription: 'scope.subscriptions',
  'management-group': 'scope.managementGroups',
  'resource-group': 'scope.resourceGroups',
  cache: 'scope.caches',
  tag: 'scope.tags',
  exclude: 'scope.exclude',
  source: 'scope.source',
  'graph-only': 'scope.graphOnly',
  auth: 'auth.kind',
  tenant: 'auth.tenant',
  cloud: 'auth.cloud',
  rule: 'select.rules',
  'skip-rule': 'select.skip',
  framework: 'frameworks',
  'fail-on': 'gate.failOn',
  'allow-incomplete': 'gate.allowIncomplete',
  'allow-empty': 'gate.allowEmpty',
  baseline: 'gate.baseline',
  waivers: 'waivers.file',
  'strict-waivers': 'waivers.strict',
  output: 'outputs',
  show: 'table.show',
  'group-by': 'table.groupBy',
  'min-severity': 'table.minSeverity',
  wide: 'table.wide',
  color: 'table.color',
  'sarif-waived': 'sarif.waived',
  redact: 'redact',
  'no-progress': 'run.progress',
  concurrency: 'run.concurrency',
  timeout: 'run.timeout',
  'request-timeout': 'run.requestTimeout',
  retries: 'run.retries',
};

/** Options whose value names a file, which a configuration names from where it stands. */
export const FILE_OPTIONS: ReadonlySet<string> = new Set(['baseline', 'waivers', 'output']);
