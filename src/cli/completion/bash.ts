import { type Completed, GLOBAL_OPTIONS, header, quoted, type Values, type Word } from './completed.ts';

const INSTALL = `mkdir -p ~/.local/share/bash-completion/completions
redvet completion bash > ~/.local/share/bash-completion/completions/redvet
Without the package bash-completion, put this into ~/.bashrc instead:
source <(redvet completion bash)`;

/** For bash 4 or newer, with or without the package bash-completion. */
export const bashScript = (all: Completed): string => `${header('bash', all.version, INSTALL)}
# Sets kind and list by what stands after COMMAND,OPTION or as COMMAND,N, the Nth argument.
__redvet_takes() {
  kind='' list=''
  case $1 in
${takesCases(all)}
  esac
}

__redvet_options() {
  case $1 in
  '') list=${quoted(GLOBAL_OPTIONS.flatMap(({ names }) => names).join(' '))} ;;
${all.commands.map(({ text }) => `  ${text}) list=${quoted(namesOf(all, text))} ;;`).join('\n')}
  esac
}
${BODY}`;

const namesOf = ({ options }: Completed, command: string): string =>
  options
    .filter(({ commands }) => commands.includes(command))
    .flatMap(({ names }) => names)
    .join(' ');

/** One branch for each kind of value, with everything that takes it. */
const takesCases = (all: Completed): string => {
  const branches = new Map<string, readonly string[]>();
  // What stands first is a command.
  const first: Values = { kind: 'words', words: all.commands.map(({ text }) => text) };
  const add = (values: Values, patterns: readonly string[]): void => {
    const action = actionFor(values, all);
    branches.set(action, [...(branches.get(action) ?? []), ...patterns]);
  };
  for (const { names, takes, commands } of all.options) {
    if (takes !== null)
      add(
        takes,
        commands.flatMap((command) => names.map((name) => `${command},${name}`)),
      );
  }
  for (const { text, takes, isMany } of all.commands) {
    takes.forEach((values, index) => {
      add(values, [`${text},${isMany ? '[0-9]*' : index + 1}`]);
    });
  }
  add(first, [',1']);
  return [...branches].map(([action, patterns]) => `  ${patterns.join('|')})\n    ${action} ;;`).join('\n');
};

const actionFor = (values: Values, { rules, frameworks }: Completed): string => {
  const list = (words: readonly Word[]): string => `kind=words list=${quoted(words.map(({ text }) => text).join(' '))}`;
  if (values.kind === 'rules') return list(rules);
  if (values.kind === 'frameworks') return list(frameworks);
  return 'words' in values ? `kind=${values.kind} list=${quoted(values.words.join(' '))}` : `kind=${values.kind}`;
};

/** Behind the tables, the same for every version. */
const BODY = `
_redvet() {
  local IFS=$' \\t\\n' line=\${COMP_LINE:0:COMP_POINT} words=() n=-1 i word bare
  # Bash has split the words at = and : as well: what no space parts belongs together.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    bare=\${line#"\${line%%[![:space:]]*}"}
    word=\${COMP_WORDS[i]}
    ((i == COMP_CWORD)) && word=$bare
    if [[ $i == 0 || $bare != "$line" ]]; then words[++n]=$word; else words[n]+=$word; fi
    line=\${bare#"$word"}
  done
  local cur=\${words[n]} command='' kind='' list='' head='' value at=1 ended='' pending=''
  value=$cur
  COMPREPLY=()
  ((n > 1)) && command=\${words[1]}
  for ((i = 2; i < n; i++)); do
    word=\${words[i]}
    if [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -?* ]]; then
      __redvet_takes "$command,$word"
      [[ -n $kind ]] && ((++i == n)) && pending=1
    else
      ((at++))
    fi
  done
  if [[ -n $pending ]]; then
    :
  elif [[ -z $ended && $cur == --*=* ]]; then
    head=\${cur%%=*}= value=\${cur#*=}
    __redvet_takes "$command,\${cur%%=*}"
  elif [[ -z $ended && $cur == -* ]]; then
    kind=words
    __redvet_options "$command"
  else
    __redvet_takes "$command,$at"
  fi
  if [[ $kind == commas && $value == *,* ]]; then
    head+=\${value%,*},
    value=\${value##*,}
  elif [[ $kind == formats && $value == *=* ]]; then
    kind=files head+=\${value%%=*}= value=\${value#*=}
  elif [[ $kind == formats ]]; then
    for word in $list; do [[ $word == none ]] || list+=" $word="; done
  fi
  if [[ $value == [\\"\\']* ]]; then
    head+=\${value:0:1} value=\${value:1}
  fi
  # Only what stands after the last of these is replaced.
  local breaks=\\"\\'\${COMP_WORDBREAKS//[^=:]/}
  local glue=\${cur%"\${cur##*[$breaks]}"}
  if [[ $kind == files ]]; then
    compopt -o filenames -o default 2>/dev/null
    while IFS= read -r word; do
      word=$head$word
      COMPREPLY+=("\${word#"$glue"}")
    done < <(compgen -f -- "$value")
  elif [[ -n $list ]]; then
    for word in $list; do
      [[ $word == "$value"* ]] || continue
      word=$head$word
      COMPREPLY+=("\${word#"$glue"}")
    done
  fi
  return 0
}

complete -F _redvet redvet
`;
