import { describe, expect, it } from 'vitest';
import { assess } from '../../src/assess.ts';
import type { FileOutput, Io } from '../../src/cli/io.ts';
import type { OutputRequest } from '../../src/cli/outputs.ts';
import { openReports } from '../../src/cli/reports.ts';
import { PLAIN_CHOICES } from '../../src/cli/settings.ts';
import type { Problem } from '../../src/model/problem.ts';
import { evaluate, type Policy } from '../../src/policy/evaluate.ts';
import { tallyOf } from '../../src/policy/tally.ts';
import { NO_WAIVERS } from '../../src/policy/waivers.ts';
import { nonSslPortDisabled } from '../../src/rules/non-ssl-port-disabled.ts';
import { cacheId, compliantCache, seen, TODAY } from '../support/cache.ts';
import { END, runOf } from '../support/run.ts';

const POLICY: Policy = {
  failOn: 'high',
  allowIncomplete: false,
  allowEmpty: false,
  waivers: NO_WAIVERS,
  baseline: null,
  digest: (text) => text,
};

const RUN = runOf({ rules: [nonSslPortDisabled] });

/** A place that takes its time and remembers what it was given, text by text. */
const slow = (fails: (nth: number) => boolean = () => false) => {
  const texts: string[] = [];
  let underWay = 0;
  let most = 0;
  return {
    texts,
    mostAtATime: () => most,
    write: async (text: string): Promise<void> => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      texts.push(text);
      if (fails(texts.length)) throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
  };
};

type Place = ReturnType<typeof slow>;

/** A file in memory, of ASCII. */
const fileOf = (place: Place): FileOutput => ({
  target: 'file',
  special: false,
  write: place.write,
  length: () => place.texts.join('').length,
  rewind: async (length) => void place.texts.splice(0, place.texts.length, place.texts.join('').slice(0, length)),
  commit: async () => {},
  discard: async () => {},
});

const ioOf = (stdout: Place, file: Place): Io => ({
  stdout: { isTerminal: false, columns: undefined, write: stdout.write },
  stderr: { isTerminal: false, columns: undefined, write: async () => {} },
  env: {},
  platform: 'linux',
  signal: new AbortController().signal,
  now: () => new Date(0),
  elapsed: () => 0,
  random: () => 0,
  uuid: () => 'id',
  sha256: (text) => text,
  cwd: () => '/',
  exists: async () => false,
  readFile: () => Promise.reject(new Error('no file is read here')),
  inputs: () => Promise.reject(new Error('no file is read')),
  createFile: async () => fileOf(file),
  createShared: async () => fileOf(file),
  appendFile: async () => fileOf(file),
});

/** Reports on that many caches, each with an open port; what failed. */
const reportOn = async (caches: number, outputs: readonly OutputRequest[], io: Io): Promise<readonly Problem[]> => {
  const tally = tallyOf(RUN, POLICY);
  const reports = await openReports({ outputs, color: 'never', ...PLAIN_CHOICES }, io);
  const failures: Problem[] = [];
  await reports.begin(RUN);
  for (let n = 0; n < caches; n += 1) {
    const name = `cache-${String(n).padStart(5, '0')}`;
    const cache = compliantCache({ id: cacheId(name), name, nonSslPort: seen(true) });
    const assessed = evaluate(assess(cache, [nonSslPortDisabled], TODAY), POLICY);
    tally.add(assessed);
    await reports.assessed(assessed);
  }
  await reports.end(
    () => tally.report(END),
    (failure) => {
      failures.push(failure);
      tally.addProblem(failure);
    },
  );
  return failures;
};

const BATCH = 64 * 1024;

const FORMATS = ['table', 'json', 'ndjson', 'sarif', 'ocsf', 'gitlab-codequality'] as const;

describe('reports of many caches', () => {
  it.each(FORMATS)('leave in batches, the end as well, each when the one before has left: %s', async (format) => {
    const place = slow();
    await reportOn(1_000, [{ format, file: null }], ioOf(place, slow()));
    expect(place.texts.join('')).toContain('cache-00999');
    expect(place.texts.length).toBeGreaterThan(1);
    // A batch is full when the last piece goes over it, and a piece is of one cache.
    expect(place.texts.filter((text) => text.length > BATCH + 10_000).map((text) => text.length)).toEqual([]);
    expect(place.mostAtATime()).toBe(1);
  });

  it.each(FORMATS)('are ended anew in a file, the same but for the failure, when another fails: %s', async (format) => {
    const file = slow();
    const alone = slow();
    // The end of stdout is written after that of the file.
    const texts = slow();
    await reportOn(600, [{ format: 'json', file: null }], ioOf(texts, slow()));
    const failures = await reportOn(
      600,
      [
        { format, file: 'file' },
        { format: 'json', file: null },
      ],
      ioOf(
        slow((nth) => nth === texts.texts.length),
        file,
      ),
    );
    await reportOn(600, [{ format, file: 'file' }], ioOf(slow(), alone));
    expect(failures).toMatchObject([{ kind: 'output', scope: 'stdout' }]);
    const cachesIn = (place: Place): readonly string[] => place.texts.join('').match(/cache-\d{5}/g) ?? [];
    expect(cachesIn(alone).length).toBeGreaterThan(600);
    expect(cachesIn(file)).toEqual(cachesIn(alone));
    expect(file.texts.join('')).toContain('cannot write stdout');
  });

  it('end at the first text that cannot be written', async () => {
    const place = slow((nth) => nth === 2);
    const failures = await reportOn(1_000, [{ format: 'json', file: null }], ioOf(place, slow()));
    expect(failures).toMatchObject([{ kind: 'output', scope: 'stdout', message: expect.stringContaining('ENOSPC') }]);
    expect(place.texts).toHaveLength(2);
  });

  it('end in the middle of an end that cannot be written', async () => {
    const whole = slow();
    await reportOn(1_000, [{ format: 'table', file: null }], ioOf(whole, slow()));
    const place = slow((nth) => nth === 1);
    await reportOn(1_000, [{ format: 'table', file: null }], ioOf(place, slow()));
    expect(whole.texts.length).toBeGreaterThan(2);
    expect(place.texts).toEqual(whole.texts.slice(0, 1));
  });
});
