#!/bin/sh
# stripped.sh - what vmcoreinfo does not tell, the symbols and types in the dump tell
. "$(dirname "$0")/lib.sh"

# What neither types nor symbols replace: macros, which are in no table.
macros='(PAGE_BUDDY|PAGE_OFFLINE)_MAPCOUNT_VALUE|SECTION_SIZE_BITS|MAX_PHYSMEM_BITS'
others='OSRELEASE|BUILD-ID|PAGESIZE|CRASHTIME|KERNELOFFSET|LENGTH|CONFIG'

# kept DUMP - a checksum of the set of pages in a dump: its second bitmap
kept() {
	python3 -c '
import hashlib, struct, sys
f = open(sys.argv[1], "rb")
head = f.read(4096)
assert head[:8] == b"KDUMP   "
sub, blocks = struct.unpack_from("<II", head, 8 + 4 + 390 + 2 + 4 + 16 + 4 + 4)
f.seek((1 + sub) * 4096 + blocks // 2 * 4096)
print(hashlib.sha256(f.read(blocks // 2 * 4096)).hexdigest())' "$1"
}

# strip KEEP - $work/core is the vmcore, with those lines of vmcoreinfo only
strip() {
	cp --reflink=auto "$dir/vmcore" "$work/core" &&
		[ "$(python3 "$real/strip_info.py" "$work/core" "$1")" -gt 20 ]
}

# same_set LEVEL OPTION... - the same pages are kept of $work/core as of the vmcore
same_set() {
	level=$1
	shift
	rm -f "$work/whole" "$work/dump"
	"$collect" -q -l -d "$level" "$dir/vmcore" "$work/whole" &&
		"$collect" -l -D -d "$level" "$@" "$work/core" "$work/dump" >"$work/words" 2>&1 || { cat "$work/words"; return 1; }
	grep -q ' facts added to vmcoreinfo' "$work/words" || { cat "$work/words"; return 1; }
	[ "$(kept "$work/whole")" = "$(kept "$work/dump")" ] || { cat "$work/words"; return 1; }
}

# A vmlinux stands in for types that are damaged in the dump, if it is of the same build.
without_types() {
	python3 "$real/strip_info.py" "$work/core" --types && same_set 31 -x "$vmlinux"
}

# ... and for symbols, whose tables are damaged as well: all comes from the file then.
without_symbols() {
	python3 "$real/strip_info.py" "$work/core" --symbols "$vmlinux" && same_set 31 -x "$vmlinux" &&
		grep -q " are those of $vmlinux" "$work/words"
}

# Without the file, what cannot be found is said, and nothing is left out by guesswork.
without_any() {
	"$collect" -D -d 31 --dry-run "$work/core" >"$work/words" 2>&1
	grep -q 'no symbols are read from the dump' "$work/words" || { cat "$work/words"; return 1; }
}

wrong_vmlinux() {
	"$collect" -d 31 --dry-run -x "$build/kdump-collect" "$work/core" >"$work/words" 2>&1
	grep -q 'the file of -x is not used: .*; give the vmlinux of that kernel' "$work/words" ||
		{ cat "$work/words"; return 1; }
}

same_log() {
	rm -f "$work/log" "$work/log2"
	"$collect" -q --dump-dmesg "$dir/vmcore" "$work/log" && "$collect" -q --dump-dmesg "$work/core" "$work/log2" &&
		cmp "$work/log" "$work/log2"
}

# Nothing is read where vmcoreinfo is whole.
untouched() {
	"$collect" -D --dry-run -d 31 "$dir/vmcore" >"$work/words" 2>&1 || return 1
	! grep -q ' facts added to vmcoreinfo' "$work/words"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	ok "$v: nothing is asked of a whole vmcoreinfo" untouched
	ok "$v: strip what can be replaced" strip "$others|NUMBER\\(($macros)\\)"
	ok "$v: level 31: the same pages" same_set 31
	ok "$v: level 8: the same pages" same_set 8
	ok "$v: the same log" same_log
	ok "$v: types are damaged: -x gives the same pages" without_types
	ok "$v: symbols are damaged, too: -x gives the same pages" without_symbols
	ok "$v: without the file that is said" without_any
	ok "$v: a wrong file is refused" wrong_vmlinux
	# Nothing is left but what a page type of before 6.12 is: filtering works, found by shape.
	ok "$v: strip all" strip "NUMBER\\(($macros)\\)"
	ok "$v: level 31, nothing told: the same pages" same_set 31
	rm -f "$work/core" "$work/dump" "$work/whole"
done
finish
