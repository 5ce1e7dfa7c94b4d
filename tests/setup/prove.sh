#!/bin/bash
# prove.sh NAME PROVE-ARG... - prove; what passed and failed is kept as NAME for the last line of make check
set -eu -o pipefail
name=$1
shift
results=$(cd "$(dirname "$0")/../.." && pwd)/build/results
mkdir -p "$results"
rm -f "$results/$name"
status=0
prove "$@" | tee "$results/$name.log" || status=$?
# "Files=67, Tests=550, 52 wallclock secs"; "Failed tests:  1-2, 5" or "Failed test:  3", or no plan at all
tests=$(sed -n 's/^Files=[0-9]*, Tests=\([0-9]*\),.*/\1/p' "$results/$name.log")
failed=$(sed -n 's/.*(Wstat: .* Tests: [0-9]* Failed: \([0-9]*\)).*/\1/p' "$results/$name.log" |
	awk '{ sum += $1 } END { print sum + 0 }')
[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
echo "$((${tests:-0} - failed)) $failed" >"$results/$name"
exit "$status"
