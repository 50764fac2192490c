import type { Result, Location as SarifLocation, Suppression } from 'sarif';
import type { Finding, FindingWaiver, Run } from '../../policy/report.ts';
import { type Location, locationOf, type Placing, scopeLocation, uriOf } from '../location.ts';
import { SCAN_COMPLETE, sentence, toldOf, type Unread } from '../unread.ts';
import { WEIGHTS } from './levels.ts';
import { messageText } from './message.ts';

/**
 * Whether a finding is a result. GitHub knows no kinds: it takes a result of any kind for an alert, so that what passes, or was not
 * judged, may not be one. What is baselined is: GitHub compares with earlier files itself, and would call it fixed.
 */
export const isResult = ({ outcome, disposition }: Finding, { isWaivedIncluded }: Placing['sarif']): boolean =>
  (outcome === 'fail' || outcome === 'unknown') && (disposition !== 'waived' || isWaivedIncluded);

/**
 * A failure, or what is not known. The latter is of the kind `fail` too: the specification has the kind `open` for it, but lets that
 * have no level, and a result without a level is one that nobody sees. Its message and its properties say what it is.
 */
export const findingResult = (finding: Finding, ruleIndex: number | undefined, placing: Placing): Result => {
  const { rule, cache, severity, outcome, disposition, gating, expected, actual, reason, due, waiver, subject } = finding;
  const { isWaivedIncluded } = placing.sarif;
  return {
    ruleId: rule.id,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    kind: 'fail',
    level: WEIGHTS[severity].level,
    message: { text: messageText(toldOf(finding)) },
    locations: [sarifLocation(locationOf(finding, placing), { name: cache.name, fullyQualifiedName: subject ?? cache.id })],
    partialFingerprints: fingerprints(finding.fingerprint),
    // All of a run have the property, or none (3.27.23).
    ...(isWaivedIncluded ? { suppressions: disposition === 'waived' && waiver ? [suppression(waiver)] : [] } : {}),
    properties: { severity, outcome, disposition, gating, expected, actual, reason, due },
  };
};

/** A thing that was not read. */
export const unreadResult = (unread: Unread, ruleIndex: number, run: Run, placing: Placing): Result => {
  const { code, scope, text, fingerprint, problem } = unread;
  const { level } = WEIGHTS[SCAN_COMPLETE.severity];
  return {
    ruleId: SCAN_COMPLETE.id,
    ruleIndex,
    kind: 'fail',
    level,
    message: { text: messageText(text) },
    locations: [sarifLocation(scopeLocation(scope, run, placing), scope === null ? null : { fullyQualifiedName: scope })],
    partialFingerprints: fingerprints(fingerprint),
    ...(placing.sarif.isWaivedIncluded ? { suppressions: [] } : {}),
    properties: { code, outcome: 'unknown', affects: problem?.affects ?? ['*'] },
  };
};

/** GitHub tells alerts apart by the first; the second is the fingerprint of every other format. */
const fingerprints = (fingerprint: string): Result['partialFingerprints'] & object => ({
  primaryLocationLineHash: `${fingerprint}:1`,
  'redvet/v1': fingerprint,
});

interface Named {
  readonly name?: string;
  readonly fullyQualifiedName: string;
}

const sarifLocation = (location: Location, resource: Named | null): SarifLocation => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(location) },
    region: { startLine: location.line, ...(location.column === null ? {} : { startColumn: location.column }) },
  },
  ...(resource === null ? {} : { logicalLocations: [{ ...resource, kind: 'resource' }] }),
});

const suppression = ({ id, category, reason, owner, ticket, expires }: FindingWaiver): Suppression => ({
  kind: 'external',
  status: 'accepted',
  justification: [
    sentence(reason),
    sentence(`Waiver ${id} (${category}) of ${owner}${ticket === null ? '' : `, ${ticket}`}, until ${expires}`),
  ].join(' '),
});
