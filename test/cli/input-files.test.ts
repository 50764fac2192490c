import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputFiles } from '../../src/cli/input-files.ts';
import { codeOf } from '../../src/cli/unwritable.ts';
import { emptyFolder } from '../support/redvet.ts';

const patience = { idleMs: 10_000, programMs: 10_000 };

const filesOf = (differences: Partial<typeof patience> = {}, signal = new AbortController().signal) =>
  inputFiles({ ...patience, ...differences }, signal);

/** A new folder with a file, a folder, links to them and to nothing, a pipe and an executable. */
const furnished = (): ((name: string) => string) => {
  const folder = emptyFolder();
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('b.json'), '[]');
  writeFileSync(at('B.tf'), '');
  mkdirSync(at('a'));
  symlinkSync('b.json', at('link-to-file'));
  symlinkSync('a', at('link-to-folder'));
  symlinkSync('nothing', at('link-to-nothing'));
  execFileSync('mkfifo', [at('pipe')]);
  return at;
};

const pipe = (): string => {
  const path = join(emptyFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
};

const all = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
};

/** Milliseconds that something took. */
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

describe('what stands at a path', () => {
  it('is told with links followed', async () => {
    const at = furnished();
    const kinds = ['b.json', 'a', 'link-to-file', 'link-to-folder', 'pipe'].map(async (name) => [name, await filesOf().kindOf(at(name))]);
    expect(await Promise.all(kinds)).toEqual([
      ['b.json', 'file'],
      ['a', 'folder'],
      ['link-to-file', 'file'],
      ['link-to-folder', 'folder'],
      ['pipe', 'stream'],
    ]);
    expect(await filesOf().kindOf('/dev/null')).toBe('other');
  });

  it('is something else for a socket, which nobody can open', async () => {
    const path = join(emptyFolder(), 'socket');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(await filesOf().kindOf(path)).toBe('other');
    await new Promise((resolve) => server.close(resolve));
  });

  it('rejects with the error of Node where nothing does', async () => {
    const at = furnished();
    expect(codeOf(await failureOf(filesOf().kindOf(at('nothing'))))).toBe('ENOENT');
    expect(codeOf(await failureOf(filesOf().kindOf(at('link-to-nothing'))))).toBe('ENOENT');
    expect(codeOf(await failureOf(filesOf().kindOf(at('b.json/x'))))).toBe('ENOTDIR');
  });
});

describe('a folder', () => {
  it('is listed by name, links and pipes as what they are', async () => {
    const at = furnished();
    expect(await filesOf().list(at('.'))).toEqual([
      { name: 'B.tf', kind: 'file' },
      { name: 'a', kind: 'folder' },
      { name: 'b.json', kind: 'file' },
      { name: 'link-to-file', kind: 'link' },
      { name: 'link-to-folder', kind: 'link' },
      { name: 'link-to-nothing', kind: 'link' },
      { name: 'pipe', kind: 'other' },
    ]);
    expect(await filesOf().list(at('a'))).toEqual([]);
  });

  it('rejects with the error of Node for what is none', async () => {
    const at = furnished();
    expect(codeOf(await failureOf(filesOf().list(at('b.json'))))).toBe('ENOTDIR');
    expect(codeOf(await failureOf(filesOf().list(at('nothing'))))).toBe('ENOENT');
  });
});

