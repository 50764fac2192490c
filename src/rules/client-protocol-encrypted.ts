import { onEachDatabase } from './conditions.ts';
import { database, defineFix, managedRedis, showDatabase } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const clientProtocolEncrypted = defineRule({
  id: 'client-protocol-encrypted',
  title: 'Databases must take encrypted connections only',
  severity: 'high',
  appliesTo: ['managed', 'enterprise'],
  why:
    'A database speaks TLS or clear text, never both: where it speaks clear text, every client sends its access key and all data that way. ' +
    'It is the open non-SSL port of Azure Managed Redis and Redis Enterprise.',
  evidence: 'properties.clientProtocol of each database',
  fix: defineFix({
    summary: 'Let the database take encrypted connections only, then regenerate both access keys: they have travelled in clear text.',
    risk:
      'The port stays 10000 and speaks one mode only: every client without TLS drops at once, so move the clients in the same window. ' +
      'In a geo-replication group change all members.',
    stage: 'cut',
    steps: () => [database({ clientProtocol: 'Encrypted' })],
    verify: showDatabase('clientProtocol'),
    rollback: 'The same with Plaintext.',
    terraform: {
      managed: managedRedis('default_database {', '  client_protocol = "Encrypted"', '}'),
      enterprise: { resource: 'azurerm_redis_enterprise_database', lines: ['client_protocol = "Encrypted"'], older: null },
    },
    clients: 'tls',
    rotateKeys: true,
  }),
  aliases: ['redis-018'],
  controls: [
    { framework: 'mcsb', id: 'DP-3', origin: 'redvet' },
    { framework: 'nist-800-53-r5', id: 'SC-8', origin: 'redvet' },
    { framework: 'pci-dss-4.0', id: '4.2.1', origin: 'redvet' },
    { framework: 'hipaa', id: '164.312(e)(1)', origin: 'redvet' },
  ],
  references: ['https://learn.microsoft.com/azure/redis/tls-configuration'],
  needs: ['databases'],
  check: (cache) =>
    onEachDatabase(cache, ({ clientProtocol }) =>
      given(clientProtocol, (protocol) =>
        protocol === 'Encrypted'
          ? pass('clients must use TLS', 'Encrypted')
          : fail('clients connect in clear text, and keys travel so', 'Encrypted'),
      ),
    ),
});
