import fc from 'fast-check';
import type { Log, Result, Run } from 'sarif';
import { describe, expect, it } from 'vitest';
import { problem } from '../../src/model/problem.ts';
import { SEVERITIES, type Severity } from '../../src/model/severity.ts';
import type { Finding } from '../../src/policy/report.ts';
import { RULES } from '../../src/rules/index.ts';
import { minimumTls12 } from '../../src/rules/minimum-tls-1-2.ts';
import { noSecretsInDeclarations } from '../../src/rules/no-secrets-in-declarations.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, declaredIn, missing, seen } from '../support/cache.ts';
import { assessedCache, reported, waiverOf } from '../support/reported.ts';

const RULE = nonSslPortDisabled;

const open = (change: (finding: Finding) => Partial<Finding> = () => ({}), name = 'orders') =>
  assessedCache({ id: cacheId(name), name, nonSslPort: seen(true) }, [RULE], change);

const runIn = async (content: Parameters<typeof reported>[1]): Promise<Run> => {
  const log: Log = JSON.parse(await reported('sarif', { ...content, run: { rules: [RULE], ...content.run } }));
  expect(log).toMatchObject({ $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0' });
  expect(log.runs).toHaveLength(1);
  const [run] = log.runs;
  if (run === undefined) throw new Error('no run');
  return run;
};

const resultsIn = async (content: Parameters<typeof reported>[1]): Promise<readonly Result[]> => (await runIn(content)).results ?? [];

describe('a result of SARIF', () => {
  it('is a failure, with all that GitHub wants', async () => {
    const [finding] = open().findings;
    expect(await resultsIn({ caches: [open()] })).toEqual([
      {
        ruleId: 'non-ssl-port-disabled',
        ruleIndex: 0,
        kind: 'fail',
        level: 'error',
        message: { text: 'orders: port 6379 is open: keys travel in clear text.' },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'azure/33333333-0000-4000-8000-000000000001/rg-test/orders' },
              region: { startLine: 1 },
            },
            logicalLocations: [{ name: 'orders', fullyQualifiedName: cacheId('orders'), kind: 'resource' }],
          },
        ],
        partialFingerprints: { primaryLocationLineHash: `${finding?.fingerprint}:1`, 'redvet/v1': finding?.fingerprint },
        properties: {
          severity: 'high',
          outcome: 'fail',
          disposition: 'active',
          gating: true,
          expected: 'false',
          actual: 'true',
          reason: null,
          due: null,
        },
      },
    ]);
  });

  it('is what is not known as well, at the same level, and says so', async () => {
    const caches = [assessedCache({ name: 'orders', nonSslPort: missing() }, [RULE])];
    expect(await resultsIn({ caches })).toMatchObject([
      {
        kind: 'fail',
        level: 'error',
        message: { text: expect.stringMatching(/^orders: not known: /) },
        properties: { outcome: 'unknown' },
      },
    ]);
  });

  it.each(['pass', 'not_applicable', 'not_evaluated'] as const)(
    'is nothing that comes to %s: GitHub would make it an alert',
    async (outcome) => {
      expect(await resultsIn({ caches: [open(() => ({ outcome }))] })).toEqual([]);
    },
  );

  const LEVELS: Readonly<Record<Severity, string>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' };

  it.each(SEVERITIES)('has the level of its own severity: %s', async (severity) => {
    expect(await resultsIn({ caches: [open(() => ({ severity }))] })).toMatchObject([{ level: LEVELS[severity] }]);
  });

  it('stands at the file, line and column of what is declared, and names its address', async () => {
    const origin = declaredIn('infra/main.tf', { place: { line: 31, column: 3 } });
    const [result] = await resultsIn({ caches: [open(() => ({ origin, subject: 'output.key' }))] });
    expect(result?.locations).toEqual([
      {
        physicalLocation: { artifactLocation: { uri: 'infra/main.tf' }, region: { startLine: 31, startColumn: 3 } },
        logicalLocations: [{ name: 'orders', fullyQualifiedName: 'output.key', kind: 'resource' }],
      },
    ]);
  });

  it('stands where the configuration says', async () => {
    const sarif = { locations: [{ glob: '*/redis/ord*', file: 'infra/redis.bicep', line: 12 }], isWaivedIncluded: false };
    const [result] = await resultsIn({ caches: [open()], choices: { sarif } });
    expect(result?.locations?.[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'infra/redis.bicep' },
      region: { startLine: 12 },
    });
  });

  it('is in the order of the caches, each written when it comes', async () => {
    const caches = ['a', 'b', 'c'].map((name) => open(() => ({}), name));
    const texts = (await resultsIn({ caches })).map(({ message }) => message.text?.charAt(0));
    expect(texts).toEqual(['a', 'b', 'c']);
  });
});

