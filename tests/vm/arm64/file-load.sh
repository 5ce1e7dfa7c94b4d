#!/bin/bash
# file-load.sh - an arm64 kernel with kexec_file_load and nothing else: kdumpctl's own loader arms it
#
# Debian has no such kernel, so it is compiled from Debian's source (arch/build.sh): without kexec_load,
# which kexec-tools need.
. "$(dirname "$0")/lib.sh"

# The kernel's own trace has the function behind sysrq_handle_crash(), which ends with the call of panic().
crash_function=__handle_sysrq

for kernel in $(kernels 6.12-file); do
	arm64_ext4 "$kernel" kexec_file_load
	arm64_compared
done
finish
