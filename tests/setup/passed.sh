#!/bin/sh
# passed.sh NAME... - the closing lines of a run: what each of prove.sh's NAMEs had, and the sum
cd "$(dirname "$0")/../../build/results" || exit 1
passed=0 failed=0
for name; do
	read -r good bad <"$name" || exit 1
	[ "$good" -gt 0 ] || { echo "passed.sh: $name ran no test" >&2; exit 1; }
	echo "$name: $good passed, $bad failed"
	passed=$((passed + good)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
