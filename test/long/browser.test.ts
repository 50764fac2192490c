import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launched, type Opened, opened } from '../support/browser.ts';
import { emptyFolder, redvet } from '../support/redvet.ts';
import { subscriptionId, wireRedis } from '../support/resource-manager.ts';

const FOLDER = emptyFolder();
const executable = chromiumPath();

interface Told {
  readonly ruleId: string;
  readonly outcome: string;
  readonly disposition: string;
  readonly severity: string;
  readonly severityRank: number;
  readonly gating: boolean;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly subscriptionId: string;
  readonly message: string;
  readonly fingerprint: string;
  readonly controls: readonly { readonly framework: string; readonly id: string }[];
  readonly remediation: { readonly az: string | null } | null;
}

interface Result {
  readonly findings: readonly Told[];
  readonly caches: readonly { readonly id: string; readonly name: string }[];
  readonly scope: { readonly subscriptions: readonly { readonly id: string; readonly name: string }[] };
  readonly frameworks: readonly {
    readonly id: string;
    readonly controls: readonly { readonly id: string; readonly state: string; readonly rules: readonly string[] }[];
  }[];
}

/** Both reports of one run. */
const reports = async (name: string, args: readonly string[]): Promise<{ readonly file: string; readonly result: Result }> => {
  const file = join(FOLDER, `${name}.html`);
  const json = join(FOLDER, `${name}.json`);
  await redvet([...args, '-o', `html=${file}`, '-o', `json=${json}`], { cwd: FOLDER });
  return { file, result: JSON.parse(readFileSync(json, 'utf8')) };
};

const rowsShown = (page: Page): Promise<readonly string[]> =>
  page.$$eval('#rows tbody tr:not([hidden])', (rows) => rows.map((row) => row.id.replace(/^f-/, '')));

const shownCount = (page: Page): Promise<string | null> => page.textContent('#count');

const fingerprints = (findings: readonly Told[]): readonly string[] => findings.map(({ fingerprint }) => fingerprint).sort();

const isTold = ({ outcome, disposition }: Told): boolean => (outcome === 'fail' && disposition === 'active') || outcome === 'unknown';

const seriousIn = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    "axe.run(document).then(({ violations }) => violations.map((v) => [v.impact, v.id, ...v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200))].join(' ')))",
  );
  return Array.isArray(violations) ? violations.map(String) : ['axe gave nothing'];
};

