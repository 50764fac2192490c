import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeLine } from '../../src/reporters/escape.ts';
import { declaredIn } from '../support/cache.ts';
import { BAD_ENDS } from '../support/ends.ts';
import { baselined, findingOf, outcomeOf, type Rendering, rendered, waived, waiverOf } from '../support/rendered.ts';

type Row = Readonly<Record<string, string>>;

/** Rows by the names in the header; throws where a row has another number of fields. */
const rowsOf = (text: string): readonly Row[] => parse(text, { columns: true });

const csv = async (rendering: Rendering): Promise<readonly Row[]> => rowsOf(await rendered('csv', rendering));

const rowOf = async (finding: ReturnType<typeof findingOf>): Promise<Row | undefined> => (await csv({ findings: [finding] }))[0];

describe('CSV', () => {
  it('names its columns, those that JSON has as there', async () => {
    const [header = ''] = (await rendered('csv', {})).split('\r\n');
    expect(header.split(',').map((name) => name.slice(1, -1))).toEqual([
      'severity',
      'outcome',
      'disposition',
      'gating',
      'ruleId',
      'ruleTitle',
      'resourceName',
      'message',
      'expected',
      'actual',
      'reason',
      'fix',
      'resourceKind',
      'sku',
      'location',
      'resourceGroup',
      'subscriptionId',
      'file',
      'line',
      'waiver',
      'waiverState',
      'waiverExpires',
      'controls',
      'resourceId',
      'fingerprint',
    ]);
  });

  it('quotes every field, ends every row with CR and LF, and begins with no byte order mark', async () => {
    const text = await rendered('csv', { findings: [findingOf(), outcomeOf('pass')] });
    const lines = text.split('\r\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^(?:"(?:[^"]|"")*",)*"(?:[^"]|"")*"$/);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n\ufeff]/);
  });

  it('has all of a finding in a row', async () => {
    const finding = findingOf({ expected: 'false', actual: 'true' });
    expect(await rowOf(finding)).toEqual({
      severity: 'high',
      outcome: 'fail',
      disposition: 'active',
      gating: 'true',
      ruleId: 'non-ssl-port-disabled',
      ruleTitle: finding.rule.title,
      resourceName: 'good',
      message: finding.message,
      expected: 'false',
      actual: 'true',
      reason: '',
      fix: finding.remediation?.summary,
      resourceKind: 'redis',
      sku: 'Premium P1',
      location: 'westeurope',
      resourceGroup: 'rg-test',
      subscriptionId: finding.cache.subscriptionId,
      file: '',
      line: '',
      waiver: '',
      waiverState: '',
      waiverExpires: '',
      controls: finding.controls.map(({ framework, id }) => `${framework}:${id}`).join(' '),
      resourceId: finding.cache.id,
      fingerprint: finding.fingerprint,
    });
  });

  it('has a row for every outcome, also for a pass', async () => {
    const findings = [
      findingOf(),
      ...(['unknown', 'pass', 'not_applicable', 'not_evaluated'] as const).map((outcome) => outcomeOf(outcome)),
    ];
    const rows = (await csv({ findings })).filter(({ ruleId }) => ruleId !== '');
    expect(rows.map(({ outcome }) => outcome)).toEqual(['fail', 'unknown', 'pass', 'not_applicable', 'not_evaluated']);
  });

  it.each([
    {
      what: 'a waived failure',
      finding: waived(),
      row: { disposition: 'waived', waiver: 'legacy', waiverState: 'applied', waiverExpires: '2026-12-31' },
    },
    { what: 'a known failure', finding: baselined(), row: { disposition: 'baselined', gating: 'false', waiver: '' } },
    {
      what: 'a failure whose waiver has expired',
      finding: findingOf({ waiver: waiverOf({ state: 'expired', expires: '2025-05-31' }) }),
      row: { disposition: 'active', waiverState: 'expired', waiverExpires: '2025-05-31' },
    },
    {
      what: 'a declared cache',
      finding: findingOf({ origin: { ...declaredIn('infra/main.tf'), place: { line: 7, column: 2 } } }),
      row: { file: 'infra/main.tf', line: '7' },
    },
    { what: 'an output that holds a key', finding: findingOf({ subject: 'output.key' }), row: { resourceId: 'output.key' } },
  ])('tells $what', async ({ finding, row }) => {
    expect(await rowOf(finding)).toMatchObject(row);
  });

  it.each(BAD_ENDS)('has a row that is no finding where the run ends with $what', async ({ says, findings = [], ...rendering }) => {
    const rows = await csv({ findings, ...rendering });
    expect(rows).toHaveLength(findings.length + 1);
    const last = rows.at(-1);
    expect(last).toMatchObject({ ruleId: '', resourceName: '', severity: '', gating: '', outcome: 'problem' });
    expect(last?.['message']).toContain(says);
    expect(last?.['reason']).toMatch(/^[A-Z_]+$/);
  });

  it('says how to mend what was not read', async () => {
    const { says: _, ...denied } = BAD_ENDS[1] ?? { says: '' };
    expect(await csv(denied)).toMatchObject([
      { reason: 'AUTHORIZATION_FAILED', message: '/subscriptions/one: no right to read. Grant Reader.' },
    ]);
  });

  it('names a flag once', async () => {
    const { says: _, ...mistaken } = BAD_ENDS[0] ?? { says: '' };
    expect(await csv(mistaken)).toMatchObject([{ message: `'--fail-on "x" is no severity` }]);
  });

  it('says that there is no cache where that is tolerated: no file is empty', async () => {
    expect(await csv({ policy: { allowEmpty: true } })).toMatchObject([{ outcome: 'status', reason: 'empty', severity: '', ruleId: '' }]);
  });

  it('adds nothing to a whole run', async () => {
    expect((await csv({ findings: [outcomeOf('pass')] })).map(({ outcome }) => outcome)).toEqual(['pass']);
  });
});

describe('a formula in CSV', () => {
  it.each([
    '=1+1',
    "=cmd|'/C calc'!A0",
    '+1',
    '-1',
    '@SUM(A1)',
    '|x',
    '%x',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    ' =1',
    '\u3000=1',
    '\u00a0@x',
    '"=1"',
    "'=1",
  ])('is text: %j', async (text) => {
    expect((await rowOf(findingOf({ message: text })))?.['message']).toBe(`'${text}`);
  });

  it.each(['\t=1', '\r=1', '\n=1', '\u200b=1', '\u0085=1'])('is none after a character that is shown: %j', async (text) => {
    const message = (await rowOf(findingOf({ message: text })))?.['message'];
    expect(message).toBe(safeLine(text));
    expect(message).toMatch(/^\\/);
  });

  it.each(['a=1', 'one-two', '6.0', 'x@y', '(=1)'])('is not seen where there is none: %j', async (text) => {
    expect((await rowOf(findingOf({ message: text })))?.['message']).toBe(text);
  });

  it('is no formula in any field, and none is torn: every field is read back as it is shown', async () => {
    const parts = fc.oneof(
      fc.constantFrom('=', '+', '-', '@', '"', '""', ',', '\r\n', '\n', "'", ' ', '\t', ';', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    const hostile = fc.array(parts, { maxLength: 10 }).map((some) => some.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const cache = { ...findingOf().cache, id: text, name: text, sku: text, location: text, resourceGroup: text, subscriptionId: text };
        const row = await rowOf(
          findingOf({
            cache,
            message: text,
            expected: text,
            actual: text,
            reason: text,
            fingerprint: text,
            controls: [{ framework: text, id: text, origin: 'redvet' }],
            origin: { ...declaredIn(text), address: text },
            waiver: waiverOf({ id: text }),
          }),
        );
        const line = safeLine(text);
        for (const name of [
          'resourceName',
          'message',
          'expected',
          'actual',
          'reason',
          'sku',
          'location',
          'resourceGroup',
          'subscriptionId',
          'file',
          'waiver',
          'resourceId',
          'fingerprint',
        ]) {
          expect([line, `'${line}`]).toContain(row?.[name]);
        }
        for (const field of Object.values(row ?? {})) expect(field.trimStart()).not.toMatch(/^[=+\-@|%＝＋－＠\t\r\n]/);
      }),
      { numRuns: 500 },
    );
  });
});
