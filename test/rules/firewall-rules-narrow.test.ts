import { describe, expect, it } from 'vitest';
import type { Cache, FirewallRule } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import { firewallRulesNarrow } from '../../src/rules/firewall-rules-narrow.ts';
import { firewallRulesPresent } from '../../src/rules/firewall-rules-present.ts';
import {
  awaiting,
  compliantCache,
  firewallRule,
  judged,
  listed,
  missing,
  NOT_EVALUATED,
  outOfReach,
  PATH,
  privateEndpoint,
  seen,
  TODAY,
  UNSEEN,
  unknownOf,
  unknownVerdict,
} from '../support/cache.ts';

const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });

/** A cache whose firewall rules count, with the differences given. */
const check = (differences: Partial<Cache>, rule = firewallRulesNarrow) =>
  rule.check(compliantCache({ publicNetworkAccess: seen('Enabled'), privateEndpoints: listed([]), ...differences }), TODAY);

const behind = (...rules: readonly FirewallRule[]) => check({ firewallRules: listed(rules) });

const office = firewallRule('office', '1.1.1.0', '1.1.1.255');

describe('firewall-rules-narrow', () => {
  it('is a requirement of at most severity high on Azure Cache for Redis that follows from public access', () => {
    const { severity, appliesTo, follows, needs } = firewallRulesNarrow;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'high',
      appliesTo: ['redis'],
      follows: 'public-network-access-disabled',
      needs: ['firewallRules'],
    });
  });

  it('passes narrow rules', () => {
    expect(behind(office)).toEqual(
      judged('pass', 'no rule lets in more than 256 public addresses', { actual: '1.1.1.0-1.1.1.255', ...at('firewallRules/office') }),
    );
  });

  it('fails with medium for a rule that is too wide', () => {
    expect(behind(office, firewallRule('region', '2.0.0.0', '2.0.1.0'))).toEqual(
      judged('fail', 'rule region lets in 257 public addresses', {
        expected: 'at most 256',
        actual: '2.0.0.0-2.0.1.0',
        severity: 'medium',
        ...at('firewallRules/region'),
      }),
    );
  });

  it('fails with high where the rules let in a /8 together', () => {
    const { outcome, severity, message } = behind(firewallRule('all', '0.0.0.0', '255.255.255.255'));
    expect({ outcome, severity, message }).toEqual({
      outcome: 'fail',
      severity: undefined,
      message: 'the firewall rules let in 4,272,881,664 public addresses together',
    });
  });

  it('has nothing to say without any rule: another requirement asks for one', () => {
    expect(behind()).toEqual(judged('not_applicable', 'no firewall rule that could be too wide', { reason: 'no_firewall_rules' }));
  });

  describe('with maxAddresses', () => {
    it('is an option of 1 to a /8 less one, 256 by default', () => {
      expect(firewallRulesNarrow.options.map(({ name, expected, value }) => ({ name, expected, value }))).toEqual([
        { name: 'maxAddresses', expected: 'a whole number from 1 to 16777215', value: 256 },
      ]);
      expect(['0', '1', '16777215', '16777216'].map((text) => firewallRulesNarrow.readOption('maxAddresses', text))).toEqual([
        undefined,
        1,
        16_777_215,
        undefined,
      ]);
    });

    it.each([
      [255, 'fail'],
      [256, 'pass'],
    ])('takes a rule for 256 addresses at %s for a %s', (maxAddresses, outcome) => {
      expect(check({ firewallRules: listed([office]) }, firewallRulesNarrow.withOptions({ maxAddresses })).outcome).toBe(outcome);
    });

    it('never lets in a /8', () => {
      const largest = firewallRulesNarrow.withOptions({ maxAddresses: 16_777_215 });
      const outcomes = ['8.255.255.254', '8.255.255.255'].map((end) =>
        check({ firewallRules: listed([firewallRule('a', '8.0.0.0', end)]) }, largest),
      );
      expect(outcomes.map(({ outcome, severity }) => ({ outcome, severity }))).toEqual([
        { outcome: 'pass', severity: undefined },
        { outcome: 'fail', severity: undefined },
      ]);
    });
  });

  const senseless: readonly { readonly reason: string; readonly differences: Partial<Cache> }[] = [
    { reason: 'vnet_injected', differences: { subnetId: seen('a subnet') } },
    { reason: 'public_access_disabled', differences: { publicNetworkAccess: seen('Disabled') } },
    { reason: 'private_endpoint', differences: { privateEndpoints: listed([privateEndpoint()]) } },
  ];

  it.each(senseless)('has no meaning for $reason, and asks for no rules', ({ reason, differences }) => {
    for (const firewallRules of [listed([firewallRule('all', '0.0.0.0', '255.255.255.255')]), missing(), pending('firewallRules')]) {
      expect(check({ ...differences, firewallRules })).toMatchObject({ outcome: 'not_applicable', reason, evidence: { path: PATH } });
    }
  });

  it('waits for the rules where they count', () => {
    expect(check({ firewallRules: pending('firewallRules') })).toEqual(awaiting('firewallRules'));
  });

  it.each(['firewallRules', 'publicNetworkAccess', 'subnetId', 'privateEndpoints'] as const)('is unknown when %s was not seen', (name) => {
    const rules = { firewallRules: listed([office]) };
    expect(UNSEEN.map((fact) => check({ ...rules, [name]: fact }))).toEqual(UNSEEN.map(unknownVerdict));
    expect(check({ ...rules, [name]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it.each(UNSEEN)('is unknown when an end of a rule is $kind', (fact) => {
    expect(behind({ ...office, start: fact })).toEqual(unknownOf(`rule ${office.name}`, fact));
  });

  it('is mended in an order that never leaves the cache without a rule', () => {
    const steps = firewallRulesNarrow.fix.steps(compliantCache());
    expect(steps.map((step) => (step.type === 'decide' ? step.words.slice(0, 3).join(' ') : step.type))).toEqual([
      'redis firewall-rules create',
      'redis firewall-rules delete',
    ]);
  });

  it('shares its names in other tools with the requirement of any rule: these check both', () => {
    expect(firewallRulesNarrow.aliases).toEqual(firewallRulesPresent.aliases);
    expect(firewallRulesNarrow.aliases).toHaveLength(10);
  });
});
