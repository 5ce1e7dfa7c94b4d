#!/bin/sh
# usage.sh - --mem-usage: the classes are those of a whole dry run, the estimate is near it
. "$(dirname "$0")/lib.sh"

# number KEY FILE - a number of the JSON
number() {
	sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$2"
}

# near A B PERCENT - A is within so many per cent of B
near() {
	[ "$1" -gt 0 ] && awk -v a="$1" -v b="$2" -v p="$3" \
		'BEGIN { d = (a - b) / b * 100; exit !(d < p && d > -p) }' || { echo "$1, not near $2"; return 1; }
}

same_classes() {
	for key in ram cache cache_private user free offline; do
		[ "$(number $key "$1")" = "$(number $key "$2")" ] || { echo "$key differs"; return 1; }
	done
}

for dir in $VMCORES; do
	v=$(version "$dir")
	for codec in -z ''; do
		ok "$v: --mem-usage $codec" "$collect" -q --mem-usage $codec --json="$work/usage" "$dir/vmcore"
		ok "$v: a dry run $codec" "$collect" -q --dry-run -d 31 $codec --json="$work/dry" "$dir/vmcore"
		ok "$v: size $codec estimated within 4 %" near "$(number written "$work/usage")" \
			"$(number written "$work/dry")" 4
	done
	for how in "--mem-usage" "--dry-run -d 31"; do
		# shellcheck disable=SC2086
		ok "$v: what is told of $how" sh -c "'$collect' $how '$dir/vmcore' >'$work/told' 2>&1"
		ok "$v: nothing is said to be saved" sh -c "! grep -i 'saving pages' '$work/told'"
		ok "$v: but what is done is told" grep -q "Compressing pages" "$work/told"
	done
	ok "$v: same pages in each class" same_classes "$work/usage" "$work/dry"
	ok "$v: kept pages within 5 %" near "$(number kept "$work/usage")" "$(number kept "$work/dry")" 5
done
finish