describe('the bytes of a file', () => {
  it('are all that is in it, in chunks that are no larger than a quarter of a megabyte', async () => {
    const path = join(emptyFolder(), 'large');
    const written = Buffer.from(Array.from({ length: 600 * 1024 }, (_, index) => index % 251));
    writeFileSync(path, written);
    const sizes: number[] = [];
    const read: Uint8Array[] = [];
    for await (const chunk of filesOf().read(path)) {
      sizes.push(chunk.length);
      read.push(chunk);
    }
    expect(Buffer.concat(read).equals(written)).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
  });

  it('are none for an empty one', async () => {
    const path = join(emptyFolder(), 'empty');
    writeFileSync(path, '');
    expect(await all(filesOf().read(path))).toEqual(Buffer.from(''));
  });

  it.each([
    ['nothing', 'ENOENT'],
    ['a', 'EISDIR'],
    ['b.json/x', 'ENOTDIR'],
  ])('reject for %s with %s', async (name, code) => {
    expect(codeOf(await failureOf(all(filesOf().read(furnished()(name)))))).toBe(code);
  });

  it('are not asked for in a hurry: whoever takes longer than the pipe may is not cut off', async () => {
    const path = join(emptyFolder(), 'slow');
    writeFileSync(path, Buffer.alloc(600 * 1024));
    let length = 0;
    for await (const chunk of filesOf({ idleMs: 50 }).read(path)) {
      length += chunk.length;
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(length).toBe(600 * 1024);
  });

  it('need not all be taken', async () => {
    const path = join(emptyFolder(), 'large');
    writeFileSync(path, Buffer.alloc(600 * 1024));
    for await (const chunk of filesOf({ idleMs: 20 }).read(path)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    // What was begun does not end with an error that nobody waits for.
    await new Promise((resolve) => setTimeout(resolve, 60));
  });
});

describe('a pipe', () => {
  it('that nobody writes to ends by the idle deadline, and does not hold the process', async () => {
    const path = pipe();
    let error: unknown;
    const ms = await timed(async () => {
      error = await failureOf(all(filesOf({ idleMs: 200 }).read(path)));
    });
    expect({ code: codeOf(error), message: error instanceof Error ? error.message : null }).toEqual({
      code: 'ETIMEDOUT',
      message: 'nothing came for 0.2 s',
    });
    expect(ms).toBeGreaterThan(150);
    expect(ms).toBeLessThan(8_000);
  });

  it('that somebody writes to slowly is read whole, however long it takes in all', async () => {
    const path = pipe();
    const writer = spawn('sh', ['-c', 'exec > "$0"; for n in 1 2 3 4 5 6; do echo $n; sleep 0.4; done', path], { stdio: 'ignore' });
    const ended = new Promise((resolve) => writer.on('close', resolve));
    let text = '';
    const ms = await timed(async () => {
      text = (await all(filesOf({ idleMs: 1_800 }).read(path))).toString();
    });
    await ended;
    expect(text).toBe('1\n2\n3\n4\n5\n6\n');
    expect(ms).toBeGreaterThan(1_800);
  });

  it('whose writer falls silent ends by the idle deadline, after what it wrote', async () => {
    const path = pipe();
    const writer = spawn('sh', ['-c', 'exec > "$0"; echo begun; exec sleep 30', path], { stdio: 'ignore' });
    const ended = new Promise((resolve) => writer.on('close', resolve));
    let text = '';
    const error = await failureOf(
      (async () => {
        for await (const chunk of filesOf({ idleMs: 1_500 }).read(path)) text += Buffer.from(chunk).toString();
      })(),
    );
    writer.kill();
    await ended;
    expect({ text, code: codeOf(error) }).toEqual({ text: 'begun\n', code: 'ETIMEDOUT' });
  });
});

describe('the signal', () => {
  const REASON = new Error('the run has to end');

  it('ends a read of a pipe that nobody writes to with its reason', async () => {
    const stop = new AbortController();
    const reading = failureOf(all(filesOf({}, stop.signal).read(pipe())));
    setTimeout(() => stop.abort(REASON), 100);
    expect(await reading).toBe(REASON);
  });

  it('ends a read of a pipe whose writer is silent as well', async () => {
    const path = pipe();
    const writer = spawn('sh', ['-c', 'exec > "$0"; exec sleep 30', path], { stdio: 'ignore' });
    const ended = new Promise((resolve) => writer.on('close', resolve));
    const stop = new AbortController();
    const reading = failureOf(all(filesOf({}, stop.signal).read(path)));
    setTimeout(() => stop.abort(REASON), 200);
    expect(await reading).toBe(REASON);
    writer.kill();
    await ended;
  });

  it('that came before ends a read before anything is opened', async () => {
    expect(await failureOf(all(filesOf({}, AbortSignal.abort(REASON)).read(pipe())))).toBe(REASON);
  });

  it('ends a read that nobody goes on with in silence', async () => {
    const path = join(emptyFolder(), 'large');
    writeFileSync(path, Buffer.alloc(600 * 1024));
    const stop = new AbortController();
    const iterator = filesOf({}, stop.signal).read(path)[Symbol.asyncIterator]();
    expect((await iterator.next()).done).toBe(false);
    stop.abort(REASON);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await failureOf(iterator.next())).toBe(REASON);
  });

  it('ends a program with its reason, also one that was not begun', async () => {
    const stop = new AbortController();
    const running = failureOf(filesOf({}, stop.signal).run('sleep', ['30']));
    setTimeout(() => stop.abort(REASON), 100);
    expect(await running).toBe(REASON);
    expect(await failureOf(filesOf({}, stop.signal).run('true', []))).toBe(REASON);
  });

  it('has as many listeners after many files as before', async () => {
    const path = join(emptyFolder(), 'small');
    writeFileSync(path, 'x');
    let listeners = 0;
    const { signal } = new AbortController();
    const counted = new Proxy(signal, {
      get: (target, name) => {
        if (name === 'addEventListener') listeners += 1;
        if (name === 'removeEventListener') listeners -= 1;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    for (let n = 0; n < 20; n += 1) await all(filesOf({}, counted).read(path));
    expect(listeners).toBe(0);
  });
});

describe('a program', () => {
  it('gives what it wrote, on both streams, and its code', async () => {
    expect(await filesOf().run('sh', ['-c', 'echo "$1"; echo wrong >&2', 'sh', 'a b; $(c) *'])).toEqual({
      code: 0,
      stdout: 'a b; $(c) *\n',
      stderr: 'wrong\n',
    });
    expect(await filesOf().run('sh', ['-c', 'echo half; echo why >&2; exit 3'])).toEqual({ code: 3, stdout: 'half\n', stderr: 'why\n' });
  });

  it('is null where there is none of that name', async () => {
    expect(await filesOf().run('redvet-has-no-such-program', [])).toBeNull();
    expect(await filesOf().run(join(emptyFolder(), 'none'), ['x'])).toBeNull();
  });

  it('has no code where it may not be run', async () => {
    const path = join(emptyFolder(), 'program');
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o644);
    expect(await filesOf().run(path, [])).toEqual({ code: null, stdout: '', stderr: '' });
  });

  it('has no code where a signal ended it', async () => {
    expect(await filesOf().run('sh', ['-c', 'echo begun; kill -9 $$'])).toEqual({ code: null, stdout: 'begun\n', stderr: '' });
  });

  it.each([
    { what: 'hangs', script: 'echo begun; exec sleep 30' },
    { what: 'hangs and will not be told to end', script: 'trap "" TERM INT; echo begun; exec sleep 30' },
    { what: 'leaves a child behind that holds its output', script: 'echo begun; sleep 9 & wait' },
  ])('that $what is ended when the time is up', async ({ script }) => {
    let ran: unknown;
    const ms = await timed(async () => {
      ran = await filesOf({ programMs: 1_500 }).run('sh', ['-c', script]);
    });
    expect(ran).toEqual({ code: null, stdout: 'begun\n', stderr: '' });
    expect(ms).toBeLessThan(8_000);
  });

  it('that floods is ended, with no more kept of it than fits', async () => {
    const ran = await filesOf().run('yes', ['flood']);
    expect({ code: ran?.code, stderr: ran?.stderr }).toEqual({ code: null, stderr: '' });
    expect(ran?.stdout.length).toBe(64 * 2 ** 20);
  });

  it('that asks for something gets no answer, rather than all the time there is', async () => {
    expect(await filesOf().run('sh', ['-c', 'read answer || echo none'])).toEqual({ code: 0, stdout: 'none\n', stderr: '' });
  });
});
