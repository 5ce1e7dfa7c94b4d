#!/bin/sh
# report_parts.sh - memory, slabs, processes and modules of kdump-report are those that drgn finds
. "$(dirname "$0")/lib.sh"

report() {
	timeout 60 "$build/kdump-report" --json "$1" >"$work/json" &&
		python3 "$real/report_parts.py" ours <"$work/json"
}

equal() {
	report "$dir/vmcore" >"$work/ours" || return 1
	"$oracle/run" python3 "$real/report_parts.py" drgn "$dir/vmcore" "$vmlinux" >"$work/drgn" 2>"$work/words" ||
		{ cat "$work/words"; return 1; }
	for word in 'memory total' 'memory free' 'slab ' 'process [0-9]' 'module '; do
		grep -q "^$word" "$work/ours" || { echo "not shown: $word"; return 1; }
	done
	diff "$work/drgn" "$work/ours"
}

same_as() {
	report "$1" >"$work/other" && diff "$work/ours" "$work/other"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	rm -f "$work/dump"
	ok "$v: memory, slabs, processes and modules are drgn's" equal
	ok "$v: dump" "$collect" -q -l -d 31 "$dir/vmcore" "$work/dump"
	ok "$v: the same from a dump of level 31" same_as "$work/dump"
done
finish
