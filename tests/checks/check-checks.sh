#!/bin/bash
# usage: check-checks.sh [CHECK…] - each check refuses what it must and passes what it may.
#
# A fixture tests/checks/CHECK/NAME.txt is a small tree in one file:
#	# refused: TEXT       the check must fail and print TEXT  (or "# passes": it must not fail)
#	--- folder/file.c     a file begins
#	@repeat 101 text      that many lines of text
# Prints `ok CHECK NAME` or `not ok CHECK NAME reason`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
failed=0

unpack() { # FIXTURE ROOT
	awk -v root="$2" '
	/^--- / { file = root "/" $2; dir = file; sub(/\/[^\/]*$/, "", dir)
		system("mkdir -p \"" dir "\""); printf "" > file; next }
	file == "" { next }
	/^@repeat / { n = $2; sub(/^@repeat [0-9]+ /, "")
		while (n-- > 0) print > file
		next }
	{ print > file }' "$1"
}

try() { # CHECK FIXTURE
	local name root="$T/root" expect out
	name="$1 $(basename "$2" .txt)"
	rm -rf "$root"
	mkdir "$root"
	unpack "$2" "$root"
	expect=$(sed -n 's/^# refused: //p;s/^# passes.*//p;2q' "$2" | head -1)
	if out=$("$here/$1.sh" "$root" 2>&1); then
		if [ -n "$expect" ]; then
			echo "not ok $name: was let through"
			return 1
		fi
	elif [ -z "$expect" ]; then
		echo "not ok $name: was refused"
		echo "$out" | sed 's/^/    /'
		return 1
	elif ! grep -qF -- "$expect" <<<"$out"; then
		echo "not ok $name: refused, but without saying \"$expect\":"
		echo "$out" | sed 's/^/    /'
		return 1
	fi
	echo "ok $name"
}

checks=("$@")
[ $# -gt 0 ] || checks=(layers libs banned headers size warnings format)
for check in "${checks[@]}"; do
	refused=0 passed=0
	for fixture in "$here/$check"/*.txt; do
		[ -f "$fixture" ] || continue
		case $(head -1 "$fixture") in
		'# refused: '?*) refused=1 ;;
		'# passes'*) passed=1 ;;
		*) echo "not ok $check $fixture: the first line is neither \"# refused: …\" nor \"# passes\"" && failed=1 ;;
		esac
		try "$check" "$fixture" || failed=1
	done
	if [ $refused$passed != 11 ]; then
		echo "not ok $check: needs a fixture that is refused and one that passes"
		failed=1
	fi
done
exit $failed
