#!/usr/bin/env bash
# Sees to it that the packages of the named groups are there: install_packages.sh build test ...
#
# It runs before every build, so the usual answer, nothing is missing, costs one call of dpkg-query.
# What dpkg does not know is looked for a second time by its probe (packages.txt), which finds
# libraries built by hand, and everything on systems other than Debian's.
#
# LIMEN_NO_INSTALL=1 prints what would be installed and stops.
set -euo pipefail

list="$(dirname "$0")/packages.txt"
packages=()                          # of the groups asked for, in the list's order
declare -A probe_of purpose_of installed
missing=()

say() { printf '%s\n' "$*" >&2; }

read_list() {
  local group package probe purpose
  while read -r group package probe purpose; do
    [[ -z $group || $group == \#* || " $* " != *" $group "* ]] && continue
    if [[ $probe != @(command|module|header|python|clang):?* ]]; then
      say "$list: \"$probe\" is not a probe of $package; write command:, module:, header:, python: or clang: and a name"
      exit 2
    fi
    packages+=("$package")
    probe_of[$package]=$probe
    purpose_of[$package]=$purpose
  done <"$list"
  if ((${#packages[@]} == 0)); then
    say "install_packages.sh: no packages in the groups \"$*\"; the groups are the first column of $list"
    exit 2
  fi
}

found_by_probe() {
  local name=${1#*:}
  case $1 in
    command:*) command -v "$name" ;;
    module:*) pkg-config --exists "$name" ;;
    header:*) "${CXX:-g++}" -E -x c++ -include "$name" /dev/null ;;
    clang:*) clang "$name" -x c - -o /dev/null <<<'int main(void) { return 0; }' ;;
    python:*) "${PYTHON:-/usr/bin/python3}" -c 'import sys, importlib.util as u; sys.exit(u.find_spec(sys.argv[1]) is None)' "$name" ;;
  esac >/dev/null 2>&1
}

find_missing() {
  local package status
  if command -v dpkg-query >/dev/null; then
    while read -r package status; do
      # The second letter is the state: "ii" is installed and wanted, "hi" is held at its version.
      if [[ $status == ?i ]]; then installed[$package]=yes; fi
    done < <(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' "${packages[@]}" 2>/dev/null)
  fi
  for package in "${packages[@]}"; do
    [[ ${installed[$package]:-} == yes ]] || found_by_probe "${probe_of[$package]}" || missing+=("$package")
  done
}

name_missing() {
  say "limen needs what is not installed here:"
  for package in "${missing[@]}"; do say "  $(printf '%-18s' "$package") ${purpose_of[$package]}"; done
}

say_by_hand() {
  local sudo=''
  if ((EUID != 0)) && command -v sudo >/dev/null; then sudo='sudo '; fi
  say "$1"
  say "  ${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${missing[*]}"
}

install_missing() {
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo); fi
  apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 "$@" </dev/null >&2
  }
  install() { apt install -y --no-install-recommends "${missing[@]}"; }
  say "Installing them with apt (LIMEN_NO_INSTALL=1 stops instead)."
  # A system that never fetched its lists knows none of the packages, and one with old lists asks
  # for versions that the server has dropped: only these two wait for new lists.
  if apt-get --simulate install "${missing[@]}" >/dev/null 2>&1 && install; then return; fi
  say "Fetching apt's lists of packages."
  apt update || say "Not all of the lists could be fetched; trying with what is there."
  if ! install; then
    say "apt could not install: ${missing[*]}"
    say "Its reasons stand above, most often the network, a full disk or /etc/apt/sources.list."
    exit 1
  fi
}

read_list "$@"
find_missing
if ((${#missing[@]} == 0)); then exit 0; fi
name_missing
if ! command -v apt-get >/dev/null; then
  say "This is not Debian or Ubuntu: install them by hand (the names are Debian's), then run make again."
  exit 1
elif [[ ${LIMEN_NO_INSTALL:-0} != 0 ]]; then
  say_by_hand "LIMEN_NO_INSTALL is set, so nothing was installed. To install them, then make again:"
  exit 1
elif ((EUID != 0)) && ! command -v sudo >/dev/null; then
  say_by_hand "Only root can install them, and sudo is not here. As root:"
  exit 1
fi
install_missing
