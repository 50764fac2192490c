import { copyable } from './copy.ts';
import { made } from './dom.ts';

/** Completes the details of a finding by what its rule says, which stands in the page once. */
export const filledIn = (details: HTMLDetailsElement): void => {
  const why = details.querySelector('.why:not(.filled)');
  if (why) {
    why.classList.add('filled');
    const row = details.closest('tr');
    const told = document.getElementById(`rule-${row?.dataset['r'] ?? ''}`)?.querySelector('dd')?.textContent;
    if (told) why.append(made('p', told));
  }
  copyable(details);
  makeRoom(details);
};

const GAP_PX = 10;

/** What is opened lies below all cells of its row, of which another one may be the highest. */
const makeRoom = (details: HTMLDetailsElement): void => {
  const list = details.querySelector<HTMLElement>(':scope > dl');
  const row = details.closest('tr');
  const summary = details.querySelector('summary');
  if (!list || !row || !summary) return;
  const bottoms = [...row.cells].filter((cell) => !cell.contains(details)).map(bottomOf);
  const missing = Math.max(...bottoms) - summary.getBoundingClientRect().bottom;
  // Where cells lie below each other none is beside it.
  list.style.marginTop = missing > 0 ? `${missing + GAP_PX}px` : `${GAP_PX}px`;
};

const bottomOf = (cell: HTMLTableCellElement): number => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return range.getBoundingClientRect().bottom;
};
