// A picture of a terminal, as a page to be photographed: `tmux capture-pane -e -p | node test/pictures/terminal.js "redvet demo" > page.html`.
// The element #terminal is as large as what it shows.
import { text } from 'node:stream/consumers';

/** The sixteen colours of a terminal, on a dark ground. */
const COLOURS = [
  '#7d8590',
  '#ff7b72',
  '#3fb950',
  '#d29922',
  '#79a6ff',
  '#d2a8ff',
  '#39c5cf',
  '#e6edf3',
  '#8b949e',
  '#ffa198',
  '#56d364',
  '#e3b341',
  '#a5c8ff',
  '#e2c5ff',
  '#56d4dd',
  '#ffffff',
];

const GROUND = '#0d1117';
const INK = '#e6edf3';
const FAINT = '#8b949e';

/** @typedef {{ colour: string | null, ground: string | null, bold: boolean, faint: boolean, italic: boolean, underline: boolean }} Look */

/** @type {Look} */
const PLAIN = { colour: null, ground: null, bold: false, faint: false, italic: false, underline: false };

/** @param {number} n One of the 256 colours. */
const colourOf = (n) => {
  if (n < 16) return COLOURS[n] ?? INK;
  if (n >= 232)
    return `rgb(${Array(3)
      .fill(8 + 10 * (n - 232))
      .join(' ')})`;
  const step = (/** @type {number} */ of) => {
    const level = Math.floor((n - 16) / of) % 6;
    return level === 0 ? 0 : 55 + 40 * level;
  };
  return `rgb(${step(36)} ${step(6)} ${step(1)})`;
};

/** @type {Readonly<Record<number, Partial<Look>>>} */
const SWITCHES = {
  0: PLAIN,
  1: { bold: true },
  2: { faint: true },
  3: { italic: true },
  4: { underline: true },
  22: { bold: false, faint: false },
  23: { italic: false },
  24: { underline: false },
  39: { colour: null },
  49: { ground: null },
};

/**
 * @param {Look} look
 * @param {readonly number[]} codes Of one SGR sequence.
 * @returns {Look} What holds after them.
 */
const after = (look, [code = 0, ...rest]) => {
  if (code === 38 || code === 48) {
    const isTrue = rest[0] === 2;
    const colour = isTrue ? `rgb(${rest.slice(1, 4).join(' ')})` : colourOf(rest[1] ?? 0);
    const next = code === 38 ? { ...look, colour } : { ...look, ground: colour };
    const left = rest.slice(isTrue ? 4 : 2);
    return left.length === 0 ? next : after(next, left);
  }
  const tens = Math.floor(code / 10);
  const colour = colourOf((code % 10) + (tens >= 9 ? 8 : 0));
  const isColour = code % 10 < 8;
  const next =
    isColour && (tens === 3 || tens === 9)
      ? { ...look, colour }
      : isColour && (tens === 4 || tens === 10)
        ? { ...look, ground: colour }
        : { ...look, ...SWITCHES[code] };
  return rest.length === 0 ? next : after(next, rest);
};

/** @param {string} plain */
const escaped = (plain) => plain.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * @param {string} plain
 * @param {Look} look
 */
const span = (plain, { colour, ground, bold, faint, italic, underline }) => {
  if (plain === '') return '';
  const ink = colour ?? (faint ? FAINT : null);
  const style = [
    ...(ink === null ? [] : [`color:${ink}`]),
    ...(ground === null ? [] : [`background:${ground}`]),
    ...(bold ? ['font-weight:bold'] : []),
    ...(faint && colour !== null ? ['opacity:.7'] : []),
    ...(italic ? ['font-style:italic'] : []),
    ...(underline ? ['text-decoration:underline'] : []),
  ].join(';');
  return style === '' ? escaped(plain) : `<span style="${style}">${escaped(plain)}</span>`;
};

const ESCAPE = '\u001b';
/** SGR, which is drawn; any other CSI, and OSC such as links, of which only the text stays. */
const SEQUENCE = new RegExp(`${ESCAPE}\\[([\\d;]*)m|${ESCAPE}\\[[\\d;?]*[A-Za-z]|${ESCAPE}\\].*?(?:${ESCAPE}\\\\|\u0007)|\u000f`, 'gs');

/** @param {string} ansi */
const drawn = (ansi) => {
  let look = PLAIN;
  let at = 0;
  const pieces = [];
  for (const match of ansi.matchAll(SEQUENCE)) {
    pieces.push(span(ansi.slice(at, match.index), look));
    at = match.index + match[0].length;
    if (match[1] !== undefined) look = after(look, match[1].split(';').map(Number));
  }
  return [...pieces, span(ansi.slice(at), look)].join('');
};

const ansi = (await text(process.stdin)).replaceAll('\r\n', '\n').trimEnd();
const command = process.argv[2];
const prompt = command === undefined ? '' : `<span style="color:${COLOURS[2]}">$</span> <b>${escaped(command)}</b>\n`;

process.stdout.write(`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escaped(command ?? 'terminal')}</title>
<style>
body { margin: 0; background: ${GROUND}; }
#terminal { display: inline-block; margin: 0; padding: 20px 24px; background: ${GROUND}; color: ${INK};
  font: 14px/1.35 "DejaVu Sans Mono", monospace; white-space: pre; font-variant-ligatures: none; }
</style>
<pre id="terminal">${prompt}${drawn(ansi)}</pre>
</html>
`);
