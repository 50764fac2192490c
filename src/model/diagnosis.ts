import { NEEDS } from './need.ts';
import type { Problem } from './problem.ts';
import type { SubscriptionScope } from './scope.ts';

/** What `redvet doctor` finds out: where it runs, who asks, and which of the reads that a scan needs work. */
export interface Diagnosis {
  readonly environment: Environment;
  readonly identity: Identity;
  /** How many subscriptions the credential can see; null when they could not be listed. */
  readonly visible: number | null;
  readonly subscriptions: readonly DiagnosedSubscription[];
  /** Reads that are of no single subscription. */
  readonly reads: readonly ReadCheck[];
  /** Azure actions that nobody granted, in the order of `redvet permissions`. */
  readonly missingActions: readonly string[];
  /** Subscriptions and management groups on which they are missing, as Azure scopes. */
  readonly missingOn: readonly string[];
}

export interface Environment {
  readonly node: string;
  readonly platform: string;
  readonly cloud: string;
  readonly endpoint: string;
  readonly authority: string;
  readonly audience: string;
  /** Null where no variable names one. */
  readonly proxy: ProxyUse | null;
  /** The file of NODE_EXTRA_CA_CERTS, and whether it is there. */
  readonly extraCertificates: { readonly path: string; readonly exists: boolean } | null;
  /** NODE_TLS_REJECT_UNAUTHORIZED=0 is set, which redvet does not follow. */
  readonly asksForNoTrust: boolean;
  /** The configuration file that was read. */
  readonly config: string | null;
}

export interface ProxyUse {
  /** Scheme, host and port, never a user or password; null for one that is no address. */
  readonly address: string | null;
  readonly hasCredentials: boolean;
  /** Whether Resource Manager and the sign-in host are reached through it: NO_PROXY may say otherwise. */
  readonly servesEndpoint: boolean;
  readonly servesAuthority: boolean;
  /** Why it cannot be used. */
  readonly problem: Problem | null;
}

/** `not_tried`: the run ended before anybody asked for a token. */
export const SIGN_IN_STATES = ['signed_in', 'failed', 'not_tried'] as const;

export interface Identity {
  readonly state: (typeof SIGN_IN_STATES)[number];
  /** The kind of `--auth`. */
  readonly auth: string;
  /** The class of the credential that gave the token, such as `AzureCliCredential`; null where the chain does not tell. */
  readonly credential: string | null;
  /** What the token says of its holder; every part null where it says nothing. Never the token. */
  readonly claims: Claims;
  readonly expiresAt: string | null;
  /** What each member of a chain said that was asked in vain. */
  readonly tried: readonly Tried[];
  readonly problem: Problem | null;
}

export interface Claims {
  readonly type: 'user' | 'app' | null;
  readonly name: string | null;
  readonly objectId: string | null;
  readonly tenantId: string | null;
  readonly appId: string | null;
  readonly appName: string | null;
}

export const NO_CLAIMS: Claims = { type: null, name: null, objectId: null, tenantId: null, appId: null, appName: null };

interface Tried {
  readonly credential: string | null;
  readonly message: string;
}

export interface DiagnosedSubscription extends SubscriptionScope {
  /** Empty for one that is passed over. */
  readonly reads: readonly ReadCheck[];
}

/** `redis` and `redisEnterprise` are the lists of caches; the needs stand below one cache. `graph` and `permissions` are for an index. */
export const READ_NAMES = [
  'subscriptions',
  'managementGroups',
  'providers',
  'redis',
  'redisEnterprise',
  'linkedCaches',
  'graph',
  'permissions',
  ...NEEDS,
] as const;
export type ReadName = (typeof READ_NAMES)[number];

/** `ok`: it was tried, and the answer can be used. Nothing else is `ok`. */
export const READ_STATES = ['ok', 'denied', 'failed', 'not_tried'] as const;
export type ReadState = (typeof READ_STATES)[number];

/** The types of resources that caches are. */
export const RESOURCE_TYPES = ['redis', 'redisEnterprise'] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** One read that a scan needs, tried once. */
export interface ReadCheck {
  readonly need: ReadName;
  /** What it is below; null for what is below no cache. */
  readonly resourceType: ResourceType | null;
  /** The Azure action that it takes. */
  readonly action: string;
  readonly state: ReadState;
  /** What it was tried on; null where nothing was there. */
  readonly resource: string | null;
  /** Why it is not `ok`, or what is remarkable. */
  readonly message: string | null;
  /** What to do about it. */
  readonly hint: string | null;
}
