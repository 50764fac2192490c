import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { emptyFolder } from './redvet.ts';
import { CLIENT, type LoopbackArm, type Received, type Reply, SECRET } from './resource-manager.ts';

/** The real Azure CLI against a loopback Resource Manager: signed in, and with no way out of this machine. */

const run = promisify(execFile);

export const PATH = process.env['PATH'] ?? '';

/** Python starts slowly, and the first run in a new configuration folder more so. */
export const AZ_TIMEOUT_MS = 90_000;

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Undefined where there is none. */
export const realAz = PATH.split(delimiter)
  .map((folder) => join(folder, 'az'))
  .find(isExecutable);

/** Where everything that is not for loopback ends: a proxy that refuses, and remembers for whom it was asked. */
export interface DeadEnd {
  readonly url: string;
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export const startDeadEnd = async (): Promise<DeadEnd> => {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** An `az` of its own: own configuration, no telemetry, no extensions from the net, no way out but through the dead end. */
export const azEnvironment = (arm: LoopbackArm, deadEnd: DeadEnd): Readonly<Record<string, string>> => ({
  AZURE_CONFIG_DIR: emptyFolder(),
  AZURE_CORE_COLLECT_TELEMETRY: 'no',
  AZURE_CORE_SURVEY_MESSAGE: 'no',
  AZURE_EXTENSION_USE_DYNAMIC_INSTALL: 'no',
  REQUESTS_CA_BUNDLE: arm.certificate.file,
  NODE_EXTRA_CA_CERTS: arm.certificate.file,
  HTTPS_PROXY: deadEnd.url,
  HTTP_PROXY: deadEnd.url,
  NO_PROXY: 'localhost,127.0.0.1',
});

/** All that `az` may want of the world in a new configuration folder: whether it is online, and, if it is newer, which version is the newest. */
const ASKS_OF_ITSELF: ReadonlySet<string> = new Set(['azure.microsoft.com:443', 'azcliprod.blob.core.windows.net:443']);

export const asksOfItself = (address: string): boolean => ASKS_OF_ITSELF.has(address);

/** What AD FS answers and Entra does not: `az` speaks its dialect to any authority that ends in /adfs. */
export const adfs = ({ path }: Received, nth: number, url: string): Reply | undefined => {
  // A newer az asks the cloud itself what it is.
  if (path.startsWith('/metadata/endpoints')) {
    return {
      body: { name: 'loopback', authentication: { loginEndpoint: `${url}/adfs`, audiences: [url] }, suffixes: {}, resourceManager: url },
    };
  }
  if (path.startsWith('/adfs/.well-known/openid-configuration')) {
    const at = `${url}/adfs`;
    return {
      body: {
        issuer: at,
        authorization_endpoint: `${at}/oauth2/authorize`,
        token_endpoint: `${at}/oauth2/token`,
        jwks_uri: `${at}/discovery/keys`,
      },
    };
  }
  if (path.startsWith('/adfs/oauth2/token')) {
    return { body: { token_type: 'bearer', expires_in: 3600, access_token: `token-of-az-${nth}` } };
  }
  return undefined;
};

/** Signs `az` in to the loopback cloud as a service principal. */
export const signInAz = async ({ url }: LoopbackArm, env: Readonly<Record<string, string>>): Promise<void> => {
  const az = (...args: readonly string[]) => run(realAz ?? '', args, { env: { PATH, HOME: emptyFolder(), ...env } });
  await az(
    ...['cloud', 'register', '--name', 'loopback', '--endpoint-active-directory', `${url}/adfs`, '--endpoint-resource-manager', url],
    ...['--endpoint-active-directory-resource-id', url, '--endpoint-active-directory-graph-resource-id', url],
  );
  await az('cloud', 'set', '--name', 'loopback');
  await az('login', '--service-principal', '--username', CLIENT, '--password', SECRET, '--tenant', 'adfs');
};
