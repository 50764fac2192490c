import type { FindingsList } from './findings.ts';
import { openTogether } from './why.ts';

/** On paper nothing can be opened: what is shown is opened for it, and closed again. */
export const printing = (button: HTMLButtonElement, table: HTMLTableElement, list: Pick<FindingsList, 'showAll'>): void => {
  let opened: readonly HTMLDetailsElement[] = [];
  button.addEventListener('click', () => print());
  addEventListener('beforeprint', () => {
    list.showAll();
    opened = [
      ...table.querySelectorAll<HTMLDetailsElement>('tr:not([hidden]) details:not([open])'),
      ...document.querySelectorAll<HTMLDetailsElement>('.panel.told:not([open])'),
    ];
    openTogether(opened, true);
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
};
