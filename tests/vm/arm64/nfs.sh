#!/bin/bash
# nfs.sh - an arm64 machine saves its panic on an NFS server
#
# 4.1, not "vers=4": kernels since 6.6 read with READ_PLUS by 4.2, and nfs-ganesha before 6.2 is known to
# answer it wrongly (its issue 1188): a file that was whole on the server has read as zeros.
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	service_networked trixie "$kernel" kexec-tools
	servers_nfs || die "the NFS server does not start"
	mkdir -p "$servers_dir/export/dumps"
	echo "10.11.0.1:/export /mnt/data nfs nolock,vers=4.1 0 0" >>"$machine/mnt/root/etc/fstab"
	config <<-E
		nfs 10.11.0.1:/export
		path /dumps
		timeout device=60 network=60 mount=60
	E
	arm64_steps
	service_run 1200
	ok "$kernel: one dump" dump_dir "$servers_dir/export/dumps"
	arm64_dump
done
finish