describe('a message of SARIF', () => {
  /** As a viewer reads it: links, escapes (3.11.6) and braces (3.11.5). */
  const unescaped = (text: string): string =>
    text
      .replaceAll('{{', '{')
      .replaceAll('}}', '}')
      .replace(/\\([\\[\]])/g, '$1');

  it('has no link, no placeholder and no escape of its own', async () => {
    const message = 'see [here](https://evil.example) {0} {{1}} a\\b';
    const [result] = await resultsIn({ caches: [open(() => ({ message }))] });
    expect(result?.message.text).toBe('orders: see \\[here\\](https://evil.example) {{0}} {{{{1}}}} a\\\\b.');
  });

  it('can be read back, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z \\[\](){}]{1,20}$/), async (message) => {
        const [result] = await resultsIn({ caches: [open(() => ({ message }))] });
        expect(unescaped(result?.message.text ?? '')).toBe(`orders: ${message}.`);
        expect(result?.message.text).not.toMatch(/(?<!\\)(?:\\\\)*\]\(/);
      }),
      { numRuns: 50 },
    );
  });

  it('shows what would hide', async () => {
    const [result] = await resultsIn({ caches: [open(() => ({ message: 'a\u202eb\u001b[31m ##vso[x]' }))] });
    expect(result?.message.text).toBe('orders: a\\\\u{{202e}}b\\\\u{{1b}}\\[31m \\\\x23#vso\\[x\\].');
  });

  it('tells of a waiver that has run out', async () => {
    const waiver = waiverOf({ state: 'expired', expires: '2025-01-31' });
    const [result] = await resultsIn({ caches: [open(() => ({ waiver }))] });
    expect(result?.message.text).toBe(
      'orders: port 6379 is open: keys travel in clear text. The waiver W-1 expired on 2025-01-31 and is not applied.',
    );
  });
});

describe('a waived finding in SARIF', () => {
  const waived = open(() => ({ disposition: 'waived', waiver: waiverOf(), gating: false }), 'waived');
  const caches = [waived, open()];

  it('is left out', async () => {
    const results = await resultsIn({ caches });
    expect(results.map(({ message }) => message.text)).toEqual([expect.stringMatching(/^orders: /)]);
    expect(results[0]).not.toHaveProperty('suppressions');
  });

  it('is suppressed where it is wanted, and then every result says whether it is', async () => {
    const sarif = { locations: [], isWaivedIncluded: true };
    const results = await resultsIn({ caches, problems: [problem('network', 'X', 'x')], choices: { sarif } });
    const justification = 'Only the proxy reaches it. Waiver W-1 (mitigated) of team-x, SEC-1, until 2026-12-31.';
    expect(results.map(({ suppressions }) => suppressions)).toEqual([[{ kind: 'external', status: 'accepted', justification }], [], []]);
  });

  it('stays where it is baselined: GitHub compares with earlier files itself', async () => {
    expect(await resultsIn({ caches: [open(() => ({ disposition: 'baselined' }))] })).toMatchObject([
      { properties: { disposition: 'baselined' } },
    ]);
  });
});

