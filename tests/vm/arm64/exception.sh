#!/bin/bash
# exception.sh - an arm64 kernel that reads address 0 in a function without a frame record of its own
#
# Two instructions of sysrq_handle_crash() become "mov x0, #0" and "ldr x1, [x0]" in the running kernel.
. "$(dirname "$0")/lib.sh"

spoil()
{
	local pa
	pa=$(machine_text_of | sed -n 's/.*guest: poke \(0x[0-9a-f]*\).*/\1/p' | tail -n 1)
	machine_poke "$pa" hex:000080d2010040f9
}

# stack_whole - from the fault through its callers to user space, none of them left out or guessed.
stack_whole()
{
	sed -n '/where the kernel died/,/(user space)/p' "$work/report" | sed 's/+.*//' | tr -d ' ' >"$work/stack"
	cat "$work/stack"
	[ "$(sed -n '2,6p' "$work/stack" | tr '\n' ' ')" = \
		"sysrq_handle_crash __handle_sysrq write_sysrq_trigger proc_reg_write vfs_write " ] &&
		grep -q 'userspace' "$work/stack"
}

for kernel in $(kernels 6.12); do
	arm64_ext4 "$kernel"
	cat >>"$machine/mnt/root/kdt/test" <<-'E'
		symbol() { sed -n "s/^\([0-9a-f]*\) . $1\$/0x\1/p" /proc/kallsyms; }
		before_crash()
		{
			local code
			code=$(sed -n 's/^ *\([0-9a-f]*\)-.* : Kernel code$/0x\1/p' /proc/iomem)
			printf 'guest: poke 0x%x\n' $((code + $(symbol sysrq_handle_crash) - $(symbol _text) + 4))
			pause
		}
	E
	machine_start 1200
	at_each_pause spoil
	service_results
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	arm64_dump
	ok "$kernel: the stack of the fault" stack_whole
	ok "$kernel: where" grep -q 'sysrq_handle_crash+0x8/' "$work/report"
	ok "$kernel: why, in the log" grep -q 'Unable to handle kernel NULL pointer' "$dump/vmcore-dmesg.txt"
done
finish
