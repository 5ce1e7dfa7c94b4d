#!/bin/sh
# symbols.sh - names and addresses that we read out of a vmcore are those of its vmlinux
. "$(dirname "$0")/lib.sh"
ksyms=$build/tests/tools/ksyms

# nm_moved VMLINUX VMCORE - the symbols of the file as "address name", moved as KASLR did.
# Per-CPU symbols of old kernels are offsets, which do not move.
nm_moved() {
	nm "$1" | python3 -c '
import re, sys
head = open(sys.argv[1], "rb").read(1 << 16)
moved = int(re.search(rb"^KERNELOFFSET=([0-9a-f]+)$", head, re.M).group(1), 16)
for line in sys.stdin:
    word = line.split()
    if len(word) == 3:
        at = int(word[0], 16)
        print("%016x %s" % (at + moved if at >> 63 else at, word[2]))' "$2"
}

# Each symbol is one of the file; ksyms fails if one of the kernel's table has no name.
all_equal() {
	nm_moved "$vmlinux" "$dir/vmcore" | LC_ALL=C sort >"$work/nm"
	"$ksyms" "$dir/vmcore" symbols >"$work/symbols" || return 1
	[ "$(wc -l <"$work/symbols")" -gt 80000 ] || { echo "too few symbols"; return 1; }
	sed 's/^\([0-9a-f]*\) . /\1 /' "$work/symbols" | LC_ALL=C sort >"$work/ours"
	LC_ALL=C comm -23 "$work/ours" "$work/nm" >"$work/wrong"
	[ ! -s "$work/wrong" ] || { echo "not in vmlinux:"; head "$work/wrong"; return 1; }
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	ok "$v: every symbol is as in vmlinux" all_equal
	ok "$v: lookups both ways" "$ksyms" "$dir/vmcore" lookups
done
finish
