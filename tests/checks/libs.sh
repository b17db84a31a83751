#!/bin/sh
# usage: libs.sh ROOT - a foreign header is included only where libs.txt says.
set -euf
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

T=$(mktemp)
trap 'rm -f "$T"' EXIT
sed 's/#.*//' "$here/libs.txt" > "$T"
find . -path ./build -prune -o -path ./tests/checks -prune -o -path '*/.*' -prune -o \
	-name '*.[ch]' -print0 | sort -z |
	xargs -0r grep -HnE '^[ 	]*#[ 	]*include[ 	]*<' /dev/null | sed 's,^\./,,' |
awk -v table="$T" '
# A shell glob, where * also crosses folders, as a regular expression.
function glob(g) { gsub(/\./, "[.]", g); gsub(/\*/, ".*", g); return "^" g "$" }
BEGIN {
	while ((getline line < table) > 0) {
		n = split(line, word, " ")
		if (n < 2)
			continue
		rows++
		header[rows] = glob(word[1])
		place[rows] = word[2]
		for (i = 3; i <= n; i++)
			place[rows] = place[rows] " " word[i]
	}
}
{
	split($0, at, ":")
	name = $0; sub(/^[^<]*</, "", name); sub(/>.*/, "", name)
	if (name in seen && (seen[name] == "*" || at[1] ~ /^tests\//))
		next
	where = ""
	for (i = 1; i <= rows; i++)
		if (name ~ header[i])
			where = where (where == "" ? "" : " ") place[i]
	if (where == "") {
		print at[1] ":" at[2] ": <" name "> is in no line of tests/checks/libs.txt"
		bad = 1
		next
	}
	seen[name] = where
	ok = at[1] ~ /^tests\//
	n = split(where, word, " ")
	for (i = 1; i <= n; i++)
		if (at[1] ~ glob(word[i]))
			ok = 1
	if (!ok) {
		print at[1] ":" at[2] ": <" name "> belongs to " where " only"
		bad = 1
	}
}
END { exit bad }'