describe('the rules of SARIF', () => {
  it('are those of the run, in their order, and last the one of what was not read', async () => {
    const { tool } = await runIn({ run: { rules: RULES } });
    expect(tool.driver.rules?.map(({ id }) => id)).toEqual([...RULES.map(({ id }) => id), 'scan-complete']);
    expect(tool.driver).toMatchObject({ name: 'redvet', version: '0.0.0', semanticVersion: '0.0.0' });
  });

  it('have what GitHub shows, within what it takes', async () => {
    const { tool } = await runIn({ run: { rules: RULES } });
    for (const rule of tool.driver.rules ?? []) {
      const { name, shortDescription, fullDescription, help, properties } = rule;
      const texts = [shortDescription?.text, fullDescription?.text, help?.text, help?.markdown];
      expect(texts.filter((text) => text === undefined || text.trim() === '')).toEqual([]);
      expect(name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect(properties?.tags?.slice(0, 3)).toEqual(['security', 'azure', 'redis']);
      expect(properties?.tags?.length).toBeLessThanOrEqual(20);
      expect(new Set(properties?.tags).size).toBe(properties?.tags?.length);
      expect(properties?.['security-severity']).toMatch(/^\d\.\d$/);
    }
    const pages = (tool.driver.rules ?? []).flatMap(({ helpUri }) => helpUri ?? []);
    expect(pages.filter((page) => !page.startsWith('https://learn.microsoft.com/'))).toEqual([]);
    expect(pages).toHaveLength(RULES.length);
  });

  it.each([
    ['critical', 9.0, 10],
    ['high', 7.0, 8.9],
    ['medium', 4.0, 6.9],
    ['low', 0.1, 3.9],
    ['info', 0.1, 3.9],
  ] as const)('are %s for GitHub when they are for us', async (severity, least, most) => {
    const { tool } = await runIn({ run: { rules: [{ ...RULE, severity }] } });
    const number = Number(tool.driver.rules?.[0]?.properties?.['security-severity']);
    expect(number).toBeGreaterThanOrEqual(least);
    expect(number).toBeLessThanOrEqual(most);
  });

  it('have no empty text where a rule does not say why', async () => {
    const bare = { ...RULE, why: '', fix: { ...RULE.fix, summary: '' } };
    const { tool } = await runIn({ run: { rules: [bare] } });
    expect(tool.driver.rules?.[0]).toMatchObject({
      fullDescription: { text: 'The non-SSL port 6379 must be closed.' },
      help: { text: expect.stringMatching(/^The non-SSL port 6379 must be closed\.\n\nhttps:/) },
    });
  });

  it('are found by their index, and a finding of a rule that was not selected has none', async () => {
    const caches = [assessedCache({ minimumTlsVersion: seen('1.0') }, [minimumTls12]), open()];
    const run = { rules: [noSecretsInDeclarations, RULE] };
    const results = await resultsIn({ caches, run });
    expect(results.map(({ ruleId, ruleIndex }) => [ruleId, ruleIndex])).toEqual([
      ['minimum-tls-1-2', undefined],
      ['non-ssl-port-disabled', 1],
    ]);
  });
});

describe('a run of SARIF that did not see everything', () => {
  const DENIED = problem('permission', 'AUTHORIZATION_FAILED', 'no right to read {x}', {
    scope: '/subscriptions/S',
    action: 'Microsoft.Cache/redis/read',
    httpStatus: 403,
    hint: 'Grant Reader',
    affects: ['*'],
  });
  const TEXT = '/subscriptions/S: no right to read {{x}}. Grant Reader';

  it('was no success, and says of each thing why, as a notification and as a result', async () => {
    const { invocations, results, properties } = await runIn({ caches: [open()], problems: [DENIED] });
    expect(invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            descriptor: { id: 'AUTHORIZATION_FAILED' },
            level: 'error',
            message: { text: TEXT },
            properties: { kind: 'permission', scope: '/subscriptions/S', httpStatus: 403 },
          },
        ],
      },
    ]);
    expect(properties).toMatchObject({ complete: false });
    expect(results).toHaveLength(2);
    expect(results?.[1]).toMatchObject({
      ruleId: 'scan-complete',
      ruleIndex: 1,
      kind: 'fail',
      level: 'error',
      message: { text: TEXT },
      locations: [{ physicalLocation: { artifactLocation: { uri: 'azure/S' }, region: { startLine: 1 } } }],
      properties: { code: 'AUTHORIZATION_FAILED', outcome: 'unknown' },
    });
  });

  it('has for the same problem the same fingerprint from run to run, and each once', async () => {
    const problems = [DENIED, DENIED, { ...DENIED, scope: '/subscriptions/T' }];
    const hashesOf = async () =>
      (await resultsIn({ problems })).map(({ partialFingerprints }) => partialFingerprints?.['primaryLocationLineHash']);
    const hashes = await hashesOf();
    expect(new Set(hashes).size).toBe(3);
    expect(await hashesOf()).toEqual(hashes);
  });

  it.each(['usage', 'access', 'internal', 'interrupted', 'incomplete', 'output', 'empty'] as const)(
    'is never empty, even if nothing but its status tells of it: %s',
    async (outcome) => {
      const status = { outcome, exitCode: 9, complete: outcome === 'empty', failOn: 'high', reason: 'it went wrong' } as const;
      const { invocations, results } = await runIn({ report: { status } });
      expect(results).toMatchObject([{ ruleId: 'scan-complete', message: { text: 'it went wrong.' } }]);
      expect(invocations).toMatchObject([{ executionSuccessful: false, exitCode: 9, exitCodeDescription: `${outcome}: it went wrong.` }]);
    },
  );

  it('is a success otherwise, whatever was found', async () => {
    const { invocations, results } = await runIn({ caches: [open()] });
    expect(invocations).toMatchObject([{ executionSuccessful: true, exitCode: 1, toolExecutionNotifications: [] }]);
    expect(results).toHaveLength(1);
  });
});

