import { all, made } from './dom.ts';

const TOLD_FOR_MS = 1_600;

/** Puts a text on the clipboard, and says on the button whether it is there. */
export const copied = async (text: string, button: HTMLButtonElement): Promise<void> => {
  const label = button.dataset['label'] ?? button.textContent ?? '';
  button.dataset['label'] = label;
  const told = (await isWritten(text)) ? 'Copied' : 'Copy failed';
  button.textContent = told;
  setTimeout(() => {
    button.textContent = label;
  }, TOLD_FOR_MS);
};

const isWritten = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return isCopiedByHand(text);
  }
};

/** Where a page has no clipboard, because it came over plain http. */
const isCopiedByHand = (text: string): boolean => {
  const field = made('textarea', text, 'sr');
  document.body.append(field);
  field.select();
  const isDone = document.execCommand('copy');
  field.remove();
  return isDone;
};

/** Gives what can be copied within an element its button, once. */
export const copyable = (within: ParentNode): void => {
  for (const block of all('pre:not(.copied), [data-copy]:not(.copied)', within)) {
    block.classList.add('copied');
    const text = block.textContent ?? '';
    const button = made('button', 'Copy', 'copy');
    button.type = 'button';
    button.setAttribute('aria-label', `Copy ${text.trim().slice(0, 60)}`);
    block.after(button);
  }
};

/** One listener for them all. */
export const clipboardButtons = (): void => {
  copyable(document.getElementById('coverage') ?? document);
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement) || !target.classList.contains('copy')) return;
    copied(target.previousElementSibling?.textContent ?? '', target);
  });
};
