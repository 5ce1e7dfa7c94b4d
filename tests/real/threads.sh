#!/bin/sh
# threads.sh - the same bytes for every number of threads
. "$(dirname "$0")/lib.sh"

for dir in $VMCORES; do
	"$collect" -z -d 31 --num-threads 0 "$dir/vmcore" "$work/0" >/dev/null
	for n in 1 2 4 8; do
		ok "$(version "$dir"): $n threads" "$collect" -z -d 31 --num-threads $n "$dir/vmcore" "$work/$n"
		ok "$(version "$dir"): same bytes as without" cmp "$work/0" "$work/$n"
		rm -f "$work/$n"
	done
	rm -f "$work/0"
done
finish
