#!/bin/bash
# virtiofs.sh - a panic is saved in a folder that the host shares
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	mkdir -p "$machine/share/dumps"
	machine_share "$machine/share" crashes
	config <<-E
		virtiofs crashes
		path /dumps
	E
	guest <<-'E'
		prepare() { mkdir -p /mnt/share; mount -t virtiofs crashes /mnt/share || fail "virtiofs"; }
	E
	with_reference
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: one dump" dump_dir "$machine/share/dumps"
	dump_good "$kernel"
done
finish
