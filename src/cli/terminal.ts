import type { Io, Output } from './io.ts';

type Env = Io['env'];

/** Whether more than ASCII can be drawn: of Windows only newer terminals are known to, elsewhere all but the bare console do. */
export const speaksUnicode = ({ env, platform }: Pick<Io, 'env' | 'platform'>): boolean => {
  const { TERM, TERM_PROGRAM } = env;
  if (TERM === 'dumb' || TERM === 'linux') return false;
  if (platform !== 'win32') return !isOtherCharset(env);
  return (
    isSet(env['CI']) ||
    isSet(env['WT_SESSION']) ||
    isSet(env['TERMINUS_SUBLIME']) ||
    env['ConEmuTask'] === '{cmd::Cmder}' ||
    env['TERMINAL_EMULATOR'] === 'JetBrains-JediTerm' ||
    UNICODE_PROGRAMS.test(TERM_PROGRAM ?? '') ||
    UNICODE_TERMS.test(TERM ?? '')
  );
};

const UNICODE_PROGRAMS = /^(?:vscode|Terminus-Sublime|mintty|WezTerm|ghostty|Hyper|Tabby)$/;
const UNICODE_TERMS = /^(?:xterm-256color|xterm-kitty|xterm-ghostty|alacritty|rxvt-unicode(?:-256color)?)$/;

/** The first of these that is set decides, as in every program; a language without a charset says nothing of the terminal. */
const isOtherCharset = (env: Env): boolean => {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet) ?? '';
  if (/^(?:C|POSIX)$/.test(locale)) return true;
  const [, charset] = /\.([^@]+)/.exec(locale) ?? [];
  return charset !== undefined && !/^utf-?8$/i.test(charset);
};

/**
 * Whether a terminal is there that makes a link of OSC 8, https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda.
 * One that does not should swallow it, and some do not. FORCE_HYPERLINK decides, but never sends escapes into a pipe.
 */
export const followsLinks = ({ isTerminal }: Pick<Output, 'isTerminal'>, env: Env): boolean => {
  const { TERM = '', TERM_PROGRAM = '', FORCE_HYPERLINK: forced } = env;
  if (!isTerminal || TERM === 'dumb') return false;
  if (isSet(forced)) return forced !== '0' && forced?.toLowerCase() !== 'false';
  // `screen` prints of an escape that it does not know what is in it.
  if (/^(?:linux|screen)/.test(TERM) || CI.some((name) => isSet(env[name]))) return false;
  return (
    isSet(env['WT_SESSION']) ||
    isSet(env['KONSOLE_VERSION']) ||
    isSet(env['DOMTERM']) ||
    LINKING_TERMS.test(TERM) ||
    isNewProgram(TERM_PROGRAM, env['TERM_PROGRAM_VERSION'] ?? '') ||
    // 0.50.0 ends on a link.
    Number(env['VTE_VERSION'] ?? 0) > 5000
  );
};

const CI = ['CI', 'TF_BUILD', 'TEAMCITY_VERSION'];

const LINKING_TERMS = /^(?:xterm-kitty|xterm-ghostty|alacritty|foot(?:-extra)?|wezterm)$/;

/** The first version of each that links. */
const LINKING_PROGRAMS: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  'iTerm.app': [3, 1],
  vscode: [1, 72],
  WezTerm: [20200620, 0],
  ghostty: [0, 0],
  Hyper: [2, 0],
  mintty: [3, 0],
  rio: [0, 0],
  zed: [0, 0],
};

const isNewProgram = (program: string, version: string): boolean => {
  const since = Object.hasOwn(LINKING_PROGRAMS, program) ? LINKING_PROGRAMS[program] : undefined;
  if (since === undefined) return false;
  const [major = 0, minor = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  return major > since[0] || (major === since[0] && minor >= since[1]);
};

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';
