#!/bin/bash
# ext4.sh - an arm64 machine: the package, kdumpctl start, a panic, its dump on an ext4 disk
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	service_new trixie "$kernel" kexec-tools
	machine_disk data 1G ext4
	config <<-E
		ext4 LABEL=data
		path /dumps
		core_collector makedumpfile -l -d 31
		timeout device=60 mount=60
	E
	arm64_steps
	more_guest 'mount_data() { mkdir -p /mnt/data; mount /dev/disk/by-label/data /mnt/data; mkdir -p /mnt/data/dumps; }'
	machine_text /kdt/raw-copy 755 <"$here/debian/raw-copy"
	with_reference
	service_run 1800
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	arm64_dump
	size=$(machine_text_of | sed -n 's/.*raw-copy: size \([0-9]*\).*/\1/p' | tail -n 1)
	truncate -s "${size:-0}" "$reference"
	ok "$kernel: every page is right" dump_same vmcore
done
finish
