#!/bin/sh
# threads.sh - the same bytes for every number of threads, which all start before mem_map is read
. "$(dirname "$0")/lib.sh"

# threads_first ARG... - eight threads for the pages, and one more, are there before the first one ends,
# which only scans: a dump of the running kernel would have the tasks of later ones, and not the pages
# that were taken for them.
threads_first() {
	strace -f -o "$work/trace" -e trace=clone,clone3,exit "$collect" -q -f --threads 8 -z -d 31 "$@" ||
		return 1
	awk '/ clone3?\(/ { n++; early += !ended } / exit\(/ { ended++ }
		END { exit !(early > 8 && ended == n) }' "$work/trace" || { cat "$work/trace"; return 1; }
}

for dir in $VMCORES; do
	"$collect" -z -d 31 --num-threads 0 "$dir/vmcore" "$work/0" >/dev/null
	for n in 1 2 4 8; do
		ok "$(version "$dir"): $n threads" "$collect" -z -d 31 --num-threads $n "$dir/vmcore" "$work/$n"
		ok "$(version "$dir"): same bytes as without" cmp "$work/0" "$work/$n"
		rm -f "$work/$n"
	done
	rm -f "$work/0"
	ok "$(version "$dir"): threads start before the scan" threads_first "$dir/vmcore" "$work/0"
	ok "$(version "$dir"): those of a split dump" \
		threads_first --split "$dir/vmcore" "$work/0" "$work/1"
	rm -f "$work/0" "$work/1"
done
finish
