import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { FORMATS } from '../../src/reporters/index.ts';
import { floorSeconds, idealMs, ratiosOf, spreadOf } from './arithmetic.ts';
import { BUCKET, bodiesOf, type Estate, GATE, ONE_RULE, PAGE } from './estate.ts';
import type { Command, Ended } from './processes.ts';
import {
  checkExit,
  checkReport,
  checkTraffic,
  countIn,
  type Kit,
  listCalls,
  RECORDS,
  redvetAt,
  ruleFlags,
  type Scan,
  type Scanned,
  scan,
  WrongScan,
} from './scans.ts';
import type { RowSpec, Unit } from './table.ts';

/** What one row came to; null where this machine cannot say. */
type Sampled = { readonly samples: readonly number[]; readonly note?: string } | null;

/** Some runs, and the rows that they fill. */
export interface Experiment {
  readonly rows: readonly RowSpec[];
  /** Takes minutes: left out by --quick. */
  readonly slow?: boolean;
  /** Throws `WrongScan` or `NotInThisBuild`. */
  readonly measure: (kit: Kit) => Promise<Readonly<Record<string, Sampled>>>;
}

const row = (group: string, id: string, what: string, unit: Unit, target: number | null = null): RowSpec => ({
  id,
  group,
  what,
  unit,
  target,
});

const CONCURRENCY = 32;
const LATENCY_MS = 50;

const estateOf = (subscriptions: number, caches: number, more: Partial<Estate> = {}): Estate => ({
  subscriptions,
  caches,
  clusters: 0,
  latencyMs: 0,
  throttled: false,
  reader: 'tenant',
  ...more,
});

/** By the gate three, to a file, one line a record. */
const gateScan = (estate: Estate, more: Partial<Scan> = {}): Scan => ({
  estate,
  rules: GATE,
  format: RECORDS,
  calls: listCalls(estate, 2),
  ...more,
});

/** The least that a scan can ask: one list of each subscription. */
const oneRuleScan = (estate: Estate, more: Partial<Scan> = {}): Scan => ({
  ...gateScan(estate),
  rules: ONE_RULE,
  calls: listCalls(estate, 1),
  ...more,
});

/** One after the other, so many times. */
const inTurn = async <A, B>(
  times: number,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<readonly { readonly a: A; readonly b: B }[]> => {
  const rounds: { readonly a: A; readonly b: B }[] = [];
  for (let round = 0; round < times; round += 1) rounds.push({ a: await first(), b: await second() });
  return rounds;
};

const times = async <A>(count: number, work: () => Promise<A>): Promise<readonly A[]> => {
  const all: A[] = [];
  for (let i = 0; i < count; i += 1) all.push(await work());
  return all;
};

type Pair = { readonly a: Ended; readonly b: Ended };

const wallRatios = (pairs: readonly Pair[]): Sampled => ({
  samples: ratiosOf(
    pairs.map(({ a }) => a.wallMs),
    pairs.map(({ b }) => b.wallMs),
  ),
});

const numbersOf = (values: readonly (number | null)[]): readonly number[] | null => {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === values.length ? numbers : null;
};

const ratioOf = (pairs: readonly Pair[], value: (ended: Ended) => number | null): Sampled => {
  const [measured, base] = [numbersOf(pairs.map(({ a }) => value(a))), numbersOf(pairs.map(({ b }) => value(b)))];
  return measured && base ? { samples: ratiosOf(measured, base) } : null;
};

const cpuRatios = (pairs: readonly Pair[]): Sampled => ratioOf(pairs, ({ cpuMs }) => cpuMs);

const bare = ({ folder }: Kit, env: Readonly<Record<string, string>> = {}): Command => ({
  args: ['-e', '0'],
  env,
  cwd: folder,
  timeoutMs: 10_000,
});

const runRight = async ({ processes }: Kit, command: Command, how: 'wall' | 'cpu', code: number): Promise<Ended> => {
  const ended = await processes.run(command, how);
  checkExit(ended, code);
  return ended;
};

const START_UP: Readonly<Record<string, readonly string[]>> = {
  'start-up-help': ['--help'],
  'start-up-version': ['--version'],
  'start-up-rules': ['rules'],
  'start-up-explain': ['explain', 'non-ssl-port-disabled'],
};

const startUp = (id: string, args: readonly string[]): Experiment => ({
  rows: [
    row('Start-up', id, `redvet ${args.join(' ')} / node -e 0, wall`, '×', 1.7),
    row('Start-up', `${id}-cpu`, 'the same, CPU', '×', 1.7),
  ],
  measure: async (kit) => {
    await checkPrints(kit, args);
    const pairs = (how: 'wall' | 'cpu') =>
      inTurn(
        kit.runs(20),
        () => runRight(kit, redvetAt(kit, args), how, 0),
        () => runRight(kit, bare(kit), how, 0),
      );
    return { [id]: wallRatios(await pairs('wall')), [`${id}-cpu`]: cpuRatios(await pairs('cpu')) };
  },
});

const checkPrints = async (kit: Kit, args: readonly string[]): Promise<void> => {
  let length = 0;
  const reader = (stdout: Readable): void => {
    stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
    });
  };
  checkExit(await kit.processes.run({ ...redvetAt(kit, args), reader }), 0);
  if (length === 0) throw new WrongScan(`redvet ${args.join(' ')} prints nothing`);
};

