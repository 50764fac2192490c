import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { FORMATS } from '../../src/reporters/index.ts';
import { RULES } from '../../src/rules/index.ts';
import { type Estate, failuresOf, PAGE } from './estate.ts';
import type { Loopback } from './loopback.ts';
import type { Command, Ended, Measure, Processes } from './processes.ts';
import type { Counts } from './server.ts';

/** Scans, each of which is held to what it must find: a fast wrong scan is worthless. */

export interface Kit {
  readonly processes: Processes;
  readonly loopback: Loopback;
  /** The checkout. */
  readonly root: string;
  /** For what is written on the way. */
  readonly folder: string;
  /** How many runs of a row, where it takes so many by itself. */
  readonly runs: (usual: number) => number;
  /** Tells a person how far it is. */
  readonly say: (text: string) => void;
}

/** The scan did not do what it should. */
export class WrongScan extends Error {}

/** Thrown for what redvet, as it is built, does not know yet. */
export class NotInThisBuild extends Error {}

const KNOWN: readonly string[] = FORMATS;

/** One line a record, where there is such a format. */
export const RECORDS: string = KNOWN.includes('ndjson') ? 'ndjson' : 'json';

export interface Scan {
  readonly estate: Estate;
  /** Rules of the gate; null for the whole catalogue. */
  readonly rules: readonly string[] | null;
  readonly format: string;
  /** More flags. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Takes the report from stdout; without it, that is written to a file. */
  readonly reader?: (stdout: Readable) => void;
  /** Requests that it must take; null where that depends on what it reads below the caches or from an index. */
  readonly calls: number | null;
}

export interface Scanned extends Ended {
  readonly counts: Counts;
  /** By redvet's own clock; null where its report does not say. */
  readonly durationMs: number | null;
  readonly bytes: number;
}

const BIN = 'bin/redvet.js';

const TIMEOUT_MS = 120_000;

export const redvetAt = ({ root, folder }: Kit, args: readonly string[]): Command => ({
  args: [join(root, BIN), ...args],
  env: {},
  cwd: folder,
  timeoutMs: TIMEOUT_MS,
});

export const ruleFlags = (rules: readonly string[] | null): readonly string[] => rules?.flatMap((id) => ['--rule', id]) ?? [];

/** Requests of Resource Manager's lists alone: pages of subscriptions, and of each subscription one list or two. */
export const listCalls = ({ subscriptions, caches, clusters }: Estate, lists: 1 | 2): number => {
  const pages = (items: number): number => Math.max(1, Math.ceil(items / PAGE));
  return pages(subscriptions) + subscriptions * (pages(caches) + (lists === 2 ? pages(clusters) : 0));
};

/** Runs `redvet scan` on the estate and returns what it took, once it is known to be right. */
export const scan = async (kit: Kit, plan: Scan, ...measures: readonly Measure[]): Promise<Scanned> => {
  const { loopback, processes, folder } = kit;
  const file = join(folder, 'report');
  await loopback.serve(plan.estate);
  const output = plan.reader || plan.format === 'none' ? plan.format : `${plan.format}=${file}`;
  const args = [
    'scan',
    '--arm-endpoint',
    loopback.arm,
    '--authority',
    loopback.arm,
    '--no-progress',
    ...ruleFlags(plan.rules),
    '-o',
    output,
  ];
  const command: Command = {
    ...redvetAt(kit, [...args, ...(plan.args ?? [])]),
    env: { ...loopback.env, ...plan.env },
    timeoutMs: plan.timeoutMs ?? TIMEOUT_MS,
    ...(plan.reader ? { reader: plan.reader } : {}),
  };
  try {
    const ended = await processes.run(command, ...measures);
    const counts = await loopback.counts();
    checkEnd(ended, plan);
    checkTraffic(counts, plan);
    const written = plan.reader || plan.format === 'none' ? null : await checkReport(file, plan);
    return { ...ended, counts, durationMs: written?.durationMs ?? null, bytes: written?.bytes ?? 0 };
  } finally {
    await rm(file, { force: true });
  }
};

/** redvet refused a flag, an input or a format that it does not know. */
const UNKNOWN = /unknown option|does not take the argument|names no format/;

