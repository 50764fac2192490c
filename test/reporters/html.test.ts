import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/policy/report.ts';
import { scoreOf } from '../../src/reporters/html/tally.ts';
import { verdictOf } from '../../src/reporters/html/verdict.ts';
import { cacheId, compliantCache, declaredIn } from '../support/cache.ts';
import { BAD_ENDS } from '../support/ends.ts';
import { baselined, findingOf, outcomeOf, type Rendering, rendered, waived, waiverOf } from '../support/rendered.ts';

const page = (rendering: Rendering): Promise<string> => rendered('html', rendering);

const rowsOf = (html: string): readonly string[] => html.split('\n').filter((line) => line.startsWith('<tr id="f-'));

const verdictIn = (html: string): string => /<div class="verdict (\w+)">/.exec(html)?.[1] ?? '';
const sentenceIn = (html: string): string => /<h1 id="verdict">(.*?)<\/h1>/.exec(html)?.[1] ?? '';

const unescaped = (html: string): string => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

describe('the verdict of the HTML report', () => {
  it.each(BAD_ENDS)('is not good after $what', async ({ what: _, says, ...rendering }) => {
    const html = await page(rendering);
    expect(verdictIn(html)).not.toBe('good');
    expect(sentenceIn(html)).toMatch(/^Not /);
    expect(unescaped(html)).toContain(says);
  });

  it('is good for a run that saw everything, where nothing that counts fails', async () => {
    const html = await page({ findings: [outcomeOf('pass'), outcomeOf('not_applicable')] });
    expect([verdictIn(html), sentenceIn(html)]).toEqual([
      'good',
      'Compliant: everything was seen, and nothing of severity high or worse fails.',
    ]);
    expect(html).not.toContain('Not everything was seen');
  });

  it('tells of what was accepted, and of milder findings', async () => {
    const html = await page({ findings: [waived(), baselined(), findingOf({ severity: 'low', gating: false }), outcomeOf('pass')] });
    expect(sentenceIn(html)).toBe(
      'Compliant: everything was seen, and nothing of severity high or worse fails, but for 2 failures that were accepted. Milder findings remain.',
    );
  });

  it('is not good where only --allow-incomplete made it clean', async () => {
    const html = await page({
      findings: [outcomeOf('pass'), outcomeOf('unknown')],
      policy: { allowIncomplete: true },
    });
    expect([verdictIn(html), sentenceIn(html)]).toEqual([
      'unsure',
      'Not proven: no failure gates, but something that was asked for was not seen.',
    ]);
  });

  it('is not good where failures were held to no gate', async () => {
    const findings = [findingOf({ gating: false }), outcomeOf('pass')];
    const html = await page({ findings, policy: { failOn: 'none' } });
    expect([verdictIn(html), sentenceIn(html)]).toEqual(['unsure', 'Everything was seen, and held to no gate: 1 check fails.']);
    const clean = await page({ findings: [outcomeOf('pass')], policy: { failOn: 'none' } });
    expect(verdictIn(clean)).toBe('good');
  });

  it('does not say that all could be judged where nothing was, or not all was read', async () => {
    const denied = BAD_ENDS[1];
    const [nothing, part, all] = await Promise.all([
      page({ ...denied }),
      page({ ...denied, findings: [outcomeOf('pass')] }),
      page({ findings: [outcomeOf('pass')] }),
    ]);
    expect([nothing, part, all].map((html) => /<b>0<\/b> unknown <small>(.*?)<\/small>/.exec(html)?.[1])).toEqual([
      'nothing was judged',
      'of what was read',
      'all could be judged',
    ]);
  });

  it('counts what gates by severity, and the caches', () => {
    const summary = {
      caches: 9,
      gating: 7,
      gatingAt: { critical: 2, high: 3, medium: 7, low: 9, info: 9 },
    };
    const status = { outcome: 'findings', exitCode: 1, complete: true, failOn: 'medium', reason: '' };
    const verdict = verdictOf({ summary, status } as unknown as Report, 3);
    expect(verdict).toEqual({
      mood: 'bad',
      sentence: 'Not compliant: 3 of 9 caches have 7 failures of severity medium or worse: 2 critical, 1 high and 4 medium.',
    });
  });
});

