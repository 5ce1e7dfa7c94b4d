#!/bin/sh
# tasks.sh - all tasks, their states and the stacks of those that sleep are as drgn has them
. "$(dirname "$0")/lib.sh"
ksyms=$build/tests/tools/ksyms

# drgn reads debuginfo, we read ORC: frame for frame the same, and each walk comes to an end.
same_tasks() {
	"$oracle/run" python3 "$real/task_list.py" "$dir/vmcore" "$vmlinux" 2>"$work/words" | sort >"$work/drgn"
	"$ksyms" "$dir/vmcore" tasks >"$work/tasks" || return 1
	[ "$(wc -l <"$work/tasks")" -gt 40 ] || { cat "$work/words"; echo "too few tasks"; return 1; }
	sed 's/ end [01]$//' "$work/tasks" | sort | diff "$work/drgn" - >"$work/diff" || { head -n 20 "$work/diff"; return 1; }
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	ok "$v: tasks and stacks are as drgn has them" same_tasks
done
finish
