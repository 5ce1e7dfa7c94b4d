#!/bin/sh
# levels.sh - at each of the 32 levels we keep what makedumpfile keeps, but for docs/differences.md
. "$(dirname "$0")/lib.sh"

# Pages given back to the hypervisor, as our own statistics count them.
offline() {
	sed -n 's/.*"offline": *\([0-9]*\).*/\1/p' "$work/json" | head -n 1
}

# free_lists DIR - D11: frames on the free lists of the CPUs
free_lists() {
	"$oracle/run" python3 "$real/pcp_list.py" "$1/vmcore" "$("$oracle/vmlinux" "$(version "$1")")" \
		>"$work/lists" 2>"$work/words" || { cat "$work/words"; return 1; }
	[ "$(wc -l <"$work/lists")" -gt 100 ] || { echo "next to nothing is on them"; return 1; }
}

# explained VERSION LEVEL - a difference must be one of docs/differences.md, to the page
explained() {
	list=
	[ $(($2 & 16)) = 0 ] || list=$work/lists
	"$dumpcmp" sets "$work/theirs" "$work/ours" $list >"$work/diff" && return 0
	cat "$work/diff"
	summary=$(tail -n 1 "$work/diff")
	case $2 in
	0 | 1) # D1: offline pages go at every level
		echo "$summary" | grep -q ", $(offline) only in the first, 0 only in the second" ;;
	*) # D2: makedumpfile 1.7.8 takes tails of 7.x for anonymous pages and drops them
		case $1 in
		7.*) echo "$summary" | grep -q ', 0 only in the first' && [ $(($2 & 8)) = 8 ] ;;
		*) return 1 ;;
		esac ;;
	esac
}

for dir in $VMCORES; do
	v=$(version "$dir")
	ok "$v: drgn finds the free lists of the CPUs" free_lists "$dir"
	for level in $(seq 0 31); do
		rm -f "$work/theirs" "$work/ours" "$work/json"
		"$oracle/makedumpfile" -l -d $level "$dir/vmcore" "$work/theirs" >/dev/null 2>&1
		"$collect" -l -d $level --json="$work/json" -q "$dir/vmcore" "$work/ours" 2>/dev/null
		ok "$v: level $level" explained "$v" $level
	done
done
finish
