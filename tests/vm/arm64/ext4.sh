#!/bin/bash
# ext4.sh - an arm64 machine: the package, kdumpctl start, a panic, its dump on an ext4 disk
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.1 6.12); do
	arm64_ext4 "$kernel"
	more_config "core_collector makedumpfile -l -d 31"
	arm64_compared
done
finish
