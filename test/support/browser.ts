import { execFileSync } from 'node:child_process';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The browser of this machine; null, and a reason on stderr, where there is none. */
export const chromiumPath = (): string | null => {
  for (const name of NAMES) {
    try {
      return execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  process.stderr.write(`no browser here (${NAMES.join(', ')}), so nothing is looked at in one\n`);
  return null;
};

/** Without a sandbox, which root has none of in a container, and without what a browser asks the network for of its own. */
export const launched = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--disable-features=OptimizationHints,MediaRouter,Translate',
    ],
  });

/** A page as somebody opened it, with everything that went wrong or out on the way. */
export interface Opened {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the console said, and errors of scripts. */
  readonly said: readonly string[];
  /** Every request but that for the file itself. */
  readonly requests: readonly string[];
  /** From the call until the page can be used, in milliseconds. */
  readonly tookMs: number;
}

export const opened = async (browser: Browser, file: string, hash = '', options: BrowserContextOptions = {}): Promise<Opened> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const said: string[] = [];
  const requests: string[] = [];
  const url = `file://${file}`;
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const noted = (asked: string): void => {
    if (asked.split('#')[0] !== url && !asked.startsWith('data:')) requests.push(asked);
  };
  page.on('requestfinished', (request) => noted(request.url()));
  page.on('requestfailed', (request) => {
    // What the page's own policy forbids is not sent.
    if (request.failure()?.errorText !== 'csp') noted(request.url());
  });
  const start = performance.now();
  await page.goto(`${url}${hash}`);
  return { page, context, said, requests, tookMs: performance.now() - start };
};
