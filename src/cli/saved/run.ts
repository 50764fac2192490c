import { CACHE_KINDS } from '../../model/cache.ts';
import { NEEDS } from '../../model/need.ts';
import type { OptionValue, RuleSpec } from '../../model/rule-spec.ts';
import { SEVERITIES, THRESHOLDS } from '../../model/severity.ts';
import type { Run } from '../../policy/report.ts';
import { RULES } from '../../rules/index.ts';
import { control } from './finding.ts';
import { day, flag, inside, list, moment, object, orMissing, orNull, type Read, text, word } from './reading.ts';

/** What a result says of its run before its findings, or with them. */
export interface SavedRun
  extends Pick<Run, 'tool' | 'id' | 'startedAt' | 'today' | 'source' | 'failOn' | 'rules' | 'config' | 'disabled' | 'options'> {
  readonly allowIncomplete: boolean;
  readonly allowEmpty: boolean;
  readonly strictWaivers: boolean;
}

/** `place` holds `tool`, `run` and `rules`. */
export const savedRun: Read<SavedRun> = (place) => {
  const read = inside(place);
  return read('run', (run) => {
    const of = inside(run);
    const config = of('config', (item) => ({ path: inside(item)('path', orNull(text)), sha256: inside(item)('sha256', orNull(text)) }));
    const options = of('options', object);
    const choice = inside({ ...run, value: options, at: `${run.at}.options` });
    const startedAt = of('startedAt', moment);
    return {
      tool: read('tool', (tool) => ({
        name: 'redvet' as const,
        version: inside(tool)('version', text),
        rulesetVersion: inside(tool)('rulesetVersion', text),
      })),
      id: of('id', text),
      startedAt,
      today: of('judgedOn', orMissing(day, startedAt.slice(0, 'YYYY-MM-DD'.length))),
      source: of('source', word(['arm', 'graph', 'files'])),
      rules: read('rules', list(ruleSpec)),
      config: config.path === null || config.sha256 === null ? null : { path: config.path, sha256: config.sha256 },
      disabled: of(
        'disabledRules',
        orMissing(
          list((item) => ({ rule: inside(item)('rule', text), reason: inside(item)('reason', text) })),
          [],
        ),
      ),
      options,
      failOn: choice('failOn', orMissing(word(THRESHOLDS), 'high')),
      allowIncomplete: choice('allowIncomplete', orMissing(flag, false)),
      allowEmpty: choice('allowEmpty', orMissing(flag, false)),
      strictWaivers: choice('strictWaivers', orMissing(flag, false)),
    };
  });
};

const optionValue: Read<OptionValue> = (place) =>
  typeof place.value === 'boolean' || typeof place.value === 'number' ? place.value : list(text)(place);

const option: Read<RuleSpec['options'][number]> = (place) => {
  const read = inside(place);
  return {
    name: read('name', text),
    help: read('help', text),
    expected: read('expected', text),
    default: read('default', optionValue),
    value: read('value', optionValue),
  };
};

/** A rule that this version does not know has no texts but those of the result. */
const ruleSpec: Read<RuleSpec> = (place) => {
  const read = inside(place);
  const id = read('id', text);
  const known = RULES.find((rule) => rule.id === id);
  return {
    ...(known ?? UNKNOWN_RULE),
    id,
    title: read('title', text),
    severity: read('severity', word(SEVERITIES)),
    appliesTo: read('kinds', list(word(CACHE_KINDS))),
    aliases: read('aliases', list(text)),
    needs: read('needs', list(word(NEEDS))),
    controls: read('controls', list(control)),
    options: read('options', list(option)),
    references: [read('url', text), ...(known?.references.slice(1) ?? [])],
  };
};

const UNKNOWN_RULE: Pick<RuleSpec, 'why' | 'evidence' | 'fix' | 'follows'> = {
  why: '',
  evidence: '',
  follows: null,
  fix: {
    summary: '',
    risk: '',
    stage: 'change',
    steps: () => [],
    verify: () => null,
    rollback: '',
    terraform: {},
    bicep: null,
    policy: null,
    portal: null,
    clients: null,
    rotateKeys: false,
  },
};
