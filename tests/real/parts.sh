#!/bin/sh
# parts.sh - a dump that makedumpfile split is filtered again, from all its parts or some
. "$(dirname "$0")/lib.sh"

same_pages() {
	"$dumpcmp" sets "$work/direct" "$work/again" && "$dumpcmp" bytes "$dir/vmcore" "$work/again"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work"/*
	"$collect" -q -l -d 31 "$dir/vmcore" "$work/direct" || exit 1
	ok "$v: makedumpfile --split" "$oracle/makedumpfile" -l -d 1 --splitblock-size 65536 --split \
		"$dir/vmcore" "$work/one" "$work/two" "$work/three"
	ok "$v: its parts in any order" \
		"$collect" -l -d 31 "$work/three" "$work/one" "$work/two" "$work/again"
	case $v in
	7.*) ok "$v: its pages are the vmcore's" "$dumpcmp" bytes "$dir/vmcore" "$work/again" ;;
	*) ok "$v: the pages of the dump made at once" same_pages ;;
	esac
	rm -f "$work/again"
	ok "$v: without one of them the dump is partial" \
		exits 3 "$collect" -l -d 31 "$work/three" "$work/one" "$work/again"
	ok "$v: its frames are said" says 'a part of the dump is missing, with the page frames 0x[0-9a-f]* to 0x'
	ok "$v: what is there is right" "$dumpcmp" present "$dir/vmcore" "$work/again-incomplete"
	ok "$v: a part that comes twice is refused" \
		exits 1 "$collect" -l -d 31 "$work/one" "$work/two" "$work/one" "$work/twice"
	ok "$v: so is what is no part" exits 1 "$collect" -d 31 "$work/one" "$work/direct" "$work/mixed"
done
finish
