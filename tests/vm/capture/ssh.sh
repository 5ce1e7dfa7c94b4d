#!/bin/bash
# ssh.sh - a panic is sent to another machine by ssh, as a flattened stream under its final name
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"

for kernel in $(kernels 6.1 6.12 7.x); do
	remote_new "$kernel"
	remote_ssh
	with_reference
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: one dump" dump_dir "$ssh_dumps"
	ok "$kernel: log saved" log_saved
	ok "$kernel: files and modes" dump_has vmcore.flat vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$kernel: no incomplete file left" dump_lacks vmcore-incomplete vmcore-dmesg-incomplete.txt
	ok "$kernel: report saved" report_saved
	ok "$kernel: before the core" report_first vmcore.flat
	ok "$kernel: status says complete" status_is state '^complete$'
	ok "$kernel: the stream is put in order" dump_unflat vmcore.flat vmcore
	ok "$kernel: every page is right" dump_same vmcore
	ok "$kernel: crash opens it" dump_opens vmcore
done
finish
