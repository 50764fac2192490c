import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/reporters/index.ts';
import { at, emptyFolder, redvet, signedIn } from '../support/redvet.ts';
import { startResourceManager, subscriptionId, wireSubscription } from '../support/resource-manager.ts';

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** Ids of the sample estate's subscriptions and whatever else came from it; those of our catalogue and of the run are none of them. */
const SUBSCRIPTIONS = /7d0c5a52-3a1f-4a52-9e5b-2f1c6f6b1\d{3}/i;

describe('--redact ids', () => {
  it('leaves no id of a subscription in any format, nor on stderr, and the verdict as it is', async () => {
    const cwd = emptyFolder();
    const files = FORMATS.filter((format) => format !== 'none');
    const { code, stdout, stderr } = await redvet(
      ['demo', '-vv', '--redact', 'ids', '--wide', ...files.flatMap((format) => ['-o', `${format}=${format}`])],
      { cwd },
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toMatch(SUBSCRIPTIONS);
    for (const format of files) {
      const text = readFileSync(join(cwd, format), 'utf8');
      expect(text.length).toBeGreaterThan(100);
      expect(text.match(SUBSCRIPTIONS)).toBe(null);
    }
    // They would be there.
    const plain = await redvet(['demo', '-vv', ...files.flatMap((format) => ['-o', `${format}=${format}`])], { cwd });
    expect(plain.code).toBe(1);
    for (const format of files) expect(readFileSync(join(cwd, format), 'utf8')).toMatch(SUBSCRIPTIONS);
  });

  it('hides the id of a subscription without a name in the log of a CI system', async () => {
    const id = subscriptionId(1);
    const arm = await startResourceManager({ subscriptions: [wireSubscription(id, { displayName: null })] });
    const scan = (more: readonly string[]) =>
      redvet(['scan', ...at(arm), '--allow-empty', ...more], { env: { ...signedIn(arm), CI: 'true' } });
    const [plain, hidden] = [await scan([]), await scan(['--redact', 'ids'])];
    await arm.close();
    expect(plain.stderr).toContain(`redvet: ${id}: 0 caches`);
    expect(hidden.stderr).toMatch(/^redvet: redacted-[0-9a-f]{12}: 0 caches$/m);
    expect(hidden.stderr).not.toContain(id);
  });

  it('hides them in a saved result as well, with the same names, and fingerprints stay', async () => {
    const cwd = emptyFolder();
    await redvet(['demo', '-o', 'json=plain.json'], { cwd });
    await redvet(['demo', '-o', 'json=hidden.json', '--redact', 'ids'], { cwd });
    expect((await redvet(['report', 'plain.json', '-o', 'json=reported.json', '--redact', 'ids'], { cwd })).code).toBe(1);
    const read = (name: string) => JSON.parse(readFileSync(join(cwd, name), 'utf8'));
    const { findings, caches, scope, summary } = read('hidden.json');
    expect(read('reported.json')).toMatchObject({ findings, caches, scope, summary });
    expect(JSON.stringify({ caches, scope }).match(GUID)).toBe(null);
    expect(findings.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).toEqual(
      read('plain.json').findings.map(({ fingerprint }: { fingerprint: string }) => fingerprint),
    );
  });

  it('hides them beside the report, too', async () => {
    const id = subscriptionId(1);
    const arm = await startResourceManager({
      subscriptions: [id],
      reply: ({ path }) =>
        /Microsoft\.Cache\/redis(?:\?|$)/i.test(path)
          ? (_, response) => {
              response.writeHead(403, { 'content-type': 'application/json', 'x-ms-correlation-request-id': 'c-1' });
              response.end(JSON.stringify({ error: { code: 'AuthorizationFailed', message: `no right in ${id}` } }));
            }
          : undefined,
    });
    const run = (args: readonly string[]) => redvet(['scan', ...at(arm), '-o', 'none', '-vv', ...args], { env: signedIn(arm) });
    const plain = await run([]);
    const hidden = await run(['--redact', 'ids']);
    await arm.close();
    expect(plain.stderr).toContain(`correlation id of AUTHORIZATION_FAILED in /subscriptions/${id}`);
    expect(hidden.stderr).toContain('correlation id of AUTHORIZATION_FAILED in /subscriptions/redacted-');
    expect(hidden.stderr).not.toContain(id);
    expect(hidden.code).toBe(plain.code);
  });
});
