import {
  type Completed,
  type CompletedCommand,
  type CompletedOption,
  GLOBAL_OPTIONS,
  header,
  type Values,
  type Word,
} from './completed.ts';

const INSTALL = 'redvet completion fish > ~/.config/fish/completions/redvet.fish';

/** For fish 3 or newer. */
export const fishScript = (all: Completed): string => `${header('fish', all.version, INSTALL)}
# Whether the command is one of these.
function __redvet_on
    set -l words (commandline -opc)
    set -q words[2]; and contains -- $words[2] $argv
end

# Whether the Nth argument of the command comes next; 0 for any of them.
function __redvet_argument
    set -l words (commandline -opc)
    set -q words[2]; and test $words[2] = $argv[2]; or return 1
    test $argv[1] = 0; and return 0
    set -l at 1
    set -l skip 0
    set -l ended 0
    for word in $words
        if test $skip = 1
            set skip 0
        else if test $ended = 0; and test "$word" = --
            set ended 1
        else if test $ended = 0; and contains -- "$word" ${valued(all)}
            set skip 1
        else if test $ended = 1; or not string match -qr -- '^-.' "$word"
            set at (math $at + 1)
        end
    end
    # redvet and the command are the first two.
    test (math $at - 2) = $argv[1]
end

# What is being typed, without the option before it.
function __redvet_value
    commandline -ct | string replace -r -- '^(--[a-z-]+=|-[a-z](?=.*=))' ''
end

function __redvet_commas
    set -l before (__redvet_value | string match -r -- '^.*,')
    printf '%s\\n' "$before"$argv
end

function __redvet_formats
    set -l head (__redvet_value | string match -r -- '^[a-z-]+=')
    if set -q head[1]
        printf '%s\\n' $head(__fish_complete_path (__redvet_value | string replace -r -- '^[a-z-]+=' ''))
    else
        printf '%s\\tto stdout\\n' $argv
        printf '%s=\\tto a file\\n' (string match -v none -- $argv)
    end
end

${table('__redvet_rules', all.rules)}

${table('__redvet_frameworks', all.frameworks)}

complete -c redvet -f
${[
  ...all.commands.map(({ text, help }) => `complete -c redvet -n __fish_is_first_arg -a ${text} -d ${quoted(help)}`),
  ...GLOBAL_OPTIONS.map((option) => optionLine(option, '__fish_is_first_arg')),
  ...all.options.map((option) => optionLine(option, quoted(`__redvet_on ${option.commands.join(' ')}`))),
  ...all.commands.flatMap(argumentLines),
].join('\n')}
`;

/** Every option that takes a value, in whatever command. */
const valued = ({ options }: Completed): string =>
  [...new Set(options.flatMap(({ names, takes }) => (takes === null ? [] : names)))].join(' ');

const table = (name: string, words: readonly Word[]): string =>
  `function ${name}\n    printf '%s\\t%s\\n'${words.map(({ text, help }) => ` \\\n        ${quoted(text)} ${quoted(help)}`).join('')}\nend`;

const optionLine = ({ names, help, takes }: Omit<CompletedOption, 'commands'>, condition: string): string => {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');
  return `complete -c redvet -n ${condition} ${flags}${takes === null ? '' : ` ${valueFlags(takes)}`} -d ${quoted(help)}`;
};

const argumentLines = ({ text, takes, isMany }: CompletedCommand): readonly string[] =>
  takes.map(
    (values, index) =>
      `complete -c redvet -n '__redvet_argument ${isMany ? 0 : index + 1} ${text}' ${valueFlags(values).replace(/^-[rx] ?/, '')}`,
  );

/** With a value that is not a file, files are not offered. */
const valueFlags = (values: Values): string => {
  switch (values.kind) {
    case 'files':
      return '-r -F';
    case 'free':
      return '-x';
    case 'words':
      return `-x -a ${quoted(values.words.join(' '))}`;
    case 'commas':
    case 'formats':
      return `-x -a ${quoted(`(__redvet_${values.kind} ${values.words.join(' ')})`)}`;
    default:
      return `-x -a '(__redvet_${values.kind})'`;
  }
};

/** In single quotes of fish: a backslash stands for itself unless before a quote or another. */
const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
