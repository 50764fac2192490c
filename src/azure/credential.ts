import type { TokenCredential } from '@azure/core-auth';
import { createEmptyPipeline, type Pipeline } from '@azure/core-rest-pipeline';
import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  logger,
  ManagedIdentityCredential,
  type TokenCredentialOptions,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { AuthKind } from './auth-kinds.ts';
import type { Cloud } from './clouds.ts';
import { brief, messageOf } from './failure.ts';
import type { SignInTransport } from './sign-in-transport.ts';

export interface CredentialOptions {
  readonly cloud: Cloud;
  readonly tenant: string | undefined;
  readonly transport: SignInTransport;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `az`, PowerShell and azd are processes; on a busy machine `az` has been seen to take 13 s. */
const PROCESS_TIMEOUT_MS = 60_000;

/** A credential of that kind with an empty cache, whose failures are `Trouble`. Throws `Trouble` (usage) where its settings are unusable. */
export const credentialFor = (kind: AuthKind, options: CredentialOptions): TokenCredential => {
  const { tenant, env } = options;
  const process = { processTimeoutInMs: PROCESS_TIMEOUT_MS };
  const tenants = tenant === undefined ? {} : { tenantId: tenant, additionallyAllowedTenants: [tenant] };
  const identity = env['AZURE_CLIENT_ID'] ? { clientId: env['AZURE_CLIENT_ID'] } : {};
  const make: Record<AuthKind, () => TokenCredential> = {
    auto: () => new DefaultAzureCredential({ ...signInOptions(options), ...tenants, ...process }),
    cli: () => new AzureCliCredential({ ...tenants, ...process }),
    env: () => new EnvironmentCredential({ ...signInOptions(options), ...tenants }),
    workload: () => new WorkloadIdentityCredential({ ...signInOptions(options), ...tenants }),
    managed: () => new ManagedIdentityCredential({ ...signInOptions(options), ...identity }),
    powershell: () => new AzurePowerShellCredential({ ...tenants, ...process }),
    azd: () => new AzureDeveloperCliCredential({ ...tenants, ...process }),
  };
  const credential = made(kind, make[kind]);
  return {
    getToken: async (scope, ask) => {
      try {
        return await credential.getToken(scope, tenant === undefined ? ask : { ...ask, tenantId: tenant });
      } catch (error) {
        throw signInTrouble(error, kind, options);
      }
    },
  };
};

/**
 * The class of the credential that gives the tokens; null as long as nobody knows. Which one of a chain it is, identity says in its log
 * and nowhere else, `AzureCliCredential => getToken() => SUCCESS`, the outer one after the inner. Nothing else of that log is kept or written.
 */
export const credentialHeard = (kind: AuthKind): (() => string | null) => {
  const own = CLASSES[kind];
  if (own !== null) return () => own;
  let heard: string | null = null;
  logger.info.log = (...said: readonly unknown[]) => {
    const name = /\b(\w{1,60}Credential) => getToken\(\) => SUCCESS\b/.exec(said.map(String).join(' '))?.[1];
    if (name !== undefined) heard = INNER.get(name) ?? name;
  };
  logger.info.enabled = true;
  return () => heard;
};

/** Workload identity is told under the name of what it is made of. */
const INNER: ReadonlyMap<string, string> = new Map([['ClientAssertionCredential', 'WorkloadIdentityCredential']]);

/** Null: a chain. */
const CLASSES: Readonly<Record<AuthKind, string | null>> = {
  auto: null,
  cli: 'AzureCliCredential',
  env: 'EnvironmentCredential',
  workload: 'WorkloadIdentityCredential',
  managed: 'ManagedIdentityCredential',
  powershell: 'AzurePowerShellCredential',
  azd: 'AzureDeveloperCliCredential',
};

/** What each member of a chain said that was asked in vain, in short; empty for anything but the failure of a chain. */
export const triedIn = (error: unknown): readonly { readonly credential: string | null; readonly message: string }[] => {
  const cause = error instanceof Trouble ? error.cause : error;
  return errorsOf(cause).map((one) => {
    const said = messageOf(one);
    const credential = MEMBERS.find(([pattern]) => pattern.test(said))?.[1] ?? null;
    const [first] = /^.*?[.!](?=\s|$)/s.exec(said.replace(/^(?:\w+Credential|Error)(?::\s*|\s+(?=is\b))/, '')) ?? [said];
    return { credential, message: brief(first) };
  });
};

/** A member that is not set up does not always say which it is. */
const MEMBERS: readonly (readonly [RegExp, string])[] = [
  [/EnvironmentCredential/, 'EnvironmentCredential'],
  [/WorkloadIdentity/, 'WorkloadIdentityCredential'],
  [/ManagedIdentity/, 'ManagedIdentityCredential'],
  [/Visual Studio Code/, 'VisualStudioCodeCredential'],
  [/PowerShell/, 'AzurePowerShellCredential'],
  [/Azure Developer CLI|\bazd\b/, 'AzureDeveloperCliCredential'],
  [/az login|Azure CLI/, 'AzureCliCredential'],
  [/[Bb]roker/, 'BrokerCredential'],
];

/** The credential of the demo's own tenant: a real sign-in by client secret, over whatever transport is given. */
export const clientSecret = (
  tenant: string,
  clientId: string,
  secret: string,
  options: Pick<CredentialOptions, 'cloud' | 'transport'>,
): TokenCredential => new ClientSecretCredential(tenant, clientId, secret, signInOptions(options));

const made = (kind: AuthKind, make: () => TokenCredential): TokenCredential => {
  try {
    return make();
  } catch (error) {
    const settings = kind === 'auto' && /AZURE_TOKEN_CREDENTIALS/.test(messageOf(error));
    throw new Trouble(
      problem(
        settings ? 'usage' : 'auth',
        settings ? 'BAD_ENVIRONMENT' : 'SIGN_IN_FAILED',
        `cannot sign in with --auth ${kind}: ${brief(messageOf(error))}`,
        {
          scope: settings ? 'AZURE_TOKEN_CREDENTIALS' : null,
          hint: settings ? 'Set it to prod, dev or the name of one credential, or unset it.' : HINTS[kind],
          affects: ['*'],
        },
      ),
      { cause: error },
    );
  }
};

/**
 * `pipeline` is not in the documented type of these options but reaches the HTTP client of every credential. The empty one keeps
 * out a policy that throws on a proxy address without a scheme and one that sleeps an hour when asked to.
 * Each credential gets its own object: the managed identity one writes to it.
 */
const signInOptions = ({
  cloud,
  transport,
}: Pick<CredentialOptions, 'cloud' | 'transport'>): TokenCredentialOptions & {
  readonly pipeline: Pipeline;
  readonly disableInstanceDiscovery: boolean;
} => ({
  authorityHost: cloud.authority,
  disableInstanceDiscovery: cloud.privateAuthority,
  httpClient: transport.client,
  pipeline: createEmptyPipeline(),
});

const signInTrouble = (error: unknown, kind: AuthKind, { transport }: CredentialOptions): Trouble => {
  if (error instanceof Trouble) return error;
  const refused = refusalIn(error);
  const said = messageOf(refused);
  // A chain in which nothing is set up has asked in vain for a managed identity, too: that is no network to mend.
  const isNetwork = errorsOf(refused).length === 0 && /network_error|endpoints_resolution_error|ENOTFOUND|ECONNREFUSED/.test(said);
  const network = isNetwork ? transport.lastFailure() : null;
  const what = network === null ? (chainMessage(refused) ?? firstSentences(said)) : `the sign-in service could not be used (${network})`;
  return new Trouble(
    problem('auth', 'SIGN_IN_FAILED', `cannot sign in with --auth ${kind}: ${brief(what)}`, {
      hint: hintFor(refused, said, network !== null, kind),
      affects: ['*'],
    }),
    { cause: error },
  );
};

/** Of a chain, the credential that was set up and refused; those that are merely not set up explain nothing. */
const refusalIn = (error: unknown): unknown => errorsOf(error).find((one) => !isUnavailable(one)) ?? error;

const errorsOf = (error: unknown): readonly unknown[] =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [];

const isUnavailable = (error: unknown): boolean => error instanceof Error && error.name === 'CredentialUnavailableError';

/** The chain tells a screenful about every credential that is not set up. */
const chainMessage = (error: unknown): string | null => {
  const tried = errorsOf(error).length;
  return tried === 0 ? null : `DefaultAzureCredential tried ${tried} ways of signing in and none is set up (-v names each)`;
};

const hintFor = (error: unknown, said: string, network: boolean, kind: AuthKind): string => {
  const advice = AADSTS.find(([code]) => said.includes(`AADSTS${code}:`));
  if (advice) return advice[1];
  if (network) return 'Check the network, the proxy and --authority; behind a TLS-inspecting proxy set NODE_EXTRA_CA_CERTS.';
  if (isUnavailable(error) || errorsOf(error).length > 0) return HINTS[kind];
  return 'Run again with -v for the whole answer of the sign-in service.';
};

/** Identity wraps what Entra says in a status line, trace ids and links. */
const firstSentences = (message: string): string =>
  message
    .replace(/^.*?\bError\(s\): .*? - Description: /s, '')
    .replace(/ (?:- )?(?:Trace|Correlation) ID: .*$/s, '')
    .replace(/\s*To troubleshoot, visit \S+\s*/g, ' ');

const AADSTS: readonly (readonly [string, string])[] = [
  ['7000215', 'The client secret is wrong: AZURE_CLIENT_SECRET takes the value of the secret, not its id.'],
  ['7000222', 'The client secret has expired: create a new one and set AZURE_CLIENT_SECRET.'],
  ['700016', 'The application is unknown in this tenant: check AZURE_CLIENT_ID and AZURE_TENANT_ID.'],
  ['90002', 'The tenant does not exist in this cloud: check AZURE_TENANT_ID or --tenant, and --cloud.'],
  ['50076', 'The tenant asks for a second factor: sign in again with az login --tenant ID.'],
];

const HINTS: Record<AuthKind, string> = {
  auto: 'Sign in with az login, or choose one way with --auth cli|env|workload|managed|powershell|azd.',
  cli: 'Run az login (with --tenant ID where the subscriptions live elsewhere), then try again.',
  env: 'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or AZURE_CLIENT_CERTIFICATE_PATH).',
  workload: 'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE; on AKS label the pod azure.workload.identity/use=true.',
  managed: 'Run on an Azure resource that has an identity; for a user-assigned one set AZURE_CLIENT_ID.',
  powershell: 'Run Connect-AzAccount in PowerShell with the module Az.Accounts, then try again.',
  azd: 'Run azd auth login, then try again.',
};
