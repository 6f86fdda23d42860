#!/usr/bin/env bash
# What `make regress` runs: run.sh PROGRAM FOLDER. Runs the regression set anew into FOLDER, proves
# the certificates of the one that trains, and checks the others against tests/baselines. The exit
# status is the program's: 1 when something is worse or not proved, 5 when that cannot be told.
#
# Answers may differ between processors, as sums of floats are taken in another order: what is put up
# with leaves room for that and for nothing else (see tests/regress/README.md).
set -euo pipefail

program=$1
out=$2
home=$(cd "$(dirname "$0")" && pwd)
baselines=$home/../baselines
worst=0

run() { # name
  echo
  echo "== $1"
  "$program" run "$home/$1.yml" --out "$out/$1" --fresh --quiet >/dev/null
}

# A regression counts more than what cannot be told, and both less than what could not be done.
note() { # status, name
  if (($1 != 0 && $1 != 5 && $1 != 1)); then exit "$1"; fi
  if (($1 == 1 || worst == 0)); then worst=$1; fi
  if (($1 == 1)); then
    echo "  where that is meant:  $program accept $out/$2 --baseline $baselines/$2.json" \
      "--reason TEXT ${only[*]}" >&2
  fi
}

check() { # name, options that accept takes as well, in only; others of check
  local name=$1 status=0
  shift
  run "$name"
  "$program" check "$out/$name" --baseline "$baselines/$name.json" "${only[@]}" "$@" || status=$?
  note "$status" "$name"
}

run limit
"$program" verify "$out/limit"
only=(--only recall)
check hnsw --tolerance 2pp
only=(--only recall@2 --only ndcg@10)
check retrieval
exit "$worst"
