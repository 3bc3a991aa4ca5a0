#!/usr/bin/env bash
# Makes sure that a tool is there: installs it by apt where that is allowed, else says how to.
set -euo pipefail

has() {
  case "$1" in
    postgres) [[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ]] || command -v initdb >/dev/null ;;
    nightly) rustup toolchain list 2>/dev/null | grep -q '^nightly' ;;
    node) command -v node >/dev/null && command -v npm >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

by_apt() {
  local package="$1" root=()
  if [[ "$(id -u)" != 0 ]]; then
    if ! sudo -n true 2>/dev/null; then
      echo "$package is missing. Install it: sudo apt-get install --yes $package" >&2
      exit 1
    fi
    root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null; then
    echo "$package is missing, and this system has no apt-get. Install $package by hand." >&2
    exit 1
  fi
  echo "installing $package" >&2
  "${root[@]}" apt-get update --quiet --quiet
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install --yes --quiet --quiet --no-install-recommends "$package" >&2
}

if has "$1"; then exit 0; fi
case "$1" in
  chromium) by_apt chromium ;;
  postgres) by_apt postgresql ;;
  strace) by_apt strace ;;
  cargo-fuzz) cargo install --locked cargo-fuzz ;;
  nightly)
    echo "A nightly Rust toolchain is missing. Install it: rustup toolchain install nightly" >&2
    exit 1
    ;;
  node)
    echo "Node.js 20.19 or newer, with npm, is missing. Install it from https://nodejs.org." >&2
    exit 1
    ;;
  *)
    echo "$1 is missing." >&2
    exit 1
    ;;
esac
has "$1" || { echo "$1 is still missing after its installation." >&2; exit 1; }
