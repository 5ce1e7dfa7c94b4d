#!/bin/sh
# report.sh - kdump-report on vmcores, on dumps of them, and on damaged ones: the same stacks
. "$(dirname "$0")/lib.sh"

ours() {
	timeout 60 "$build/kdump-report" --json "$1" >"$work/json" && python3 "$real/report_list.py" ours <"$work/json"
}

# The stack of init, which triggered the crash, from panic() on: frame for frame drgn's. The
# kernel's own tables name a label in the system call's entry, the ELF file the whole of it.
stack_equal() {
	ours "$dir/vmcore" >"$work/ours" || return 1
	grep -q '^CPU [0-9]* 1 True user$' "$work/ours" || { cat "$work/ours"; return 1; }
	sed -n '/ True user$/,/^CPU .* False/p' "$work/ours" | grep -v '^CPU' >"$work/a"
	"$oracle/run" python3 "$real/report_list.py" drgn "$dir/vmcore" "$vmlinux" 1 2>"$work/words" |
		sed -n '/panic$/,$p' | sed 's/^entry_SYSCALL_64$/&_after_hwframe/' >"$work/b"
	[ "$(wc -l <"$work/b")" -gt 5 ] || { cat "$work/words" "$work/b"; return 1; }
	diff "$work/b" "$work/a"
}

# same_as DUMP - the same CPUs and frames as of the vmcore
same_as() {
	ours "$1" >"$work/other" || return 1
	diff "$work/ours" "$work/other"
}

# Half of a dump is there: what matters most was written first.
cut_shows() {
	"$build/tests/tools/dumpcut" "$work/dump" "$work/cut" 50 &&
		timeout 60 "$build/kdump-report" "$work/cut" >"$work/text" || return 1
	for word in 'sysrq triggered crash' 'where the kernel died' ' sysrq_handle_crash+0x' '\[kthreadd\]'; do
		grep -q -- "$word" "$work/text" || { echo "not shown: $word"; head -n 40 "$work/text"; return 1; }
	done
}

# All died of the same: of one kernel on several boots, and of several kernels.
same_fingerprint() {
	sort -u "$work/fingerprints" >"$work/one"
	[ "$(wc -l <"$work/one")" = 1 ] && grep -qxE '[0-9a-f]{16}' "$work/one" || { cat "$work/fingerprints"; return 1; }
}

without_vmcoreinfo() {
	cp --reflink=auto "$dir/vmcore" "$work/core" &&
		python3 "$real/strip_info.py" "$work/core" 'NUMBER\(PAGE' >/dev/null && same_as "$work/core"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	rm -f "$work/dump"
	"$build/kdump-report" "$dir/vmcore" | sed -n 's/^Fingerprint  *//p' >>"$work/fingerprints"
	ok "$v: the stack of the task that died is drgn's" stack_equal
	ok "$v: text" sh -c '"$1" "$2" | grep -q "where the kernel died"' sh "$build/kdump-report" "$dir/vmcore"
	ok "$v: dump" "$collect" -q -l -d 31 "$dir/vmcore" "$work/dump"
	ok "$v: the same from a dump of level 31" same_as "$work/dump"
	ok "$v: half a dump shows it" cut_shows
	ok "$v: the same without vmcoreinfo" without_vmcoreinfo
	rm -f "$work/core" "$work/cut"
done
ok "the same bug has the same fingerprint on each boot and kernel" same_fingerprint
finish
