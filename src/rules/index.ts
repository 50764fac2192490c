import { accessKeysDisabled } from './access-keys-disabled.ts';
import { authenticationRequired } from './authentication-required.ts';
import { entraAuthenticationEnabled } from './entra-authentication-enabled.ts';
import { minimumTls12 } from './minimum-tls-1-2.ts';
import { nonSslPortDisabled } from './non-ssl-port-disabled.ts';
import { publicNetworkAccessDisabled } from './public-network-access-disabled.ts';
import type { Rule } from './rule.ts';

/** Every rule, in report order: the gate three first. */
export const RULES: readonly Rule[] = [
  nonSslPortDisabled,
  minimumTls12,
  publicNetworkAccessDisabled,
  authenticationRequired,
  entraAuthenticationEnabled,
  accessKeysDisabled,
];

/** Names the set of rules and their meaning; raised whenever a verdict can change for the same input. */
export const RULESET_VERSION = '1';
