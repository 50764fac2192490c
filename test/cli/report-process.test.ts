import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheId, compliantCache, seen } from '../support/cache.ts';
import { BINARY, emptyFolder, redvet } from '../support/redvet.ts';
import { FORMS, fileWith, savedText } from '../support/saved.ts';

const cachesUpTo = (count: number) =>
  Array.from({ length: count }, (_, n) => compliantCache({ id: cacheId(`c-${n}`), name: `c-${n}`, nonSslPort: seen(true) }));

/** Runs a command on a pipe that is not closed; `write` resolves when the command has opened it and all but 64 KiB was read. */
const onPipe = async (argsFor: (pipe: string) => readonly string[], write: (pipe: FileHandle) => Promise<void>) => {
  const path = join(emptyFolder(), 'pipe');
  execFileSync('mkfifo', [path]);
  const child = spawn(process.execPath, [BINARY, ...argsFor(path)], { stdio: ['ignore', 'ignore', 'pipe'], cwd: emptyFolder() });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close');
  const pipe = await open(path, 'w');
  await write(pipe);
  child.kill('SIGINT');
  const [code] = await ended;
  await pipe.close();
  return { code, stderr };
};

describe('the process that reports a saved result', () => {
  it.each(FORMS)('ends with the code of the scan: %s', async (form) => {
    const file = fileWith(savedText(form, { caches: cachesUpTo(2) }));
    const { code, stdout, stderr } = await redvet(['report', file, '-o', form]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: readFileSync(file, 'utf8') });
    expect(stderr).toContain('redvet: exit 1 (findings): 2 high at or above --fail-on high\n');
  });

  it('reads standard input', async () => {
    const child = spawn(process.execPath, [BINARY, 'report', '-', '-q'], { stdio: ['pipe', 'ignore', 'ignore'], cwd: emptyFolder() });
    child.stdin.end(savedText('ndjson', { caches: cachesUpTo(2) }));
    expect(await once(child, 'close')).toEqual([1, null]);
  });

  it('writes what it has when it is stopped, and that it is not all', async () => {
    const file = join(emptyFolder(), 'report.json');
    const lines = savedText('ndjson', { caches: cachesUpTo(100) }).split('\n');
    const { code } = await onPipe(
      (path) => ['report', path, '-o', `json=${file}`],
      (pipe) => pipe.writeFile(`${lines.slice(0, 181).join('\n')}\n`),
    );
    const { caches, problems, status } = JSON.parse(readFileSync(file, 'utf8'));
    expect({ code, problems, status }).toMatchObject({
      code: 130,
      problems: [{ kind: 'interrupted', code: 'SIGINT' }],
      status: { outcome: 'interrupted', complete: false },
    });
    expect(caches.length).toBeGreaterThan(0);
    expect(caches.length).toBeLessThan(100);
  });

  it('says the same when it is stopped before it knows what it reads', async () => {
    const file = join(emptyFolder(), 'report.json');
    const { code } = await onPipe(
      (path) => ['report', path, '-o', `json=${file}`],
      async () => {},
    );
    expect(code).toBe(130);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ problems: [{ code: 'SIGINT' }], status: { outcome: 'interrupted' } });
  });

  it.each(['diff', 'remediate'])('is stopped as redvet %s is', async (command) => {
    const good = fileWith(savedText('json', { caches: cachesUpTo(1) }));
    const { code, stderr } = await onPipe(
      (path) => [command, path, ...(command === 'diff' ? [good] : [])],
      async () => {},
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('stopped by SIGINT') });
  });

  it('leaves the report that is there where it cannot write the new one', async () => {
    const result = fileWith(savedText('json', { caches: cachesUpTo(1) }));
    const { code, stdout } = await redvet(['report', result, '-o', `json=${join(result, 'no-folder')}`, '-o', 'json']);
    expect(code).toBe(73);
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ kind: 'output' }], status: { outcome: 'output' }, caches: [{ name: 'c-0' }] });
  });

  it.each(['report', 'remediate', 'diff'])(
    'takes no object that is too large to be held, and says what is taken: redvet %s',
    async (command) => {
      const file = join(emptyFolder(), 'huge.json');
      writeFileSync(file, '{"schemaVersion":"1.0",\n');
      truncateSync(file, 300 * 2 ** 20);
      const { code, stdout, stderr } = await redvet([command, file, ...(command === 'diff' ? [file] : [])]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(`huge.json is larger than 256 MB, which is the most for one object`);
      expect(stderr).toContain('redvet scan -o ndjson=FILE');
    },
  );

  it('tells a mistake in the format that was asked for', async () => {
    const { code, stdout } = await redvet(['report', 'nowhere.json', '-o', 'json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [{ code: 'CANNOT_READ', message: expect.stringContaining('there is no such file') }],
      status: { outcome: 'usage', exitCode: 2 },
    });
  });

  it('keeps names that would act on a terminal or a pipeline as they were, and harmless', async () => {
    const name = `\u001b[31m\u202e##vso[task.complete]\n::error::x\ud800`;
    const text = savedText('ndjson', { caches: [compliantCache({ name, location: name, nonSslPort: seen(true) })] });
    const file = fileWith(text);
    expect((await redvet(['report', file, '-o', 'ndjson'])).stdout).toBe(text);
    const { code, stdout, stderr } = await redvet(['report', file]);
    expect(code).toBe(1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e\ud800]|##vso|^::/m);
  });
});
