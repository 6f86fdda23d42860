#!/usr/bin/env bash
# What `make coverage` runs: coverage.sh BUILD TEST_JOBS. Runs all tests in a build that counts lines,
# prints the share of lines that ran, by folder, and writes the pages BUILD/coverage/index.html. The
# exit status is 1 below 90% of harness/ and datasets/.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
least=90
find "$build" -name '*.gcda' -delete
# Tests of faults put themselves between the program and the system, where the counters are written
# as well.
ctest --preset coverage -LE faults -j "$2"
mkdir -p "$build/coverage"
gcovr --root . --object-directory "$build" --filter harness/ --filter datasets/ \
  --print-summary \
  --csv "$build/coverage/lines.csv" --html-details "$build/coverage/index.html" \
  "$build" >"$build/coverage/summary.txt"

awk -F, -v least="$least" '
  NR == 1 { next }
  {
    n = split($1, part, "/")
    folder = part[1] == "harness" ? part[1] "/" part[2] : part[1]
    lines[folder] += $2; ran[folder] += $3; all += $2; all_ran += $3
  }
  END {
    for (folder in lines)
      printf "%-22s %6d of %6d lines  %5.1f%%\n", folder, ran[folder], lines[folder],
             100 * ran[folder] / lines[folder] | "sort"
    close("sort")
    share = 100 * all_ran / all
    printf "%-22s %6d of %6d lines  %5.1f%%\n", "all", all_ran, all, share
    exit share < least
  }' "$build/coverage/lines.csv" ||
  { echo "fewer than $least% of the lines ran; the pages are in $build/coverage/index.html" >&2; exit 1; }
