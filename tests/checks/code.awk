# C without its comments, as path:line:text. -v strings=0 empties the string literals too, so that
# a word in prose is not taken for a call. Works with mawk; run it under LC_ALL=C.
FNR == 1 { inside = 0 }
{
	rest = $0
	text = ""
	while (rest != "") {
		if (inside) {
			end = index(rest, "*/")
			if (!end)
				break
			rest = substr(rest, end + 2)
			inside = 0
			text = text " "
			continue
		}
		if (!match(rest, /\/\*|\/\/|"|'/)) {
			text = text rest
			break
		}
		text = text substr(rest, 1, RSTART - 1)
		mark = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART)
		if (mark == "//")
			break
		if (mark == "/*") {
			inside = 1
			rest = substr(rest, 3)
		} else if (mark == "\"" && match(rest, /^"([^"\\]|\\.)*"/)) {
			text = text (strings ? substr(rest, 1, RLENGTH) : "\"\"")
			rest = substr(rest, RLENGTH + 1)
		} else if (mark == "'" && match(rest, /^'([^'\\]|\\.)+'/)) {
			text = text "0"
			rest = substr(rest, RLENGTH + 1)
		} else {
			text = text mark
			rest = substr(rest, 2)
		}
	}
	if (text !~ /^[ \t]*$/)
		print FILENAME ":" FNR ":" text
}
