import { actionsOf } from '../model/need.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { explainedFix } from '../remediation/explained.ts';
import { safeJson } from '../reporters/escape.ts';
import { ruleJson } from '../reporters/result-json.ts';

/** All that `redvet explain` knows of some rules, for a machine. */
export const explanationJson = (rules: readonly RuleSpec[]): string => `${safeJson({ rules: rules.map(explanationOf) })}\n`;

const explanationOf = (rule: RuleSpec) => ({
  ...ruleJson(rule),
  why: rule.why,
  evidence: rule.evidence,
  permissions: actionsOf([rule]),
  fix: {
    summary: rule.fix.summary,
    risk: rule.fix.risk,
    rollback: rule.fix.rollback,
    portal: rule.fix.portal,
    rotateKeys: rule.fix.rotateKeys,
    policy: rule.fix.policy,
    kinds: Object.fromEntries(rule.appliesTo.map((kind) => [kind, explainedFix(rule, kind)])),
  },
  references: rule.references,
});