describe('a run of SARIF that is more than GitHub takes', () => {
  const many = (results: number) => {
    const [finding] = open().findings;
    if (finding === undefined) throw new Error('no finding');
    return [{ ...open(), findings: Array.from({ length: results }, () => finding) }];
  };

  it.each([
    [5_000, null],
    [5_001, 'this file has 5,001 results: GitHub shows 5,000 results of a run, the worst first.'],
    [25_000, 'this file has 25,000 results: GitHub shows 5,000 results of a run, the worst first.'],
    [25_001, 'this file has 25,001 results: GitHub refuses more than 25,000 results in a run; write a file for each subscription.'],
  ])('leaves nothing out, and says what GitHub does with %i results', async (results, text) => {
    const run = await runIn({ caches: many(results) });
    expect(run.results).toHaveLength(results);
    const expected = text === null ? [] : [{ descriptor: { id: 'RESULT_LIMIT' }, level: 'warning', message: { text } }];
    expect(run.invocations?.[0]?.toolExecutionNotifications).toEqual(expected);
    expect(run.invocations?.[0]?.executionSuccessful).toBe(true);
  });
});

describe('the id of a run of SARIF', () => {
  const categoryOf = async (run: Parameters<typeof reported>[1]['run'] & object): Promise<string | undefined> =>
    (await runIn({ run })).automationDetails?.id?.replace(/\/[^/]*$/, '');

  it('ends with that of the run', async () => {
    expect((await runIn({})).automationDetails?.id).toBe('redvet/azure/run-1');
  });

  it('is of one category for the same scope, and of another for each other scope', async () => {
    const one = { options: { subscriptions: ['a'] } };
    const categories = await Promise.all([
      categoryOf({}),
      categoryOf(one),
      categoryOf({ options: { subscriptions: ['b'] } }),
      categoryOf({ options: { exclude: ['a'] } }),
      categoryOf({ source: 'files', options: { inputs: ['a'] } }),
      categoryOf({ source: 'files', options: { inputs: ['b'] } }),
    ]);
    expect(new Set(categories).size).toBe(6);
    expect(await categoryOf({ ...one, id: 'run-2', source: 'graph' })).toBe(categories[1]);
    expect(await categoryOf({ options: { subscriptions: [], failOn: 'low' } })).toBe('redvet/azure');
  });
});
