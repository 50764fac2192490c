import type { FirewallRule } from '../model/cache.ts';
import type { Fact } from '../model/fact.ts';
import type { Verdict } from '../model/finding.ts';
import { publicAddressesIn, rangeOf } from './address-ranges.ts';
import { fail, givenOf, named, pass, unknown, worstOf } from './rule.ts';

/** A /8: whoever lets in as much lets in everyone. */
const WIDE_OPEN = 2 ** 24;

/** How many public addresses one rule may let in, unless an option says otherwise. */
export const MAX_ADDRESSES = 256;

/** What other tools call their checks of the firewall: each concerns both of our rules. */
export const FIREWALL_ALIASES: readonly string[] = [
  'Azure.Redis.FirewallRuleCount',
  'AZR-000299',
  'Azure.Redis.FirewallIPRange',
  'AZR-000300',
  'fd8da341-6760-4450-b26c-9f6d8850575e',
  '5089d055-53ff-421b-9482-a5267bdce629',
  'a829b715-cf75-4e92-b645-54c9b739edfb',
  'AC_AZURE_0390',
  'AC_AZURE_0391',
  'AC_AZURE_0392',
];

/** Judges rules of which there is at least one: together less than a /8 of public addresses, each no more than `maxAddresses`. */
export const narrowness = (rules: readonly [FirewallRule, ...FirewallRule[]], maxAddresses: number): Verdict => {
  const readable = rules.flatMap(({ start, end }) => {
    const range = start.known && end.known ? rangeOf(start.value, end.value) : null;
    return range === null ? [] : [range];
  });
  const together = publicAddressesIn(readable);
  if (together >= WIDE_OPEN) {
    return fail(`the firewall rules let in ${counted(together)} public addresses together`, EXPECTED, {
      actual: named(rules.map(written), ', '),
      evidence: { path: 'firewallRules', source: 'observed' },
    });
  }
  const [first, ...others] = rules.map((rule) => ruleVerdict(rule, maxAddresses));
  return first === undefined ? pass('no rule is wide') : worstOf([first, ...others]);
};

const EXPECTED = 'addresses of known clients';

const ruleVerdict = (rule: FirewallRule, maxAddresses: number): Verdict =>
  givenOf(`rule ${rule.name}`, rule.start, (start) =>
    givenOf(`rule ${rule.name}`, rule.end, (end) => {
      const evidence = { path: `firewallRules/${rule.name}`, source: 'observed' } as const;
      const actual = written(rule);
      const range = rangeOf(start, end);
      if (range === null) return unknown(`rule ${rule.name} (${actual}) is no range of IPv4 addresses`, 'invalid', { actual, evidence });
      if (range.first === 0 && range.last === 0) {
        return fail(`rule ${rule.name} is 0.0.0.0, which is no client and whose meaning is not documented`, EXPECTED, {
          severity: 'medium',
          actual,
          evidence,
        });
      }
      const addresses = publicAddressesIn([range]);
      return addresses > maxAddresses
        ? fail(`rule ${rule.name} lets in ${counted(addresses)} public addresses`, `at most ${maxAddresses}`, {
            severity: 'medium',
            actual,
            evidence,
          })
        : pass(`no rule lets in more than ${maxAddresses} public addresses`, null, { actual, evidence });
    }),
  );

const written = ({ start, end }: FirewallRule): string => `${shown(start)}-${shown(end)}`;

const shown = (fact: Fact<string>): string => (fact.known ? fact.value : '?');

const counted = (count: number): string => count.toLocaleString('en-US');
