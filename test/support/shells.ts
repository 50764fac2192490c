import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { emptyFolder } from './redvet.ts';

/** The shells in which completion is tried, and the package of Debian that each is in. */
export const REAL_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type RealShell = (typeof REAL_SHELLS)[number];

export const has = (shell: RealShell): boolean => {
  try {
    execFileSync(shell, ['--version']);
    return true;
  } catch {
    process.stdout.write(`skipped: completion in ${shell}, because ${shell} is not installed\n`);
    return false;
  }
};

/** A folder with two files and a folder in it. */
export const completedFolder = (): string => {
  const folder = emptyFolder();
  for (const file of ['plan.json', 'two words.tf']) writeFileSync(join(folder, file), '');
  mkdirSync(join(folder, 'infra'));
  return folder;
};

const run = async (shell: string, args: readonly string[], cwd: string): Promise<string> => {
  const env = { PATH: process.env['PATH'] ?? '', HOME: emptyFolder(), TERM: 'dumb', LC_ALL: 'C.UTF-8' };
  const { stdout, stderr } = await promisify(execFile)(shell, [...args], { cwd, env, timeout: 25_000 });
  if (stderr !== '') throw new Error(`${shell} says: ${stderr}`);
  return stdout;
};

/** Whether a shell can read a script, without running it; rejects with what is wrong. */
export const checkSyntax = (shell: RealShell, script: string): Promise<string> => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'script'), script);
  return run(shell, ['-n', join(folder, 'script')], folder);
};

/** What a shell offers for the last word of each line, as the word would then stand there; sorted. */
export const offers = async (
  shell: RealShell,
  script: string,
  lines: readonly string[],
  cwd: string,
): Promise<readonly (readonly string[])[]> => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'script'), script);
  writeFileSync(join(folder, 'driver'), DRIVERS[shell]);
  const stdout = await run(shell, [...FLAGS[shell], join(folder, 'driver'), join(folder, 'script'), ...lines], cwd);
  const blocks = stdout.split('--END--\n').slice(0, -1);
  return blocks.map((block) => [...new Set(block.split('\n').flatMap(wordOf))].sort());
};

/** Without what fish says beside it, and without the slash or the backslashes that a shell adds to a file. */
const wordOf = (line: string): readonly string[] => {
  const [word = ''] = line.split('\t');
  return word === '' ? [] : [word.replace(/\/$/, '').replaceAll('\\', '')];
};

const FLAGS: Readonly<Record<RealShell, readonly string[]>> = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] };

/** Splits a line as readline does: at spaces, and around each run of \`=\` and \`:\`. */
const BASH = `
source "$1"; shift
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
[[ -n $NO_BREAKS ]] && COMP_WORDBREAKS=$' \\t\\n'
for COMP_LINE in "$@"; do
  COMP_POINT=\${#COMP_LINE} COMP_WORDS=() rest=$COMP_LINE
  while [[ $rest =~ ^(\\ *)([=:]+|[^\\ =:]+)(.*)$ ]]; do COMP_WORDS+=("\${BASH_REMATCH[2]}"); rest=\${BASH_REMATCH[3]}; done
  [[ $COMP_LINE == *\\  ]] && COMP_WORDS+=("")
  COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
  _redvet redvet "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
  # Only what stands after the last break is replaced.
  last=\${COMP_LINE##* }
  for word in "\${COMPREPLY[@]}"; do printf '%s\\n' "\${last%"\${last##*[=:]}"}$word"; done
  printf -- '--END--\\n'
done
`;

const FISH = `
source $argv[1]
for line in $argv[2..]
    complete -C $line
    printf '%s\\n' --END--
end
`;

/** A shell in a terminal of its own, whose Tab writes down what is offered instead of showing it. */
const ZSH = `
zmodload zsh/zpty
export SCRIPT=$1 OFFERED=$(mktemp) INNER=$(mktemp); shift
cat > $INNER << 'EOF'
unsetopt prompt_cr prompt_sp
autoload -Uz compinit; compinit -u -D
source $SCRIPT
zstyle ':completion:*' completer _complete
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  print -rl -- $IPREFIX\${^hits} >> $OFFERED
  builtin compadd "$@"
}
hide() { compstate[insert]= compstate[list]= }
offer() { comppostfuncs=(hide); zle complete-word; zle kill-whole-line; print -n OFFE; print RED }
zle -N offer
bindkey '^I' offer
print -n REA; print DY
EOF
zpty -b inner "PS1= zsh -f -i"
zpty -w inner "source $INNER"
zpty -r inner out '*READY*'
for line in "$@"; do
  : > $OFFERED
  zpty -n -w inner "$line"$'\\t'
  zpty -r inner out '*OFFERED*'
  print -r -- "$(<$OFFERED)"
  print -r -- --END--
done
zpty -d inner
rm $OFFERED $INNER
`;

const DRIVERS: Readonly<Record<RealShell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
