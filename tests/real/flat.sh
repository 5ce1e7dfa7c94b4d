#!/bin/sh
# flat.sh - the flattened stream: makedumpfile reads ours, we read its, a cut one is salvaged
. "$(dirname "$0")/lib.sh"

theirs_rearranges() {
	"$oracle/makedumpfile" -R "$work/theirs" <"$work/flat" && cmp "$work/direct" "$work/theirs"
}

ours_rearranges() {
	"$collect" -R "$work/again" <"$work/flat" && cmp "$work/direct" "$work/again"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work"/*
	ok "$v: direct" "$collect" -l -d 31 "$dir/vmcore" "$work/direct"
	ok "$v: -F" sh -c '"$1" -F -l -d 31 "$2" >"$3"' - "$collect" "$dir/vmcore" "$work/flat"
	ok "$v: makedumpfile -R gives our direct dump" theirs_rearranges
	ok "$v: our -R gives our direct dump" ours_rearranges
	ok "$v: makedumpfile -F" sh -c '"$1" -F -l -d 31 "$2" >"$3"' - \
		"$oracle/makedumpfile" "$dir/vmcore" "$work/flat2"
	ok "$v: our -R reads it" sh -c '"$1" -R "$2" <"$3"' - "$collect" "$work/from-theirs" "$work/flat2"
	ok "$v: its pages are right" "$dumpcmp" bytes "$dir/vmcore" "$work/from-theirs"

	# A stream is input as it is, from a file or a pipe: dumps and ELF cores.
	"$collect" -q -z -d 31 "$dir/vmcore" "$work/direct-z" || exit 1
	"$collect" -q -F -z -d 1 "$dir/vmcore" >"$work/flat-z" || exit 1
	ok "$v: our stream is filtered again" "$collect" -z -d 31 "$work/flat-z" "$work/from-flat"
	ok "$v: the dump made at once" cmp "$work/direct-z" "$work/from-flat"
	rm -f "$work/from-flat"
	ok "$v: from a pipe" sh -c 'cat "$2" | "$1" -z -d 31 - "$3"' - "$collect" "$work/flat-z" \
		"$work/from-flat"
	ok "$v: the dump made at once" cmp "$work/direct-z" "$work/from-flat"
	rm -f "$work/from-flat" "$work/flat-z"
	ok "$v: makedumpfile -F -E" sh -c '"$1" -F -E -d 0 "$2" >"$3"' - \
		"$oracle/makedumpfile" "$dir/vmcore" "$work/flat-elf"
	ok "$v: an ELF stream is filtered" "$collect" -z -d 31 "$work/flat-elf" "$work/from-flat"
	ok "$v: its pages are right" "$dumpcmp" bytes "$dir/vmcore" "$work/from-flat"
	ok "$v: its stream is filtered again" "$collect" -f -z -d 31 "$work/flat2" "$work/from-flat"
	ok "$v: its pages are right" "$dumpcmp" bytes "$dir/vmcore" "$work/from-flat"
	rm -f "$work/flat-elf" "$work/direct-z"

	head -c "$(($(stat -c %s "$work/flat") * 8 / 10))" "$work/flat" >"$work/cut"
	ok "$v: a stream cut at 80 % is partial" \
		exits 3 sh -c '"$1" -R "$2" <"$3"' - "$collect" "$work/salvaged" "$work/cut"
	rm -f "$work"/from-cut*
	ok "$v: filtered from a pipe it is partial, too" \
		exits 3 sh -c 'cat "$3" | "$1" -z -d 31 - "$2"' - "$collect" "$work/from-cut" "$work/cut"
	ok "$v: what is there is right" "$dumpcmp" present "$dir/vmcore" "$work/from-cut-incomplete"
	ok "$v: it has the pages that -R salvages" \
		"$dumpcmp" sets "$work/salvaged-incomplete" "$work/from-cut-incomplete"
	ok "$v: it keeps the name that says so" test -e "$work/salvaged-incomplete" -a ! -e "$work/salvaged"
done
finish
