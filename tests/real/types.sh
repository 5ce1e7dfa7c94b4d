#!/bin/sh
# types.sh - types that we read out of a vmcore are those that libbpf and drgn read of its vmlinux
. "$(dirname "$0")/lib.sh"
ksyms=$build/tests/tools/ksyms

# Every type, member and enumerator, as bpftool prints them.
all_equal() {
	PATH=$PATH:/usr/sbin bpftool -j btf dump file "$vmlinux" | python3 "$real/type_list.py" all >"$work/libbpf" &&
		"$ksyms" "$dir/vmcore" types >"$work/types" || return 1
	[ "$(wc -l <"$work/types")" -gt 50000 ] || { echo "too few types"; return 1; }
	diff "$work/libbpf" "$work/types" >"$work/diff" || { head -n 20 "$work/diff"; return 1; }
}

# Members of 500 random structs: offset, size and bits, down through members, against debuginfo.
members_equal() {
	"$oracle/run" python3 "$real/type_list.py" fields "$dir/vmcore" "$vmlinux" "$work/types" 500 \
		>"$work/drgn" 2>"$work/words" || { cat "$work/words"; return 1; }
	[ "$(wc -l <"$work/drgn")" -gt 2000 ] || { echo "too few members"; return 1; }
	cut -d ' ' -f 1,2 "$work/drgn" | "$ksyms" "$dir/vmcore" fields >"$work/ours" || return 1
	diff "$work/drgn" "$work/ours" >"$work/diff" || { head -n 20 "$work/diff"; return 1; }
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	ok "$v: every type is as libbpf reads it" all_equal
	ok "$v: members are where drgn has them" members_equal
done
finish
