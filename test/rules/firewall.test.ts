import { describe, expect, it } from 'vitest';
import type { FirewallRule } from '../../src/model/cache.ts';
import { MAX_ADDRESSES, narrowness } from '../../src/rules/firewall.ts';
import { firewallRule, judged, outOfReach, UNSEEN, unknownOf } from '../support/cache.ts';

const at = (path: string) => ({ evidence: { path, source: 'observed' } as const });

const judge = (...rules: readonly [FirewallRule, ...FirewallRule[]]) => narrowness(rules, MAX_ADDRESSES);

const office = firewallRule('office', '1.1.1.0', '1.1.1.9');

describe('firewall rules', () => {
  it('pass when each lets in no more than so many public addresses', () => {
    expect(judge(office, firewallRule('branch', '1.1.2.0', '1.1.2.255'))).toEqual(
      judged('pass', 'no rule lets in more than 256 public addresses', {
        actual: '1.1.1.0-1.1.1.9, 1.1.2.0-1.1.2.255',
        ...at('firewallRules/office'),
      }),
    );
  });

  it('fail mildly for each that lets in more', () => {
    expect(judge(office, firewallRule('region', '1.1.0.0', '1.1.3.255'), firewallRule('other', '2.0.0.0', '2.0.1.0'))).toEqual(
      judged('fail', 'rule region lets in 1,024 public addresses; rule other lets in 257 public addresses', {
        expected: 'at most 256',
        actual: '1.1.0.0-1.1.3.255, 2.0.0.0-2.0.1.0',
        severity: 'medium',
        ...at('firewallRules/region'),
      }),
    );
  });

  it('may let in as many as the option says', () => {
    const rules = [firewallRule('region', '1.1.0.0', '1.1.3.255')] as const;
    expect([narrowness([...rules], 1023).outcome, narrowness([...rules], 1024).outcome]).toEqual(['fail', 'pass']);
    expect(narrowness([...rules], 1023)).toMatchObject({ expected: 'at most 1023' });
    expect(narrowness([...rules], 1024)).toMatchObject({ message: 'no rule lets in more than 1024 public addresses' });
  });

  describe('that let in a /8 together', () => {
    const WIDE = { expected: 'addresses of known clients', ...at('firewallRules') };

    it('fail with the severity of the rule: everything, as people write it', () => {
      expect(judge(firewallRule('all', '0.0.0.0', '255.255.255.255'))).toEqual(
        judged('fail', 'the firewall rules let in 4,272,881,664 public addresses together', { actual: '0.0.0.0-255.255.255.255', ...WIDE }),
      );
    });

    it('fail with the severity of the rule when it is split over rules, whatever else is among them', () => {
      const halves = [firewallRule('low', '8.0.0.0', '8.127.255.255'), firewallRule('high', '8.128.0.0', '8.255.255.255')] as const;
      expect(judge(office, ...halves)).toEqual(
        judged('fail', 'the firewall rules let in 16,777,226 public addresses together', {
          actual: '1.1.1.0-1.1.1.9, 8.0.0.0-8.127.255.255, 8.128.0.0-8.255.255.255',
          ...WIDE,
        }),
      );
    });

    it('fail for exactly a /8, and mildly for one address less', () => {
      const one = judge(firewallRule('a', '8.0.0.0', '8.255.255.255'));
      const less = judge(firewallRule('a', '8.0.0.0', '8.255.255.254'));
      expect([one.severity, less.severity]).toEqual([undefined, 'medium']);
      expect(less.message).toBe('rule a lets in 16,777,215 public addresses');
    });

    it('fail even beside a rule that cannot be read', () => {
      const [unseen] = UNSEEN;
      const broken = { ...office, ...(unseen && { end: unseen }) };
      expect(judge(firewallRule('a', '8.0.0.0', '8.255.255.255'), broken)).toEqual(
        judged('fail', 'the firewall rules let in 16,777,216 public addresses together', {
          actual: '8.0.0.0-8.255.255.255, 1.1.1.0-?',
          ...WIDE,
        }),
      );
    });

    it('do not count an address twice', () => {
      const half = firewallRule('half', '8.0.0.0', '8.127.255.255');
      expect(judge(half, { ...half, name: 'same' })).toMatchObject({ outcome: 'fail', severity: 'medium' });
    });
  });

  it.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
    ['172.16.0.0/12', '172.16.0.0', '172.31.255.255'],
    ['192.168.0.0/16', '192.168.0.0', '192.168.255.255'],
    ['100.64.0.0/10', '100.64.0.0', '100.127.255.255'],
  ])('may let in all of %s: nobody on the internet has these', (_, start, end) => {
    expect(judge(firewallRule('inside', start, end)).outcome).toBe('pass');
  });

  it.each([
    ['172.0.0.0', '172.255.255.255', 15_728_640],
    ['100.0.0.0', '100.255.255.255', 12_582_912],
  ])('fail mildly for %s to %s, of which the private part does not count', (start, end, count) => {
    expect(judge(firewallRule('wide', start, end))).toMatchObject({
      message: `rule wide lets in ${count.toLocaleString('en-US')} public addresses`,
      severity: 'medium',
    });
  });

  it('fail mildly for 0.0.0.0, which means nothing that is documented', () => {
    expect(judge(firewallRule('azure', '0.0.0.0', '0.0.0.0'))).toEqual(
      judged('fail', 'rule azure is 0.0.0.0, which is no client and whose meaning is not documented', {
        expected: 'addresses of known clients',
        actual: '0.0.0.0-0.0.0.0',
        severity: 'medium',
        ...at('firewallRules/azure'),
      }),
    );
  });

  it('know 0.0.0.0 as the end of a range from it', () => {
    expect(judge(firewallRule('low', '0.0.0.0', '0.0.0.1')).outcome).toBe('pass');
  });

  it.each([
    ['the wrong way round', '1.1.1.9', '1.1.1.0'],
    ['of no addresses', 'office', 'branch'],
    ['of IPv6', '::1', '::2'],
    ['with spaces', ' 1.1.1.0', '1.1.1.9'],
  ])('are unknown with a range %s', (_, start, end) => {
    expect(judge(office, firewallRule('odd', start, end))).toEqual(
      judged('unknown', `rule odd (${start}-${end}) is no range of IPv4 addresses`, {
        actual: `${start}-${end}`,
        reason: 'invalid',
        ...at('firewallRules/odd'),
      }),
    );
  });

  describe.each(['start', 'end'] as const)('whose %s was not seen', (side) => {
    it.each(UNSEEN)('are unknown when it is $kind', (fact) => {
      expect(judge(office, { ...office, [side]: fact })).toEqual(unknownOf(`rule ${office.name}`, fact));
    });

    it('fail with the severity of the rule beside a wide one: they may be wider', () => {
      const [fact] = UNSEEN;
      const { outcome, severity, message } = judge(firewallRule('region', '1.1.0.0', '1.1.3.255'), { ...office, [side]: fact });
      expect({ outcome, severity, message }).toEqual({
        outcome: 'fail',
        severity: undefined,
        message: 'rule region lets in 1,024 public addresses; rule office: the property is missing from the answer',
      });
    });

    it('are not evaluated when the source can never show it', () => {
      expect(judge({ ...office, [side]: outOfReach() }).outcome).toBe('not_evaluated');
    });
  });
});
