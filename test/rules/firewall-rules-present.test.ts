import { describe, expect, it } from 'vitest';
import type { Cache } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
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
  privateEndpoint,
  SUBSCRIPTION,
  seen,
  TODAY,
  UNSEEN,
  unknownVerdict,
} from '../support/cache.ts';

/** A cache whose firewall rules count, with the differences given. */
const check = (differences: Partial<Cache>) =>
  firewallRulesPresent.check(compliantCache({ publicNetworkAccess: seen('Enabled'), privateEndpoints: listed([]), ...differences }), TODAY);

const rule = firewallRule('office', '1.1.1.1', '1.1.1.9');

describe('firewall-rules-present', () => {
  it('is a requirement of severity medium on Azure Cache for Redis that follows from public access', () => {
    const { severity, appliesTo, follows, needs } = firewallRulesPresent;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'medium',
      appliesTo: ['redis'],
      follows: 'public-network-access-disabled',
      needs: ['firewallRules'],
    });
  });

  it('fails a publicly reachable cache without any rule', () => {
    expect(check({ firewallRules: listed([]) })).toEqual(
      judged('fail', 'no firewall rule: every address may connect', { expected: 'at least one rule' }),
    );
  });

  it.each([
    { rules: [rule], message: '1 firewall rule' },
    { rules: [rule, firewallRule('wide', '0.0.0.0', '255.255.255.255')], message: '2 firewall rules' },
  ])('passes one with $message, however wide', ({ rules, message }) => {
    expect(check({ firewallRules: listed(rules) })).toEqual(judged('pass', message, { expected: 'at least one rule' }));
  });

  const senseless: readonly { readonly reason: string; readonly message: string; readonly differences: Partial<Cache> }[] = [
    {
      reason: 'vnet_injected',
      message: 'injected into a virtual network: neither public access nor private endpoints apply',
      differences: { subnetId: seen('a subnet') },
    },
    {
      reason: 'public_access_disabled',
      message: 'public access is disabled',
      differences: { publicNetworkAccess: seen('Disabled') },
    },
    {
      reason: 'private_endpoint',
      message: 'firewall rules are not supported beside an approved private endpoint',
      differences: { privateEndpoints: listed([privateEndpoint()]) },
    },
  ];

  it.each(senseless)('has no meaning for $reason, and asks for no rules', ({ reason, message, differences }) => {
    for (const firewallRules of [listed([]), listed([rule]), missing(), pending('firewallRules')]) {
      expect(check({ ...differences, firewallRules })).toEqual(judged('not_applicable', message, { reason }));
    }
  });

  it('waits for the rules where they count', () => {
    expect(check({ firewallRules: pending('firewallRules') })).toEqual(awaiting('firewallRules'));
  });

  it.each(['firewallRules', 'publicNetworkAccess', 'subnetId', 'privateEndpoints'] as const)('is unknown when %s was not seen', (name) => {
    expect(UNSEEN.map((fact) => check({ [name]: fact }))).toEqual(UNSEEN.map(unknownVerdict));
    expect(check({ [name]: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by a decision: the first rule blocks everyone else', () => {
    const { stage, steps } = firewallRulesPresent.fix;
    expect(stage).toBe('cut');
    expect(steps(compliantCache())).toEqual([
      {
        type: 'decide',
        text: 'Create a rule for each range of addresses that clients come from, one after another',
        words: [
          ...['redis', 'firewall-rules', 'create', '-n', 'good', '-g', 'rg-test', '--subscription', SUBSCRIPTION],
          ...['--rule-name', 'NAME', '--start-ip', 'FIRST_IP', '--end-ip', 'LAST_IP'],
        ],
      },
    ]);
  });
});
