import type { FixTarget, Step } from '../model/fix.ts';
import { whereFirewallCounts } from './conditions.ts';
import { FIREWALL_ALIASES, MAX_ADDRESSES, narrowness } from './firewall.ts';
import { createFirewallRule, defineFix, FIREWALL_RULE_IN_BICEP, FIREWALL_RULE_IN_TERRAFORM, named, showFirewallRules } from './fixes.ts';
import { wholeNumber } from './options.ts';
import { defineRule, given, notApplicable } from './rule.ts';

export const firewallRulesNarrow = defineRule({
  id: 'firewall-rules-narrow',
  title: 'Firewall rules must let in known clients only',
  severity: 'high',
  appliesTo: ['redis'],
  why:
    'A rule for a wide range lets in strangers: a /8 of public addresses is as good as no firewall, however it is split over rules. ' +
    'Networks of providers and whole regions are shared with everyone who rents there.',
  evidence: 'firewallRules[].properties.startIP and endIP, without the ranges that are not public',
  fix: defineFix({
    summary: 'Create rules for the addresses of the clients, check that they are listed, then delete the wide ones.',
    risk:
      'Deleting the only rule opens the cache to all addresses, so create the narrow ones first, one after another: rules that are ' +
      'made at the same time can be lost. Clients that no rule names are cut off.',
    stage: 'cut',
    steps: (target) => [createFirewallRule(target), deleteWideRule(target)],
    verify: showFirewallRules,
    rollback: 'Create the rule with the old range again.',
    terraform: { redis: FIREWALL_RULE_IN_TERRAFORM },
    bicep: FIREWALL_RULE_IN_BICEP,
    portal: 'Settings > Firewall',
  }),
  aliases: FIREWALL_ALIASES,
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-network-isolation',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure#firewall',
  ],
  options: {
    maxAddresses: wholeNumber('how many public addresses one rule may let in', { least: 1, most: 2 ** 24 - 1, fallback: MAX_ADDRESSES }),
  },
  needs: ['firewallRules'],
  follows: 'public-network-access-disabled',
  check: (cache, { options }) =>
    whereFirewallCounts(cache, () =>
      given(cache.firewallRules, ([first, ...others]) =>
        first === undefined
          ? notApplicable('no firewall rule that could be too wide', 'no_firewall_rules')
          : narrowness([first, ...others], options.maxAddresses),
      ),
    ),
});

const deleteWideRule = (target: FixTarget): Step => ({
  type: 'decide',
  text: 'When the narrow rules are listed, delete the wide one',
  words: ['redis', 'firewall-rules', 'delete', ...named(target), '--rule-name', 'WIDE_RULE'],
});
