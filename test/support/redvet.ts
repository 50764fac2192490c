import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLIENT, type LoopbackArm, SECRET, TENANT } from './resource-manager.ts';
import { holdToSchema } from './result-schema.ts';

/** The built binary as a child process, with nothing of this machine's environment. */
export const BINARY = fileURLToPath(new URL('../../bin/redvet.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Told of the child as soon as it runs. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Ends a child that hangs; the test then sees signal SIGKILL. */
  readonly killAfterMs?: number;
}

export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), 'redvet-test-'));

/** Runs it. Whatever it tells a machine on stdout is held to the schema that ships, in every test. */
export const redvet = (args: readonly string[], { env = {}, cwd, onStart, killAfterMs = 25_000 }: RunOptions = {}): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const folder = cwd ?? emptyFolder();
    const child = spawn(process.execPath, [BINARY, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      try {
        holdToSchema(stdout, args);
        resolve({ code, signal, stdout, stderr });
      } catch (error) {
        reject(error);
      }
    });
    onStart?.(child);
  });

/** Six rules that judge a redis cache by its list alone, and on every day alike: for tests that are about anything but the rules. */
export const SIX_RULES: readonly string[] = [
  'non-ssl-port-disabled',
  'minimum-tls-1-2',
  'public-network-access-disabled',
  'authentication-required',
  'entra-authentication-enabled',
  'access-keys-disabled',
];

export const BY_SIX_RULES: readonly string[] = SIX_RULES.flatMap((id) => ['--rule', id]);

/** How many findings a whole result holds: one for each cache and each rule whose kinds include that of the cache. */
export const findingsDue = ({ caches, rules }: Result): number =>
  caches.reduce((sum, { kind }) => sum + rules.filter(({ kinds }) => kinds.includes(kind)).length, 0);

interface Result {
  readonly caches: readonly { readonly kind: string }[];
  readonly rules: readonly { readonly kinds: readonly string[] }[];
}

/** Flags that point a scan at a loopback Resource Manager, signing in by client secret. */
export const at = ({ url }: LoopbackArm): readonly string[] => ['--auth', 'env', '--arm-endpoint', url, '--authority', url];

export const signedIn = ({ certificate }: LoopbackArm): Readonly<Record<string, string>> => ({
  AZURE_TENANT_ID: TENANT,
  AZURE_CLIENT_ID: CLIENT,
  AZURE_CLIENT_SECRET: SECRET,
  NODE_EXTRA_CA_CERTS: certificate.file,
});

/** `redvet scan` against a loopback Resource Manager. */
export const scan = (arm: LoopbackArm, args: readonly string[] = [], options: RunOptions = {}): Promise<Ended> =>
  redvet(['scan', ...at(arm), ...args], { ...options, env: { ...signedIn(arm), ...options.env } });