describe.skipIf(executable === null)('the HTML report in a browser', () => {
  let browser: Browser;
  let file = '';
  let result: Result = { findings: [], caches: [], scope: { subscriptions: [] }, frameworks: [] };
  const looks = { pages: 0, requests: 0 };
  let now: Opened[] = [];
  const open = async (hash = '', options: BrowserContextOptions = {}, of = file): Promise<Opened> => {
    const one = await opened(browser, of, hash, options);
    now.push(one);
    return one;
  };

  beforeAll(async () => {
    browser = await launched(executable ?? '');
    ({ file, result } = await reports('demo', ['demo']));
  });

  afterEach(async () => {
    for (const { context, requests } of now) {
      looks.pages += 1;
      looks.requests += requests.length;
      await context.close();
    }
    now = [];
  });

  afterAll(async () => {
    await browser?.close();
    process.stdout.write(`${looks.pages} pages opened in Chromium ${browser?.version()}: ${looks.requests} network requests\n`);
  });

  it('opens without an error, a warning, or a request', async () => {
    const { page, said, requests } = await open();
    await page.waitForTimeout(200);
    expect({ said, requests }).toEqual({ said: [], requests: [] });
    expect(await page.title()).toBe('redvet: findings · Redis on Azure');
    expect(await page.textContent('h1')).toBe(
      'Not compliant: 6 of 18 caches have 12 failures of severity high or worse: 1 critical and 11 high.',
    );
  });

  it('has a row for every finding, and shows those that are to be acted on, what gates first', async () => {
    const { page } = await open();
    expect((await page.$$('#rows tbody tr')).length).toBe(result.findings.length);
    const shown = await rowsShown(page);
    expect([...shown].sort()).toEqual(fingerprints(result.findings.filter(isTold)));
    const gating = result.findings.filter((finding) => finding.gating);
    expect([...shown.slice(0, gating.length)].sort()).toEqual(fingerprints(gating));
    expect(await shownCount(page)).toBe(`${shown.length} of ${result.findings.length} findings`);
  });

  it('says of every finding what the JSON says', async () => {
    const { page } = await open();
    const rows = await page.$$eval('#rows tbody tr', (all) =>
      all.map((row) => [
        row.id,
        row.querySelector('summary')?.textContent,
        row.querySelector('td a')?.textContent,
        row.querySelector('[data-copy]')?.textContent,
        row.querySelector('pre.fix')?.textContent ?? null,
      ]),
    );
    const told = new Map(rows.map(([id, ...rest]) => [id, rest]));
    for (const { fingerprint, message, resourceName, resourceId, remediation } of result.findings)
      expect(told.get(`f-${fingerprint}`)).toEqual([message, resourceName, resourceId, remediation?.az ?? null]);
  });

  const FILTERS: readonly {
    readonly what: string;
    readonly act: (page: Page) => Promise<unknown>;
    readonly keeps: (finding: Told) => boolean;
  }[] = [
    { what: 'a severity', act: (page) => page.check('input[value=high]'), keeps: (one) => isTold(one) && one.severity === 'high' },
    {
      what: 'two severities',
      act: async (page) => {
        await page.check('input[value=critical]');
        await page.check('input[value=low]');
      },
      keeps: (one) => isTold(one) && (one.severity === 'critical' || one.severity === 'low'),
    },
    {
      what: 'an outcome',
      act: async (page) => {
        await page.uncheck('input[value=fail]');
        await page.uncheck('input[value=unknown]');
        await page.check('input[value=pass]');
      },
      keeps: (one) => one.outcome === 'pass',
    },
    {
      what: 'no outcome, which is any',
      act: async (page) => {
        await page.uncheck('input[value=fail]');
        await page.uncheck('input[value=unknown]');
      },
      keeps: () => true,
    },
    {
      what: 'a rule',
      act: (page) => page.selectOption('select[name=rule]', 'minimum-tls-1-2'),
      keeps: (one) => isTold(one) && one.ruleId === 'minimum-tls-1-2',
    },
    {
      what: 'a subscription by its name',
      act: (page) => page.selectOption('select[name=subscription]', { label: 'harborline-staging' }),
      keeps: (one) => isTold(one) && one.subscriptionId.endsWith('1002'),
    },
    {
      what: 'words, without case, in whatever order',
      act: (page) => page.fill('input[type=search]', 'CLEAR port'),
      keeps: (one) => isTold(one) && one.ruleId === 'non-ssl-port-disabled',
    },
    {
      what: 'the tile of what gates',
      act: (page) => page.click('.tiles .gating a'),
      keeps: (one) => one.gating,
    },
    {
      what: 'the name of a cache, with all that was checked on it',
      act: (page) => page.click('#cache-rows a >> text="shop-staging"'),
      keeps: (one) => one.resourceName === 'shop-staging',
    },
    {
      what: 'a control of a framework',
      act: async (page) => {
        await page.click('#framework-cis-azure-database-2\\.0 summary');
        await page.click('a[href="#control=cis-azure-database-2.0%202.4"]');
      },
      keeps: (one) => one.ruleId === 'access-policies-least-privilege' || one.ruleId === 'access-policies-assigned',
    },
  ];

  it.each(FILTERS)('filters by $what', async ({ act, keeps }) => {
    const { page, said } = await open();
    await act(page);
    const expected = fingerprints(result.findings.filter(keeps));
    await expect.poll(async () => [...(await rowsShown(page))].sort()).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
    expect(await shownCount(page)).toBe(`${expected.length} of ${result.findings.length} findings`);
    // The address shows the same again, also in another window.
    const again = await open(new URL(page.url()).hash);
    expect([...(await rowsShown(again.page))].sort()).toEqual(expected);
    await page.click('button[type=reset]');
    expect([...(await rowsShown(page))].sort()).toEqual(fingerprints(result.findings.filter(isTold)));
    expect(said).toEqual([]);
  });

  it('says so where nothing is left, and gives everything back', async () => {
    const { page } = await open();
    await page.fill('input[type=search]', 'no such thing');
    await expect.poll(() => shownCount(page)).toBe(`0 of ${result.findings.length} findings`);
    await page.fill('input[type=search]', '');
    await expect.poll(async () => (await rowsShown(page)).length).toBe(result.findings.filter(isTold).length);
  });

  it('sorts by each column, one way and the other, and then as it was', async () => {
    const { page } = await open();
    const before = await rowsShown(page);
    const column = (n: number): Promise<readonly string[]> =>
      page.$$eval(`#rows tbody tr:not([hidden]) td:nth-child(${n}) > :first-child`, (cells) => cells.map((cell) => cell.textContent ?? ''));
    await page.click('#rows th:nth-child(3) button');
    expect(await page.getAttribute('#rows th:nth-child(3)', 'aria-sort')).toBe('ascending');
    const names = await column(3);
    expect(names).toEqual([...names].sort());
    await page.click('#rows th:nth-child(3) button');
    expect(await column(3)).toEqual([...names].reverse());
    await page.click('#rows th:nth-child(1) button');
    expect(await page.getAttribute('#rows th:nth-child(3)', 'aria-sort')).toBeNull();
    const ranks = (await column(1)).map((severity) => ['info', 'low', 'medium', 'high', 'critical'].indexOf(severity));
    expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
    await page.click('#rows th:nth-child(1) button');
    await page.click('#rows th:nth-child(1) button');
    expect(await rowsShown(page)).toEqual(before);
    await page.click('#cache-rows th:nth-child(5) button');
    const high = await page.$$eval('#cache-rows tbody td:nth-child(5)', (cells) => cells.map((cell) => Number(cell.textContent)));
    expect(high).toEqual([...high].sort((a, b) => b - a));
  });

  it('opens a finding on why, evidence and fix, and copies the command', async () => {
    const { page, context } = await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const finding = result.findings.find((one) => one.ruleId === 'non-ssl-port-disabled' && one.gating);
    const row = page.locator(`#f-${finding?.fingerprint}`);
    await row.locator('summary').click();
    const text = await row.innerText();
    expect(text).toContain('Whoever can read one packet on the way owns the cache');
    expect(text).toContain('properties.enableNonSslPort');
    await row.locator('pre.fix + .copy').click();
    await expect.poll(() => row.locator('pre.fix + .copy').textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(finding?.remediation?.az);
    await row.locator('[data-copy] + .copy').click();
    await expect.poll(() => row.locator('[data-copy] + .copy').textContent()).toBe('Copied');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(finding?.resourceId);
  });

  it('shows what is opened below its line and over the whole width', async () => {
    const { page } = await open();
    await page.click('#expand');
    const wrong = await page.$$eval(
      '#rows tbody tr:not([hidden])',
      (rows) =>
        rows.filter((row) => {
          const list = row.querySelector('dl')?.getBoundingClientRect();
          const [line] = row.querySelectorAll('td:nth-child(3) a');
          const bottom = line?.parentElement?.lastElementChild?.getBoundingClientRect().bottom ?? 0;
          return !list || list.top < bottom || list.width < row.getBoundingClientRect().width * 0.8;
        }).length,
    );
    expect(wrong).toBe(0);
    expect(await page.textContent('#expand')).toBe('Collapse all');
    await page.click('#expand');
    expect(await page.locator('#rows details[open]').count()).toBe(0);
  });

  it('leads to a finding, also one that is filtered out, to a rule and to a framework', async () => {
    const passing = result.findings.find(({ outcome }) => outcome === 'pass');
    const { page } = await open(`#f-${passing?.fingerprint}`);
    const row = page.locator(`#f-${passing?.fingerprint}`);
    expect(await row.locator('details').getAttribute('open')).toBe('');
    expect(await row.isVisible()).toBe(true);
    expect(await row.evaluate((element) => element.getBoundingClientRect().top)).toBeLessThan(900);
    const rule = await open('#rule-minimum-tls-1-2');
    expect(await rule.page.getAttribute('#rule-minimum-tls-1-2', 'open')).toBe('');
    await page.click(`#f-${passing?.fingerprint} td:nth-child(4) a`);
    expect(await page.getAttribute(`#rule-${passing?.ruleId}`, 'open')).toBe('');
  });

  it('takes any address', async () => {
    for (const hash of [
      '#=',
      '#%',
      '#cache=%E0%A4%A',
      '#severity=none&outcome=',
      '#x=<img src=x onerror=alert(1)>',
      '#control=no such',
      '#f-none',
    ]) {
      const { page, said } = await open(hash);
      expect(await page.locator('#rows tbody tr').count()).toBe(result.findings.length);
      expect(said).toEqual([]);
    }
  });

  it('is used by the keyboard alone', async () => {
    const { page } = await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the findings');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.name')).toBe('q');
    await page.keyboard.type('shop-cart-prod public');
    await expect.poll(() => page.locator('#rows tbody tr:not([hidden])').count()).toBeLessThan(20);
    await page.locator('#rows tbody tr:not([hidden]) summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('#rows details[open]').count()).toBe(1);
  });

  const LOOKS: readonly (BrowserContextOptions & { readonly what: string })[] = [
    { what: 'light', colorScheme: 'light' },
    { what: 'dark', colorScheme: 'dark' },
    { what: 'narrow', viewport: { width: 380, height: 800 } },
  ];

  it.each(LOOKS)('has nothing that axe objects to when it is $what', async ({ what: _, ...look }) => {
    const { page } = await open('', look);
    expect(await seriousIn(page)).toEqual([]);
    await page.evaluate("document.querySelectorAll('details').forEach((one, index) => { one.open = index % 7 === 0; })");
    await page.waitForTimeout(100);
    expect(await seriousIn(page)).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('is dark where that is preferred, and by its button', async () => {
    const background = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const { page } = await open('', { colorScheme: 'light' });
    const light = await background(page);
    const dark = await background((await open('', { colorScheme: 'dark' })).page);
    expect(dark).not.toBe(light);
    await page.click('#theme');
    expect(await background(page)).toBe(light);
    await page.click('#theme');
    expect(await background(page)).toBe(dark);
  });

  it('opens what is shown when it is printed, in light colours, and closes it again', async () => {
    const { page } = await open('', { colorScheme: 'dark' });
    await page.check('input[value=critical]');
    await expect.poll(async () => (await rowsShown(page)).length).toBe(1);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator('#rows tr:not([hidden]) details[open]').count()).toBe(1);
    expect(await page.locator('#rows tr[hidden] details[open]').count()).toBe(0);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('#filters').isVisible()).toBe(false);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('details[open]').count()).toBe(0);
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
  });

  it('shows everything without its script', async () => {
    const { page, said } = await open('', { javaScriptEnabled: false });
    expect(await page.locator('#rows tbody tr').count()).toBe(result.findings.length);
    expect(await page.locator('#rows tbody tr').last().isVisible()).toBe(true);
    expect(await page.locator('noscript').isVisible()).toBe(true);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    await page.locator('#rows summary').first().click();
    expect(await page.locator('#rows details').first().innerText()).toContain('Evidence');
    expect(said.filter((line) => !line.includes('JavaScript'))).toEqual([]);
  });

  it('lets no other script run, and nothing out', async () => {
    const { page, requests } = await open();
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=https://evil.example/x.png onerror=\"window.ran = 1\">')");
    await page.evaluate("{ const s = document.createElement('script'); s.textContent = 'window.ran = 2'; document.body.append(s); }");
    await page.evaluate("fetch('https://evil.example/').catch(() => {})");
    await page.waitForTimeout(200);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(requests).toEqual([]);
  });

  it('takes hostile names for text', async () => {
    const names = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(2)>',
      "' onmouseover='alert(3)",
      '</td></tr></table><h1>owned</h1>',
      '</script><script>alert(4)</script>',
      '<!--',
      '&lt;b&gt; &amp; `x`',
      'javascript:alert(5)',
      '#cache=x&severity=low',
      'a+b %20 ?x=1#y',
      '\u202eevil\u0000\u001b[31m',
      'x'.repeat(2000),
    ];
    const input = join(FOLDER, 'hostile.json');
    const caches = names.map((name) => ({
      ...wireRedis(subscriptionId(1), 'x', { enableNonSslPort: true }),
      id: `/subscriptions/${subscriptionId(1)}/resourceGroups/${name}/providers/Microsoft.Cache/Redis/${name}`,
      name,
      location: name,
      tags: { [name]: name },
    }));
    writeFileSync(input, JSON.stringify(caches));
    const hostile = await reports('hostile', ['scan', input]);
    expect(hostile.result.caches.length).toBeGreaterThan(8);
    const { page, said, requests } = await open('', {}, hostile.file);
    await page.click('#expand');
    expect(await page.$$eval('script', (all) => all.length)).toBe(2);
    expect(await page.$$eval('h1', (all) => all.length)).toBe(1);
    const attributes = await page.evaluate(
      "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames().filter((n) => n.startsWith('on') || n === 'style' && !e.matches('dl')))",
    );
    expect(attributes).toEqual([]);
    const links = await page.$$eval('a[href]', (all) => [
      ...new Set(all.map((link) => new URL(link.getAttribute('href') ?? '', 'file:///x').protocol)),
    ]);
    expect(links.sort()).toEqual(['file:', 'https:']);
    // Each leads to what was checked on it, whatever it is called.
    for (const { id } of hostile.result.caches) {
      const nth = hostile.result.caches.findIndex((one) => one.id === id);
      await page.evaluate(`document.querySelectorAll('#cache-rows a')[${nth}].click()`);
      await expect
        .poll(async () => (await rowsShown(page)).length)
        .toBe(hostile.result.findings.filter((one) => one.resourceId === id).length);
    }
    expect({ said, requests }).toEqual({ said: [], requests: [] });
  });

  it('is usable with thousands of findings', { timeout: 60_000 }, async () => {
    const input = join(FOLDER, 'many.json');
    const caches = Array.from({ length: 1_250 }, (_, n) =>
      wireRedis(subscriptionId(1 + (n % 40)), `cache-${n}`, { enableNonSslPort: n % 2 === 0 }),
    );
    writeFileSync(input, JSON.stringify(caches));
    const many = await reports('many', [
      'scan',
      input,
      '--rule',
      'non-ssl-port-disabled',
      '--rule',
      'minimum-tls-1-2',
      '--rule',
      'public-network-access-disabled',
      '--rule',
      'managed-identity-assigned',
    ]);
    expect(many.result.findings).toHaveLength(5_000);
    const { page, said, tookMs } = await open('', {}, many.file);
    const all = await page.locator('#rows tbody tr').count();
    const start = performance.now();
    await page.fill('input[type=search]', 'cache-77 ');
    await expect.poll(() => shownCount(page)).toMatch(/^\d+ of 5,000 findings$/);
    const searched = performance.now() - start;
    process.stdout.write(
      `${all} findings: ${(tookMs / 1000).toFixed(2)} s until the page can be used, ${(searched / 1000).toFixed(2)} s to search it\n`,
    );
    expect(all).toBe(5_000);
    await page.fill('input[type=search]', '');
    await page.click('button[type=reset]');
    const told = many.result.findings.filter(isTold).length;
    const visible = (): Promise<number> => page.locator('#rows tbody tr:not([hidden])').count();
    await expect.poll(() => shownCount(page)).toBe(`${told.toLocaleString('en')} of 5,000 findings`);
    expect(await visible()).toBe(1_000);
    expect(await page.textContent('#more')).toBe(`Show more: ${(told - 1_000).toLocaleString('en')} are left`);
    // The first of the order that is shown, whatever it is.
    await page.click('#rows th:nth-child(3) button');
    const names = await page.$$eval('#rows tbody tr:not([hidden]) td:nth-child(3) a', (links) => links.map((link) => link.textContent));
    const sorted = many.result.findings.filter(isTold).map(({ resourceName }) => resourceName);
    sorted.sort(new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare);
    expect(names).toEqual(sorted.slice(0, 1_000));
    await page.click('#more');
    expect(await visible()).toBe(2_000);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await visible()).toBe(told);
    expect(await page.locator('#more').isVisible()).toBe(false);
    expect(said).toEqual([]);
  });
});
