import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/model/problem.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import type { Finding } from '../../src/policy/report.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, clusterId, compliantCluster, declaredIn, missing, SUBSCRIPTION, seen } from '../support/cache.ts';
import { redvet } from '../support/redvet.ts';
import { assessedCache, reported, waiverOf } from '../support/reported.ts';

const text = { type: 'string', minLength: 1 };
const texts = { type: 'array', minItems: 1, items: text };

/** The name that goes with each number. */
const pairs = (id: string, name: string, table: Readonly<Record<number, string>>) => ({
  oneOf: [
    ...Object.entries(table).map(([number, caption]) => ({
      properties: { [id]: { const: Number(number) }, [name]: { const: caption } },
      required: [id, name],
    })),
    { properties: { [id]: { const: 99 }, [name]: text }, required: [id, name] },
  ],
});

/**
 * What class 2003 of OCSF 1.7.0 requires, with the profile `cloud`, and what of it may be which: from
 * https://schema.ocsf.io/1.7.0/classes/compliance_finding and the objects it names. `standards` was required up to 1.4. Nothing
 * but what is in it may be there.
 */
const EVENT = {
  type: 'object',
  additionalProperties: false,
  required: [
    'activity_id',
    'category_uid',
    'class_uid',
    'type_uid',
    'time',
    'severity_id',
    'metadata',
    'finding_info',
    'compliance',
    'cloud',
  ],
  properties: {
    activity_id: { enum: [0, 1, 2, 3, 99] },
    activity_name: text,
    category_uid: { const: 2 },
    category_name: { const: 'Findings' },
    class_uid: { const: 2003 },
    class_name: { const: 'Compliance Finding' },
    type_uid: { enum: [200_300, 200_301, 200_302, 200_303, 200_399] },
    type_name: text,
    time: { type: 'integer', minimum: 1_500_000_000_000 },
    severity_id: {},
    severity: {},
    status_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
    status: text,
    message: text,
    metadata: {
      type: 'object',
      additionalProperties: false,
      required: ['version', 'product'],
      properties: {
        version: { const: '1.7.0' },
        product: {
          type: 'object',
          additionalProperties: false,
          required: ['name', 'vendor_name'],
          properties: { name: text, vendor_name: text, version: text },
        },
        profiles: { const: ['cloud'] },
        event_code: text,
        correlation_uid: text,
        tenant_uid: text,
      },
    },
    finding_info: {
      type: 'object',
      additionalProperties: false,
      required: ['uid', 'title'],
      properties: {
        uid: text,
        title: text,
        desc: text,
        types: texts,
        analytic: {
          type: 'object',
          additionalProperties: false,
          required: ['type_id'],
          properties: { type_id: { const: 1 }, type: { const: 'Rule' }, uid: text, name: text },
        },
      },
    },
    compliance: {
      type: 'object',
      additionalProperties: false,
      required: ['standards'],
      properties: {
        standards: texts,
        requirements: texts,
        control: text,
        status_id: {},
        status: {},
        status_code: text,
        status_detail: text,
      },
      ...pairs('status_id', 'status', { 1: 'Pass', 2: 'Warning', 3: 'Fail' }),
    },
    resources: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['uid'],
        properties: {
          uid: text,
          name: { type: 'string' },
          type: text,
          region: { type: 'string' },
          group: { type: 'object', additionalProperties: false, required: ['name'], properties: { name: { type: 'string' } } },
          data: { type: 'object' },
        },
      },
    },
    cloud: {
      type: 'object',
      additionalProperties: false,
      required: ['provider'],
      properties: {
        provider: { const: 'Azure' },
        account: {
          type: 'object',
          additionalProperties: false,
          required: ['uid'],
          properties: { uid: text, type_id: { const: 13 }, type: { const: 'Azure Subscription' } },
        },
        region: { type: 'string' },
        cloud_partition: { enum: ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'] },
      },
    },
    remediation: {
      type: 'object',
      additionalProperties: false,
      required: ['desc'],
      properties: { desc: text, references: texts },
    },
    unmapped: { type: 'object' },
  },
  ...pairs('severity_id', 'severity', { 0: 'Unknown', 1: 'Informational', 2: 'Low', 3: 'Medium', 4: 'High', 5: 'Critical', 6: 'Fatal' }),
};
const isEvent = new Ajv().compile(EVENT);

interface Event {
  readonly time: number;
  readonly type_uid: number;
  readonly class_uid: number;
  readonly activity_id: number;
  readonly severity: string;
  readonly status?: string;
  readonly finding_info: { readonly uid: string; readonly title: string; readonly desc?: string };
  readonly compliance: { readonly control: string; readonly status: string; readonly status_code: string };
  readonly unmapped: Readonly<Record<string, unknown>>;
}

