import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { awaitedBy } from '../assess.ts';
import type { Cloud } from '../azure/clouds.ts';
import { credentialFor } from '../azure/credential.ts';
import { type Pace, RESOURCE_MANAGER_PACE } from '../azure/pacing.ts';
import { openResourceManager, type ResourceManager } from '../azure/resource-manager.ts';
import { signInTransport } from '../azure/sign-in-transport.ts';
import { tokenSource } from '../azure/tokens.ts';
import { nodeTransport } from '../azure/transport.ts';
import type { Cache } from '../model/cache.ts';
import type { Awaitable } from '../model/need.ts';
import { resourceGraphSource } from '../sources/resource-graph.ts';
import { resourceManagerSource } from '../sources/resource-manager.ts';
import type { Source } from '../sources/source.ts';
import type { SourceContext } from './course.ts';
import type { Io } from './io.ts';
import type { ScanContext } from './scan.ts';
import type { ScopeSettings } from './scope.ts';
import type { LiveSettings, ScanSettings } from './settings.ts';
import { VERSION } from './version.ts';

/** Everything that knows Azure, in one module, so that only a live scan loads it. */

const MAX_BODY_BYTES = 64 * 2 ** 20;

/** Longer than the 60 s that `az` and its like are given, so that theirs is the error that is told. */
const SIGN_IN_TIMEOUT_MS = 75_000;

export const openLive = async (
  live: LiveSettings,
  scope: ScopeSettings,
  settings: ScanSettings,
  context: ScanContext,
  io: Io,
): Promise<Source> => openOn(connectionTo(live, settings, context, io), scope, settings, context, io);

/** Real sockets to Azure. */
export const connectionTo = (live: LiveSettings, settings: RequestSettings, context: SourceContext, io: Io): Connection => {
  const { cloud } = live;
  const transport = nodeTransport({ ...settings, maxBodyBytes: MAX_BODY_BYTES, maxSockets: settings.concurrency, env: io.env });
  const signIn = signInTransport(transport, cloud, io.env, { ...settings, ...context, now: () => io.now().getTime(), random: io.random });
  const credential = (): TokenCredential => credentialFor(live.auth, { cloud, tenant: live.tenant, transport: signIn, env: io.env });
  return { cloud, transport, credential, pace: RESOURCE_MANAGER_PACE };
};

export interface Connection {
  readonly cloud: Cloud;
  readonly transport: HttpClient;
  readonly credential: () => TokenCredential;
  readonly pace: Pace;
}

export type RequestSettings = Pick<ScanSettings, 'concurrency' | 'requestTimeoutMs' | 'retries'>;

/** Resource Manager over any transport: real sockets, or the demo's in this very process. */
export const armOn = (connection: Connection, settings: RequestSettings, context: SourceContext, io: Io): ResourceManager => {
  const tokens = tokenSource({
    credential: connection.credential,
    scope: `${connection.cloud.audience}/.default`,
    timeoutMs: SIGN_IN_TIMEOUT_MS,
    now: () => io.now().getTime(),
  });
  return openResourceManager({
    ...connection,
    ...settings,
    ...context,
    tokens,
    now: () => io.now().getTime(),
    random: io.random,
    userAgent: `redvet/${VERSION}`,
  });
};

const NOTHING: ReadonlyMap<Awaitable, readonly string[]> = new Map();

/** The source over any transport. */
export const openOn = (connection: Connection, scope: ScopeSettings, settings: ScanSettings, context: ScanContext, io: Io): Source => {
  const arm = armOn(connection, settings, context, io);
  const { rules } = settings;
  // Rules that judge by the lists alone need not be asked what they wait for, unless it is an index that was listed.
  const asksNothing = scope.source === 'arm' && rules.every(({ needs }) => needs.length === 0);
  const request = {
    ...scope,
    ...settings,
    ...context,
    kinds: new Set(rules.flatMap(({ appliesTo }) => appliesTo)),
    awaited: asksNothing ? () => NOTHING : (cache: Cache) => awaitedBy(cache, rules, context.today),
  };
  return scope.source === 'graph' ? resourceGraphSource(arm, request) : resourceManagerSource(arm, request);
};
