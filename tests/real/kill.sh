#!/bin/sh
# kill.sh - killed at any moment, what is left is called incomplete and every page in it is right
. "$(dirname "$0")/lib.sh"

set -- $VMCORES
vmcore=$1/vmcore

# Kill once the file has grown to so many bytes: no clock decides, but how far the dump is.
kill_at() {
	rm -f "$work/dump" "$work/dump-incomplete"
	"$collect" -q -z -d 31 --threads 2 "$vmcore" "$work/dump" 2>/dev/null &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		size=$(stat -c '%b' "$work/dump-incomplete" 2>/dev/null || echo 0)
		[ $((size * 512)) -ge "$1" ] && break
	done
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	[ $? = 137 ] || { echo "it was done before it could be killed"; return 1; }
}

sound() {
	[ ! -e "$work/dump" ] || { echo "the final name exists"; return 1; }
	[ $(($(od -An -tu4 -j424 -N4 "$work/dump-incomplete") & 8)) = 8 ] || { echo "no mark"; return 1; }
	"$dumpcmp" present "$vmcore" "$work/dump-incomplete"
}

for size in 3000000 6000000 10000000; do
	ok "killed at $size bytes" kill_at $size
	ok "what is there is right, and marked" sound
done

# A stream that nobody reads any more is an error with words, not a signal.
ok "reader of the stream goes away" exits 3 sh -c \
	'{ "$1" -F -z -d 31 "$2" 2>"$3"; echo $? >"$3.rc"; } | head -c 5000000 >/dev/null; exit "$(cat "$3.rc")"' \
	- "$collect" "$vmcore" "$work/err"
ok "and is named" grep -q 'Broken pipe' "$work/err"
finish
