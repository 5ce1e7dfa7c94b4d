#!/bin/bash
# ext4.sh - an arm64 machine: the package, kdumpctl start, a panic, its dump on an ext4 disk
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.1 6.12); do
	arm64_ext4 "$kernel"
	more_config "core_collector makedumpfile -l -d 31"
	with_reference
	service_run 1800
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	arm64_dump
	reference_cut
	ok "$kernel: every page is right" dump_same vmcore
done
finish
