import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { emptyFolder, redvet } from '../support/redvet.ts';

/**
 * The Azure packages are most of what is shipped, and whoever asks for help does not wait for them. Which files a run loads is
 * seen by a loader hook, so that no clock decides.
 */
const asUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

const HOOK = asUrl(`
  import { appendFileSync } from 'node:fs';
  export const load = (url, context, next) => {
    if (url.startsWith('file:')) appendFileSync(process.env.LOADED_FILES, url + '\\n');
    return next(url, context);
  };
`);

const REGISTER = asUrl(`import { register } from 'node:module'; register(${JSON.stringify(HOOK)});`);

/** Texts that stand only in the code of these packages, also when it is minified. */
const MARKS: Readonly<Record<string, string>> = {
  '@azure/msal-node': 'x-client-SKU',
  '@azure/identity': 'CredentialUnavailableError',
  '@azure/core-rest-pipeline': 'bearerTokenAuthenticationPolicy',
  '@azure/arm-rediscache': 'forceReboot',
};

interface Loaded {
  readonly code: number | null;
  readonly files: readonly string[];
  /** Packages whose code is in what was loaded. */
  readonly packages: readonly string[];
}

const loadedBy = async (args: readonly string[]): Promise<Loaded> => {
  const log = join(emptyFolder(), 'loaded');
  const { code } = await redvet(args, { env: { NODE_OPTIONS: `--import ${REGISTER}`, LOADED_FILES: log } });
  const files = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((url) => fileURLToPath(url));
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  return { code, files, packages: Object.keys(MARKS).filter((name) => text.includes(MARKS[name] ?? '')) };
};

describe('what a run loads', () => {
  const WITHOUT: readonly { readonly args: readonly string[]; readonly code: number }[] = [
    { args: ['--help'], code: 0 },
    { args: ['scan', '--help'], code: 0 },
    { args: ['--version'], code: 0 },
    { args: [], code: 2 },
    { args: ['rules'], code: 0 },
    { args: ['rules', '-o', 'json'], code: 0 },
    { args: ['explain', 'non-ssl-port-disabled'], code: 0 },
    { args: ['explain', 'nonsense'], code: 2 },
    { args: ['permissions'], code: 0 },
    { args: ['remediate', 'nonsense.json', '--as', 'az'], code: 2 },
    { args: ['sacn'], code: 2 },
    { args: ['scan', '--fail-on', 'nonsense'], code: 2 },
    { args: ['scan', '--auth', 'nonsense', '-o', 'json'], code: 2 },
    { args: ['demo', '--rule', 'nonsense'], code: 2 },
  ];

  it.each(WITHOUT)('is none of the Azure packages for $args', async ({ args, code }) => {
    const loaded = await loadedBy(args);
    expect(loaded.files.filter((file) => /\/(?:bin\/redvet|dist\/main|dist\/io)\.js$/.test(file))).toHaveLength(3);
    expect({ code: loaded.code, packages: loaded.packages }).toEqual({ code, packages: [] });
  });

  it('is all of them for a scan, so that this test can fail', async () => {
    expect(await loadedBy(['demo', '-o', 'none'])).toMatchObject({ code: 1, packages: Object.keys(MARKS) });
  });
});