describe('the score', () => {
  const counted = { pass: 0, fail: 0, unknown: 0, waived: 0, baselined: 0, not_evaluated: 5, not_applicable: 5 };
  it.each([
    { of: { pass: 10 }, score: 100 },
    { of: { pass: 999, fail: 1 }, score: 99 },
    { of: { pass: 999, unknown: 1 }, score: 99 },
    { of: { pass: 999, waived: 1 }, score: 99 },
    { of: { pass: 999, baselined: 1 }, score: 99 },
    { of: { pass: 1, fail: 999 }, score: 0 },
    { of: { fail: 1 }, score: 0 },
    { of: {}, score: null },
  ])('of $of is $score', ({ of, score }) => {
    expect(scoreOf({ ...counted, ...of })).toBe(score);
  });
});

describe('the findings of the HTML report', () => {
  it('stand in the order of what to act on', async () => {
    const findings = [
      outcomeOf('not_applicable', { fingerprint: 'na' }),
      outcomeOf('pass', { fingerprint: 'pass' }),
      { ...waived(), fingerprint: 'waived' },
      findingOf({ gating: false, severity: 'low', fingerprint: 'low' }),
      { ...baselined(), fingerprint: 'known' },
      outcomeOf('unknown', { fingerprint: 'unknown' }),
      findingOf({ fingerprint: 'gates' }),
    ];
    const order = rowsOf(await page({ findings })).map((row) => /id="f-(\w+)"/.exec(row)?.[1]);
    expect(order).toEqual(['gates', 'unknown', 'low', 'known', 'waived', 'pass', 'na']);
  });

  it('say why, what was found and where, and what mends it', async () => {
    const [row = ''] = rowsOf(
      await page({ findings: [findingOf({ origin: declaredIn('infra/main.tf'), relatedTo: 'other', due: '2027-01-31' })] }),
    );
    const told = [...row.matchAll(/<dt>(.*?)<\/dt><dd[^>]*>(.*?)<\/dd>/g)].map(([, name, text]) => [
      name,
      unescaped((text ?? '').replace(/<[^>]*>/g, '')),
    ]);
    expect(Object.fromEntries(told)).toMatchObject({
      Expected: 'false',
      Found: 'true',
      Evidence: 'properties.underTest as it was read',
      'Declared in': 'infra/main.tf:3',
      'Comes about on': '2027-01-31',
      'Follows from': 'other failing on this cache',
    });
  });

  it('tell of a waiver, also one that has run out', async () => {
    const html = unescaped(
      await page({ findings: [waived(), findingOf({ waiver: waiverOf({ state: 'expired', expires: '2025-05-31' }) })] }),
    );
    expect(html).toContain('<b>legacy</b> (waiver) holds until 2026-12-31: the till cannot speak TLS <small>team-shop, SEC-1</small>');
    expect(html).toContain('<b>legacy</b> (waiver) is not applied: it expired on 2025-05-31');
  });

  it('are 20,000 at most, the worst, and the charts count them all', async () => {
    const passes = Array.from({ length: 20_050 }, (_, n) => outcomeOf('pass', { fingerprint: `p${n}` }));
    const html = await page({ findings: [...passes, findingOf({ fingerprint: 'last' })] });
    const rows = rowsOf(html);
    expect(rows).toHaveLength(20_000);
    expect(rows[0]).toContain('id="f-last"');
    expect(html).toContain('51 more findings not listed here, none of them worse than these.');
    expect(html).toContain('aria-label="high: 1 fail, 20050 pass"');
  });
});

describe('the links of the HTML report', () => {
  const ID = cacheId('good');

  it.each([
    { cloud: 'public', id: ID, portal: `https://portal.azure.com/#resource${ID}` },
    { cloud: 'usgov', id: ID, portal: `https://portal.azure.us/#resource${ID}` },
    { cloud: 'china', id: ID, portal: `https://portal.azure.cn/#resource${ID}` },
    { cloud: 'demo', id: ID, portal: null },
    { cloud: 'constructor', id: ID, portal: null },
    { cloud: 'public', id: 'azurerm_redis_cache.orders', portal: null },
    { cloud: 'public', id: `${ID}?x`, portal: null },
    { cloud: 'public', id: ID.replace('resourceGroups/', 'resourceGroups/..%2f'), portal: null },
    { cloud: 'public', id: ID.replace(/[0-9a-f-]{36}/, 'redacted-0123456789ab'), portal: null },
  ])('lead from $id in $cloud to $portal', async ({ cloud, id, portal }) => {
    const { cache } = findingOf();
    const html = await page({ findings: [findingOf({ cache: { ...cache, id } })], run: { cloud } });
    expect(/href="(https:\/\/portal[^"]*)"/.exec(html)?.[1] ?? null).toBe(portal);
  });

  it('lead to no page but of the documentation and the portals', async () => {
    const { rule } = findingOf();
    const evil = {
      ...rule,
      references: ['javascript:alert(1)', 'https://learn.microsoft.com.evil.example/', 'https://learn.microsoft.com/ok'] as const,
    };
    const html = await page({ findings: [findingOf({ rule: evil })], run: { rules: [evil] } });
    const targets = [...html.matchAll(/href="(?!#)([^"]*)"/g)].map(([, target]) => target);
    expect(targets).toEqual(['data:,', `https://portal.azure.com/#resource${compliantCache().id}`, 'https://learn.microsoft.com/ok']);
  });
});

