#!/bin/bash
# btrfs.sh - a panic is saved on a btrfs disk, found by its UUID
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 7.x); do
	saved_by_uuid btrfs "$kernel"
done
finish
