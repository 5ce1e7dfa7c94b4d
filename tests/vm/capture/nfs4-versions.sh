#!/bin/bash
# nfs4-versions.sh - the version of NFS 4 that the export is mounted with, or kdump.conf says, is the dump's
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"

for kernel in $(kernels 6.12); do
	for minor in 4.0 4.1; do
		remote_new "$kernel"
		remote_nfs "$minor"
		ok "$kernel: $minor: the machine rebooted by itself" capture_run 240
		ok "$kernel: $minor: it was used" says "server.test:/export, NFS version $minor"
		ok "$kernel: $minor: one dump" dump_dir "$nfs_dumps"
		ok "$kernel: $minor: log saved" log_saved
		ok "$kernel: $minor: complete" status_is state '^complete$'
		ok "$kernel: $minor: crash opens it" dump_opens vmcore
	done

	# Not mounted: options of the configuration alone.
	remote_new "$kernel"
	remote_nfs 4
	config <<-'E'
		dracut_args --mount "server.test:/export /mnt/nfs nfs vers=4.2,rsize=65536,wsize=32768"
		path /dumps
		timeout network=30 mount=60
	E
	guest <<-E
		prepare()
		{
			$guest_net
		}
	E
	machine_text /etc/kdump/post.d/10-mounts 755 <<<$'#!/bin/sh\ncat /proc/mounts'
	ok "$kernel: 4.2 by options: the machine rebooted by itself" capture_run 240
	ok "$kernel: 4.2 by options: it was used, with its sizes" says ' nfs4 .*vers=4.2,rsize=65536,wsize=32768,'
	ok "$kernel: 4.2 by options: one dump" dump_dir "$nfs_dumps"
	ok "$kernel: 4.2 by options: complete" status_is state '^complete$'
	ok "$kernel: 4.2 by options: crash opens it" dump_opens vmcore
done
finish