describe('the page', () => {
  it('lets run the scripts and the style that it holds, and loads nothing', async () => {
    const html = await page({ findings: [findingOf()] });
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [first, script, ...scripts] = [...html.matchAll(/<script>(.*?)<\/script>/gs)];
    const [style, ...styles] = [...html.matchAll(/<style>(.*?)<\/style>/gs)];
    expect([scripts, styles]).toEqual([[], []]);
    expect(policy).toBe(
      `default-src 'none'; style-src ${hashOf(style?.[1] ?? '')}; script-src ${hashOf(first?.[1] ?? '')} ${hashOf(script?.[1] ?? '')}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(html.match(/ (?:src|srcset|action|formaction|poster|ping|style|on\w+)=/g)).toBeNull();
  });

  /** A report in which every text that comes from outside is the same. */
  const pageOf = (text: string): Promise<string> => {
    const { cache, rule } = findingOf();
    const waiver = waiverOf({ id: text, reason: text, owner: text, ticket: text, expires: text });
    const labels = { id: text, name: text, resourceGroup: text, location: text, sku: text, subscriptionId: text };
    const told = { message: text, expected: text, actual: text, reason: text, relatedTo: text, subject: text, fingerprint: text };
    return page({
      findings: [findingOf({ cache: { ...cache, ...labels }, ...told, waiver })],
      run: {
        rules: [{ ...rule, title: text, why: text }],
        id: text,
        cloud: text,
        tenantId: text,
        config: { path: text, sha256: text },
        disabled: [{ rule: text, reason: text }],
      },
      problems: [
        {
          code: text,
          kind: 'permission',
          scope: text,
          action: text,
          httpStatus: 403,
          message: text,
          hint: `Do: az ${text}`,
          affects: [text],
        },
      ],
      report: () => ({
        subscriptions: [{ id: text, name: text, state: text, status: 'read', caches: 1, excluded: 0, reason: text }],
        inputs: [{ path: text, kind: 'inventory', status: 'read', caches: 1, excluded: 0 }],
        waivers: [{ id: text, state: 'unused', expires: text }],
        frameworks: [{ id: text, title: text, controls: [{ id: text, origin: 'cis', state: 'fail', rules: [text] }] }],
      }),
    });
  };

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=y>',
    "' onmouseover='y",
    '` onclick=y',
    '</dd></dl></details></td></tr></table>',
    '</title></style></script>',
    '<!--',
    ']]>',
    '&lt;b&gt;',
    '\u202e\u0000\n::error::x',
    '##vso[task.complete]',
  ])('is made alike whatever is in it: %j', async (hostile) => {
    const markupIn = (html: string): readonly string[] => html.match(/<[!/]?[a-z0-9-]+| [a-z-]+="/gi) ?? [];
    const [plain, html] = await Promise.all(['plain', hostile].map(pageOf));
    expect(markupIn(html ?? '')).toEqual(markupIn(plain ?? ''));
    // Every tag is one whose attributes are names and quoted values.
    const outside = (html ?? '').replace(/<(script|style)>.*?<\/\1>/gs, '');
    expect(outside.match(/<[a-z][a-z0-9]*(?: [a-z-]+(?:="[^"]*")?)*\/?>/gi)?.length).toBe(outside.match(/<[a-z]/gi)?.length);
    expect(html?.match(/^::|##(?:vso)?\[|[\u202e\0]/gm)).toBeNull();
  });
});
