import { html, type Markup } from './markup.ts';

/** A part of a bar: how long it is, and the class that paints it. */
export interface Part {
  readonly size: number;
  readonly paint: string;
}

const WIDTH = 400;
const HEIGHT = 12;
/** So that what is there is seen, however little of the whole. */
const LEAST = 4;

/** A bar of parts, as a picture that says in words what it shows. */
export const bar = (parts: readonly Part[], label: string): Markup => {
  const shown = parts.filter(({ size }) => size > 0);
  const total = shown.reduce((sum, { size }) => sum + size, 0);
  const free = WIDTH - LEAST * shown.length;
  let x = 0;
  const drawn = shown.map(({ size, paint }) => {
    const width = LEAST + (free * size) / total;
    const from = x;
    x += width;
    return html`<rect class="${paint}" x="${rounded(from)}" width="${rounded(width)}" height="${HEIGHT}"/>`;
  });
  return html`<svg class="bar" role="img" aria-label="${label}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"><rect class="none" width="${WIDTH}" height="${HEIGHT}"/>${drawn}</svg>`;
};

const RADIUS = 42;
const AROUND = 2 * Math.PI * RADIUS;

/** How much of a whole, as a ring around the number; null where there is no whole. */
export const ring = (percent: number | null, label: string): Markup => {
  const length = (AROUND * (percent ?? 0)) / 100;
  const arc =
    length === 0
      ? null
      : html`<circle class="arc" cx="50" cy="50" r="${RADIUS}" stroke-dasharray="${rounded(length)} ${rounded(AROUND)}" transform="rotate(-90 50 50)"/>`;
  return html`<svg class="ring" role="img" aria-label="${label}" viewBox="0 0 100 100"><circle class="track" cx="50" cy="50" r="${RADIUS}"/>${arc}<text x="50" y="50">${percent === null ? '–' : `${percent}%`}</text></svg>`;
};

const rounded = (n: number): number => Math.round(100 * n) / 100;

/** What parts of a bar are painted with where colour alone would not tell them apart. */
export const PATTERNS: Markup = html`<svg class="patterns" width="0" height="0" aria-hidden="true"><defs><pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="under" width="6" height="6"/><rect class="over" width="3" height="6"/></pattern><pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="under" width="6" height="6"/><circle class="over" cx="3" cy="3" r="1.6"/></pattern></defs></svg>`;
