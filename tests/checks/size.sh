#!/bin/sh
# usage: size.sh ROOT - no function over 100 lines or 20 branches, no file over 800 lines.
# Exceptions stand in ROOT/tests/checks/size.txt. Prints how long functions are.
set -eu
export LC_ALL=C
cd "$1"
LINES_MAX=100 BRANCHES_MAX=20 FILE_MAX=800
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT

find . -path ./build -prune -o -path ./tests -prune -o -path '*/.*' -prune -o \
	-name '*.[ch]' -print | sed 's,^\./,,' | sort > "$T/files"
bad=0
tr '\n' '\0' < "$T/files" | xargs -0r wc -l /dev/null |
	awk -v max=$FILE_MAX '$2 != "total" && $1 > max {
		print $2 ": " $1 " lines (at " max " split by step, not into _util)"; bad = 1 }
	END { exit bad }' || bad=1

# pmccabe prints: branches, (traditional), statements, first line, lines, file(line): function
grep '\.c$' "$T/files" | tr '\n' '\0' | xargs -0r pmccabe > "$T/all" 2>"$T/errors" || true
if [ -s "$T/errors" ]; then
	cat "$T/errors"
	bad=1
fi
sort -k5,5n "$T/all" > "$T/functions"
sed 's/#.*//' tests/checks/size.txt 2>/dev/null | awk 'NF { print $1 }' > "$T/excepted" || true
awk -v lines=$LINES_MAX -v branches=$BRANCHES_MAX -v excepted="$T/excepted" '
BEGIN { while ((getline name < excepted) > 0) unused[name] = excused[name] = 1 }
{
	file = $6; sub(/\(.*/, "", file)
	name = file ":" $7
	length_of[NR] = $5
	if ($5 <= lines && $1 <= branches)
		next
	delete unused[name]
	if (!(name in excused)) {
		print file ":" $4 ": " $7 " has " $5 " lines and " $1 " branches (at most " lines " and " branches ")"
		bad = 1
	}
}
END {
	for (name in unused) {
		print "tests/checks/size.txt: " name " needs no exception"
		bad = 1
	}
	if (NR)
		printf "%d functions: median %d lines, p95 %d, longest %d\n", NR,
			length_of[int((NR + 1) / 2)], length_of[int(NR * .95 + .999)], length_of[NR]
	exit bad
}' "$T/functions" || bad=1
if [ "${2:-}" = --worst ]; then
	echo 'branches lines function'
	sort -rn "$T/all" | awk '{ printf "%8d %5d %s %s\n", $1, $5, $6, $7 }' | head -15
fi
exit $bad
