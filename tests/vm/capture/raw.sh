#!/bin/bash
# raw.sh - a panic is saved on a raw device, as a stream that our collector turns into a dump
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	machine_disk data 1G
	config <<-E
		raw /dev/disk/by-id/virtio-data
		core_collector makedumpfile -F -l -d 31
	E
	guest <<-'E'
		prepare() { ls -l /dev/disk/by-id; }
	E
	with_reference
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	dump=$work
	ok "$kernel: the stream is whole" "$build/kdump-collect" -R "$work/vmcore" <"$machine/data.img"
	ok "$kernel: every page is right" dump_same vmcore
	ok "$kernel: crash opens it" dump_opens vmcore
	rm -f "$work/vmcore"
done
finish
