/** The element of an id; the page that the script came with has it. */
export const byId = <T extends HTMLElement>(id: string, type: new () => T): T => {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${id}`);
};

export const one = <T extends HTMLElement>(selector: string, type: new () => T, within: ParentNode = document): T | null => {
  const found = within.querySelector(selector);
  return found instanceof type ? found : null;
};

export const all = (selector: string, within: ParentNode = document): readonly HTMLElement[] => [
  ...within.querySelectorAll<HTMLElement>(selector),
];

/** An element with a text, or with nothing in it. */
export const made = <K extends keyof HTMLElementTagNameMap>(name: K, text = '', className = ''): HTMLElementTagNameMap[K] => {
  const element = document.createElement(name);
  element.textContent = text;
  if (className !== '') element.className = className;
  return element;
};
