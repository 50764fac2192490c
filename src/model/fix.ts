import { API_VERSIONS, type CacheKind, type CacheLabels } from './cache.ts';

/** How a rule's failure is mended. Texts are sentences; what a tool can do is data, so that it can be written in every language. */
export interface Fix {
  /** What to do, in one sentence. */
  readonly summary: string;
  /** What the change breaks and what to do first. */
  readonly risk: string;
  /** When it is done among several fixes of one cache. */
  readonly stage: FixStage;
  /** What to do to one cache, in order; empty where nothing can be changed in place. */
  readonly steps: (target: FixTarget) => readonly Step[];
  /** The words of an `az` command that shows whether it worked; null where none does. */
  readonly verify: (target: FixTarget) => readonly string[] | null;
  /** How to go back, as a sentence. */
  readonly rollback: string;
  /** The same in Terraform, by kind; a kind without one cannot be mended there. */
  readonly terraform: Readonly<Partial<Record<CacheKind, TerraformFix>>>;
  /** A declaration in Bicep where no property of the cache does it; else it follows from the steps. */
  readonly bicep: string | null;
  /** The built-in Azure Policy that keeps it so; null where there is none. */
  readonly policy: PolicyFix | null;
  /** Where the portal has the switch; null where we know of none. */
  readonly portal: string | null;
  /** What has to change in the programs that connect. */
  readonly clients: 'tls' | 'entra' | null;
  /** The access keys may have been read by others: regenerate both when the fix is done. */
  readonly rotateKeys: boolean;
}

/**
 * `prepare`: harmless by itself, and others build on it. `change`: a setting. `scale`: size, tier, version, where the cache restarts.
 * `cut`: a way in is closed, and whoever still uses it is cut off.
 */
export const FIX_STAGES = ['prepare', 'change', 'scale', 'cut'] as const;
type FixStage = (typeof FIX_STAGES)[number];

/** The cache that is to be mended. Names are as Azure wrote them: whoever makes a command of them checks them first. */
export interface FixTarget {
  readonly id: string;
  readonly name: string;
  readonly kind: CacheKind;
  readonly resourceGroup: string;
  readonly subscriptionId: string;
  /** Such as `Basic C0`. */
  readonly sku: string | null;
}

/** A cache as what is to be mended; what a declaration does not say is empty. */
export const targetOf = ({
  id,
  name,
  kind,
  resourceGroup,
  subscriptionId,
  sku,
}: Pick<CacheLabels, 'id' | 'name' | 'kind' | 'resourceGroup' | 'subscriptionId' | 'sku'>): FixTarget => ({
  id,
  name,
  kind,
  resourceGroup: resourceGroup ?? '',
  subscriptionId: subscriptionId ?? '',
  sku,
});

/** What a JSON body may hold. */
export type Body = { readonly [key: string]: string | number | boolean | readonly string[] | Body };

export type Step =
  /** A PATCH of the cache or cluster that sets just this. */
  | { readonly type: 'patch'; readonly body: Body }
  /** GET, change, PUT of the cluster's database: it has no PATCH. */
  | { readonly type: 'database'; readonly body: Body }
  /** A command that is complete: its words after `az`. */
  | { readonly type: 'az'; readonly words: readonly string[] }
  /** A command for which a person has to decide something: words in capitals are to be replaced. It is shown, never run. */
  | { readonly type: 'decide'; readonly text: string; readonly words: readonly string[] };

export interface TerraformFix {
  /** Such as `azurerm_redis_cache`. */
  readonly resource: string;
  /** Lines of HCL for the newest provider. */
  readonly lines: readonly string[];
  /** The same for older providers, where it is written differently: `azurerm before 4.0`. */
  readonly older: { readonly provider: string; readonly lines: readonly string[] } | null;
}

export interface PolicyFix {
  /** The GUID of the built-in definition. */
  readonly id: string;
  readonly displayName: string;
  /** The kinds of cache whose type it looks at. */
  readonly kinds: readonly CacheKind[];
  /** The strictest effect that the definition allows. */
  readonly effect: 'Deny' | 'AuditIfNotExists';
  /** What the assignment is called: at most 24 characters. */
  readonly assignment: string;
  readonly risk: string;
}

/** The database of a managed or enterprise cluster: there is one, and it is called `default`. */
export const databaseId = ({ id }: Pick<FixTarget, 'id'>): string => `${id}/databases/default`;

/**
 * The words after `az` of a PATCH of a cache or cluster; `body` is JSON, or text that a person completes.
 * `-o none`, because the answer to a change of a cache contains the access keys.
 */
export const patchWords = ({ id, kind }: Pick<FixTarget, 'id' | 'kind'>, body: string): readonly string[] => [
  'rest',
  '--method',
  'patch',
  '--url',
  `${id}?api-version=${API_VERSIONS[kind]}`,
  '--body',
  body,
  '-o',
  'none',
];