const thousands = (caches: number): string => `${caches / 1_000}k`;

/** An export of so many caches as one page, made page by page. */
const exportOf = async ({ folder }: Kit, caches: number): Promise<string> => {
  const file = join(folder, `caches-${caches}.json`);
  const bodies = bodiesOf(estateOf(1, caches), [1]);
  await pipeline(function* () {
    yield '{"value":[';
    for (let start = 0; start < caches; start += PAGE) yield `${start === 0 ? '' : ','}${bodies.redis(1, start).items.join(',')}`;
    yield ']}';
  }, createWriteStream(file));
  return file;
};

/** A scan of an export, once it is known to come to what it should. */
const offlineScan = async (kit: Kit, caches: number, rules: readonly string[] | null): Promise<Command> => {
  const report = join(kit.folder, 'report');
  const command = redvetAt(kit, ['scan', await exportOf(kit, caches), ...ruleFlags(rules), '-o', `${RECORDS}=${report}`]);
  checkExit(await kit.processes.run(command), 1);
  await checkReport(report, { format: RECORDS, estate: estateOf(1, caches), rules });
  return command;
};

const offline = (
  id: string,
  what: string,
  rules: readonly string[] | null,
  targets: { readonly wall: number; readonly peak: number } | null,
): Experiment => ({
  rows: [
    row('Offline', id, `${what} / node -e 0, wall`, '×', targets?.wall ?? null),
    row('Offline', `${id}-memory`, 'the same, peak memory', 'MB', targets?.peak ?? null),
  ],
  measure: async (kit) => {
    const command = await offlineScan(kit, 1_000, rules);
    const pairs = await inTurn(
      kit.runs(10),
      () => runRight(kit, command, 'wall', 1),
      () => runRight(kit, bare(kit), 'wall', 0),
    );
    const peaks = await times(kit.runs(3), () => kit.processes.run(command, 'peak'));
    return { [id]: wallRatios(pairs), [`${id}-memory`]: peaksOf(peaks) };
  },
});

const OFFLINE_SIZES = [10_000, 100_000] as const;

/** However large an export is, one cache of it is held at a time. */
const offlineLarge: Experiment = {
  rows: [
    ...OFFLINE_SIZES.flatMap((caches) => [
      row('Offline', `offline-${thousands(caches)}`, `${thousands(caches)} caches by the gate, wall`, 's'),
      row('Offline', `offline-${thousands(caches)}-memory`, 'the same, peak memory', 'MB'),
    ]),
    row('Offline', 'offline-growth', 'peak memory, 100k / 10k', '×', 1.4),
  ],
  measure: async (kit) => {
    const results: Record<string, Sampled> = {};
    for (const caches of OFFLINE_SIZES) {
      const command = await offlineScan(kit, caches, GATE);
      const runs = await times(kit.runs(3), () => runRight(kit, command, 'wall', 1));
      const seconds = runs.map(({ wallMs }) => wallMs / 1000);
      const note = `${Math.round(caches / spreadOf(seconds).median).toLocaleString('en-US')} a second`;
      results[`offline-${thousands(caches)}`] = { samples: seconds, note };
      results[`offline-${thousands(caches)}-memory`] = peaksOf(await times(kit.runs(2), () => kit.processes.run(command, 'peak')));
    }
    return { ...results, 'offline-growth': growth(results['offline-100k-memory'], results['offline-10k-memory']) };
  },
};

