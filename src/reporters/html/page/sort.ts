import { made } from './dom.ts';

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Lets the heads of a table sort its rows: by their numbers, the greatest first, or else by their texts. The third click gives back the
 * order that the report has.
 */
export const sortable = (table: HTMLTableElement): void => {
  const [body] = table.tBodies;
  if (!body) return;
  const original = [...body.rows];
  const heads = [...(table.tHead?.rows[0]?.cells ?? [])];
  heads.forEach((cell, column) => {
    const button = made('button', cell.textContent ?? '');
    button.type = 'button';
    cell.replaceChildren(button);
    button.addEventListener('click', () => {
      const isNumeric = original[0]?.cells[column]?.dataset['v'] !== undefined;
      const orders: readonly string[] = isNumeric ? ['descending', 'ascending'] : ['ascending', 'descending'];
      const next = orders[orders.indexOf(cell.ariaSort ?? '') + 1];
      for (const other of heads) other.ariaSort = null;
      if (next) cell.ariaSort = next;
      const rows = document.createDocumentFragment();
      for (const row of next ? sorted(original, column, next === 'ascending' ? 1 : -1) : original) rows.append(row);
      body.append(rows);
      table.dispatchEvent(new Event('sorted'));
    });
  });
};

const sorted = (rows: readonly HTMLTableRowElement[], column: number, direction: 1 | -1): readonly HTMLTableRowElement[] => {
  const keys = rows.map((row) => keyOf(row.cells[column]));
  const order = rows.map((_, index) => index);
  order.sort((a, b) => direction * compared(keys[a] ?? '', keys[b] ?? ''));
  return order.flatMap((index) => rows[index] ?? []);
};

const keyOf = (cell: HTMLTableCellElement | undefined): number | string => {
  const number = cell?.dataset['v'];
  return number === undefined ? (cell?.firstChild?.textContent ?? '') : Number(number);
};

const compared = (a: number | string, b: number | string): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
