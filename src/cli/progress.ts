import type { Traffic } from '../azure/transport.ts';
import { count, grouped } from '../model/count.ts';
import { safeLine } from '../reporters/escape.ts';
import type { Watched } from '../sources/live.ts';
import type { Io } from './io.ts';
import { advanced, newPace, type Pace, progressLine } from './progress-line.ts';

/** Says on stderr how far a scan is. */
export interface Progress {
  watch(event: Watched): void;
  /** So many more checks failed. */
  found(failures: number): void;
  /** Takes the line away, before anything else is written. */
  stop(): Promise<void>;
}

const SILENT: Progress = { watch: () => {}, found: () => {}, stop: async () => {} };

/** On a terminal one line that changes; in CI, and where a line cannot be taken back, a few that stay; elsewhere nothing. */
export const progressOn = (io: Io, traffic: Traffic, wanted: boolean, hide: (text: string) => string = (text) => text): Progress => {
  if (!wanted) return SILENT;
  if (isCi(io.env)) return logProgress(io, hide);
  if (!io.stderr.isTerminal) return SILENT;
  return io.env['TERM'] === 'dumb' ? logProgress(io, hide) : lineProgress(io, traffic);
};

const isCi = (env: Io['env']): boolean =>
  ['CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI'].some((name) => (env[name] ?? '') !== '' && env[name] !== 'false');

/** Subscriptions that have a line of their own in a log; of more there is one line a tenth. */
const MOST_LINES = 30;

/** Caches of which a log tells that so many were read, and then of twice as many. */
const FIRST_CACHES = 1_000;

const logProgress = (io: Io, hide: (text: string) => string): Progress => {
  let pace = newPace(io.elapsed());
  let toldTenths = 0;
  let nextCaches = FIRST_CACHES;
  const say = (text: string): void => void io.stderr.write(`redvet: ${hide(text)}\n`);
  const sayRead = ({ name, id, status, caches }: Extract<Watched, { type: 'read' }>['subscription']): void => {
    if (pace.total === null || pace.total <= MOST_LINES) {
      say(`${safeLine(name ?? id)}: ${status === 'read' ? count(caches, 'cache') : `${status}, ${count(caches, 'cache')} seen`}`);
      return;
    }
    const tenths = Math.floor((10 * pace.done) / pace.total);
    if (tenths > toldTenths) say(`${grouped(pace.done)} of ${count(pace.total, 'subscription')} read, ${count(pace.caches, 'cache')}`);
    toldTenths = tenths;
  };
  return {
    watch: (event) => {
      pace = advanced(pace, event, io.elapsed());
      if (event.type === 'read') sayRead(event.subscription);
      if (event.type !== 'cache' || pace.caches < nextCaches) return;
      say(`${count(pace.caches, 'cache')} read`);
      nextCaches *= 2;
    },
    found: () => {},
    stop: async () => {},
  };
};

const CLEAR_LINE = '\r\u001b[2K';

/** Often enough to look alive, and seldom enough to be read. */
const PERIOD_MS = 200;

const lineProgress = (io: Io, traffic: Traffic): Progress => {
  let pace: Pace = newPace(io.elapsed());
  let drawn = '';
  const draw = (): void => {
    const line = progressLine(pace, traffic, { elapsed: io.elapsed(), now: io.now().getTime(), width: (io.stderr.columns || 80) - 1 });
    if (line === drawn) return;
    drawn = line;
    void io.stderr.write(`${CLEAR_LINE}${line}`);
  };
  const timer = setInterval(draw, PERIOD_MS);
  timer.unref();
  return {
    watch: (event) => {
      pace = advanced(pace, event, io.elapsed());
    },
    found: (failures) => {
      pace = { ...pace, failures: pace.failures + failures };
    },
    stop: async () => {
      clearInterval(timer);
      if (drawn !== '') await io.stderr.write(CLEAR_LINE);
      drawn = '';
    },
  };
};
