import { API_VERSIONS, type CacheKind } from '../model/cache.ts';
import { SETTLED, WAIT_LIMITS, waitCondition } from './steps.ts';

/** How a script of ours begins: strict, dry, and with a way to run one command. `HERE` names what is being changed. */
export const BASH_FRAME = `
set -eu -o pipefail

APPLY=\${APPLY:-0}
HERE='its first command'
# Git Bash would make paths of its own out of ids.
export MSYS_NO_PATHCONV=1

stop() {
  printf 'redvet: stopped at %s: %s\\n' "$HERE" "$1" >&2
  exit 1
}

here() {
  HERE=$1
  printf '\\n# %s\\n' "$HERE"
}

# Prints a command, and runs it with APPLY=1.
run() {
  printf '%q' "$1"
  printf ' %q' "\${@:2}"
  printf '\\n'
  if [ "$APPLY" = 1 ]; then "$@" </dev/null || stop "the last command ended with $?"; fi
}
`;

const condition = (kind: CacheKind): string =>
  waitCondition(kind)
    .map((word) => (word.includes("'") ? `"${word}"` : word))
    .join(' ');

const settled = (kind: CacheKind): string => `${API_VERSIONS[kind]} ${SETTLED[kind].property} ${SETTLED[kind].value} ${condition(kind)}`;

/** How a cache is changed: one change at a time, and its end waited for. */
export const CHANGE_FUNCTIONS = `
# Waits for the end of a change: id, API version, property, its value by then, condition.
# When its time is up, az resource wait ends with 0: so what came of it is asked for.
settled() {
  run az resource wait --ids "$1" --api-version "$2" "\${@:5}" ${WAIT_LIMITS.join(' ')}
  if [ "$APPLY" = 1 ]; then
    state=$(az resource show --ids "$1" --api-version "$2" --query "$3" -o tsv </dev/null) || stop 'its state cannot be read'
    state=\${state%$'\\r'}
    [ "$state" = "$4" ] || stop "$3 is $state, not $4"
  fi
}

# Sets the named properties of a cache, and only those.
patch() {
  run az rest --method patch --url "$HERE?api-version=${API_VERSIONS.redis}" --body "$1" -o none
  settled "$HERE" ${settled('redis')}
}

# The same of a cluster.
cpatch() {
  run az rest --method patch --url "$HERE?api-version=${API_VERSIONS.managed}" --body "$1" -o none
  settled "$HERE" ${settled('managed')}
}

# Sets properties of the database of a cluster, which has no PATCH: this reads, changes and writes it.
dbset() {
  run az resource update --ids "$HERE/databases/default" --api-version ${API_VERSIONS.managed} --set "$@" -o none
  settled "$HERE/databases/default" ${settled('managed')}
}
`;

/** How a script of ours ends. */
export const BASH_END = `
if [ "$APPLY" != 1 ]; then printf 'redvet: nothing was changed. To run these commands: APPLY=1 bash FILE\\n' >&2; fi
`;
