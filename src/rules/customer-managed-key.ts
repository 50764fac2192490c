import { patchWords } from '../model/fix.ts';
import { defineFix, managedRedis, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const customerManagedKey = defineRule({
  id: 'customer-managed-key',
  title: 'Disks must be encrypted with a key of your own',
  severity: 'info',
  appliesTo: ['managed', 'enterprise'],
  why:
    'The disks are always encrypted, by default with keys that Microsoft manages. ' +
    'A key of your own in Key Vault lets you rotate it, see its use and withdraw it, which some frameworks ask for.',
  evidence: 'properties.encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl (absent or empty: a key that Microsoft manages)',
  fix: defineFix({
    summary: 'Create a key in Key Vault, give a user-assigned identity the right to it, then set both on the cluster.',
    risk:
      'Losing the key loses the cache: the vault needs purge protection, and the identity the rights to get, wrap and unwrap the key. ' +
      'On an existing cluster the change is a long maintenance that disrupts the service.',
    stage: 'scale',
    steps: (target) => [
      {
        type: 'decide',
        text: 'Choose the key in Key Vault, in the region of the cache (KEY_URL), and the user-assigned identity that may use it (IDENTITY_ID).',
        words: patchWords(target, ENCRYPTION),
      },
    ],
    verify: show('encryption.customerManagedKeyEncryption.keyEncryptionKeyUrl'),
    rollback: 'Back to keys that Microsoft manages, by the same long maintenance.',
    terraform: {
      managed: managedRedis(
        'identity {',
        '  type         = "UserAssigned"',
        '  identity_ids = [azurerm_user_assigned_identity.redis.id]',
        '}',
        'customer_managed_key {',
        '  key_vault_key_id          = azurerm_key_vault_key.redis.id',
        '  user_assigned_identity_id = azurerm_user_assigned_identity.redis.id',
        '}',
      ),
    },
    policy: {
      id: '09aa11bb-87ec-409f-bf0b-49b7c1561a87',
      displayName: 'Azure Cache for Redis Enterprise should use customer-managed keys for encrypting disk data',
      kinds: ['managed', 'enterprise'],
      effect: 'Deny',
      assignment: 'redvet-redis-cmk',
      risk: 'Deny also refuses tags, scaling and other changes of clusters that have no key of their own: give them one first.',
    },
    portal: 'Encryption > Change encryption settings > Use a customer-managed key',
  }),
  aliases: ['redis-016', '09aa11bb-87ec-409f-bf0b-49b7c1561a87'],
  controls: [
    { framework: 'cis-azure-database-2.0', id: '2.8', origin: 'cis' },
    { framework: 'mcsb-2-preview', id: 'DP-5', origin: 'azure-policy' },
  ],
  references: [
    'https://learn.microsoft.com/azure/redis/how-to-encryption',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-encryption',
  ],
  check: (cache) =>
    given(cache.customerManagedKey, (key) =>
      key === null
        ? fail('the disks are encrypted with a key that Microsoft manages', EXPECTED)
        : pass('the disks are encrypted with your key', EXPECTED),
    ),
});

const EXPECTED = 'the address of a key in Key Vault';

const ENCRYPTION = JSON.stringify({
  identity: { type: 'UserAssigned', userAssignedIdentities: { IDENTITY_ID: {} } },
  properties: {
    encryption: {
      customerManagedKeyEncryption: {
        keyEncryptionKeyUrl: 'KEY_URL',
        keyEncryptionKeyIdentity: { identityType: 'userAssignedIdentity', userAssignedIdentityResourceId: 'IDENTITY_ID' },
      },
    },
  },
});
