import type { Problem } from '../model/problem.ts';
import type { AssessedCache, Report, Run } from '../policy/report.ts';
import { REPORTERS } from '../reporters/index.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { FileOutput, Io } from './io.ts';
import { type OutputRequest, unwritable } from './outputs.ts';
import type { ScanSettings } from './settings.ts';
import { FILE_LOOKS, looksOf } from './style.ts';

/** All reports of a run. One that cannot be written fails alone; the others go on. */
export interface Reports {
  /** What could not even be opened. */
  readonly failures: readonly Problem[];
  begin(run: Run): Promise<void>;
  assessed(assessed: AssessedCache): Promise<void>;
  /** Finishes the files first, so that stdout can tell of one that failed; `fail` hears of each before the next report is asked for. */
  end(report: () => Report, fail: (problem: Problem) => void): Promise<void>;
}

interface Sink {
  readonly request: OutputRequest;
  readonly reporter: Reporter;
  readonly file: FileOutput | null;
  failure: Problem | null;
  buffer: string;
}

const BATCH_CHARACTERS = 64 * 1024;

type Looking = Pick<ScanSettings, 'outputs' | 'show' | 'minSeverity' | 'wide' | 'color'>;

export const openReports = async (settings: Looking, io: Io): Promise<Reports> => {
  const sinks: Sink[] = [];
  const failures: Problem[] = [];
  for (const request of settings.outputs) {
    const { color, show, minSeverity, wide } = settings;
    const looks = request.file === null ? looksOf(io.stdout, color, io) : FILE_LOOKS(color);
    const reporter = await REPORTERS[request.format]({ ...looks, show, minSeverity, wide });
    try {
      const file = request.file === null ? null : await io.createFile(request.file);
      sinks.push({ request, reporter, file, failure: null, buffer: '' });
    } catch (error) {
      failures.push(unwritable(request.file ?? 'stdout', error).problem);
    }
  }

  const flush = async (sink: Sink): Promise<void> => {
    const text = sink.buffer;
    sink.buffer = '';
    if (text === '' || sink.failure !== null) return;
    try {
      await (sink.file ?? io.stdout).write(text);
    } catch (error) {
      sink.failure = unwritable(sink.request.file ?? 'stdout', error).problem;
    }
  };

  const write = async (tell: (reporter: Reporter) => string): Promise<void> => {
    for (const sink of sinks) {
      sink.buffer += tell(sink.reporter);
      if (sink.buffer.length >= BATCH_CHARACTERS) await flush(sink);
    }
  };

  const finish = async (sink: Sink, report: Report): Promise<void> => {
    sink.buffer += sink.reporter.end(report);
    await flush(sink);
    if (sink.file === null) return;
    try {
      await (sink.failure === null ? sink.file.commit() : sink.file.discard());
    } catch (error) {
      sink.failure = unwritable(sink.request.file ?? 'stdout', error).problem;
    }
  };

  return {
    failures,
    begin: (run) => write((reporter) => reporter.begin(run)),
    assessed: (assessed) => write((reporter) => reporter.assessed(assessed)),
    end: async (report, fail) => {
      const ordered = [...sinks.filter(({ file }) => file !== null), ...sinks.filter(({ file }) => file === null)];
      for (const sink of ordered) {
        await finish(sink, report());
        if (sink.failure !== null) fail(sink.failure);
      }
    },
  };
};
