import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { Trouble } from '../errors.ts';
import { type Problem, type ProblemKind, problem } from '../model/problem.ts';
import { redacted } from '../model/redact.ts';

/** What was being read when it failed. */
export interface Attempt {
  /** An Azure scope, such as `/subscriptions/<id>`; null for the list of subscriptions itself. */
  readonly scope: string | null;
  /** The action whose right it takes. */
  readonly action: string;
}

/** Any failure of a call to Azure as something a person can act on. What is already told stays as it is. */
export const troubleOf = (error: unknown, attempt: Attempt): Trouble => {
  if (error instanceof Trouble) {
    return new Trouble(
      { ...error.problem, scope: error.problem.scope ?? attempt.scope, action: error.problem.action ?? attempt.action },
      error,
    );
  }
  if (isRestError(error)) return restTrouble(error, attempt);
  return new Trouble(tell('internal', 'UNEXPECTED', attempt, `unexpected failure: ${brief(messageOf(error))}`), { cause: error });
};

const restTrouble = (error: RestError, attempt: Attempt): Trouble => {
  const { statusCode, response } = error;
  const told = statusCode === undefined ? networkProblem(error, attempt) : answerProblem(error, statusCode, attempt);
  return new Trouble(told, {
    cause: withoutBody(error),
    correlationId: response?.headers.get('x-ms-correlation-request-id') ?? response?.headers.get('x-ms-request-id') ?? null,
  });
};

/** For `-vv`: the stack, without the message, in which the SDK repeats whole bodies. */
const withoutBody = (error: RestError): Error => {
  const message = `${error.code === undefined ? 'no code' : brief(error.code)}, HTTP status ${error.statusCode ?? 'none'}`;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return Object.assign(new Error(message), { name: error.name, stack: [`${error.name}: ${message}`, ...frames].join('\n') });
};

const answerProblem = (error: RestError, status: number, attempt: Attempt): Problem => {
  const code = brief(error.code);
  const at = { ...attempt, httpStatus: status };
  if (code === 'PARSE_ERROR') {
    return tell(
      'malformed',
      'NOT_JSON',
      at,
      'the answer is not valid JSON: it was cut off or something on the way replaced it',
      PROXY_HINT,
    );
  }
  // A proxy refuses with a page of its own; Resource Manager always answers JSON with an error code.
  if (status >= 400 && !isJson(error)) {
    return status >= 500
      ? tell('network', 'SERVER_ERROR', at, `Resource Manager, or a proxy on the way, answered HTTP ${status}`, RETRY_HINT)
      : tell(
          'proxy',
          'PROXY_REFUSED',
          at,
          `HTTP ${status} with a page instead of JSON: a proxy or captive portal answered, not Azure`,
          PROXY_HINT,
        );
  }
  // Without a code of its own the message is the body, which is no error of Resource Manager's and may hold anything.
  const said = code === '' ? 'no error of Resource Manager in it' : `${code}: ${brief(error.message)}`;
  switch (status) {
    case 401:
      return code === 'InvalidAuthenticationTokenTenant'
        ? tell(
            'auth',
            'WRONG_TENANT',
            at,
            'the token is from another tenant than this subscription',
            'Scan it in a run of its own with --tenant ID.',
          )
        : tell(
            'auth',
            'TOKEN_REFUSED',
            at,
            `the token was refused, a fresh one too (${said})`,
            'Sign in again, for example with: az login',
          );
    case 403:
      return tell('permission', 'AUTHORIZATION_FAILED', at, `no right to ${attempt.action} (${code || 'HTTP 403'})`, roleHint(attempt));
    case 404:
      return tell('not_found', 'NOT_FOUND', at, `not found (${said})`, 'Check the id, and --tenant if it lives in another tenant.');
    case 408:
    case 429:
      return throttled(error, at, status);
    default:
      return status >= 500
        ? tell('network', 'SERVER_ERROR', at, `Resource Manager answered HTTP ${status} (${said})`, RETRY_HINT)
        : tell('malformed', 'UNEXPECTED_ANSWER', at, `Resource Manager answered HTTP ${status} (${said})`, unexpectedHint(code));
  }
};