const peaksOf = (runs: readonly Ended[], note?: string): Sampled => {
  const samples = numbersOf(runs.map(({ peakMb }) => peakMb));
  return samples && { samples, ...(note === undefined ? {} : { note }) };
};

const liveSmall: Experiment = {
  rows: [
    row('Live scan', 'live-1x5', '1 subscription of 5 caches / node -e 0, wall, certificate on both sides', '×', 3.3),
    row('Live scan', 'live-1x5-cpu', 'the same, CPU', '×'),
  ],
  measure: async (kit) => {
    const { NODE_EXTRA_CA_CERTS = '' } = kit.loopback.env;
    // The server's first answers, too, are its slowest.
    await scan(kit, gateScan(estateOf(1, 5)));
    const pairs = (how: 'wall' | 'cpu') =>
      inTurn(
        kit.runs(20),
        () => scan(kit, gateScan(estateOf(1, 5)), how),
        () => runRight(kit, bare(kit, { NODE_EXTRA_CA_CERTS }), how, 0),
      );
    return { 'live-1x5': wallRatios(await pairs('wall')), 'live-1x5-cpu': cpuRatios(await pairs('cpu')) };
  },
};

const durationOf = ({ durationMs }: Scanned): number => {
  if (durationMs === null) throw new WrongScan('its report does not say how long it took');
  return durationMs;
};

const againstIdeal = (subscriptions: number, rules: 'one rule' | 'the gate', target: number | null): Experiment => {
  const id = `live-${subscriptions}x5-${rules === 'one rule' ? 'one-rule' : 'gate'}`;
  const estate = estateOf(subscriptions, 5, { latencyMs: LATENCY_MS });
  const lists = rules === 'one rule' ? 1 : 2;
  const plan = rules === 'one rule' ? oneRuleScan(estate) : gateScan(estate);
  const ideal = idealMs(subscriptions * lists, CONCURRENCY, LATENCY_MS);
  const what = `${subscriptions} × 5 caches by ${rules}, ${LATENCY_MS} ms, sign-in without: its own duration / ideal of ${ideal} ms`;
  return {
    rows: [row('Live scan', id, what, '×', target)],
    measure: async (kit) => ({
      [id]: { samples: (await times(kit.runs(5), () => scan(kit, plan))).map((ended) => durationOf(ended) / ideal) },
    }),
  };
};

/** Everything that a client took, once it is known to have asked for the whole estate. */
const sample = async (
  kit: Kit,
  estate: Estate,
  env: Readonly<Record<string, string>>,
  ...measures: readonly ('wall' | 'cpu' | 'peak')[]
) => {
  const { loopback, processes, root, folder } = kit;
  const file = join(folder, 'sample.ndjson');
  await loopback.serve(estate);
  const command: Command = {
    args: [join(root, 'test/bench/sample-client.mjs'), loopback.arm, file],
    env: { ...loopback.env, ...env },
    cwd: folder,
    timeoutMs: 120_000,
  };
  const ended = await processes.run(command, ...measures);
  if (ended.code !== 0) throw new WrongScan(`the sample client ended with ${ended.code}: ${ended.stderr.slice(0, 500)}`);
  const counts = await loopback.counts();
  checkTraffic(counts, { calls: listCalls(estate, 1) });
  const { '"ruleId":': findings } = await countIn(file, ['"ruleId":']);
  const due = estate.subscriptions * estate.caches * GATE.length;
  if (findings !== due) throw new WrongScan(`the sample client wrote ${findings} findings, not ${due}`);
  return { ...ended, counts };
};

