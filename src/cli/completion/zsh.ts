import {
  type Completed,
  type CompletedCommand,
  type CompletedOption,
  GLOBAL_OPTIONS,
  header,
  quoted,
  type Values,
  type Word,
} from './completed.ts';

const INSTALL = `mkdir -p ~/.zfunc && redvet completion zsh > ~/.zfunc/_redvet
and in ~/.zshrc, before compinit: fpath=(~/.zfunc $fpath)
Without a file, after compinit: source <(redvet completion zsh)`;

/** For zsh 5 with its own completion system, as a file in fpath or sourced. */
export const zshScript = (all: Completed): string => `#compdef redvet
${header('zsh', all.version, INSTALL)}
_redvet_commands() {
${array('commands', all.commands)}
  _describe -t commands command commands "$@"
}

_redvet_rules() {
${array('rules', all.rules)}
  _describe -t rules rule rules "$@"
}

_redvet_frameworks() {
${array('frameworks', all.frameworks)}
  _describe -t frameworks framework frameworks "$@"
}

_redvet_formats() {
  local -a formats=(${all.formats.join(' ')})
  if compset -P '*='; then
    _files
  else
    compadd "$@" -a formats
    compadd "$@" -S '' -- \${\${formats:#none}/%/=}
  fi
}

_redvet() {
  local curcontext=$curcontext state state_descr line ret=1
  typeset -A opt_args
  _arguments -C \\
${GLOBAL_OPTIONS.flatMap((option) => optionSpecs(option, '(- *)'))
  .map((spec) => `    ${spec} \\`)
  .join('\n')}
    '1: :_redvet_commands' \\
    '*:: :->arguments' && ret=0
  [[ $state == arguments ]] || return ret
  curcontext=\${curcontext%:*}-$words[1]:
  case $words[1] in
${all.commands.map((command) => commandCase(command, all)).join('\n')}
  esac
  return ret
}

# In fpath the file itself is the function; sourced, it says what it is for.
if [[ $funcstack[1] == _redvet ]]; then
  _redvet "$@"
else
  compdef _redvet redvet
fi
`;

const array = (name: string, words: readonly Word[]): string =>
  `  local -a ${name}=(\n${words.map(({ text, help }) => `    ${quoted(`${colons(text)}:${help}`)}`).join('\n')}\n  )`;

const commandCase = ({ text, takes, isMany }: CompletedCommand, { options }: Completed): string => {
  const own = options.filter(({ commands }) => commands.includes(text));
  const specs = [
    ...own.flatMap((option) => optionSpecs(option)),
    ...takes.map((values, index) => quoted(`${isMany ? '*' : index + 1}:${messageOf(values)}:${actionOf(values)}`)),
  ];
  return `    ${text})\n      _arguments -s -S \\\n${specs.map((spec) => `        ${spec}`).join(' \\\n')} && ret=0\n      ;;`;
};

/** One for each name; what may not be given again is not offered again. */
const optionSpecs = ({ names, help, takes, isRepeated }: Omit<CompletedOption, 'commands'>, before = ''): readonly string[] => {
  const excluded = names.includes('--help') ? '(- *)' : `(${names.join(' ')})`;
  const start = isRepeated ? '*' : before || excluded;
  const value = takes === null ? '' : `:${messageOf(takes)}:${actionOf(takes)}`;
  return names.map((name) => {
    const joined = name.startsWith('--') ? '=' : '+';
    return quoted(`${start}${name}${takes === null ? '' : joined}[${bracketed(help)}]${value}`);
  });
};

const MESSAGES: Readonly<Record<Values['kind'], string>> = {
  words: 'value',
  commas: 'values',
  formats: 'format',
  rules: 'rule',
  frameworks: 'framework',
  files: 'file',
  free: 'value',
};

const messageOf = ({ kind }: Values): string => MESSAGES[kind];

const actionOf = (values: Values): string => {
  if (values.kind === 'commas') return `_values -s , values ${values.words.join(' ')}`;
  if (values.kind === 'words') return `(${values.words.join(' ')})`;
  // A space: there is nothing to choose from.
  return values.kind === 'free' ? ' ' : `_${values.kind === 'files' ? '' : 'redvet_'}${values.kind}`;
};

const colons = (text: string): string => text.replace(/[\\:]/g, '\\$&');

const bracketed = (text: string): string => text.replace(/[\\[\]:]/g, '\\$&');
