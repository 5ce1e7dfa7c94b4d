#!/bin/bash
# btrfs.sh - a panic is saved on a btrfs disk, found by its UUID
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 7.x); do
	capture_new "$kernel"
	machine_disk data 1G btrfs
	config <<-E
		btrfs UUID=$(blkid -o value -s UUID "$machine/data.img")
		path /var/dumps
		core_collector makedumpfile -l -d 31
	E
	guest <<-'E'
		prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/var/dumps; }
	E
	with_reference
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: one dump" dump_dir "$(disk_open data)/var/dumps"
	dump_good "$kernel"
done
finish
