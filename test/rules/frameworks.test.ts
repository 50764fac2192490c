import { describe, expect, it } from 'vitest';
import type { RuleSpec } from '../../src/model/rule-spec.ts';
import { FRAMEWORK_IDS, frameworkOf, isInFramework } from '../../src/rules/frameworks.ts';
import { RULES } from '../../src/rules/index.ts';

/**
 * Who says that a rule covers which controls, written by hand: `azure-policy` stands in an initiative of Microsoft, `cis` is the
 * number of the recommendation in the benchmark, `redvet` is our own reading. One line a rule, framework and origin.
 */
const MAPPINGS = `
non-ssl-port-disabled | cis-azure-database-2.0 | azure-policy | 2.2
non-ssl-port-disabled | mcsb | azure-policy | DP-3
non-ssl-port-disabled | nist-800-53-r4 | azure-policy | SC-8, SC-8(1)
non-ssl-port-disabled | nist-800-53-r5 | azure-policy | SC-8, SC-8(1)
non-ssl-port-disabled | fedramp-high | azure-policy | SC-8, SC-8(1)
non-ssl-port-disabled | fedramp-moderate | azure-policy | SC-8, SC-8(1)
non-ssl-port-disabled | nist-800-171-r2 | azure-policy | 3.13.8
non-ssl-port-disabled | cmmc-2.0-l2 | azure-policy | SC.L2-3.13.8
non-ssl-port-disabled | pci-dss-3.2.1 | azure-policy | 3.4, 4.1, 6.5.3
non-ssl-port-disabled | pci-dss-4.0 | azure-policy | 3.5.1, 6.2.4
non-ssl-port-disabled | soc-2 | azure-policy | CC6.1, CC6.6, CC6.7
non-ssl-port-disabled | iso-27001-2013 | azure-policy | A.10.1.1, A.13.2.1
non-ssl-port-disabled | hitrust-hipaa | azure-policy | 0809.01n2, 0810.01n2, 0811.01n2, 0812.01n2, 0814.01n1, 0946.09y2, 1451.05iCSP
non-ssl-port-disabled | hipaa | redvet | 164.312(e)(1)
minimum-tls-1-2 | cis-azure-database-2.0 | cis | 2.3
minimum-tls-1-2 | mcsb | redvet | DP-3
minimum-tls-1-2 | pci-dss-4.0 | redvet | 4.2.1
minimum-tls-1-2 | nist-800-53-r5 | redvet | SC-8
minimum-tls-1-2 | hipaa | redvet | 164.312(e)(1)
client-protocol-encrypted | mcsb | redvet | DP-3
client-protocol-encrypted | nist-800-53-r5 | redvet | SC-8
client-protocol-encrypted | pci-dss-4.0 | redvet | 4.2.1
client-protocol-encrypted | hipaa | redvet | 164.312(e)(1)
public-network-access-disabled | cis-azure-database-2.0 | cis | 2.6
public-network-access-disabled | mcsb-2-preview | azure-policy | NS-2
public-network-access-disabled | nist-800-53-r5 | redvet | SC-7
public-network-access-disabled | pci-dss-4.0 | redvet | 1.3.1
private-endpoint-approved | cis-azure-database-2.0 | cis | 2.7
private-endpoint-approved | mcsb | azure-policy | NS-2
private-endpoint-approved | nist-800-53-r4 | azure-policy | AC-4, AC-17, AC-17(1), SC-7, SC-7(3)
private-endpoint-approved | nist-800-53-r5 | azure-policy | AC-4, AC-17, AC-17(1), SC-7, SC-7(3)
private-endpoint-approved | fedramp-high | azure-policy | AC-4, AC-17, AC-17(1), SC-7, SC-7(3)
private-endpoint-approved | fedramp-moderate | azure-policy | AC-4, AC-17, AC-17(1), SC-7, SC-7(3)
private-endpoint-approved | nist-800-171-r2 | azure-policy | 3.1.1, 3.1.3, 3.1.12, 3.1.13, 3.1.14, 3.13.1, 3.13.2, 3.13.5
entra-authentication-enabled | cis-azure-database-2.0 | cis | 2.1
entra-authentication-enabled | mcsb | redvet | IM-1
access-keys-disabled | cis-azure-database-2.0 | cis | 2.9
access-keys-disabled | mcsb | redvet | IM-1
access-policies-assigned | cis-azure-database-2.0 | cis | 2.4
access-policies-least-privilege | cis-azure-database-2.0 | cis | 2.4
managed-identity-assigned | cis-azure-database-2.0 | cis | 2.5
customer-managed-key | cis-azure-database-2.0 | cis | 2.8
customer-managed-key | mcsb-2-preview | azure-policy | DP-5
update-channel-stable | cis-azure-database-2.0 | cis | 2.10
sku-has-sla | cis-azure-foundations-2.0 | cis | 5.5
sku-has-sla | cis-azure-foundations-2.1 | cis | 5.5
sku-has-sla | cis-azure-foundations-3.0 | cis | 6.5
sku-has-sla | cis-azure-foundations-4.0 | cis | 7.1.5
sku-has-sla | cis-azure-foundations-5.0 | cis | 6.1.5
sku-has-sla | cis-azure-foundations-6.0 | cis | 6.1.5
diagnostic-logs-enabled | mcsb | redvet | LT-4
`;

