#!/bin/sh
# bytes.sh - every page in our dumps is the page of the vmcore, with every codec
. "$(dirname "$0")/lib.sh"

for dir in $VMCORES; do
	for codec in none zlib lzo snappy zstd; do
		ok "$(version "$dir"): $codec, -d 31" "$collect" --compress=$codec -d 31 "$dir/vmcore" "$work/dump"
		ok "$(version "$dir"): $codec: libkdumpfile reads the same bytes" \
			"$dumpcmp" bytes "$dir/vmcore" "$work/dump"
		rm -f "$work/dump"
	done
	ok "$(version "$dir"): lzo, -d 0" "$collect" -l -d 0 "$dir/vmcore" "$work/dump"
	ok "$(version "$dir"): -d 0: the same bytes" "$dumpcmp" bytes "$dir/vmcore" "$work/dump"
	# The vmcore is sparse, and its holes are not read.
	cp --sparse=never "$dir/vmcore" "$work/whole"
	ok "$(version "$dir"): from a file without holes" "$collect" -l -d 0 "$work/whole" "$work/dump2"
	ok "$(version "$dir"): the same dump" cmp "$work/dump" "$work/dump2"
	rm -f "$work/dump" "$work/dump2" "$work/whole"
done
finish
