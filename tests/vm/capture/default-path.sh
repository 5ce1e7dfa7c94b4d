#!/bin/bash
# default-path.sh - an empty kdump.conf: the dump goes to /var/crash of the root file system (NVMe)
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.1 7.x); do
	capture_new "$kernel"
	echo "# nothing" | config
	guest <<-'E'
		prepare() { mkdir -p /var/crash; }
	E
	with_reference
	ok "$kernel: the machine rebooted by itself" capture_run 240
	ok "$kernel: one dump" dump_dir "$(disk_open root)/var/crash"
	dump_good "$kernel"
done
finish
