import { copyable } from './copy.ts';
import { made } from './dom.ts';

/** Completes the details of a finding by what its rule says, which stands in the page once. */
const complete = (details: HTMLDetailsElement): void => {
  const why = details.querySelector('.why:not(.filled)');
  if (why) {
    why.classList.add('filled');
    const row = details.closest('tr');
    const told = document.getElementById(`rule-${row?.getAttribute('data-r') ?? ''}`)?.querySelector('dd')?.textContent;
    if (told) why.append(made('p', told));
  }
  copyable(details);
};

/** What was opened together with others, and has its place. */
const placed = new WeakSet<HTMLDetailsElement>();

/** What was opened or closed by hand. */
export const toggled = (details: HTMLDetailsElement): void => {
  if (!details.open) placed.delete(details);
  if (!details.open || placed.has(details)) return;
  complete(details);
  makeRoom([details]);
};

/** Opens many at once: to lay out the page after each would take minutes. On paper each has its place already. */
export const openTogether = (all: readonly HTMLDetailsElement[], isPaper: boolean): void => {
  for (const details of all) {
    placed.add(details);
    complete(details);
    details.open = true;
  }
  if (!isPaper) makeRoom(all);
};

const GAP_PX = 10;

/** What is opened lies below all cells of its row, of which another one may be the highest. First all are measured, then all are moved. */
const makeRoom = (all: readonly HTMLDetailsElement[]): void => {
  const moves = all.map((details) => {
    const list = details.querySelector<HTMLElement>(':scope > dl');
    const row = details.closest('tr');
    const summary = details.querySelector('summary');
    if (!list || !row || !summary) return null;
    const bottoms = [...row.cells].filter((cell) => !cell.contains(details)).map(bottomOf);
    // Where cells lie below each other none is beside it.
    return { list, missing: Math.max(0, Math.max(...bottoms) - summary.getBoundingClientRect().bottom) };
  });
  for (const move of moves) if (move) move.list.style.marginTop = `${move.missing + GAP_PX}px`;
};

const bottomOf = (cell: HTMLTableCellElement): number => {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return range.getBoundingClientRect().bottom;
};
