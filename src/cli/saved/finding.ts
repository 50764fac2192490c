import { CACHE_KINDS, type CacheLabels, type Origin } from '../../model/cache.ts';
import { OUTCOMES } from '../../model/finding.ts';
import type { Control } from '../../model/rule-spec.ts';
import { SEVERITIES } from '../../model/severity.ts';
import { type Counts, DISPOSITIONS, type Finding, type FindingWaiver, WAIVER_CATEGORIES } from '../../policy/report.ts';
import type { Remediation } from '../../remediation/remediation.ts';
import { day, flag, inside, list, number, orMissing, orNull, type Read, text, word } from './reading.ts';

/** Findings and caches of a saved result. Each reader is the other half of a writer in src/reporters/result-json.ts. */

/** A finding by itself: what it says of its rule and its cache, which are told elsewhere as well, has to be the same there. */
export interface SavedFinding extends Omit<Finding, 'cache' | 'rule' | 'subject'> {
  readonly ruleId: string;
  readonly resourceId: string;
  readonly labels: SavedLabels;
  /** Where it stands, such as `findings[17]`. */
  readonly at: string;
}

/** What a finding repeats of its cache, by the names it has there. */
type SavedLabels = Pick<CacheLabels, 'name' | 'kind' | 'resourceGroup' | 'subscriptionId' | 'location' | 'sku'>;

export interface SavedCache {
  readonly cache: CacheLabels;
  readonly counts: Counts;
}

export interface SavedCache {
  readonly cache: CacheLabels;
  readonly counts: Counts;
}

export const ORIGINS = ['azure-policy', 'cis', 'redvet'] as const;
const LANGUAGES = ['terraform', 'arm', 'bicep'] as const;

export const control: Read<Control> = (place) => {
  const read = inside(place);
  return { framework: read('framework', text), id: read('id', text), origin: read('origin', word(ORIGINS)) };
};

const originOf: Read<NonNullable<Finding['origin']>> = (place) => {
  const read = inside(place);
  const line = read('line', orNull(number));
  const column = read('column', orNull(number));
  return {
    file: read('file', text),
    language: read('language', word(LANGUAGES)),
    place: line === null || column === null ? null : { line, column },
    address: read('address', text),
  };
};

const waiver: Read<FindingWaiver> = (place) => {
  const read = inside(place);
  return {
    id: read('id', text),
    state: read('state', word(['applied', 'expiring', 'expired'])),
    category: read('category', word(WAIVER_CATEGORIES)),
    reason: read('reason', text),
    owner: read('owner', text),
    ticket: read('ticket', orNull(text)),
    expires: read('expires', day),
  };
};

const remediation: Read<Remediation> = (place) => {
  const read = inside(place);
  const textOrNull = (name: string): string | null => read(name, orNull(text));
  return {
    summary: read('summary', text),
    risk: read('risk', text),
    az: textOrNull('az'),
    bicep: textOrNull('bicep'),
    terraform: textOrNull('terraform'),
    policy: textOrNull('policy'),
    verify: textOrNull('verify'),
    rollback: read('rollback', text),
    portal: textOrNull('portal'),
    clients: read(
      'clients',
      list((item) => ({ client: inside(item)('client', text), change: inside(item)('change', text) })),
    ),
    rotateKeys: textOrNull('rotateKeys'),
  };
};

export const savedFinding: Read<SavedFinding> = (place) => {
  const read = inside(place);
  return {
    ruleId: read('ruleId', text),
    resourceId: read('resourceId', text),
    at: place.at,
    labels: {
      name: read('resourceName', text),
      kind: read('resourceKind', word(CACHE_KINDS)),
      resourceGroup: read('resourceGroup', orNull(text)),
      subscriptionId: read('subscriptionId', orNull(text)),
      location: read('location', orNull(text)),
      sku: read('sku', orNull(text)),
    },
    severity: read('severity', word(SEVERITIES)),
    outcome: read('outcome', word(OUTCOMES)),
    disposition: read('disposition', word(DISPOSITIONS)),
    waiver: read('waiver', orNull(waiver)),
    gating: read('gating', flag),
    message: read('message', text),
    expected: read('expected', orNull(text)),
    actual: read('actual', orNull(text)),
    evidence: read(
      'evidence',
      orNull((item) => ({ path: inside(item)('path', text), source: inside(item)('source', word(['observed', 'service_default'])) })),
    ),
    reason: read('reason', orNull(text)),
    due: read('due', orMissing(orNull(day), null)),
    relatedTo: read('relatedTo', orNull(text)),
    controls: read('controls', list(control)),
    remediation: read('remediation', orNull(remediation)),
    origin: read('origin', orNull(originOf)),
    fingerprint: read('fingerprint', text),
  };
};

export const counts: Read<Counts> = (place) => {
  const read = inside(place);
  return {
    pass: read('pass', number),
    fail: read('fail', number),
    unknown: read('unknown', number),
    notApplicable: read('notApplicable', number),
    notEvaluated: read('notEvaluated', number),
  };
};

export const savedCache: Read<SavedCache> = (place) => {
  const read = inside(place);
  const textOrNull = (name: string): string | null => read(name, orNull(text));
  const origin = read('origin', orNull(originOf));
  return {
    cache: {
      id: read('id', text),
      name: read('name', text),
      kind: read('kind', word(CACHE_KINDS)),
      sku: textOrNull('sku'),
      location: textOrNull('location'),
      resourceGroup: textOrNull('resourceGroup'),
      subscriptionId: textOrNull('subscriptionId'),
      provisioningState: textOrNull('provisioningState'),
      origin: origin && wholeOrigin(origin),
    },
    counts: read('findings', counts),
  };
};

/** Where single values stand, each finding says of itself. */
const wholeOrigin = (origin: NonNullable<Finding['origin']>): Origin => ({ ...origin, creates: true, places: new Map() });
