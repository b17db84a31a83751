#!/bin/sh
# usage: headers.sh ROOT - every header compiles alone (after core/base.h, as in every .c), twice over.
# LY_CC and LY_CFLAGS come from make.
set -eu
cd "$1"
base=
[ -f core/base.h ] && base='#include "core/base.h"'
export base
find . -path ./build -prune -o -path ./tests/checks -prune -o -path '*/.*' -prune -o \
	-name '*.h' -print0 | sort -z |
xargs -0r -n1 -P"$(nproc)" sh -c '
	h=${1#./}
	printf "%s\n#include \"%s\"\n#include \"%s\"\n" "$base" "$h" "$h" |
	${LY_CC:-cc} -I. ${LY_CFLAGS:-} -Werror -fsyntax-only -xc - 2>&1 ||
	{ echo "$h: does not compile alone"; exit 1; }' sh
