#!/bin/bash
# xfs.sh - a panic is saved on an xfs disk (SCSI), found by its UUID
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	saved_by_uuid xfs "$kernel" scsi
done
finish