/** Each line by itself. */
const read = (written: string): readonly Event[] => {
  expect(written).toMatch(/[^\n]\n$/);
  const events = written
    .slice(0, -1)
    .split('\n')
    .map((line): Event => JSON.parse(line));
  for (const event of events) {
    expect(isEvent(event), JSON.stringify(isEvent.errors)).toBe(true);
    expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
  }
  return events;
};

/** All but the last, which is about the run. */
const eventsIn = async (content: Parameters<typeof reported>[1]): Promise<readonly Event[]> =>
  read(await reported('ocsf', content)).slice(0, -1);

const open = (change: (finding: Finding) => Partial<Finding> = () => ({})) =>
  assessedCache({ id: cacheId('orders'), name: 'orders', nonSslPort: seen(true) }, [nonSslPortDisabled], change);

describe('an event of OCSF', () => {
  it('is a failure, with all that it says', async () => {
    const run = { startedAt: '2026-01-02T03:04:05.678Z', tenantId: 'tenant-1' };
    const [event] = await eventsIn({ caches: [open()], run });
    expect(event).toMatchObject({
      time: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      severity_id: 4,
      severity: 'High',
      status_id: 1,
      status: 'New',
      message: 'orders: port 6379 is open: keys travel in clear text.',
      metadata: { product: { name: 'redvet', version: '0.0.0' }, event_code: 'non-ssl-port-disabled', tenant_uid: 'tenant-1' },
      finding_info: {
        uid: open().findings[0]?.fingerprint,
        title: 'The non-SSL port 6379 must be closed',
        desc: nonSslPortDisabled.why,
        types: ['Compliance'],
      },
      compliance: {
        standards: expect.arrayContaining(['mcsb', 'hipaa']),
        requirements: expect.arrayContaining(['mcsb DP-3']),
        control: 'non-ssl-port-disabled',
        status_id: 3,
        status: 'Fail',
        status_code: 'fail',
      },
      resources: [
        { uid: cacheId('orders'), name: 'orders', type: 'Microsoft.Cache/redis', region: 'westeurope', group: { name: 'rg-test' } },
      ],
      cloud: { account: { uid: SUBSCRIPTION }, region: 'westeurope', cloud_partition: 'AzureCloud' },
      remediation: { desc: nonSslPortDisabled.fix.summary, references: nonSslPortDisabled.references },
      unmapped: { disposition: 'active', gating: true, expected: 'false', actual: 'true', severity: 'high' },
    });
  });

  it.each([
    ['fail', 'Fail', 'High'],
    ['unknown', 'Warning', 'High'],
    ['pass', 'Pass', 'Informational'],
    ['not_applicable', 'Not Applicable', 'Informational'],
    ['not_evaluated', 'Not Evaluated', 'Informational'],
  ] as const)('is a finding of every outcome: %s is %s, of severity %s', async (outcome, status, severity) => {
    const [event] = await eventsIn({ caches: [open(() => ({ outcome, remediation: null }))] });
    expect(event).toMatchObject({ severity, compliance: { status, status_code: outcome }, unmapped: { severity: 'high' } });
    expect(event?.status).toBe(severity === 'High' ? 'New' : undefined);
  });

  it('is never a pass for what is not known', async () => {
    const [event] = await eventsIn({ caches: [assessedCache({ nonSslPort: missing() }, [nonSslPortDisabled])] });
    expect(event?.compliance).toMatchObject({ status: 'Warning', status_code: 'unknown' });
  });

  const NAMES: Readonly<Record<Severity, string>> = {
    critical: 'Critical',
    high: 'High',
    medium: 'Medium',
    low: 'Low',
    info: 'Informational',
  };

  it.each(SEVERITIES)('has the severity of the finding: %s', async (severity) => {
    expect(await eventsIn({ caches: [open(() => ({ severity }))] })).toMatchObject([{ severity: NAMES[severity] }]);
  });

  it.each([
    ['active', 'New'],
    ['waived', 'Suppressed'],
    ['baselined', 'Baselined'],
  ] as const)('that is %s is %s, and fails all the same', async (disposition, status) => {
    const waiver = disposition === 'waived' ? waiverOf() : null;
    const [event] = await eventsIn({ caches: [open(() => ({ disposition, waiver }))] });
    expect(event).toMatchObject({ status, compliance: { status: 'Fail' }, unmapped: { disposition, waiver } });
  });

  it('of what is declared names its address and its place, and no account', async () => {
    const origin = declaredIn('infra/main.tf', { place: { line: 31, column: 3 } });
    const differences = { id: 'azurerm_redis_cache.a', subscriptionId: null, resourceGroup: null, location: null, origin };
    const caches = [assessedCache({ ...differences, nonSslPort: seen(true) }, [nonSslPortDisabled], () => ({ subject: 'output.key' }))];
    const [event] = await eventsIn({ caches, run: { cloud: 'none' } });
    expect(event).toMatchObject({
      resources: [{ uid: 'output.key' }],
      unmapped: { origin: { file: 'infra/main.tf', line: 31, column: 3, address: origin.address } },
    });
    expect(event).toHaveProperty('cloud', { provider: 'Azure' });
  });

  it('of a cluster has its type', async () => {
    const cluster = compliantCluster('managed', { id: clusterId('c'), minimumTlsVersion: seen('1.0') });
    expect(await eventsIn({ caches: [assessedCache(cluster, [minimumTls12])] })).toMatchObject([
      { resources: [{ type: 'Microsoft.Cache/redisEnterprise' }] },
    ]);
  });

  it('of a rule that says neither why nor of what framework has no empty text', async () => {
    const rule = { ...nonSslPortDisabled, why: '', controls: [] };
    const [event] = await eventsIn({ caches: [open(() => ({ rule }))] });
    expect(event?.finding_info).not.toHaveProperty('desc');
    expect(event?.compliance).toMatchObject({ standards: ['redvet'] });
  });

  it('is one line, and one event, whatever the texts are', async () => {
    const any = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(any, any, any, async (name, resourceGroup, actual) => {
        const caches = [assessedCache({ name, resourceGroup, nonSslPort: seen(true) }, [nonSslPortDisabled], () => ({ actual }))];
        const events = await eventsIn({ caches });
        expect(events).toMatchObject([{ resources: [{ name, group: { name: resourceGroup } }], unmapped: { actual } }]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the events of OCSF on the run', () => {
  const DENIED = problem('permission', 'AUTHORIZATION_FAILED', 'no right', { scope: '/subscriptions/S', hint: 'Grant Reader' });

  it('tell of each thing that was not read, and last that not everything was', async () => {
    const events = read(await reported('ocsf', { caches: [open()], problems: [DENIED, DENIED] }));
    expect(events.map(({ compliance: { control, status } }) => `${control} ${status}`)).toEqual([
      'non-ssl-port-disabled Fail',
      'scan-complete Warning',
      'scan-complete Warning',
      'scan-complete Warning',
    ]);
    expect(events[1]).toMatchObject({
      severity: 'High',
      message: '/subscriptions/S: no right. Grant Reader',
      resources: [{ uid: '/subscriptions/S' }],
      cloud: { account: { uid: 's' } },
      remediation: { desc: 'Grant Reader' },
      unmapped: { problem: { code: 'AUTHORIZATION_FAILED', kind: 'permission' } },
    });
    expect(events.at(-1)?.unmapped).toMatchObject({ status: { complete: false }, summary: { caches: 1, fail: 1 } });
    expect(new Set(events.map(({ finding_info }) => finding_info.uid)).size).toBe(4);
  });

  it('say that everything was read where it was, also of a run that found something', async () => {
    const events = read(await reported('ocsf', { caches: [open()] }));
    expect(events.at(-1)).toMatchObject({ severity: 'Informational', compliance: { control: 'scan-complete', status: 'Pass' } });
  });

  it.each(['usage', 'access', 'internal', 'interrupted', 'incomplete', 'output', 'empty'] as const)(
    'never pass after %s, and are never none',
    async (outcome) => {
      const status = { outcome, exitCode: 9, complete: outcome === 'empty', failOn: 'high', reason: 'it went wrong' } as const;
      const events = read(await reported('ocsf', { report: { status } }));
      expect(events).toMatchObject([{ message: `${outcome}: it went wrong.`, severity: 'High', compliance: { status: 'Warning' } }]);
    },
  );
});

describe('the events of OCSF that the binary writes', () => {
  it('are one for each finding of JSON, with its outcome and fingerprint', async () => {
    const [ocsf, json] = await Promise.all(['ocsf', 'json'].map(async (format) => (await redvet(['demo', '-o', format])).stdout));
    const findings: readonly { readonly outcome: string; readonly fingerprint: string }[] = JSON.parse(json ?? '').findings;
    const ofRules = read(ocsf ?? '').filter(({ compliance }) => compliance.control !== 'scan-complete');
    expect(ofRules.map(({ compliance, finding_info }) => [compliance.status_code, finding_info.uid])).toEqual(
      findings.map(({ outcome, fingerprint }) => [outcome, fingerprint]),
    );
    expect(ofRules.length).toBeGreaterThan(400);
  });

  it('tell of a mistake on the command line', async () => {
    const { code, stdout } = await redvet(['demo', '--no-such-flag', '-o', 'ocsf']);
    expect(code).toBe(2);
    expect(read(stdout).map(({ compliance }) => compliance.status)).toEqual(['Warning', 'Warning']);
  });
});