const sampleCode: Experiment = {
  rows: [
    row(
      'Sample code',
      'sample-wall',
      `1000 × 5 caches, ${LATENCY_MS} ms: redvet by one rule / a script after Microsoft's samples, wall`,
      '×',
    ),
    row('Sample code', 'sample-cpu', 'the same, CPU', '×', 0.5),
    row('Sample code', 'sample-memory', 'the same, peak memory', '×'),
  ],
  measure: async (kit) => {
    const estate = estateOf(1_000, 5, { latencyMs: LATENCY_MS });
    await scan(kit, oneRuleScan(estate));
    await sample(kit, estate, {});
    const pairs = await inTurn(
      kit.runs(5),
      () => scan(kit, oneRuleScan(estate), 'wall', 'cpu'),
      () => sample(kit, estate, {}, 'wall', 'cpu'),
    );
    const peaks = await inTurn(
      kit.runs(1),
      () => scan(kit, oneRuleScan(estate), 'peak'),
      () => sample(kit, estate, {}, 'peak'),
    );
    return { 'sample-wall': wallRatios(pairs), 'sample-cpu': cpuRatios(pairs), 'sample-memory': ratioOf(peaks, ({ peakMb }) => peakMb) };
  },
};

const throttled: Experiment = {
  rows: [row('Throttling', 'throttled', '1 subscription of 1000, all rules, in the bucket of 250 and 25/s: duration / floor', '×', 1.1)],
  slow: true,
  measure: async (kit) => {
    const estate = estateOf(1, 900, { clusters: 100, throttled: true });
    const telling = setInterval(() => {
      kit.loopback.counts().then(
        ({ requests, refused }) => kit.say(`${requests} calls, ${refused} of them answered 429`),
        () => {},
      );
    }, 15_000);
    try {
      const plan: Scan = { estate, rules: null, format: RECORDS, calls: null, timeoutMs: 600_000 };
      const scanned = await scan(kit, plan);
      // The list of subscriptions is in no bucket of a subscription.
      const calls = scanned.counts.requests - 1;
      // Patch schedules or databases, and diagnostic settings, of each.
      if (calls < 2_000) throw new WrongScan(`all rules took ${calls} calls for 1000 caches: too few to be true`);
      const note = `${calls.toLocaleString('en-US')} calls, 0 lost, 0 answered 429`;
      return { throttled: { samples: [durationOf(scanned) / 1000 / floorSeconds(calls, BUCKET)], note } };
    } finally {
      clearInterval(telling);
    }
  },
};

const inMb = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

const GRAPH_SIZES = [1_000, 10_000, 100_000] as const;

const graphScan = (caches: number): Scan => gateScan(estateOf(caches / 100, 100), { args: ['--source', 'graph'], calls: null });

const resourceGraph: Experiment = {
  rows: [
    ...GRAPH_SIZES.flatMap((caches) => [
      row('Resource Graph', `graph-${thousands(caches)}`, `${thousands(caches)} caches, 100 a subscription, wall`, 's'),
      row('Resource Graph', `graph-${thousands(caches)}-memory`, 'the same, peak memory', 'MB', caches === 100_000 ? 200 : null),
    ]),
    row('Resource Graph', 'graph-growth', 'peak memory, 100k / 10k', '×', 1.4),
  ],
  measure: async (kit) => {
    const results: Record<string, Sampled> = {};
    for (const caches of GRAPH_SIZES) {
      const plan = graphScan(caches);
      const runs = await times(kit.runs(caches > 10_000 ? 2 : 3), () => scan(kit, plan, 'wall'));
      const seconds = runs.map(({ wallMs }) => wallMs / 1000);
      const note = `${Math.round(caches / spreadOf(seconds).median).toLocaleString('en-US')} a second, ${runs[0]?.counts.requests} requests`;
      results[`graph-${thousands(caches)}`] = { samples: seconds, note };
      results[`graph-${thousands(caches)}-memory`] = peaksOf(await times(kit.runs(2), () => scan(kit, plan, 'peak')));
    }
    return { ...results, 'graph-growth': growth(results['graph-100k-memory'], results['graph-10k-memory']) };
  },
};

