#!/usr/bin/env bash
# What `make lint` runs: lint.sh BUILD [JOBS]. clang-tidy (.clang-tidy) and cppcheck
# (cmake/cppcheck.txt) over every source that is compiled into the program. Says what each finds;
# the exit status is 1 when either finds anything.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
jobs=${2:-$(nproc)}
status=0
mapfile -t sources < <(find harness datasets experiments -name '*.c' -o -name '*.cpp' | sort)

echo "clang-tidy: ${#sources[@]} files"
printf '%s\0' "${sources[@]}" |
  xargs -0 -P "$jobs" -n 4 clang-tidy --quiet -p "$build" 2>"$build/clang-tidy.log" || status=1

echo "cppcheck"
cppcheck --quiet --error-exitcode=1 -j "$jobs" -I harness -I . -D_GNU_SOURCE -DLIMEN_HAVE_FAISS \
  --enable=warning,performance,portability --inline-suppr --suppressions-list=cmake/cppcheck.txt \
  --template='{file}:{line}: {severity}: {message} [{id}]' "${sources[@]}" || status=1

if ((status == 0)); then echo "nothing found"; fi
exit "$status"
