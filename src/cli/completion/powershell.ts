import { type Completed, GLOBAL_OPTIONS, header, type Values, type Word } from './completed.ts';

const INSTALL = `redvet completion powershell | Out-String | Invoke-Expression
in the file that $PROFILE names`;

/** For Windows PowerShell 5.1 and PowerShell 7. Where nothing is offered, PowerShell itself offers files. */
export const powershellScript = (all: Completed): string => `${header('PowerShell', all.version, INSTALL)}
Register-ArgumentCompleter -Native -CommandName redvet -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $commands = @(
${all.commands.map(({ text, help, takes }) => row(text, help, ...takes.map(valuesOf))).join('\n')}
    )
    # The commands that have it, its names, what it says, and what it takes.
    $options = @(
${[
  ...GLOBAL_OPTIONS.map(({ names, help }) => row('', names.join(' '), help, '')),
  ...all.options.map(({ commands, names, help, takes }) =>
    row(commands.join(' '), names.join(' '), help, takes === null ? '' : valuesOf(takes)),
  ),
].join('\n')}
    )
    $tables = @{
        rules = @(
${all.rules.map(pair).join('\n')}
        )
        frameworks = @(
${all.frameworks.map(pair).join('\n')}
        )
    }
${BODY}`;

/** Words as they are typed, what needs more than that behind a colon. */
const valuesOf = (values: Values): string => {
  if (!('words' in values)) return `:${values.kind}`;
  return `${values.kind === 'words' ? '' : `:${values.kind} `}${values.words.join(' ')}`;
};

const row = (...cells: readonly string[]): string => `        , @(${cells.map(quoted).join(', ')})`;

const pair = ({ text, help }: Word): string => `            , @(${quoted(text)}, ${quoted(help)})`;

/** PowerShell takes a typographic quote for a plain one. */
const quoted = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;

const BODY = `
    $current = "$wordToComplete"
    $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $result = {
        param($text, $help)
        [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', "$help")
    }
    $optionCalled = {
        param($name)
        $options | Where-Object { $_[0].Split(' ') -ccontains $command -and $_[1].Split(' ') -ccontains $name } | Select-Object -First 1
    }
    $command = ''
    $takes = $null
    $head = ''
    $value = $current
    if ($before.Count -ge 2) {
        $command = $before[1]
        $at = 0
        for ($index = 2; $index -lt $before.Count; $index++) {
            $option = & $optionCalled $before[$index]
            if ($option -and $option[3]) {
                $index++
                if ($index -eq $before.Count) { $takes = $option[3] }
            }
            elseif (-not $before[$index].StartsWith('-')) { $at++ }
        }
        if ($null -eq $takes -and $current -cmatch '^(--[a-z-]+=)(.*)$') {
            $head = $Matches[1]
            $value = $Matches[2]
            $option = & $optionCalled $head.TrimEnd('=')
            if ($option) { $takes = $option[3] }
        }
    }
    if ($null -eq $takes -and $current.StartsWith('-')) {
        foreach ($option in $options) {
            if ($option[0].Split(' ') -cnotcontains $command) { continue }
            foreach ($name in $option[1].Split(' ')) {
                if ($name.StartsWith($current, [StringComparison]::Ordinal)) { & $result $name $option[2] }
            }
        }
        return
    }
    if (-not $command) {
        foreach ($entry in $commands) {
            if ($entry[0].StartsWith($current, [StringComparison]::Ordinal)) { & $result $entry[0] $entry[1] }
        }
        return
    }
    if ($null -eq $takes) {
        $entry = $commands | Where-Object { $_[0] -ceq $command } | Select-Object -First 1
        if ($entry -and $entry.Count -gt $at + 2) { $takes = $entry[$at + 2] }
    }
    $kind, $words = "$takes".Split(' ')
    if (-not $kind.StartsWith(':')) { $words = @($kind) + @($words) }
    $pairs = @($words | Where-Object { $_ } | ForEach-Object { , @($_, $_) })
    switch ($kind) {
        ':rules' { $pairs = $tables.rules }
        ':frameworks' { $pairs = $tables.frameworks }
        ':commas' {
            $last = $value.LastIndexOf(',') + 1
            $head += $value.Substring(0, $last)
            $value = $value.Substring($last)
        }
        ':formats' {
            if ($value -cmatch '^([a-z-]+=)(.*)$') {
                $kind = ':files'
                $head += $Matches[1]
                $value = $Matches[2]
            }
            else { $pairs += @($words | Where-Object { $_ -ne 'none' } | ForEach-Object { , @("$_=", "$_ to a file") }) }
        }
    }
    if ($kind -eq ':files') {
        # With nothing before the name, PowerShell does this by itself.
        if ($head) {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($value) |
                ForEach-Object { & $result ($head + $_.CompletionText) $_.ToolTip }
        }
        return
    }
    foreach ($entry in $pairs) {
        if ($entry[0].StartsWith($value, [StringComparison]::Ordinal)) { & $result ($head + $entry[0]) $entry[1] }
    }
}
`;