/** Where an index pays: many subscriptions that hold little. */
const sparse: Experiment = {
  rows: [
    row('Resource Graph', 'graph-sparse', `1000 × 1 caches, ${LATENCY_MS} ms: Resource Graph / Resource Manager, wall`, '×'),
    row('Resource Graph', 'graph-sparse-rights', 'the same without a right on the tenant: asked for on each subscription', '×'),
  ],
  measure: async (kit) => {
    const estate = estateOf(1_000, 1, { latencyMs: LATENCY_MS });
    const graph = { args: ['--source', 'graph'], calls: null };
    const [tenant, subscriptions] = [
      await inTurn(
        kit.runs(3),
        () => scan(kit, gateScan(estate, graph), 'wall'),
        () => scan(kit, gateScan(estate), 'wall'),
      ),
      await inTurn(
        kit.runs(3),
        () => scan(kit, gateScan({ ...estate, reader: 'subscriptions' }, graph), 'wall'),
        () => scan(kit, gateScan(estate), 'wall'),
      ),
    ];
    return { 'graph-sparse': wallRatios(tenant), 'graph-sparse-rights': wallRatios(subscriptions) };
  },
};

/** Of medians: they are of different work, so that no two runs are a pair. */
const growth = (large: Sampled | undefined, small: Sampled | undefined): Sampled =>
  large && small ? { samples: [spreadOf(large.samples).median / spreadOf(small.samples).median] } : null;

const MEMORY_SIZES = [10_000, 100_000] as const;

const memory: Experiment = {
  rows: [
    ...MEMORY_SIZES.map((caches) =>
      row('Memory', `memory-${thousands(caches)}`, `${thousands(caches)} caches from Resource Manager, 5 a subscription, peak`, 'MB'),
    ),
    row('Memory', 'memory-growth', 'the same, 100k / 10k', '×', 1.4),
  ],
  measure: async (kit) => {
    const results: Record<string, Sampled> = {};
    for (const caches of MEMORY_SIZES) {
      const plan = oneRuleScan(estateOf(caches / 5, 5));
      const runs = await times(kit.runs(caches > 10_000 ? 1 : 3), () => scan(kit, plan, 'peak'));
      results[`memory-${thousands(caches)}`] = peaksOf(runs);
    }
    return { ...results, 'memory-growth': growth(results['memory-100k'], results['memory-10k']) };
  },
};

const SLOW_MS = 4_000;
const SLOW_BYTES_PER_MS = 1_000;

const slowReader: Experiment = {
  rows: [row('Memory', 'slow-reader', `10k caches to a reader of 1 MB/s for ${SLOW_MS / 1000} s, peak`, 'MB')],
  measure: async (kit) => {
    let read = 0;
    const reader = (paceMs: number) => (stdout: Readable) => {
      const until = performance.now() + paceMs;
      read = 0;
      stdout.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (performance.now() > until) return;
        stdout.pause();
        setTimeout(() => stdout.resume(), chunk.length / SLOW_BYTES_PER_MS);
      });
    };
    const plan = gateScan(estateOf(100, 100));
    const rounds = await inTurn(
      kit.runs(1),
      () => scan(kit, { ...plan, reader: reader(SLOW_MS) }, 'peak'),
      () => scan(kit, { ...plan, reader: reader(0) }, 'peak'),
    );
    const fast = peaksOf(rounds.map(({ b }) => b));
    const note = `${inMb(read)} in all; ${fast === null ? '' : inMb(spreadOf(fast.samples).median * 1e6)} with a fast reader`;
    return {
      'slow-reader': peaksOf(
        rounds.map(({ a }) => a),
        note,
      ),
    };
  },
};

const PROXIED = 300;

