/** What the page does in a browser. Without it everything is there, and nothing can be filtered. */
import { clipboardButtons, copied } from './copy.ts';
import { all, byId, one } from './dom.ts';
import { findings } from './findings.ts';
import { printing } from './print.ts';
import { sortable } from './sort.ts';
import { openTarget } from './target.ts';
import { theme } from './theme.ts';
import { toggled } from './why.ts';

for (const hidden of all('.tools[hidden], .filters[hidden]')) hidden.hidden = false;

theme(byId('theme', HTMLButtonElement));
clipboardButtons();

const list = findings(byId('filters', HTMLFormElement), byId('rows', HTMLTableElement));
printing(byId('print', HTMLButtonElement), byId('rows', HTMLTableElement), list);
sortable(byId('rows', HTMLTableElement));
sortable(byId('cache-rows', HTMLTableElement));

// What is opened is completed first.
document.addEventListener(
  'toggle',
  ({ target }) => {
    if (target instanceof HTMLDetailsElement) toggled(target);
  },
  true,
);

byId('link', HTMLButtonElement).addEventListener('click', ({ currentTarget }) => {
  if (currentTarget instanceof HTMLButtonElement) copied(location.href, currentTarget);
});

document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  one('input[type=search]', HTMLInputElement)?.focus();
});

document.documentElement.classList.remove('reading');

const arrive = (): void => {
  const asked = location.hash.slice(1);
  if (asked.includes('=')) list.show(new URLSearchParams(asked.replaceAll('+', '%2B')));
  else openTarget(asked, list);
};

addEventListener('hashchange', arrive);
arrive();
