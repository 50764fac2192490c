import { Ajv } from 'ajv';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { problem } from '../../src/model/problem.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import type { Finding } from '../../src/policy/report.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, declaredIn, missing, seen } from '../support/cache.ts';
import { redvet } from '../support/redvet.ts';
import { assessedCache, reported, waiverOf } from '../support/reported.ts';

/** What GitLab's documentation asks of a report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const SCHEMA = {
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', pattern: '^[0-9a-f]{16,}$' },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        properties: {
          path: { type: 'string', pattern: '^(?![./])[^\\\\]+$' },
          lines: { type: 'object', required: ['begin'], properties: { begin: { type: 'integer', minimum: 1 } } },
        },
      },
    },
  },
};
const isReport = new Ajv().compile(SCHEMA);

interface Violation {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const read = (text: string): readonly Violation[] => {
  const violations: readonly Violation[] = JSON.parse(text);
  expect(isReport(violations), JSON.stringify(isReport.errors)).toBe(true);
  expect(text.endsWith('\n]\n')).toBe(true);
  return violations;
};

const violationsIn = async (content: Parameters<typeof reported>[1]) => read(await reported('gitlab-codequality', content));

const open = (change: (finding: Finding) => Partial<Finding> = () => ({})) =>
  assessedCache({ id: cacheId('orders'), name: 'orders', nonSslPort: seen(true) }, [nonSslPortDisabled], change);

describe('a violation of GitLab', () => {
  it('is a failure', async () => {
    expect(await violationsIn({ caches: [open()] })).toEqual([
      {
        description: 'orders: port 6379 is open: keys travel in clear text.',
        check_name: 'non-ssl-port-disabled',
        fingerprint: open().findings[0]?.fingerprint,
        severity: 'critical',
        location: { path: 'azure/33333333-0000-4000-8000-000000000001/rg-test/orders', lines: { begin: 1 } },
      },
    ]);
  });

  it('is what is not known, and says so', async () => {
    const caches = [assessedCache({ name: 'orders', nonSslPort: missing() }, [nonSslPortDisabled])];
    expect(await violationsIn({ caches })).toMatchObject([{ description: expect.stringMatching(/^orders: not known: /) }]);
  });

  it('stands in the file, whose name is not escaped', async () => {
    const origin = declaredIn('./häfen und #1/main.tf', { place: { line: 31, column: 3 } });
    expect(await violationsIn({ caches: [open(() => ({ origin }))] })).toMatchObject([
      { location: { path: 'häfen und #1/main.tf', lines: { begin: 31 } } },
    ]);
  });

  it.each(['pass', 'not_applicable', 'not_evaluated'] as const)('is nothing that comes to %s', async (outcome) => {
    expect(await violationsIn({ caches: [open(() => ({ outcome }))] })).toEqual([]);
  });

  it('is what is baselined, which GitLab would call resolved, and not what is waived', async () => {
    const waived = open(() => ({ disposition: 'waived', waiver: waiverOf() }));
    const baselined = open(() => ({ disposition: 'baselined', message: 'known' }));
    expect(await violationsIn({ caches: [waived, baselined] })).toMatchObject([{ description: 'orders: known.' }]);
  });

  it('tells of a waiver that has run out', async () => {
    const waiver = waiverOf({ state: 'expired', expires: '2025-01-31' });
    expect(await violationsIn({ caches: [open(() => ({ waiver }))] })).toMatchObject([
      { description: expect.stringMatching(/ The waiver W-1 expired on 2025-01-31 and is not applied\.$/) },
    ]);
  });

  const NAMES: Readonly<Record<Severity, string>> = { critical: 'blocker', high: 'critical', medium: 'major', low: 'minor', info: 'info' };

  it.each(SEVERITIES)('has one of five severities, of ours in their order: %s', async (severity) => {
    expect(await violationsIn({ caches: [open(() => ({ severity }))] })).toMatchObject([{ severity: NAMES[severity] }]);
  });

  it('is one whatever the texts are', async () => {
    const text = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (name, resourceGroup, message) => {
        const caches = [assessedCache({ name, resourceGroup, nonSslPort: seen(true) }, [nonSslPortDisabled], () => ({ message }))];
        expect(await violationsIn({ caches })).toHaveLength(1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a report of GitLab on what was not read', () => {
  const DENIED = problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: '/subscriptions/S', hint: 'Grant Reader' });

  it('has a violation for each thing, after those of the caches', async () => {
    const violations = await violationsIn({ caches: [open()], problems: [DENIED, { ...DENIED, scope: '/subscriptions/T' }] });
    expect(violations.slice(1)).toMatchObject([
      {
        description: '/subscriptions/S: no right. Grant Reader',
        check_name: 'scan-complete',
        severity: 'critical',
        location: { path: 'azure/S', lines: { begin: 1 } },
      },
      { location: { path: 'azure/T' } },
    ]);
    expect(new Set(violations.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it('is never empty, even if nothing but the status tells of it', async () => {
    const status = { outcome: 'empty', exitCode: 5, complete: true, failOn: 'high', reason: 'there is no cache' } as const;
    expect(await violationsIn({ report: { status } })).toMatchObject([{ description: 'there is no cache.' }]);
  });

  it('is empty where all was read and nothing fails', async () => {
    const status = { outcome: 'clean', exitCode: 0, complete: true, failOn: 'high', reason: '' } as const;
    expect(await violationsIn({ report: { status } })).toEqual([]);
  });
});

describe('the report of GitLab that the binary writes', () => {
  let violations: readonly Violation[];
  beforeAll(async () => {
    violations = read((await redvet(['demo', '-o', 'gitlab-codequality'])).stdout);
  });

  it('has each fingerprint once', () => {
    expect(violations.length).toBeGreaterThan(50);
    expect(new Set(violations.map(({ fingerprint }) => fingerprint)).size).toBe(violations.length);
  });

  it('is the same from run to run', async () => {
    expect(read((await redvet(['demo', '-o', 'gitlab-codequality'])).stdout)).toEqual(violations);
  });

  it('tells of a mistake on the command line', async () => {
    const { code, stdout } = await redvet(['demo', '--no-such-flag', '-o', 'gitlab-codequality']);
    expect(code).toBe(2);
    expect(read(stdout)).toMatchObject([{ check_name: 'scan-complete', description: expect.stringContaining('--no-such-flag') }]);
  });
});
