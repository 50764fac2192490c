import { accessKeysDisabled } from './access-keys-disabled.ts';
import { accessPoliciesAssigned } from './access-policies-assigned.ts';
import { accessPoliciesLeastPrivilege } from './access-policies-least-privilege.ts';
import { authenticationRequired } from './authentication-required.ts';
import { clientProtocolEncrypted } from './client-protocol-encrypted.ts';
import { customerManagedKey } from './customer-managed-key.ts';
import { dedicatedNode } from './dedicated-node.ts';
import { diagnosticLogsEnabled } from './diagnostic-logs-enabled.ts';
import { entraAuditLogEnabled } from './entra-audit-log-enabled.ts';
import { entraAuthenticationEnabled } from './entra-authentication-enabled.ts';
import { firewallRulesNarrow } from './firewall-rules-narrow.ts';
import { firewallRulesPresent } from './firewall-rules-present.ts';
import { geoReplicasConsistent } from './geo-replicas-consistent.ts';
import { highAvailabilityEnabled } from './high-availability-enabled.ts';
import { managedIdentityAssigned } from './managed-identity-assigned.ts';
import { memoryReserved } from './memory-reserved.ts';
import { minimumTls12 } from './minimum-tls-1-2.ts';
import { noSecretsInDeclarations } from './no-secrets-in-declarations.ts';
import { nonSslPortDisabled } from './non-ssl-port-disabled.ts';
import { notVnetInjected } from './not-vnet-injected.ts';
import { patchScheduleSet } from './patch-schedule-set.ts';
import { persistenceEnabled } from './persistence-enabled.ts';
import { persistenceUsesManagedIdentity } from './persistence-uses-managed-identity.ts';
import { privateEndpointApproved } from './private-endpoint-approved.ts';
import { privateEndpointRequestsSettled } from './private-endpoint-requests-settled.ts';
import { privatePathExists } from './private-path-exists.ts';
import { publicNetworkAccessDisabled } from './public-network-access-disabled.ts';
import { redisVersionSupported } from './redis-version-supported.ts';
import { requiredTagsPresent } from './required-tags-present.ts';
import type { Rule } from './rule.ts';
import { skuHasSla } from './sku-has-sla.ts';
import { tierNotRetiring } from './tier-not-retiring.ts';
import { updateChannelStable } from './update-channel-stable.ts';
import { zoneRedundant } from './zone-redundant.ts';

/** Every rule, in report order: the gate three first, then by what they protect. */
export const RULES: readonly Rule[] = [
  nonSslPortDisabled,
  minimumTls12,
  publicNetworkAccessDisabled,
  // Authentication
  authenticationRequired,
  entraAuthenticationEnabled,
  accessKeysDisabled,
  accessPoliciesLeastPrivilege,
  accessPoliciesAssigned,
  managedIdentityAssigned,
  // Network
  privateEndpointApproved,
  privateEndpointRequestsSettled,
  privatePathExists,
  firewallRulesPresent,
  firewallRulesNarrow,
  notVnetInjected,
  // Encryption and data at rest
  clientProtocolEncrypted,
  persistenceUsesManagedIdentity,
  customerManagedKey,
  dedicatedNode,
  noSecretsInDeclarations,
  // Resilience and operations
  skuHasSla,
  zoneRedundant,
  highAvailabilityEnabled,
  geoReplicasConsistent,
  persistenceEnabled,
  patchScheduleSet,
  updateChannelStable,
  redisVersionSupported,
  tierNotRetiring,
  diagnosticLogsEnabled,
  entraAuditLogEnabled,
  memoryReserved,
  requiredTagsPresent,
];

/** Names the set of rules and their meaning; raised whenever a verdict can change for the same input. */
export const RULESET_VERSION = '3';
