#!/bin/bash
# ext4.sh - a panic is saved on an ext4 disk, found by its UUID or its label
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.1 6.12 7.x); do
	capture_new "$kernel"
	machine_disk data 1G ext4
	config <<-E
		ext4 LABEL=data
		path /dumps
		core_collector makedumpfile -z -d 31
	E
	guest <<-'E'
		prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/dumps; }
	E
	with_reference
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	dump_good "$kernel"
	disk_close data
	ok "$kernel: the file system is clean" e2fsck -fn "$machine/data.img"
done
finish
