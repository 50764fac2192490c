import type { FindingsList } from './findings.ts';

/** Opens what an address leads to: a finding, a rule, a framework. */
export const openTarget = (id: string, list: FindingsList): void => {
  const target = id === '' ? null : document.getElementById(id);
  if (!target) return;
  if (target instanceof HTMLTableRowElement) list.reveal(target);
  const details = target instanceof HTMLDetailsElement ? target : target.querySelector(':scope > td details');
  if (details instanceof HTMLDetailsElement) details.open = true;
  if (target instanceof HTMLTableRowElement || details) target.scrollIntoView({ block: 'start' });
};
