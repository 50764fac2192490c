import { whereFirewallCounts } from './conditions.ts';
import { FIREWALL_ALIASES } from './firewall.ts';
import { createFirewallRule, defineFix, FIREWALL_RULE_IN_BICEP, FIREWALL_RULE_IN_TERRAFORM, showFirewallRules } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const firewallRulesPresent = defineRule({
  id: 'firewall-rules-present',
  title: 'A publicly reachable cache must have firewall rules',
  severity: 'medium',
  appliesTo: ['redis'],
  why:
    'Without any firewall rule every address on the internet may connect, and the access key is the only wall. ' +
    'With at least one rule, only the addresses that rules name get that far.',
  evidence: 'firewallRules; not applicable without public access, beside an approved private endpoint, or where properties.subnetId is set',
  fix: defineFix({
    summary: 'Add a firewall rule for the addresses of every client, in one maintenance window.',
    risk:
      'The first rule blocks everyone else: have the addresses of all clients, and of a geo-replicated secondary, ready before. ' +
      'Create them one after another. Not beside a private endpoint.',
    stage: 'cut',
    steps: (target) => [createFirewallRule(target)],
    verify: showFirewallRules,
    rollback: 'Delete the rules: without any, every address may connect again.',
    terraform: { redis: FIREWALL_RULE_IN_TERRAFORM },
    bicep: FIREWALL_RULE_IN_BICEP,
    portal: 'Settings > Firewall',
  }),
  aliases: FIREWALL_ALIASES,
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure#firewall',
  ],
  needs: ['firewallRules'],
  follows: 'public-network-access-disabled',
  check: (cache) =>
    whereFirewallCounts(cache, () =>
      given(cache.firewallRules, ({ length }) =>
        length === 0
          ? fail('no firewall rule: every address may connect', 'at least one rule')
          : pass(`${length} firewall ${length === 1 ? 'rule' : 'rules'}`, 'at least one rule'),
      ),
    ),
});
