#!/usr/bin/env node
// The process: streams, signals, exit code. Everything else is imported inside the try, so that even a broken
// installation ends with 70 and not with Node's own 1, which means "findings".
process.exitCode = 70;

const { Console } = console;
// A dependency that chats must not do it in a report. Hardly any does: it is made for the first that asks.
Object.defineProperty(globalThis, 'console', {
  configurable: true,
  get: () => {
    const value = new Console({ stdout: process.stderr, stderr: process.stderr });
    Object.defineProperty(globalThis, 'console', { value, configurable: true, writable: true });
    return value;
  },
});

/** @type {number | undefined} */
let verdict;
let crashed = false;
/** @type {{ readonly name: 'SIGINT' | 'SIGTERM', readonly code: number } | undefined} */
let signalled;
const stop = new AbortController();

/**
 * Nothing here may act on a terminal or a CI log; the escaping of reports is not loaded yet.
 * @param {string} text
 */
const harmless = (text) =>
  text
    .replace(/[^\n\x20-\x7e]/g, '?')
    .replace(/##/g, '#?')
    .replace(/::/g, ':?')
    .replace(/\b(\w*key|sig|password)=[^\s;&]+/gi, '$1=(redacted)');

/** @param {unknown} error */
const crash = (error) => {
  crashed = true;
  process.exitCode = 70;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  try {
    require('node:fs').writeSync(2, `error[INTERNAL]: ${harmless(text)}\nPlease report this as a bug of redvet.\n`);
  } catch {
    // stderr is gone as well: the exit code says it.
  }
  // Reports under way are finished, and say that they are not to be trusted.
  stop.abort({ name: 'crash', code: 70, message: text.split('\n')[0] });
};

/** How far the reports are written. */
let written = () => 0;

/**
 * Ends the process when nothing was written for three seconds: nobody reads the report, or something hangs. A long one that gets on
 * is finished.
 * @param {number} code
 * @param {number} before
 */
const giveUp = (code, before) => {
  setTimeout(() => {
    const now = written();
    if (now === before) process.exit(code);
    giveUp(code, now);
  }, 3_000).unref();
};

process.on('uncaughtException', crash);
process.on('beforeExit', () => {
  if (verdict === undefined && !crashed) crash(new Error('the event loop ended before the command did'));
});

for (const [name, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(name, () => {
    if (signalled) {
      // The second one means now.
      process.removeAllListeners(name);
      process.kill(process.pid, name);
      return;
    }
    signalled = { name, code };
    stop.abort({ ...signalled, message: `stopped by ${name}` });
    giveUp(code, written());
  });
}

const dist = (/** @type {string} */ file) => require(`../dist/${file}`);

const run = async () => {
  try {
    /** @type {typeof import('../src/main.ts') & typeof import('../src/cli/io.ts')} */
    const { main, processIo } = dist('main.js');
    const io = processIo(stop.signal);
    written = io.written;
    verdict = await main(process.argv.slice(2), io);
    if (!crashed) process.exitCode = verdict;
  } catch (error) {
    crash(error);
  }
  // Every write has been awaited. What may still hold the process is a child that does not end, such as a hung `az`.
  setTimeout(() => process.exit(), 500).unref();
};

run();
