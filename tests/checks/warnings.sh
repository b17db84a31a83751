#!/bin/sh
# usage: warnings.sh ROOT - no warning from the build's compiler, nor from clang.
# LY_CC and LY_CFLAGS come from make. With LY_BUILT=1 only what the suites do not build themselves,
# with the same warnings as errors, by both compilers: the benches.
set -eu
cd "$1"
where=.
[ -z "${LY_BUILT:-}" ] || where=./tests/bench
find "$where" -path ./build -prune -o -path ./tests/checks -prune -o -path '*/.*' -prune -o \
	-name '*.c' -print0 | sort -z |
xargs -0r -n1 -P"$(nproc)" sh -c '
	c=${1#./}
	${LY_CC:-cc} -I. ${LY_CFLAGS:-} -Werror -c -o /dev/null "$c" 2>&1 &&
	clang -I. ${LY_CFLAGS:-} -Werror -fsyntax-only "$c" 2>&1 ||
	{ echo "$c: gives warnings"; exit 1; }' sh