const throttled = (error: RestError, at: Attempt & { readonly httpStatus: number }, status: number): Problem => {
  const wait = error.response?.headers.get('retry-after');
  return tell(
    'throttle',
    status === 408 ? 'REQUEST_TIMEOUT' : 'THROTTLED',
    at,
    wait
      ? `Resource Manager is throttling and asks to wait ${/^\d+$/.test(wait) ? `${wait} s` : `until ${brief(wait)}`}`
      : 'Resource Manager is throttling and did not stop within the retries',
    wait
      ? 'redvet waits a minute at most: run it again after that time.'
      : 'Run again later, with a lower --concurrency or more --retries.',
  );
};

const networkProblem = (error: RestError, attempt: Attempt): Problem => {
  const code = /^\w{1,60}$/.test(error.code ?? '') ? (error.code ?? 'NETWORK') : 'NETWORK';
  const what = brief(error.message);
  if (code === 'PARSE_ERROR') return tell('malformed', 'NOT_JSON', attempt, 'the answer is not valid JSON', PROXY_HINT);
  if (code === 'DEADLINE')
    return tell('timeout', 'REQUEST_TIMEOUT', attempt, what, 'Check the network, or give --request-timeout more time.');
  if (code === 'TOO_LARGE')
    return tell('limit', 'ANSWER_TOO_LARGE', attempt, what, 'No answer of Resource Manager is that large: look for a proxy on the way.');
  if (code === 'FOREIGN_ORIGIN') return tell('malformed', code, attempt, what, 'Nothing was sent there.');
  if (code.startsWith('PROXY_')) {
    return tell('proxy', code, attempt, what, 'Check HTTPS_PROXY (address, user, password); NO_PROXY names hosts to reach directly.');
  }
  if (TLS_CODES.test(code)) {
    return tell(
      'network',
      code,
      attempt,
      `the TLS certificate is not trusted (${code})`,
      'If a proxy inspects TLS here, name its certificate in NODE_EXTRA_CA_CERTS.',
    );
  }
  return tell('network', code, attempt, `the connection failed: ${what}`, 'Check the network, DNS and firewall between here and Azure.');
};

const TLS_CODES = /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/;

const PROXY_HINT = 'Look for a proxy or captive portal between here and Azure, then run again.';
const RETRY_HINT = 'Run again; if it stays, look at https://status.azure.com';

const roleHint = ({ scope }: Attempt): string =>
  scope === null
    ? 'Ask for the role Reader on the subscriptions to scan.'
    : `Grant Reader: az role assignment create --role Reader --assignee OBJECT_ID --scope ${quoted(subscriptionOf(scope))}`;

/** A right on the whole subscription serves every cache in it, and its id needs no quotes. */
const subscriptionOf = (scope: string): string => /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? scope;

/** The id of a management group may hold parentheses; it was checked where it came in. */
const quoted = (scope: string): string => (/^[\w./-]+$/.test(scope) ? scope : `'${scope}'`);

const unexpectedHint = (code: string): string =>
  /NoRegisteredProviderFound|InvalidApiVersion|InvalidResourceType/i.test(code)
    ? 'This cloud does not offer the API version that redvet speaks; please report it.'
    : 'Run again with -v for the correlation id that Azure support asks for.';

const tell = (
  kind: ProblemKind,
  code: string,
  at: Attempt & { readonly httpStatus?: number },
  message: string,
  hint: string | null = null,
): Problem => problem(kind, code, message, { scope: at.scope, action: at.action, httpStatus: at.httpStatus ?? null, hint, affects: ['*'] });

const isJson = (error: RestError): boolean => /\bjson\b/i.test(error.response?.headers.get('content-type') ?? '');

const MESSAGE_CHARACTERS = 200;

/** One line of bounded length: messages of the SDK carry whole bodies. */
export const brief = (said: unknown): string => {
  // The SDK passes on whatever type an answer has there.
  const text = typeof said === 'string' ? said : '';
  const line = redacted(text.slice(0, 4 * MESSAGE_CHARACTERS))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > MESSAGE_CHARACTERS ? `${line.slice(0, MESSAGE_CHARACTERS)}...` : line;
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
