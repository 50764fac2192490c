import { compare } from '../model/compare.ts';
import type { Framework, MappedControl } from '../model/framework.ts';
import type { RuleSpec } from '../model/rule-spec.ts';

/** Every framework that a rule may name, and what it is called. The mapping itself stands with each rule. */
const TITLES: Readonly<Record<string, string>> = {
  'cis-azure-database-2.0': 'CIS Microsoft Azure Database Services Benchmark 2.0',
  'cis-azure-foundations-2.0': 'CIS Microsoft Azure Foundations Benchmark 2.0',
  'cis-azure-foundations-2.1': 'CIS Microsoft Azure Foundations Benchmark 2.1',
  'cis-azure-foundations-3.0': 'CIS Microsoft Azure Foundations Benchmark 3.0',
  'cis-azure-foundations-4.0': 'CIS Microsoft Azure Foundations Benchmark 4.0',
  'cis-azure-foundations-5.0': 'CIS Microsoft Azure Foundations Benchmark 5.0',
  'cis-azure-foundations-6.0': 'CIS Microsoft Azure Foundations Benchmark 6.0',
  'cmmc-2.0-l2': 'CMMC 2.0 Level 2',
  'fedramp-high': 'FedRAMP High',
  'fedramp-moderate': 'FedRAMP Moderate',
  hipaa: 'HIPAA Security Rule',
  'hitrust-hipaa': 'HITRUST/HIPAA',
  'iso-27001-2013': 'ISO/IEC 27001:2013',
  mcsb: 'Microsoft cloud security benchmark',
  'mcsb-2-preview': 'Microsoft cloud security benchmark 2 (preview)',
  'nist-800-171-r2': 'NIST SP 800-171 Rev. 2',
  'nist-800-53-r4': 'NIST SP 800-53 Rev. 4',
  'nist-800-53-r5': 'NIST SP 800-53 Rev. 5',
  'pci-dss-3.2.1': 'PCI DSS 3.2.1',
  'pci-dss-4.0': 'PCI DSS 4.0',
  'soc-2': 'SOC 2',
};

export const FRAMEWORK_IDS: readonly string[] = Object.keys(TITLES);

export const isInFramework = ({ controls }: RuleSpec, framework: string): boolean =>
  controls.some((control) => control.framework === framework);

/** The controls of a framework that `rules` are mapped to, by number. */
export const frameworkOf = (id: string, rules: readonly RuleSpec[]): Framework => {
  const controls = new Map<string, MappedControl>();
  for (const rule of rules) {
    for (const control of rule.controls.filter(({ framework }) => framework === id)) {
      const key = `${control.id}|${control.origin}`;
      controls.set(key, { id: control.id, origin: control.origin, rules: [...(controls.get(key)?.rules ?? []), rule.id] });
    }
  }
  return { id, title: TITLES[id] ?? id, controls: [...controls.values()].sort(byNumber) };
};

/** `2.9` before `2.10`, whatever the language of the machine. */
const byNumber = (one: MappedControl, other: MappedControl): number => {
  const [a, b] = [one, other].map(({ id, origin }) => `${id} ${origin}`.replace(/\d+/g, (digits) => digits.padStart(6, '0')));
  return compare(a ?? '', b ?? '');
};
