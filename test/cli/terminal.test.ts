import { describe, expect, it } from 'vitest';
import { followsLinks, speaksUnicode } from '../../src/cli/terminal.ts';

type Env = Readonly<Record<string, string>>;

describe('speaksUnicode', () => {
  const TABLE: readonly (readonly [platform: string, env: Env, speaks: boolean])[] = [
    ['linux', {}, true],
    ['darwin', { TERM: 'xterm-256color' }, true],
    ['linux', { TERM: 'dumb' }, false],
    ['linux', { TERM: 'linux' }, false],
    ['linux', { LANG: 'en_GB.UTF-8' }, true],
    ['linux', { LANG: 'C.utf8' }, true],
    ['darwin', { LC_CTYPE: 'UTF-8' }, true],
    ['linux', { LANG: 'de_DE' }, true],
    ['linux', { LANG: 'C' }, false],
    ['linux', { LANG: 'POSIX' }, false],
    ['linux', { LANG: 'de_DE.ISO-8859-15@euro' }, false],
    ['linux', { LANG: 'ja_JP.eucJP' }, false],
    ['linux', { LANG: 'C', LC_CTYPE: 'C.UTF-8' }, true],
    ['linux', { LANG: 'en_GB.UTF-8', LC_CTYPE: 'C' }, false],
    ['linux', { LANG: 'en_GB.UTF-8', LC_CTYPE: 'en_GB.UTF-8', LC_ALL: 'C' }, false],
    ['linux', { LANG: 'en_GB.UTF-8', LC_ALL: '' }, true],
    ['win32', {}, false],
    ['win32', { LANG: 'en_GB.UTF-8' }, false],
    ['win32', { WT_SESSION: '1' }, true],
    ['win32', { TERM_PROGRAM: 'vscode' }, true],
    ['win32', { TERM_PROGRAM: 'else' }, false],
    ['win32', { ConEmuTask: '{cmd::Cmder}' }, true],
    ['win32', { ConEmuTask: '{Shells::cmd}' }, false],
    ['win32', { TERMINAL_EMULATOR: 'JetBrains-JediTerm' }, true],
    ['win32', { TERM: 'xterm-256color' }, true],
    ['win32', { TERM: 'alacritty' }, true],
    ['win32', { TERM: 'xterm' }, false],
    ['win32', { CI: 'true' }, true],
    ['win32', { WT_SESSION: '1', TERM: 'dumb' }, false],
  ];

  it.each(TABLE)('on %s with %o: %s', (platform, env, speaks) => {
    expect(speaksUnicode({ platform, env })).toBe(speaks);
  });
});

describe('followsLinks', () => {
  const TABLE: readonly (readonly [env: Env, follows: boolean])[] = [
    [{}, false],
    [{ TERM: 'xterm-256color' }, false],
    [{ WT_SESSION: '1' }, true],
    [{ KONSOLE_VERSION: '230800' }, true],
    [{ VTE_VERSION: '4402' }, false],
    [{ VTE_VERSION: '5000' }, false],
    [{ VTE_VERSION: '5001' }, true],
    [{ VTE_VERSION: '7600', TERM: 'xterm-256color' }, true],
    [{ VTE_VERSION: 'new' }, false],
    [{ TERM: 'xterm-kitty' }, true],
    [{ TERM: 'alacritty' }, true],
    [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.9' }, false],
    [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.1' }, true],
    [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '4.0.0' }, true],
    [{ TERM_PROGRAM: 'iTerm.app' }, false],
    [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2' }, false],
    [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.101.0' }, true],
    [{ TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20240203-110809-5046fc22' }, true],
    [{ TERM_PROGRAM: 'ghostty' }, true],
    [{ TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '455' }, false],
    [{ TERM_PROGRAM: 'constructor', TERM_PROGRAM_VERSION: '9' }, false],
    [{ TERM: 'screen-256color', VTE_VERSION: '7600' }, false],
    [{ TERM: 'linux', VTE_VERSION: '7600' }, false],
    [{ WT_SESSION: '1', CI: 'true' }, false],
    [{ WT_SESSION: '1', TERM: 'dumb' }, false],
    [{ FORCE_HYPERLINK: '1' }, true],
    [{ FORCE_HYPERLINK: '1', TERM: 'screen' }, true],
    [{ FORCE_HYPERLINK: '1', TERM: 'dumb' }, false],
    [{ FORCE_HYPERLINK: '0', WT_SESSION: '1' }, false],
    [{ FORCE_HYPERLINK: 'false', WT_SESSION: '1' }, false],
    [{ FORCE_HYPERLINK: '', WT_SESSION: '1' }, true],
  ];

  it.each(TABLE)('a terminal with %o: %s', (env, follows) => {
    expect(followsLinks({ isTerminal: true }, env)).toBe(follows);
  });

  it.each(TABLE)('a pipe with %o: never', (env) => {
    expect(followsLinks({ isTerminal: false }, env)).toBe(false);
  });
});
