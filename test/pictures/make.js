// The pictures of the README, made of what was built: a real terminal (tmux) and a real browser (Chromium). `npm run pictures`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const pictures = join(root, '.github/pictures');
const redvet = join(root, 'bin/redvet.js');

const ESCAPE = '\u001b';

/** Where a link begins and ends. */
const LINKS = new RegExp(`${ESCAPE}\\]8;[^${ESCAPE}\\u0007]*(?:\\u0007|${ESCAPE}\\\\)`, 'g');

/** What changes how text looks. */
const LOOKS = new RegExp(`(${ESCAPE}\\[[\\d;]*m)`);

/** Colours of a dark terminal, by their numbers. */
const COLOURS = ['#3b4252', '#ff6b81', '#7bd88f', '#f5c66b', '#79b8ff', '#d2a8ff', '#66d9e8', '#e6eaf0'];
const BRIGHT = ['#7d8796', '#ff8fa3', '#98e6aa', '#ffd98a', '#9ecbff', '#e2c5ff', '#8be9f5', '#ffffff'];

/**
 * What a terminal of that width shows of a command: text with escapes for colour.
 * @param {string} command
 * @param {number} columns
 * @param {number} lines
 */
const shown = (command, columns, lines) => {
  const tmux = (/** @type {readonly string[]} */ ...args) => execFileSync('tmux', ['-L', 'redvet-pictures', ...args], { encoding: 'utf8' });
  const env = ['-e', 'LC_ALL=C.UTF-8', '-e', 'COLORTERM=', '-e', 'CI='];
  tmux(
    '-f',
    '/dev/null',
    'new-session',
    '-d',
    '-s',
    'shown',
    '-x',
    String(columns),
    '-y',
    String(lines),
    ...env,
    `${command}; tmux -L redvet-pictures wait-for -S done; sleep 60`,
  );
  tmux('wait-for', 'done');
  const text = tmux('capture-pane', '-e', '-p', '-S', '-', '-t', 'shown');
  tmux('kill-server');
  return text.split('\n').slice(0, lines).join('\n');
};

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * The same as HTML.
 * @param {string} text
 */
const coloured = (text) => {
  const look = { bold: false, faint: false, underlined: false, colour: '' };
  return text
    .replace(LINKS, '')
    .split(LOOKS)
    .map((part) => {
      const codes = part.startsWith(ESCAPE) ? part.slice(2, -1) : undefined;
      if (codes === undefined) {
        const style = [
          look.colour && `color:${look.colour}`,
          look.bold && 'font-weight:700',
          look.faint && 'opacity:.62',
          look.underlined && 'text-decoration:underline',
        ]
          .filter(Boolean)
          .join(';');
        return style === '' ? escaped(part) : `<span style="${style}">${escaped(part)}</span>`;
      }
      for (const code of (codes || '0').split(';').map(Number)) {
        if (code === 0) Object.assign(look, { bold: false, faint: false, underlined: false, colour: '' });
        if (code === 1) look.bold = true;
        if (code === 2) look.faint = true;
        if (code === 4) look.underlined = true;
        if (code === 22) Object.assign(look, { bold: false, faint: false });
        if (code === 24) look.underlined = false;
        if (code === 39) look.colour = '';
        if (code >= 30 && code <= 37) look.colour = COLOURS[code - 30] ?? '';
        if (code >= 90 && code <= 97) look.colour = BRIGHT[code - 90] ?? '';
      }
      return '';
    })
    .join('');
};

/**
 * @param {string} text
 * @param {number} columns
 */
const terminal = (text, columns) => `<!DOCTYPE html><meta charset="utf-8"><style>
body{margin:0;padding:18px;background:#fff;display:inline-block}
pre{margin:0;padding:16px 20px 18px;border-radius:10px;background:#12161d;color:#dfe5ee;font:14px/1.42 "DejaVu Sans Mono",monospace;width:${columns}ch;box-shadow:0 6px 22px #0003}
</style><pre>${coloured(text)}</pre>`;

rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'redvet-pictures-'));
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking'],
});

for (const [columns, lines] of [
  [80, 44],
  [120, 40],
]) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, deviceScaleFactor: 1.5 });
  await page.setContent(terminal(shown(`${process.execPath} ${redvet} demo`, columns ?? 80, lines ?? 40), columns ?? 80));
  await page.locator('body').screenshot({ path: join(pictures, `table-${columns}.png`) });
  await page.close();
}

const file = join(folder, 'redvet.html');
try {
  execFileSync(process.execPath, [redvet, 'demo', '--quiet', '-o', `html=${file}`], { stdio: 'ignore' });
} catch {
  // The demo has findings.
}
for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 940 }, colorScheme });
  await page.goto(`file://${file}`);
  await page.screenshot({ path: join(pictures, `html-${colorScheme}.png`) });
  await page.goto(`file://${file}#findings`);
  await page.locator('#rows summary').nth(3).click();
  await page.locator('#findings').scrollIntoViewIfNeeded();
  await page.evaluate("document.getElementById('findings').scrollIntoView()");
  await page.screenshot({ path: join(pictures, `html-findings-${colorScheme}.png`) });
  await page.close();
}
// A4 at 96 dots an inch, as it goes to paper.
const paper = await browser.newPage({ viewport: { width: 794, height: 1123 }, colorScheme: 'dark' });
await paper.goto(`file://${file}`);
await paper.emulateMedia({ media: 'print' });
await paper.screenshot({ path: join(pictures, 'html-print.png') });
await browser.close();
rmSync(folder, { recursive: true });
