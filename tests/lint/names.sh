#!/bin/sh
# names.sh - the name of a TAP line of tests/service says a promise by itself: three words or more,
# no two alike in a script, and none that stands on the line before it ("and says so")
cd "$(dirname "$0")/../.." || exit 99

# shellcheck disable=SC2046
awk '
FNR == 1 { delete seen }
function complain(what) {
	print FILENAME ":" FNR ": \"" name "\": " what
	bad = 1
}
/^[ \t]*(\[.*\|\| |\[.*&& |.*\)[ \t]*)?ok "/ {
	name = $0
	sub(/^.*ok "/, "", name)
	# Up to the closing quote; quotes in $(...) belong to the name.
	for (i = 1; i <= length(name); i++) {
		c = substr(name, i, 1)
		if (c == "\\") { i++; continue }
		if (c == "$" && substr(name, i + 1, 1) == "(") depth++
		if (c == ")" && depth) depth--
		if (c == "\"" && !depth) break
	}
	depth = 0
	name = substr(name, 1, i - 1)
	if (split(name, words, " ") < 3)
		complain("write who does what, in three words at least")
	if (name in seen)
		complain("line " seen[name] " has this name; say what differs")
	seen[name] = FNR
	if (name ~ /^(and|but|it|so|too|nor|or|which|also|that|says|has|is|are|does|shows) /)
		complain("name the subject, which is in the line before")
}
END { exit bad }' $(git ls-files 'tests/service/*.sh')
