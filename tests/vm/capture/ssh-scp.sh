#!/bin/bash
# ssh-scp.sh - core_collector scp: the core is copied by scp itself, the rest goes the usual way
. "$(dirname "$0")/lib.sh"

VM_MEM=512M # scp copies all of it
for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	data_ssh
	more_config "core_collector scp"
	with_reference
	ok "$kernel: the machine rebooted by itself" capture_run 400
	ok "$kernel: one dump" dump_dir "$data"
	ok "$kernel: log saved" log_saved
	ok "$kernel: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$kernel: no incomplete file left" dump_lacks vmcore-incomplete vmcore-dmesg-incomplete.txt
	ok "$kernel: status says complete" status_is state '^complete$'
	ok "$kernel: it is /proc/vmcore" cmp "$dump/vmcore" "$reference"
done
finish
