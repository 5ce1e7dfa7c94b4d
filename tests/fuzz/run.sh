#!/bin/sh
# run.sh FUZZER SECONDS CORPORA - one fuzzer on from what earlier runs found; its coverage is printed
#
# An input is kept when it reaches what no other did. A corpus that has grown is merged: of inputs
# that reach the same, the smallest stays. Exit 255 ends the other fuzzers (xargs).
fuzzer=$1 seconds=$2 corpus=$3/$(basename "$1")
mkdir -p "$corpus" || exit 255
limits="-rss_limit_mb=2048 -timeout=10 -artifact_prefix=$fuzzer-"
# shellcheck disable=SC2086 # words
"$fuzzer" $limits -max_total_time="$seconds" "$corpus" >"$fuzzer.log" 2>&1 || {
	tail -n 40 "$fuzzer.log"
	echo "not ok $fuzzer"
	exit 255
}
reached=$(grep -o 'cov: .*' "$fuzzer.log" | tail -n 1 | sed 's/ lim:.*//; s/ exec.*//')
echo "ok $fuzzer: $reached"
[ "$(find "$corpus" -type f | wc -l)" -le 4000 ] || {
	rm -rf "$corpus.new" && mkdir "$corpus.new"
	# shellcheck disable=SC2086
	"$fuzzer" $limits -merge=1 "$corpus.new" "$corpus" >>"$fuzzer.log" 2>&1 &&
		rm -rf "$corpus" && mv "$corpus.new" "$corpus"
}
exit 0
