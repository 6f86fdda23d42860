#!/usr/bin/env bash
# What `make fuzz` runs: run.sh BUILD, with the seconds of all targets together in FUZZ_SECONDS, or
# with the executions of each in FUZZ_RUNS, which an hour a target may cut short; for one target
# alone, its name in TARGET. Inputs that reached something new stay in BUILD/corpus
# for the next time; one that did harm is in BUILD/found, and the exit status is 1.
set -euo pipefail

build=$1
total=${FUZZ_SECONDS:-600}
runs=${FUZZ_RUNS:-}
only=${TARGET:-}
home=$(dirname "$0")
log=$build/fuzz.log

if [[ ! $total =~ ^[1-9][0-9]*$ ]]; then
  echo "SECONDS=$total: a whole number of seconds above 0 is needed" >&2
  exit 2
fi
if [[ -n $runs && ! $runs =~ ^[1-9][0-9]*$ ]]; then
  echo "RUNS=$runs: a whole number of executions above 0 is needed" >&2
  exit 2
fi
mapfile -t targets < <(sed -n 's/^LIMEN_ENTRY(\(.*\))$/\1/p' "$home/targets.def")
if [[ -n $only ]]; then
  if [[ " ${targets[*]} " != *" $only "* ]]; then
    echo "TARGET=$only: there is no such target; there is: ${targets[*]}" >&2
    exit 2
  fi
  targets=("$only")
fi
share=$((total / ${#targets[@]}))
if ((share < 1)); then share=1; fi
if [[ -n $runs ]]; then share=3600; fi

# Files of the targets belong to memory, and go with this script.
scratch=$(mktemp -d "$([[ -w /dev/shm ]] && echo /dev/shm || echo /tmp)/limen-fuzz-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export TMPDIR=$scratch
# A length that is believed shows as a large allocation, which libFuzzer reports, rather than as a
# sanitizer that gives up.
export ASAN_OPTIONS=allocator_may_return_null=1:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
unset LIMEN_FUZZ_SEEDS

fuzz() { # target
  local name=$1 program=$build/tests/fuzz_$1 folders=()
  mkdir -p "$build/corpus/$name" "$build/seeds/$name" "$build/found/$name"
  LIMEN_FUZZ_SEEDS=$build/seeds/$name "$program"
  folders=("$build/corpus/$name" "$build/seeds/$name")
  for kind in corpus found; do
    if [[ -d $home/$kind/$name ]]; then folders+=("$home/$kind/$name"); fi
  done
  local options=(-max_total_time="$share" -timeout=30 -malloc_limit_mb=256 -rss_limit_mb=2560
                 -print_final_stats=1 -artifact_prefix="$build/found/$name/")
  if [[ -n $runs ]]; then options+=(-runs="$runs"); fi
  if [[ -f $home/words/$name.dict ]]; then options+=(-dict="$home/words/$name.dict"); fi
  nice -n 10 "$program" "${options[@]}" "${folders[@]}" >"$build/fuzz_$name.log" 2>&1
}

number() { # name of a statistic, target
  sed -n "s/^stat::$1: *//p" "$build/fuzz_$2.log" | tail -n 1
}

say() { printf "$@" | tee -a "$log"; }

: >"$log"
say '%-12s %12s %9s %8s %10s\n' target executions 'a second' seconds 'memory MB'
sum=0
failed=0
for name in "${targets[@]}"; do
  start=$(date +%s)
  fuzz "$name" || failed=$?
  executions=$(number number_of_executed_units "$name")
  say '%-12s %12s %9s %8s %10s\n' "$name" "${executions:-?}" \
    "$(number average_exec_per_sec "$name")" "$(($(date +%s) - start))" \
    "$(number peak_rss_mb "$name")"
  sum=$((sum + ${executions:-0}))
  if ((failed)); then break; fi
done
say '%-12s %12s\n' all "$sum"
if ((failed)); then
  file=$(sed -n 's/.*Test unit written to //p' "$build/fuzz_$name.log" | tail -n 1)
  if [[ -z $file ]]; then
    echo "The target $name ended without an input, with status $failed; see $build/fuzz_$name.log." >&2
    exit 1
  fi
  grep -m 1 -E '^SUMMARY|^==[0-9]+== ?ERROR' "$build/fuzz_$name.log" >&2 || true
  echo "The target $name fails with this input: $file" >&2
  echo "  run it again:  $build/tests/fuzz_$name $file" >&2
  echo "  then mend the reader, and keep the file in $home/found/$name for the tests." >&2
  exit 1
fi
