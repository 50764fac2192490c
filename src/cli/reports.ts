import { problemOf } from '../errors.ts';
import type { Problem } from '../model/problem.ts';
import type { AssessedCache, Report, Run } from '../policy/report.ts';
import { REPORTERS } from '../reporters/index.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { FileOutput, Io } from './io.ts';
import { type JobSummary, jobSummaryOf, MOST_SUMMARY_BYTES } from './job-summary.ts';
import type { OutputRequest } from './outputs.ts';
import type { ScanSettings } from './settings.ts';
import { FILE_LOOKS, looksOf } from './style.ts';
import { codeOf, unwritable } from './unwritable.ts';

/** All reports of a run. One that cannot be written fails alone; the others go on. */
export interface Reports {
  /** What could not even be opened. */
  readonly failures: readonly Problem[];
  /** Whether anything is written at all. */
  readonly hasAny: boolean;
  begin(run: Run): Promise<void>;
  assessed(assessed: AssessedCache): Promise<void>;
  /**
   * Finishes every report with what is known by then: `fail` hears of one that cannot be written, and the files,
   * which can be taken back until they are committed, are then finished anew.
   */
  end(report: () => Report, fail: (problem: Problem) => void): Promise<void>;
}

interface Sink {
  readonly name: string;
  readonly reporter: Reporter;
  /** Null for stdout. */
  readonly file: FileOutput | null;
  buffer: string;
  /** Bytes of a file before its end was written. */
  body: number | null;
  failure: Problem | null;
}

const BATCH_CHARACTERS = 64 * 1024;

type Looking = Pick<ScanSettings, 'outputs' | 'color' | 'table' | 'sarif'>;

export const openReports = async (settings: Looking, io: Io): Promise<Reports> => {
  const sinks: Sink[] = [];
  const failures: Problem[] = [];
  for (const request of settings.outputs) {
    const summary = jobSummaryOf(request, io);
    try {
      sinks.push(await openSink(request, summary?.file ?? null, settings, sinks, io));
      if (summary !== null) sinks.push(await openSummary(summary, settings, io));
    } catch (error) {
      failures.push(unwritable(request.file ?? summary?.file ?? 'stdout', error).problem);
    }
  }
  const living = (wanted: (sink: Sink) => boolean): readonly Sink[] => sinks.filter((sink) => sink.failure === null && wanted(sink));

  const write = async (tell: (reporter: Reporter) => string): Promise<void> => {
    for (const sink of living(() => true)) await emit(sink, tell(sink.reporter), io);
  };

  return {
    failures,
    hasAny: sinks.length > 0,
    begin: (run) => write((reporter) => reporter.begin(run)),
    assessed: (assessed) => write((reporter) => reporter.assessed(assessed)),
    end: async (report, fail) => {
      const told = new Set<Sink>();
      /** Tells of what failed since it was last asked; false when that was nothing. */
      const tell = (): boolean => {
        const news = sinks.filter((sink) => sink.failure !== null && !told.has(sink));
        for (const sink of news) {
          told.add(sink);
          if (sink.failure !== null) fail(sink.failure);
        }
        return news.length > 0;
      };
      const finishFiles = async (): Promise<void> => {
        for (const sink of living(isRegular)) await finish(sink, report(), io);
        if (tell()) await finishFiles();
      };
      tell();
      for (const sink of living(({ file }) => file?.special === true)) await finish(sink, report(), io);
      tell();
      await finishFiles();
      for (const sink of living(({ file }) => file === null)) await finish(sink, report(), io);
      if (tell()) await finishFiles();
      for (const sink of sinks) await close(sink);
      tell();
    },
  };
};

const openSink = async (
  { format, file: path }: OutputRequest,
  summaryFile: string | null,
  settings: Looking,
  others: readonly Sink[],
  io: Io,
): Promise<Sink> => {
  const { color, table, sarif } = settings;
  const looks = path === null ? looksOf(io.stdout, color, io) : FILE_LOOKS(color);
  const reporter = await REPORTERS[format]({
    display: { ...looks, ...table },
    sarif,
    markdown: { mostBytes: Number.POSITIVE_INFINITY },
    folder: io.cwd(),
    summaryFile,
  });
  const file = path === null ? null : await io.createFile(path);
  if (file !== null && !file.special && others.some((other) => other.file?.target === file.target)) {
    await file.discard();
    throw new Error('it is the same file as that of another report');
  }
  return { name: path ?? 'stdout', reporter, file, buffer: '', body: null, failure: null };
};

const openSummary = async ({ file: path, isShared }: JobSummary, { color, table, sarif }: Looking, io: Io): Promise<Sink> => {
  const choices = {
    display: { ...FILE_LOOKS(color), ...table },
    sarif,
    markdown: { mostBytes: MOST_SUMMARY_BYTES },
    folder: io.cwd(),
    summaryFile: null,
  };
  const reporter = await REPORTERS.markdown(choices);
  return {
    name: path,
    reporter,
    file: await (isShared ? io.appendFile(path) : io.createFile(path)),
    buffer: '',
    body: null,
    failure: null,
  };
};

const isRegular = ({ file }: Sink): boolean => file !== null && !file.special;

/** Does something to a sink; what goes wrong becomes its failure. */
const attempt = async (sink: Sink, work: () => Promise<void> | undefined): Promise<void> => {
  try {
    await work();
  } catch (error) {
    sink.failure ??= codeOf(error) === null ? problemOf(error) : unwritable(sink.name, error).problem;
  }
};

const emit = async (sink: Sink, text: string, io: Io): Promise<void> => {
  sink.buffer += text;
  if (sink.buffer.length >= BATCH_CHARACTERS) await flush(sink, io);
};

const flush = (sink: Sink, io: Io): Promise<void> =>
  attempt(sink, () => {
    const text = sink.buffer;
    sink.buffer = '';
    return (sink.file ?? io.stdout).write(text);
  });

/** Writes the end of a report; that of a file replaces an end that was written before. */
const finish = async (sink: Sink, report: Report, io: Io): Promise<void> => {
  await flush(sink, io);
  if (isRegular(sink)) {
    sink.body ??= sink.file?.length() ?? 0;
    const { body } = sink;
    await attempt(sink, () => sink.file?.rewind(body));
  }
  await attempt(sink, async () => {
    for (const piece of sink.reporter.end(report)) {
      if (sink.failure !== null) return;
      await emit(sink, piece, io);
    }
  });
  if (sink.failure === null) await flush(sink, io);
};

const close = async (sink: Sink): Promise<void> => {
  const { file, failure } = sink;
  await attempt(sink, () => (failure === null ? file?.commit() : file?.discard()));
};
