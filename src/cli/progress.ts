import type { Traffic } from '../azure/transport.ts';
import { count } from '../model/count.ts';
import { safeLine } from '../reporters/escape.ts';
import type { Watched } from '../sources/live.ts';
import type { Io } from './io.ts';

/** Says on stderr how far a scan is. */
export interface Progress {
  watch(event: Watched): void;
  /** Takes the line away, before anything else is written. */
  stop(): Promise<void>;
}

const SILENT: Progress = { watch: () => {}, stop: async () => {} };

const PERIOD_MS = 120;

/** On a terminal one line that changes; in CI one line a subscription; elsewhere nothing. */
export const progressOn = (io: Io, traffic: Traffic, wanted: boolean): Progress => {
  if (!wanted) return SILENT;
  if (isCi(io.env)) return ciProgress(io);
  return io.stderr.isTerminal && io.env['TERM'] !== 'dumb' ? lineProgress(io, traffic) : SILENT;
};

const isCi = (env: Io['env']): boolean =>
  ['CI', 'TF_BUILD', 'GITHUB_ACTIONS', 'GITLAB_CI'].some((name) => (env[name] ?? '') !== '' && env[name] !== 'false');

const ciProgress = (io: Io): Progress => ({
  watch: (event) => {
    if (event.type !== 'read') return;
    const { name, id, status, caches } = event.subscription;
    void io.stderr.write(
      `redvet: ${safeLine(name ?? id)}: ${status === 'read' ? count(caches, 'cache') : `${status}, ${count(caches, 'cache')} seen`}\n`,
    );
  },
  stop: async () => {},
});

const CLEAR_LINE = '\r\u001b[2K';

const lineProgress = (io: Io, traffic: Traffic): Progress => {
  let total: number | null = null;
  let done = 0;
  let listed = 0;
  let caches = 0;
  let input: string | null = null;
  const draw = (): void => {
    const live = [total === null ? 'signing in' : `${done}/${count(total, 'subscription')}`];
    const parts = [
      ...(input === null ? live : [`reading ${input === '-' ? 'standard input' : safeLine(input)}`]),
      caches < listed ? `${caches}/${count(listed, 'cache')}` : count(caches, 'cache'),
      ...(input === null ? [count(traffic.apiCalls, 'call')] : []),
      ...(traffic.retries > 0 ? [count(traffic.retries, 'retry', 'retries')] : []),
      ...(traffic.throttledMs > 0 ? [`throttled ${Math.round(traffic.throttledMs / 1000)} s`] : []),
    ];
    const line = parts.join(', ').slice(0, Math.max(20, (io.stderr.columns ?? 80) - 1));
    void io.stderr.write(`${CLEAR_LINE}${line}`);
  };
  const timer = setInterval(draw, PERIOD_MS);
  timer.unref();
  return {
    watch: (event) => {
      if (event.type === 'input') input = event.path;
      else if (event.type === 'subscriptions') total = event.count;
      else if (event.type === 'listed') listed += event.caches;
      else if (event.type === 'cache') caches += 1;
      else done += 1;
    },
    stop: async () => {
      clearInterval(timer);
      await io.stderr.write(CLEAR_LINE);
    },
  };
};
