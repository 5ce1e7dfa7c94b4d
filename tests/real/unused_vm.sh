#!/bin/sh
. "$(dirname "$0")/lib.sh"

cat >"$work/cmds" <<'C'
sys
bt -a
ps
log
mod
mount
files
kmem -s
quit
C
cat >"$work/tasks.py" <<'P'
from drgn.helpers.linux.pid import for_each_task
for task in for_each_task(prog):
    print(task.pid.value_(), task.comm.string_().decode())
    try:
        print(prog.stack_trace(task))
    except ValueError as e: # a CPU without registers
        print(e)
P

# crash warns of the mark in the header.
crash_says_less() {
	crash_says "$1" | sed '/^WARNING: .*\/less:$/,/unpredictable/d; /./,$!d'
}

# pages FILE KEY - a count of the JSON summary.
pages() {
	python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["pages"][sys.argv[2]])' "$1" "$2"
}

counted() {
	[ "$(pages "$work/less.json" unused_vm)" -gt 1000 ] &&
		[ $(($(pages "$work/all.json" kept) + $(pages "$work/all.json" zero))) = \
			$(($(pages "$work/less.json" kept) + $(pages "$work/less.json" zero) + \
			$(pages "$work/less.json" unused_vm))) ]
}

# The mark of makedumpfile, the level, and nothing else of the headers.
marked() {
	[ $(($(od -An -tu4 -j424 -N4 "$work/less") & 16)) = 16 ] &&
		[ $(($(od -An -tu4 -j424 -N4 "$work/all") & 16)) = 0 ] &&
		[ "$(od -An -td4 -j4104 -N4 "$work/less" | tr -d ' ')" = 31 ]
}

smaller() {
	all=$(stat -c %s "$work/all") less=$(stat -c %s "$work/less")
	[ "$less" -lt "$all" ]
}

# again OPTION... FROM - filter FROM again: the same bytes, nothing of it damaged.
again() {
	exits 0 "$collect" -f --json="$work/again.json" "$@" "$work/again" && cmp "$work/less" "$work/again" &&
		[ "$(pages "$work/again.json" kept)" = "$(pages "$work/less.json" kept)" ] &&
		[ "$(pages "$work/again.json" unreadable)" = 0 ] && ! grep -qi 'damaged' "$work/words"
}

elf() {
	exits 0 "$collect" -f -E -e -d 31 "$1" "$work/elf" && "$dumpcmp" sets "$work/less" "$work/elf" &&
		"$dumpcmp" bytes "$dir/vmcore" "$work/elf"
}

split() {
	rm -f "$work"/part*
	exits 0 "$collect" --split -e -z -d 31 "$dir/vmcore" "$work/part1" "$work/part2" &&
		exits 0 "$collect" -f --reassemble "$work/part1" "$work/part2" "$work/again" &&
		"$dumpcmp" sets "$work/less" "$work/again" && "$dumpcmp" bytes "$dir/vmcore" "$work/again"
}

# Crash reads the oldest kernel, drgn the newest: one of each is enough but in the full set.
set -- $VMCORES
[ "${VMCORE_SET:-check}" = full ] || [ $# -le 2 ] || { first=$1; shift $(($# - 1)); set -- "$first" "$1"; }
for dir in "$@"; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	"$collect" -q -f --json="$work/all.json" -z -d 31 "$dir/vmcore" "$work/all" || exit 1
	ok "$v: dump with -e" "$collect" -f -e --json="$work/less.json" -z -d 31 "$dir/vmcore" "$work/less"
	ok "$v: it is smaller" smaller
	echo "# $v: size with -e / without: $(python3 -c "print('%.3f' % ($less / $all))")"
	ok "$v: the pages are counted" counted
	ok "$v: its header is marked" marked
	ok "$v: kept pages are the vmcore's" "$dumpcmp" bytes "$dir/vmcore" "$work/less"
	case $v in
	7.*) ;;
	*) ok "$v: crash shows the same" reads_same crash_says_less sysrq_handle_crash "$work/all" "$work/less" ;;
	esac
	ok "$v: drgn shows the same stacks" reads_same drgn_says sysrq_handle_crash "$work/all" "$work/less"
	ok "$v: one thread makes the same bytes" again --threads=0 -e -z -d 31 "$dir/vmcore"
	ok "$v: filtered again without -e" again -z -d 31 "$work/less"
	ok "$v: filtered again with -e" again -e -z -d 31 "$work/less"
	ok "$v: -e on a dump that has all of mem_map" again -e -z -d 31 "$work/all"
	ok "$v: an ELF core of the vmcore" elf "$dir/vmcore"
	ok "$v: an ELF core of the dump" elf "$work/less"
	ok "$v: a split dump" split
	ok "$v: it verifies" exits 0 "$collect" --verify "$work/less"
done
finish