/** `rule framework origin control`, one for each. */
const PROMISED = MAPPINGS.trim()
  .split('\n')
  .flatMap((line) => {
    const [rule = '', framework = '', origin = '', controls = ''] = line.split(' | ');
    return controls.split(', ').map((control) => `${rule} ${framework} ${origin} ${control}`);
  });

const mapped = (rules: readonly RuleSpec[]): readonly string[] =>
  rules.flatMap(({ id, controls }) => controls.map((control) => `${id} ${control.framework} ${control.origin} ${control.id}`));

describe('the mapping of rules to controls', () => {
  it('is this one, and says of each who made it', () => {
    expect([...mapped(RULES)].sort()).toEqual([...PROMISED].sort());
  });

  it('names each control of a rule once', () => {
    const pairs = RULES.flatMap(({ id, controls }) => controls.map((control) => `${id} ${control.framework} ${control.id}`));
    expect(pairs).toEqual([...new Set(pairs)]);
  });

  it('leaves out the initiatives that take the policy on the port for one on logs', () => {
    const of = RULES.filter(({ id }) => id === 'non-ssl-port-disabled').flatMap(({ controls }) => controls.map(({ id }) => id));
    expect(of.filter((id) => /LOG_|10\.4\.2\.1|DE\.AE|8\.15/.test(id))).toEqual([]);
  });

  it('knows every framework that is mapped to, and none that is not', () => {
    const named = new Set(RULES.flatMap(({ controls }) => controls.map(({ framework }) => framework)));
    expect([...FRAMEWORK_IDS].sort()).toEqual([...named].sort());
    expect(FRAMEWORK_IDS).toHaveLength(21);
  });

  it('has ids to type, in lower case and in order', () => {
    expect(FRAMEWORK_IDS.filter((id) => !/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(id))).toEqual([]);
    expect(FRAMEWORK_IDS).toEqual([...FRAMEWORK_IDS].sort());
  });
});

/** Rules of which only the mapping matters. */
const mappedRule = (id: string, ...controls: readonly (readonly [framework: string, id: string, origin: 'cis' | 'redvet'])[]): RuleSpec => {
  const [any] = RULES;
  if (any === undefined) throw new Error('there are no rules');
  return { ...any, id, controls: controls.map(([framework, control, origin]) => ({ framework, id: control, origin })) };
};

describe('a framework', () => {
  it.each(FRAMEWORK_IDS)('%s has a title, and exactly the controls that rules are mapped to, by number', (framework) => {
    const { id, title, controls } = frameworkOf(framework, RULES);
    expect(id).toBe(framework);
    expect(title).not.toBe(framework);
    expect(title.length).toBeGreaterThan(3);
    expect(
      controls.flatMap(({ id: control, origin, rules }) => rules.map((rule) => `${rule} ${framework} ${origin} ${control}`)).sort(),
    ).toEqual(PROMISED.filter((line) => line.split(' ')[1] === framework).sort());
  });

  it('lists its controls as people count', () => {
    expect(frameworkOf('cis-azure-database-2.0', RULES).controls.map(({ id }) => id)).toEqual([
      ...['2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '2.8', '2.9', '2.10'],
    ]);
    expect(frameworkOf('nist-800-171-r2', RULES).controls.map(({ id }) => id)).toEqual([
      ...['3.1.1', '3.1.3', '3.1.12', '3.1.13', '3.1.14', '3.13.1', '3.13.2', '3.13.5', '3.13.8'],
    ]);
  });

  it('tells what others map from our own reading of the same control', () => {
    expect(frameworkOf('nist-800-53-r5', RULES).controls.filter(({ id }) => id === 'SC-8')).toEqual([
      { id: 'SC-8', origin: 'azure-policy', rules: ['non-ssl-port-disabled'] },
      { id: 'SC-8', origin: 'redvet', rules: ['minimum-tls-1-2', 'client-protocol-encrypted'] },
    ]);
  });

  it('names the rules of a control in report order, and leaves out those of other frameworks', () => {
    const rules = [
      mappedRule('one', ['mcsb', 'A-2', 'cis'], ['soc-2', 'A-1', 'cis']),
      mappedRule('two', ['mcsb', 'A-10', 'cis'], ['mcsb', 'A-2', 'cis']),
      mappedRule('three'),
    ];
    expect(frameworkOf('mcsb', rules)).toEqual({
      id: 'mcsb',
      title: 'Microsoft cloud security benchmark',
      controls: [
        { id: 'A-2', origin: 'cis', rules: ['one', 'two'] },
        { id: 'A-10', origin: 'cis', rules: ['two'] },
      ],
    });
  });

  it('has a rule that is mapped to one of its controls, and no other', () => {
    const [one, none] = [mappedRule('one', ['mcsb', 'A-2', 'redvet']), mappedRule('none')];
    expect([isInFramework(one, 'mcsb'), isInFramework(one, 'soc-2'), isInFramework(one, 'MCSB'), isInFramework(none, 'mcsb')]).toEqual([
      ...[true, false, false, false],
    ]);
  });
});
