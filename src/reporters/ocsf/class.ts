import type { Outcome } from '../../model/finding.ts';
import type { Severity } from '../../model/severity.ts';

/** Class 2003 of version 1.7.0: https://schema.ocsf.io/1.7.0/classes/compliance_finding */
export const VERSION = '1.7.0';

/** Every finding is told of as if it was new: what it was before is for the reader to know. */
export const CLASS = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
  activity_id: 1,
  activity_name: 'Create',
  type_uid: 200_301,
  type_name: 'Compliance Finding: Create',
} as const;

interface Choice {
  readonly id: number;
  readonly name: string;
}

export const SEVERITY: Readonly<Record<Severity, Choice>> = {
  critical: { id: 5, name: 'Critical' },
  high: { id: 4, name: 'High' },
  medium: { id: 3, name: 'Medium' },
  low: { id: 2, name: 'Low' },
  info: { id: 1, name: 'Informational' },
};

/** What a check came to. `Warning` is the one that gave no result for want of information; what has no place is `Other`. */
export const CHECKED: Readonly<Record<Outcome, Choice>> = {
  pass: { id: 1, name: 'Pass' },
  unknown: { id: 2, name: 'Warning' },
  fail: { id: 3, name: 'Fail' },
  not_applicable: { id: 99, name: 'Not Applicable' },
  not_evaluated: { id: 99, name: 'Not Evaluated' },
};

/** How far a finding has been dealt with. Of a baselined one it is known that there is no word for it. */
export const LIFECYCLE = {
  active: { id: 1, name: 'New' },
  waived: { id: 3, name: 'Suppressed' },
  baselined: { id: 99, name: 'Baselined' },
} as const satisfies Record<string, Choice>;

/** By our name of the cloud; a private one has none. */
export const PARTITIONS: ReadonlyMap<string, string> = new Map([
  ['public', 'AzureCloud'],
  ['usgov', 'AzureUSGovernment'],
  ['china', 'AzureChinaCloud'],
]);

/** An account that is an Azure subscription. */
export const SUBSCRIPTION: Choice = { id: 13, name: 'Azure Subscription' };

/** An analytic that is a rule. */
export const RULE: Choice = { id: 1, name: 'Rule' };
