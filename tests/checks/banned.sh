#!/bin/sh
# usage: banned.sh ROOT - nothing of banned.tsv outside the places it allows.
set -euf
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
find . -path ./build -prune -o -path ./tests/checks -prune -o -path '*/.*' -prune -o \
	-name '*.[ch]' -print | sed 's,^\./,,' | sort | tr '\n' '\0' > "$T/files"
xargs -0r awk -v strings=0 -f "$here/code.awk" < "$T/files" > "$T/code"
xargs -0r awk -v strings=1 -f "$here/code.awk" < "$T/files" > "$T/text"

# Declarations of variables that live as long as the process and may be written:
# `static` at any depth, and anything at column 0 that is neither function, type nor extern.
awk '
function judge(decl,    head) {
	gsub(/(__attribute__|_Alignas|LY_[A-Z_]+) *\(+[^()]*\)+/, "", decl)
	head = decl
	sub(/[;={].*/, "", head)
	if (head ~ /\(/ && head !~ /^[^(]*\( *\*/)
		return # a function
	sub(/.*\*/, "", head) # what counts is the last pointer, or the thing itself
	if (head !~ /(^|[^a-z_])const([^a-z_]|$)/)
		print where decl
}
{
	match($0, /^[^:]+:[0-9]+:/)
	line = substr($0, RLENGTH + 1)
	if (decl == "") {
		if (line ~ /^[ \t]*static[ \t]/)
			;
		else if (line !~ /^(struct|union|enum|unsigned|signed|const|volatile|_Atomic|_Thread_local|__thread|[a-z_0-9]+_t|char|short|int|long|float|double|bool|FILE|void)([ \t*]+[a-z_0-9]+)*[ \t*]+[a-z_A-Z0-9]+(\[[^]]*\])*[ \t]*(=|;)/)
			next
		else if (line ~ /^(struct|union|enum)[ \t]+[a-z_0-9]+[ \t]*;/)
			next
		where = substr($0, 1, RLENGTH)
	}
	decl = decl " " line
	if (decl !~ /[;={]/)
		next
	judge(decl)
	decl = ""
}' "$T/code" > "$T/static"

bad=0
tab=$(printf '\t')
while IFS=$tab read -r in pattern allowed instead; do
	case $in in
	'' | '#'*) continue ;;
	code | text) grep -E -e "$pattern" "$T/$in" > "$T/hits" || [ $? -eq 1 ] ;;
	static) cp "$T/static" "$T/hits" ;;
	*) echo "banned.tsv: \"$in\" is not code, text or static" && exit 1 ;;
	esac
	while IFS= read -r hit; do
		for glob in $allowed; do
			case ${hit%%:*} in $glob) continue 2 ;; esac
		done
		echo "$hit"
		echo "	use instead: $instead"
		bad=1
	done < "$T/hits"
done < "$here/banned.tsv"
exit $bad
