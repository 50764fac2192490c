import type { Outcome } from '../../model/finding.ts';
import type { Severity } from '../../model/severity.ts';
import type { Disposition, Run } from '../../policy/report.ts';
import { CHECKED, CLASS, LIFECYCLE, PARTITIONS, SEVERITY, SUBSCRIPTION, VERSION } from './class.ts';

/** What differs from event to event. */
export interface Event {
  readonly rule: { readonly id: string; readonly title: string; readonly why: string };
  readonly fingerprint: string;
  /** On one line, escaped. */
  readonly message: string;
  readonly outcome: Outcome;
  readonly severity: Severity;
  readonly disposition: Disposition;
  readonly standards: readonly string[];
  readonly requirements: readonly string[];
  readonly analytic: object | null;
  readonly subscriptionId: string | null;
  readonly region: string | null;
  readonly resources: readonly object[];
  readonly remediation: object | null;
  readonly unmapped: object;
}

/** Standards that the schema up to 1.4 wants one of. */
const OWN_STANDARD = 'redvet';

/** A Compliance Finding; `time` is when the run began, so that all of a run have the same. */
export const eventOf = (run: Run, event: Event): object => {
  const { rule, outcome, message, standards, requirements, analytic, remediation, resources } = event;
  const isOpen = outcome === 'fail' || outcome === 'unknown';
  const severity = SEVERITY[isOpen ? event.severity : 'info'];
  const checked = CHECKED[outcome];
  return {
    ...CLASS,
    time: Date.parse(run.startedAt),
    severity_id: severity.id,
    severity: severity.name,
    ...(isOpen ? lifecycle(event.disposition) : {}),
    message,
    metadata: metadataOf(run, rule.id),
    finding_info: {
      uid: event.fingerprint,
      title: rule.title,
      ...(rule.why === '' ? {} : { desc: rule.why }),
      types: ['Compliance'],
      ...(analytic === null ? {} : { analytic }),
    },
    compliance: {
      standards: standards.length > 0 ? standards : [OWN_STANDARD],
      ...(requirements.length > 0 ? { requirements } : {}),
      control: rule.id,
      status_id: checked.id,
      status: checked.name,
      status_code: outcome,
      status_detail: message,
    },
    ...(resources.length > 0 ? { resources } : {}),
    cloud: cloudOf(run, event),
    ...(remediation === null ? {} : { remediation }),
    unmapped: event.unmapped,
  };
};

const lifecycle = (disposition: Disposition): object => {
  const { id, name } = LIFECYCLE[disposition];
  return { status_id: id, status: name };
};

const metadataOf = ({ id, tool, tenantId }: Run, code: string): object => ({
  version: VERSION,
  product: { name: tool.name, vendor_name: tool.name, version: tool.version },
  profiles: ['cloud'],
  event_code: code,
  correlation_uid: id,
  ...(tenantId === null ? {} : { tenant_uid: tenantId }),
});

const cloudOf = ({ cloud }: Run, { subscriptionId, region }: Event): object => {
  const partition = PARTITIONS.get(cloud);
  return {
    provider: 'Azure',
    ...(subscriptionId === null ? {} : { account: { uid: subscriptionId, type_id: SUBSCRIPTION.id, type: SUBSCRIPTION.name } }),
    ...(region === null ? {} : { region }),
    ...(partition === undefined ? {} : { cloud_partition: partition }),
  };
};
