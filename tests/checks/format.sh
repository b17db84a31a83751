#!/bin/bash
# usage: format.sh ROOT [--fix] - C is as clang-format leaves it (what git tracks; else what is there).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
[ -f .clang-format ] || cp "$here/../../.clang-format" .
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]; then
	git ls-files -z --cached -- '*.c' '*.h' ':!tests/checks'
else
	find . -path ./build -prune -o -path ./tests/checks -prune -o -name '*.[ch]' -print0 | sort -z
fi |
while IFS= read -r -d '' f; do [ -f "$f" ] && printf '%s\0' "$f"; done |
if [ "${2:-}" = --fix ]; then
	xargs -0r clang-format -i
else
	xargs -0r -n8 -P"$(nproc)" clang-format --dry-run -Werror 2>&1
fi
