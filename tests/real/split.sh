#!/bin/sh
# split.sh - a dump in several files: every reader opens the set, and joined it is the dump made at once
. "$(dirname "$0")/lib.sh"

printf '%s\n' sys 'bt -a' ps log 'kmem -s' quit >"$work/cmds"

# crash_says FILE... - what crash says, less the lines that name the files.
crash_says() {
	"$oracle/crash" -s -i "$work/cmds" "$vmlinux" "$@" 2>&1 | sed '/DUMPFILE/,/CPUS/{/CPUS/!d}'
}

# A reader that fails on both alike proves nothing: the direct dump must show its worth.
crash_says_the_same() {
	crash_says "$work/direct" >"$work/direct.txt"
	crash_says "$work/c" "$work/a" "$work/b" >"$work/set.txt"
	grep -q sysrq_handle_crash "$work/direct.txt" || { tail "$work/direct.txt"; return 1; }
	diff "$work/direct.txt" "$work/set.txt"
}

same_pages() {
	"$dumpcmp" sets "$work/direct" "$1" && "$dumpcmp" bytes "$dir/vmcore" "$1"
}

# start END - the frames of a part, from its sub header.
frames() {
	od -An -tu8 -j4176 -N16 "$1"
}

# The parts follow each other, and none is empty.
in_a_row() {
	at=0
	for part in a b c; do
		# shellcheck disable=SC2046
		set -- $(frames "$work/$part")
		[ "$1" = $at ] && [ "$2" -gt "$1" ] || { echo "$part: $1 to $2, after $at"; return 1; }
		at=$2
	done
}

# three LEVEL CODEC - in three files and joined again, by us and by makedumpfile.
three() {
	rm -f "$work/direct" "$work/a" "$work/b" "$work/c" "$work/joined" "$work/theirs"
	"$collect" -q --compress="$2" -d "$1" "$dir/vmcore" "$work/direct" || exit 1
	ok "$v: $2, -d $1, in three files" "$collect" --split --compress="$2" -d "$1" \
		"$dir/vmcore" "$work/a" "$work/b" "$work/c"
	ok "$v: none is empty" in_a_row
	ok "$v: joined in another order" \
		"$collect" --reassemble "$work/c" "$work/a" "$work/b" "$work/joined"
	ok "$v: it is the dump made at once" cmp "$work/direct" "$work/joined"
	ok "$v: libkdumpfile opens the set" \
		"$dumpcmp" split "$dir/vmcore" "$work/a" "$work/b" "$work/c"
	ok "$v: makedumpfile joins it" "$oracle/makedumpfile" --reassemble \
		"$work/b" "$work/a" "$work/c" "$work/theirs"
	ok "$v: to the same pages" same_pages "$work/theirs"
}

# What makedumpfile splits, we join.
theirs() {
	rm -f "$work"/? "$work"/joined* "$work/theirs"
	ok "$v: makedumpfile --split" "$oracle/makedumpfile" -l -d 31 --splitblock-size 65536 \
		--split "$dir/vmcore" "$work/a" "$work/b" "$work/c"
	ok "$v: makedumpfile joins it" "$oracle/makedumpfile" --reassemble \
		"$work/a" "$work/b" "$work/c" "$work/theirs"
	ok "$v: so do we" "$collect" --reassemble "$work/b" "$work/c" "$work/a" "$work/joined"
	ok "$v: to the same pages" "$dumpcmp" sets "$work/theirs" "$work/joined"
	ok "$v: which are the vmcore's" "$dumpcmp" bytes "$dir/vmcore" "$work/joined"
}

# As an existing script calls it.
by_its_name() {
	ln -sf "$(readlink -f "$collect")" "$work/makedumpfile"
	rm -f "$work"/? "$work/joined" "$work/theirs"
	ok "$v: under the name makedumpfile" exits 0 "$work/makedumpfile" -l -d 31 --split \
		--splitblock-size 1024 "$dir/vmcore" "$work/a" "$work/b"
	ok "$v: in its words" says "^The dumpfiles are saved to $work/a, and $work/b\.$"
	ok "$v: and joined" \
		exits 0 "$work/makedumpfile" --reassemble "$work/a" "$work/b" "$work/joined"
	ok "$v: in its words" says "^makedumpfile Completed\.$"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	three 1 lzo
	three 31 zstd
	rm -f "$work/joined" "$work/theirs"
	case $v in
	7.*) ;; # crash cannot read this kernel from any dump; drgn reads the joined one
	*) ok "$v: crash says the same of the set" crash_says_the_same ;;
	esac
	ok "$v: without one of them" \
		exits 3 "$collect" --reassemble "$work/c" "$work/a" "$work/joined"
	ok "$v: its frames are said" \
		says 'a part of the dump is missing, with the page frames 0x[0-9a-f]* to 0x'
	ok "$v: the rest is there" "$dumpcmp" present "$dir/vmcore" "$work/joined-incomplete"
	theirs
	by_its_name
	rm -f "$work"/? "$work/joined" "$work/direct"
done
finish
