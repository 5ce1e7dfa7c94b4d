#!/bin/sh
# packed.sh - a dump that was packed as a whole, from a file and a pipe; a damaged one is refused
. "$(dirname "$0")/lib.sh"

# The bytes after the first 1,000,000 are gone.
cut_short() {
	head -c 1000000 "$work/packed" >"$work/cut"
}

# One bit in the middle is another one.
change_bit() {
	cp "$work/packed" "$work/cut"
	python3 -c 'import os, sys
at = os.path.getsize(sys.argv[1]) // 2
with open(sys.argv[1], "r+b") as f:
    f.seek(at)
    byte = f.read(1)[0] ^ 16
    f.seek(at)
    f.write(bytes([byte]))' "$work/cut"
}

# What is inside is no matter to the one who unpacks: one kernel is enough.
set -- $VMCORES
for dir in "$1"; do
	v=$(version "$dir")
	rm -f "$work"/*
	"$collect" -q -l -d 31 "$dir/vmcore" "$work/direct" || exit 1
	"$collect" -q -l -d 30 "$dir/vmcore" "$work/first" || exit 1
	for tool in gzip xz zstd lz4; do
		ok "$v: $tool" sh -c "$tool -1 -c '$work/first' >'$work/packed'"
		ok "$v: $tool: filtered again" "$collect" -l -d 31 "$work/packed" "$work/again"
		ok "$v: $tool: it is the dump made at once" cmp "$work/direct" "$work/again"
		rm -f "$work/again"
		ok "$v: $tool: cut short" cut_short
		ok "$v: $tool: it is refused" exits 1 "$collect" -l -d 31 "$work/cut" "$work/again"
		ok "$v: $tool: by name" says "$work/cut: $tool: unpack"
		ok "$v: $tool: a bit changed" change_bit
		ok "$v: $tool: it is refused, too" exits 1 "$collect" -l -d 31 "$work/cut" "$work/again"
		ok "$v: $tool: by name" says "$work/cut: $tool: unpack"
	done
	ok "$v: without space for it" unshare -m sh -c 'mkdir "$1" && mount -t tmpfs -o size=4m tmpfs "$1" &&
		TMPDIR=$1 "$2" -q -l -d 31 "$3" "$4" 2>"$5"; [ $? = 1 ]' - \
		"$work/small" "$collect" "$work/packed" "$work/again" "$work/words"
	ok "$v: what to do is said" says "temporary file in $work/small (set TMPDIR to a directory"
	ok "$v: from a pipe without space" unshare -m sh -c 'mount -t tmpfs -o size=4m tmpfs "$1" &&
		cat "$3" | TMPDIR=$1 "$2" -q -l -d 31 - "$4" 2>"$5"; [ $? = 1 ]' - \
		"$work/small" "$collect" "$work/packed" "$work/again" "$work/words"
	ok "$v: what to do is said" says "temporary file in $work/small (set TMPDIR to a directory"
	ok "$v: from a pipe" sh -c "cat '$work/packed' | '$collect' -q -l -d 31 - '$work/again'"
	ok "$v: the same dump" cmp "$work/direct" "$work/again"
done
finish
