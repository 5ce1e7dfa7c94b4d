#!/bin/sh
# levels.sh - at each of the 32 levels we keep what makedumpfile keeps, but for docs/differences.md
. "$(dirname "$0")/lib.sh"

# Frames only one of the two keeps must be of a kind that is on the list.
explained() {
	"$dumpcmp" sets "$work/theirs" "$work/ours" >"$work/diff" && return 0
	cat "$work/diff"
	case $1 in
	# makedumpfile 1.7.8 takes tails of 7.x for anonymous pages of their own and drops them.
	7.*) tail -n 1 "$work/diff" | grep -q ' 0 only in the first' ;;
	*) return 1 ;;
	esac
}

for dir in $VMCORES; do
	v=$(version "$dir")
	for level in $(seq 0 31); do
		rm -f "$work/theirs" "$work/ours"
		"$oracle/makedumpfile" -l -d $level "$dir/vmcore" "$work/theirs" >/dev/null 2>&1
		"$collect" -l -d $level "$dir/vmcore" "$work/ours" >/dev/null 2>&1
		ok "$v: level $level" explained "$v"
	done
done
finish