const proxy: Experiment = {
  rows: [
    row('Proxy', 'proxy-tunnels', `tunnels / requests, ${PROXIED} subscriptions`, '×'),
    row('Proxy', 'proxy-tunnels-sample', "the same, a script after Microsoft's samples", '×'),
    row('Proxy', 'proxy-cpu', 'redvet / that script, CPU', '×'),
  ],
  measure: async (kit) => {
    const estate = estateOf(PROXIED, 5);
    const env = { HTTPS_PROXY: kit.loopback.proxy };
    const pairs = await inTurn(
      kit.runs(3),
      () => scan(kit, oneRuleScan(estate, { env }), 'cpu'),
      () => sample(kit, estate, env, 'cpu'),
    );
    const perRequest = ({ counts: { tunnels, requests, signIns } }: Pick<Scanned, 'counts'>): number => {
      if (tunnels === 0) throw new WrongScan('nothing went through the proxy');
      return tunnels / (requests + signIns);
    };
    return {
      'proxy-tunnels': { samples: pairs.map(({ a }) => perRequest(a)) },
      'proxy-tunnels-sample': { samples: pairs.map(({ b }) => perRequest(b)) },
      'proxy-cpu': cpuRatios(pairs),
    };
  },
};

/** What a format may take at 100k caches: some hold back what must stand before or after the findings. */
const FORMAT_TIMEOUT_MS = 180_000;

const formatRows = (format: string, caches: number): Experiment => {
  const id = `format-${format}-${thousands(caches)}`;
  return {
    rows: [row('Formats', id, `${format} of ${thousands(caches)} caches`, 's')],
    measure: async (kit) => {
      const plan = gateScan(estateOf(caches / 100, 100), { format, timeoutMs: FORMAT_TIMEOUT_MS });
      // Noting the peak takes a millisecond or two at the end, which is nothing here.
      const runs = await times(kit.runs(1), () => scan(kit, plan, 'wall', 'peak'));
      const [{ bytes } = { bytes: 0 }] = runs;
      const peak = peaksOf(runs);
      const note = `${peak === null ? '' : `peak ${inMb(spreadOf(peak.samples).median * 1e6)}, `}wrote ${inMb(bytes)}`;
      return { [id]: { samples: runs.map(({ wallMs }) => wallMs / 1000), note } };
    },
  };
};

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

const packageSize: Experiment = {
  rows: [
    row('Package', 'package-size', 'unpacked', 'MB', 2),
    row('Package', 'package-dependencies', 'what it installs beside itself', 'packages', 0),
  ],
  measure: async ({ root, folder }) => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      npm_config_cache: join(folder, 'npm'),
      npm_config_update_notifier: 'false',
    };
    const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], {
      cwd: root,
      env,
      timeout: 60_000,
      maxBuffer: 2 ** 24,
    });
    const [packed]: readonly Packed[] = JSON.parse(stdout);
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
    }: Manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const needed = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).length;
    // Without what is built it packs small.
    if (!packed?.files.some(({ path }) => path === 'dist/main.js')) throw new WrongScan('the package lacks dist/main.js');
    return {
      'package-size': { samples: [packed.unpackedSize / 1e6] },
      'package-dependencies': { samples: [needed] },
    };
  },
};

type Manifest = Readonly<
  Record<'dependencies' | 'optionalDependencies' | 'peerDependencies', Readonly<Record<string, string>> | undefined>
>;

const FORMAT_SIZES = [10_000, 100_000] as const;

/** In the order of the table. */
export const EXPERIMENTS: readonly Experiment[] = [
  ...Object.entries(START_UP).map(([id, args]) => startUp(id, args)),
  offline('offline-1000', '1000 caches by the gate', GATE, { wall: 3, peak: 60 }),
  offline('offline-1000-all', '1000 caches by all rules', null, null),
  offlineLarge,
  liveSmall,
  againstIdeal(100, 'one rule', null),
  againstIdeal(100, 'the gate', null),
  againstIdeal(1_000, 'one rule', 1.12),
  againstIdeal(1_000, 'the gate', 1.12),
  sampleCode,
  throttled,
  resourceGraph,
  sparse,
  ...FORMATS.flatMap((format) => FORMAT_SIZES.map((caches) => formatRows(format, caches))),
  memory,
  slowReader,
  proxy,
  packageSize,
];
