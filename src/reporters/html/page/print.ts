/** On paper nothing can be opened: what is shown is opened for it, and closed again. */
export const printing = (button: HTMLButtonElement, table: HTMLTableElement, complete: (details: HTMLDetailsElement) => void): void => {
  let opened: readonly HTMLDetailsElement[] = [];
  button.addEventListener('click', () => print());
  addEventListener('beforeprint', () => {
    opened = [
      ...table.querySelectorAll<HTMLDetailsElement>('tr:not([hidden]) details:not([open])'),
      ...document.querySelectorAll<HTMLDetailsElement>('.panel.told:not([open])'),
    ];
    for (const details of opened) {
      complete(details);
      details.open = true;
    }
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
};
