#!/bin/sh
# cuts.sh - no message cuts a path: no "%.80s", no buffer of a literal size for a message
#
# MESSAGE_MAX has space for an error with the longest path; base/text.h marks what is cut after all.
# A cut that is right stands in cuts.list, with the reason; a name that ends with / is a folder.
cd "$(dirname "$0")/../.." || exit 99

# shellcheck disable=SC2046
awk '
FILENAME ~ /cuts\.list$/ {
	if ($0 !~ /^#/ && NF) {
		if (NF < 3) { print FILENAME ":" FNR ": a cut without a reason"; bad = 1 }
		allowed[$1 " " $2] = 1
	}
	next
}
# Where FILENAME or a folder that it is in may cut WHAT; "" where none may.
function where(what,    name) {
	for (name = FILENAME; name != ""; sub(/[^\/]*\/?$/, "", name))
		if ((name " " what) in allowed)
			return name
	return ""
}
function check(what, better) {
	if (where(what) != "")
		used[where(what) " " what] = 1
	else {
		print FILENAME ":" FNR ": " what ": " better ", or give the reason in tests/lint/cuts.list"
		bad = 1
	}
}
{
	rest = $0
	while (match(rest, /%-?[0-9]*\.[0-9]+s/)) {
		check(substr(rest, RSTART, RLENGTH), "write %s, with a buffer that has space for it")
		rest = substr(rest, RSTART + RLENGTH)
	}
	if ($0 ~ /^[ \t]*(static )?char /) {
		rest = $0
		while (match(rest, /(message|text|why|reason|error|cause|caution|fault|warning|looked)(_[a-z]+)?\[[0-9][0-9][0-9]+\]/)) {
			check(substr(rest, RSTART, RLENGTH), "write MESSAGE_MAX or ERR_MESSAGE_MAX")
			rest = substr(rest, RSTART + RLENGTH)
		}
	}
}
END {
	for (a in allowed)
		if (!(a in used)) { print "tests/lint/cuts.list: " a ": not there any more"; bad = 1 }
	exit bad
}' tests/lint/cuts.list $(git ls-files 'collector/*.[ch]' 'config/*.[ch]' 'initramfs/*.[ch]' 'systemd/*.[ch]')
