#!/usr/bin/env bash
# What make runs: run_limen.sh PROGRAM COMMAND, with the options in ARGS and, for the command run,
# the experiment in EXP. Both come through the environment, so that no character in them means
# anything to make or to a shell. ARGS is split at blanks; quotes keep blanks together.
set -euo pipefail

program=$1
arguments=("$2")
if [[ $2 == run ]]; then
  if [[ -z ${EXP:-} ]]; then
    "$program" list experiments
    printf '\nRun one with: make experiment EXP=NAME [ARGS="--smoke"]\n'
    exit
  fi
  arguments+=("$EXP")
fi
if [[ ${ARGS:-} == *[![:space:]]* ]]; then
  if ! split=$(printf '%s' "$ARGS" | xargs printf '%s\n' 2>/dev/null); then
    echo "ARGS=$ARGS: a quote is opened and not closed" >&2
    exit 2
  fi
  readarray -t words <<<"$split"
  arguments+=("${words[@]}")
fi
exec "$program" "${arguments[@]}"
