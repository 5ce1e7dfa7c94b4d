#!/bin/bash
# user-stacks.sh - --keep-user-stacks: drgn prints the user stack of a process that hung, from a dump at level 31
. "$(dirname "$0")/lib.sh"

# traced - the functions of blocked.c, innermost first.
traced()
{
	local vmlinux
	vmlinux=$("$oracle/vmlinux" "$version") || return 1
	"$oracle/run" python3 "$here/user_trace.py" "$dump/vmcore" "$vmlinux" "$work/blocked" >"$work/trace" 2>"$work/errors" ||
		{ tail -n 5 "$work/errors"; return 1; }
	grep -xE 'wait_for_child|third|second|first|main' "$work/trace" | tr '\n' ' ' >"$work/names"
	[ "$(cat "$work/names")" = "wait_for_child third second first main " ] || { cat "$work/trace"; return 1; }
}

gcc -static -g -O1 -fno-omit-frame-pointer -fno-optimize-sibling-calls -o "$work/blocked" "$here/debian/blocked.c" || exit 1
for kernel in $(kernels 6.1 6.12 7.x); do
	capture_new "$kernel"
	data_ext4
	more_config "core_collector makedumpfile -l -d 31 --keep-user-stacks"
	machine_put "$work/blocked" /kdt/blocked
	guest <<-'E'
		prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/dumps; }
		ready() { /kdt/blocked & sleep 1; grep -q '^State:.D' /proc/$!/status || fail "blocked is not"; }
	E
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$kernel: drgn prints the user stack of the blocked process" traced
	ok "$kernel: crash opens the dump" dump_opens vmcore
	disk_close data
done
finish
