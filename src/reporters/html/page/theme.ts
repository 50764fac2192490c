const THEMES = ['auto', 'light', 'dark'] as const;

/** A button that goes through the themes. Nothing is stored: a report may be one of many files. */
export const theme = (button: HTMLButtonElement): void => {
  let index = 0;
  button.addEventListener('click', () => {
    index = (index + 1) % THEMES.length;
    const chosen = THEMES[index] ?? 'auto';
    document.documentElement.dataset['theme'] = chosen;
    button.textContent = `Theme: ${chosen}`;
  });
};
