#!/bin/bash
# memory.sh - a reservation so small that the capture kernel runs out of memory: it ends, every time
. "$(dirname "$0")/lib.sh"

# 7.x does not even load into the smallest.
sizes="60M 64M 68M"
[ "${VM_KERNELS-}" != 7.x ] || sizes="64M 68M 72M"
for size in $sizes; do
	capture_new 6.12
	data_ext4
	VM_CRASHKERNEL=$size
	ok "$size: the machine ended by itself" capture_run 180
	disk_open data >/dev/null
	ok "$size: no half-written file under a final name" \
		test -z "$(find "$machine/mnt/data" -name vmcore -size -1M)"
done
finish
