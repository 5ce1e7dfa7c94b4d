#!/bin/bash
# 16k.sh - an arm64 machine with pages of 16 KiB, and the reservation that is the default there
#
# Debian's kernel of this kind has the drivers of the root disk as modules.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/../image.sh"

VM_MEM=2304M

for kernel in $(kernels 6.12); do
	arm64_ext4 "$kernel-16k"
	arm64_root_modules nvme ext4
	arm64_page_size 16384
	service_run 1800
	ok "$series: one dump" dump_dir "$(disk_open data)/dumps"
	arm64_dump
	ok "$series: every page can be read" "$build/kdump-collect" --verify "$dump/vmcore"
done
finish
