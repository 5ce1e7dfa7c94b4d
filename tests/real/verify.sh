#!/bin/sh
# verify.sh - kdump-collect --verify: whole dumps of any writer are, and each kind of damage is found
. "$(dirname "$0")/lib.sh"

whole() {
	exits 0 "$collect" --verify "$@" && says ': whole: '
}

# damaged PATTERN FILE - exit 1, with these words
damaged() {
	exits 1 "$collect" --verify "$2" && says "faults; the first: .*$1"
}

# change WHAT - a copy of the dump with one thing changed; by its own headers
change() {
	cp "$work/dump" "$work/bad" && python3 -c 'import struct, sys
f = open(sys.argv[1], "r+b"); d = f.read(); what = sys.argv[2]
block, sub, maps = struct.unpack_from("<iiI", d, 428)
desc = (1 + sub + maps) * block
info, = struct.unpack_from("<q", d, block + 32)
nr = 1000
while True:
    off, size, flags = struct.unpack_from("<qII", d, desc + 24 * nr)
    if size < block: break
    nr += 1
def put(at, b): f.seek(at); f.write(b)
if what == "data": put(off, bytes(x ^ 0x55 for x in d[off:off + size]))
elif what == "offset": put(desc + 24 * nr, struct.pack("<q", len(d)))
elif what == "early": put(desc + 24 * nr, struct.pack("<q", 4096))
elif what == "size": put(desc + 24 * nr + 8, struct.pack("<I", block + 1))
elif what == "none": put(desc + 24 * nr, struct.pack("<q", 0))
elif what == "codecs": put(desc + 24 * nr + 12, struct.pack("<I", 7))
elif what == "vmcoreinfo": put(info, b"X" * 200)
elif what == "cut": f.truncate(len(d) - 5000)
elif what == "ram": put((1 + sub) * block, b"\0" * (maps // 2 * block))
else: sys.exit(1)' "$work/bad" "$1"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work"/*
	for options in "-l -d 31" "-z -d 1" "-c -d 31" "-p -d 31" "-d 31"; do
		"$collect" -q -f $options "$dir/vmcore" "$work/dump" || exit 1
		ok "$v: ours of $options" whole "$work/dump"
	done
	"$collect" -q -f -l -d 31 "$dir/vmcore" "$work/dump" || exit 1
	ok "$v: one thread" whole --threads 1 "$work/dump"
	mkdir "$work/vmcore.d" && cp "$work/dump" "$work/vmcore.d/vmcore"
	ok "$v: in its directory" whole "$work/vmcore.d"
	rm -r "$work/vmcore.d"
	"$collect" -q -F -l -d 31 "$dir/vmcore" >"$work/flat" || exit 1
	ok "$v: a stream" whole "$work/flat"
	"$oracle/makedumpfile" -l -d 31 "$dir/vmcore" "$work/theirs" >/dev/null 2>&1 || exit 1
	ok "$v: makedumpfile's" whole "$work/theirs"
	ok "$v: an ELF core" whole "$dir/vmcore"
	ok "$v: JSON" sh -c '"$1" -q --verify --json "$2" | python3 -c "import json, sys
r = json.load(sys.stdin); assert r[\"state\"] == \"whole\" and r[\"pages\"] > 1000, r"' - "$collect" "$work/dump"

	# A page of lzo has no check sum: other bytes may unpack, too.
	"$collect" -q -f -c -d 31 "$dir/vmcore" "$work/dump" || exit 1
	while read -r what words; do
		change "$what" || exit 1
		ok "$v: damage: $what" damaged "$words" "$work/bad"
	done <<-'END'
		data cannot be unpacked
		offset .descriptor 1[0-9]*,.*behind the end of the file
		early .descriptor 1[0-9]*,.*before all pages
		size .descriptor 1[0-9]*,.*size is impossible
		none .descriptor 1[0-9]*,.*no data
		codecs .descriptor 1[0-9]*,.*two compressors
		vmcoreinfo vmcoreinfo is damaged
		ram page data without memory
	END
	change cut || exit 1
	ok "$v: cut short" damaged 'behind the end of the file' "$work/bad"
	"$collect" -q -F -l -d 31 "$dir/vmcore" | head -c 3000000 >"$work/cut"
	"$collect" -q -R "$work/part" <"$work/cut" 2>/dev/null
	ok "$v: an incomplete dump says so" exits 3 "$collect" --verify "$work/part-incomplete"
	ok "$v: in words" says ': incomplete: '
	ok "$v: no dump at all" exits 1 "$collect" --verify "$work/words"
done
finish
