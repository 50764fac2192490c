// The pictures of the README, made of what was built: a real terminal (tmux) and a real browser (Chromium). `npm run pictures`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const root = join(import.meta.dirname, '../..');
const pictures = join(root, '.github/pictures');
const redvet = join(root, 'bin/redvet.js');

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

/**
 * The same as a page.
 * @param {string} text
 * @param {string} command
 */
const page = (text, command) =>
  execFileSync(process.execPath, [join(import.meta.dirname, 'terminal.js'), command], { input: text, encoding: 'utf8' });

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
  const look = await browser.newPage({ viewport: { width: 1400, height: 900 }, deviceScaleFactor: 1.5 });
  await look.setContent(page(shown(`${process.execPath} ${redvet} demo`, columns ?? 80, lines ?? 40), 'redvet demo'));
  await look.locator('#terminal').screenshot({ path: join(pictures, `table-${columns}.png`) });
  await look.close();
}

const file = join(folder, 'redvet.html');
try {
  execFileSync(process.execPath, [redvet, 'demo', '--quiet', '-o', `html=${file}`], { stdio: 'ignore' });
} catch {
  // The demo has findings.
}
for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const look = await browser.newPage({ viewport: { width: 1280, height: 940 }, colorScheme });
  await look.goto(`file://${file}`);
  await look.screenshot({ path: join(pictures, `html-${colorScheme}.png`) });
  await look.goto(`file://${file}#findings`);
  await look.locator('#rows summary').nth(3).click();
  await look.locator('#findings').scrollIntoViewIfNeeded();
  await look.evaluate("document.getElementById('findings').scrollIntoView()");
  await look.screenshot({ path: join(pictures, `html-findings-${colorScheme}.png`) });
  await look.close();
}
// A4 at 96 dots an inch, as it goes to paper.
const paper = await browser.newPage({ viewport: { width: 794, height: 1123 }, colorScheme: 'dark' });
await paper.goto(`file://${file}`);
await paper.emulateMedia({ media: 'print' });
await paper.screenshot({ path: join(pictures, 'html-print.png') });
await browser.close();
rmSync(folder, { recursive: true });
