#!/bin/sh
# usage: layers.sh ROOT - #include "folder/…" follows the arrows of layers.txt.
# Refuses a folder the table does not list, a path without a folder, and C where make does not build it.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

T=$(mktemp)
trap 'rm -f "$T"' EXIT
find . -path ./build -prune -o -path ./tests/checks -prune -o -path '*/.*' -prune -o \
	-name '*.[ch]' -print | sed 's,^\./,,' | sort > "$T"
tr '\n' '\0' < "$T" | xargs -0r grep -HnE '^[ 	]*#[ 	]*include[ 	]*["<]' /dev/null |
awk -v table="$here/layers.txt" -v files="$T" '
function refuse(where, why) { print where ": " why; bad = 1 }
BEGIN {
	while ((getline line < table) > 0) {
		sub(/#.*/, "", line)
		n = split(line, word, " ")
		if (n < 2)
			continue
		may[word[1]] = ""
		for (i = 2; i <= n; i++) {
			may[word[1]] = may[word[1]] " " word[i]
			arrow[word[1], word[i]] = 1
		}
	}
	while ((getline path < files) > 0) {
		n = split(path, part, "/")
		if (n == 1)
			refuse(path, "C at the top belongs into a folder of tests/checks/layers.txt")
		else if (!(part[1] in may))
			refuse(path, "folder " part[1] "/ is not in tests/checks/layers.txt")
		else if (n > 2 && part[1] != "tests")
			refuse(path, "make builds " part[1] "/*.c only, no folder below it")
	}
}
{
	split($0, at, ":")
	from = at[1]; sub(/\/.*/, "", from)
	angle = $0 ~ /include[ \t]*</
	to = $0; sub(/^[^"<]*["<]/, "", to); sub(/[">].*/, "", to)
	path = to
	if (!sub(/\/.*/, "", to) || to == ".." || to == ".") {
		if (!angle)
			refuse(at[1] ":" at[2], "\"" path "\" does not name its folder")
		next
	}
	if (angle && !(to in may))
		next
	if ((from in may) && !arrow[from, to] && !arrow[from, "*"])
		refuse(at[1] ":" at[2], from "/ may include only:" may[from] " (not \"" path "\")")
}
END { exit bad }'
