import type { Cache, Origin, Place } from '../model/cache.ts';
import type { Assessment, Evidence, Judgement, Outcome } from '../model/finding.ts';
import { redacted } from '../model/redact.ts';
import { reaches, type Threshold } from '../model/severity.ts';
import { heldBack } from '../remediation/hold.ts';
import { remediationOf } from '../remediation/remediation.ts';
import type { Baseline } from './baseline.ts';
import { countsOf } from './counts.ts';
import type { AssessedCache, Disposition, Finding, FindingWaiver } from './report.ts';
import { NO_WAIVERS, type Waivers } from './waivers.ts';

/** What decides whether a finding counts. */
export interface Policy {
  readonly failOn: Threshold;
  readonly waivers: Waivers;
  /** Null where no earlier result was given. */
  readonly baseline: Baseline | null;
  readonly allowIncomplete: boolean;
  readonly allowEmpty: boolean;
  /** A stable name for a text: hexadecimal. */
  readonly digest: (text: string) => string;
}

/** Turns the verdicts on one cache into findings: which gate, which follow from another, what to do. */
export const evaluate = ({ cache, judgements }: Assessment, policy: Policy): AssessedCache => {
  const findings = judgements.map((judgement): Finding => {
    const { rule, severity, verdict } = judgement;
    const failed = verdict.outcome === 'fail';
    const told = failed || verdict.outcome === 'unknown';
    const outcomesOf = (id: string): readonly Outcome[] =>
      judgements.filter((other) => other.rule.id === id).map((other) => other.verdict.outcome);
    const finding: Finding = {
      rule,
      cache,
      severity,
      outcome: verdict.outcome,
      message: redacted(verdict.message),
      expected: verdict.expected,
      actual: verdict.actual === null ? null : redacted(verdict.actual),
      evidence: verdict.evidence && { ...verdict.evidence, path: redacted(verdict.evidence.path) },
      reason: verdict.reason,
      due: verdict.due ?? null,
      disposition: 'active',
      waiver: null,
      gating: false,
      relatedTo: failed ? leaderOf(judgement, judgements) : null,
      controls: told ? rule.controls : [],
      remediation: failed ? remediationOf(rule, cache, heldBack(rule.id, cache.kind, outcomesOf)) : null,
      subject: verdict.subject ?? null,
      origin: cache.origin && originOf(cache.origin, verdict.evidence),
      fingerprint: policy.digest(`redvet/1|${rule.id}|${identityOf(cache)}${verdict.subject === undefined ? '' : `|${verdict.subject}`}`),
    };
    return decided(finding, policy);
  });
  return { cache, counts: countsOf(findings), findings };
};

/** Whether a failure counts, whatever was decided of it before. */
export const decided = (finding: Finding, { failOn, waivers, baseline }: Policy): Finding => {
  if (finding.outcome !== 'fail') return finding;
  const waiver = waivers.of(finding);
  const disposition = dispositionOf(finding, waiver, baseline);
  return { ...finding, waiver, disposition, gating: disposition === 'active' && reaches(finding.severity, failOn) };
};

const dispositionOf = (finding: Finding, waiver: FindingWaiver | null, baseline: Baseline | null): Disposition => {
  if (waiver !== null && waiver.state !== 'expired') return 'waived';
  return baseline?.knows(finding) ? 'baselined' : 'active';
};

/** What is declared has an address that is its own in its file only. */
const identityOf = ({ id, origin }: Cache): string => (origin === null ? id.toLowerCase() : `${origin.file}|${id}`);

const originOf = (origin: Origin, evidence: Evidence | null): Finding['origin'] => {
  const { file, language, address } = origin;
  return { file, language, place: placeOf(origin, evidence), address };
};

/** Where the value that decided stands: the place of its path, else of what encloses it, else of the whole declaration. */
const placeOf = ({ place, places }: Origin, evidence: Evidence | null): Place | null => {
  for (let path = evidence?.path ?? ''; path !== ''; path = path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('/'), 0))) {
    const found = places.get(path);
    if (found !== undefined) return found;
  }
  return place;
};

const leaderOf = ({ rule }: Judgement, judgements: readonly Judgement[]): string | null =>
  judgements.find((other) => other.rule.id === rule.follows && other.verdict.outcome === 'fail')?.rule.id ?? null;

/** The policy of what judges nothing: it only counts. */
export const COUNTING: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => text,
};
