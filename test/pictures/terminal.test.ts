import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('terminal.js', import.meta.url));

const ESCAPE = '\u001b';

/** What the page shows of a captured terminal. */
const shown = (ansi: string, args: readonly string[] = []): string => {
  const { stdout } = spawnSync(process.execPath, [SCRIPT, ...args], { input: ansi, encoding: 'utf8' });
  return /<pre id="terminal">(.*)<\/pre>/s.exec(stdout)?.[1] ?? stdout;
};

describe('the picture of a terminal', () => {
  it.each([
    ['plain <b>&"', 'plain &#60;b&#62;&#38;&#34;'],
    [`${ESCAPE}[31mred${ESCAPE}[39m x`, '<span style="color:#ff7b72">red</span> x'],
    [`${ESCAPE}[1;31mboth${ESCAPE}[0m`, '<span style="color:#ff7b72;font-weight:bold">both</span>'],
    [`${ESCAPE}[2mfaint${ESCAPE}[22m`, '<span style="color:#8b949e">faint</span>'],
    [`${ESCAPE}[m${ESCAPE}[1m${ESCAPE}[39mx`, '<span style="font-weight:bold">x</span>'],
    [`${ESCAPE}[91;44mx`, '<span style="color:#ffa198;background:#79a6ff">x</span>'],
    [`${ESCAPE}[38;5;196;1mx`, '<span style="color:rgb(255 0 0);font-weight:bold">x</span>'],
    [`${ESCAPE}[38;2;1;2;3mx`, '<span style="color:rgb(1 2 3)">x</span>'],
    [`${ESCAPE}]8;;https://learn.microsoft.com/x${ESCAPE}\\rule${ESCAPE}]8;;${ESCAPE}\\ y`, 'rule y'],
    [`${ESCAPE}[2Kx\r\ny\n\n`, 'x\ny'],
  ])('draws %j', (ansi, html) => {
    expect(shown(ansi)).toBe(html);
  });

  it('begins with the command, if it is told one', () => {
    expect(shown('x', ['redvet demo | head'])).toBe('<span style="color:#3fb950">$</span> <b>redvet demo | head</b>\nx');
  });
});