export const checkExit = ({ code, stderr }: Ended, expected: number): void => {
  if (code === 2 && UNKNOWN.test(stderr)) throw new NotInThisBuild('not in this build');
  if (code !== expected) throw new WrongScan(`it ended with ${code}, not ${expected}: ${stderr.trim().split('\n').slice(-3).join(' ')}`);
};

const checkEnd = (ended: Ended, { estate, rules }: Pick<Scan, 'estate' | 'rules'>): void => {
  checkExit(ended, 1);
  const last = ended.stderr.trim().split('\n').at(-1) ?? '';
  if (last.includes('incomplete')) throw new WrongScan(`it was incomplete: ${last}`);
  const gating = Number(/\b([\d,]+) high\b/.exec(last)?.[1]?.replaceAll(',', ''));
  if (rules && gating !== failuresOf(estate, rules)) throw new WrongScan(`of ${failuresOf(estate, rules)} failures it told: ${last}`);
};

export const checkTraffic = ({ requests, refused, strays }: Counts, { calls }: Pick<Scan, 'calls'>): void => {
  if (refused > 0) throw new WrongScan(`${refused} of ${requests} requests were answered 429`);
  if (strays.length > 0) throw new WrongScan(`it asked for what is not there: ${strays.join(' ')}`);
  if (calls !== null && requests !== calls) throw new WrongScan(`it took ${requests} requests, not ${calls}`);
};

/** How many findings a scan comes to: one for each cache and each rule of its kind. */
const findingsOf = ({ subscriptions, caches, clusters }: Estate, rules: readonly string[] | null): number => {
  const selected = RULES.filter(({ id }) => rules === null || rules.includes(id));
  const of = (kind: 'redis' | 'managed'): number => selected.filter(({ appliesTo }) => appliesTo.includes(kind)).length;
  return subscriptions * (caches * of('redis') + clusters * of('managed'));
};

interface Written {
  readonly bytes: number;
  readonly durationMs: number | null;
}

const TAIL = 65_536;

/** A report must end as a text does; one of records must hold every finding, and say that it is complete. */
export const checkReport = async (file: string, { format, estate, rules }: Pick<Scan, 'format' | 'estate' | 'rules'>): Promise<Written> => {
  const { size: bytes } = await stat(file);
  if (bytes === 0) throw new WrongScan(`its ${format} is empty`);
  const tail = await tailOf(file, bytes);
  if (!tail.endsWith('\n')) throw new WrongScan(`its ${format} breaks off`);
  if (format !== 'json' && format !== 'ndjson') return { bytes, durationMs: null };
  const due = { '"ruleId":': findingsOf(estate, rules), ...(rules ? { '"outcome":"fail"': failuresOf(estate, rules) } : {}) };
  const found = await countIn(file, [...Object.keys(due), '"outcome":"unknown"']);
  for (const [needle, expected] of Object.entries({ ...due, '"outcome":"unknown"': 0 })) {
    if (found[needle] !== expected) throw new WrongScan(`its ${format} holds ${found[needle]} times ${needle}, not ${expected}`);
  }
  if (!/"complete":\s*true/.test(tail)) throw new WrongScan(`its ${format} does not say that it is complete`);
  const durationMs = Number(/"durationMs":\s*(\d+)/.exec(tail)?.[1]);
  return { bytes, durationMs: Number.isFinite(durationMs) ? durationMs : null };
};

const tailOf = async (file: string, size: number): Promise<string> => {
  const handle = await open(file);
  try {
    const length = Math.min(size, TAIL);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
};

/** How often each text occurs in a file of any size. */
export const countIn = async (file: string, needles: readonly string[]): Promise<Readonly<Record<string, number>>> => {
  const counts: Record<string, number> = Object.fromEntries(needles.map((needle) => [needle, 0]));
  const keep = Math.max(...needles.map((needle) => needle.length)) - 1;
  let rest: Uint8Array = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) {
    const bytes = Buffer.concat([rest, chunk]);
    for (const needle of needles) counts[needle] = (counts[needle] ?? 0) + occurrences(bytes, needle, rest.length);
    rest = bytes.subarray(Math.max(0, bytes.length - keep));
  }
  return counts;
};

/** Those that end after what was seen before. */
const occurrences = (bytes: Buffer, needle: string, seen: number): number => {
  let count = 0;
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + needle.length)) {
    if (at + needle.length > seen) count += 1;
  }
  return count;
};
