import { configure, defineFix, redisCache, show } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const authenticationRequired = defineRule({
  id: 'authentication-required',
  title: 'Clients must authenticate',
  severity: 'critical',
  appliesTo: ['redis'],
  why:
    'With authentication off, every machine that reaches the cache reads, changes and deletes all of it without any credential. ' +
    'Network isolation is then the only wall, and one compromised neighbour is inside it.',
  evidence: 'properties.redisConfiguration.authnotrequired (absent: the service default, false)',
  fix: defineFix({
    summary: 'Require authentication again.',
    risk:
      'Clients that connect without a password or a token stop working: give them one first. ' +
      'Only VNet-injected caches can have this setting.',
    stage: 'cut',
    steps: () => [configure({ authnotrequired: 'false' })],
    verify: show('redisConfiguration.authnotrequired'),
    rollback: 'The same with true lets clients in without a credential again.',
    terraform: {
      redis: {
        ...redisCache('redis_configuration {', '  authentication_enabled = true', '}'),
        older: { provider: 'azurerm before 4.0', lines: ['redis_configuration {', '  enable_authentication = true', '}'] },
      },
    },
  }),
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure'],
  check: (cache) =>
    given(cache.authenticationDisabled, (disabled) =>
      disabled ? fail('clients need no credential', 'false') : pass('clients must authenticate', 'false'),
    ),
});
