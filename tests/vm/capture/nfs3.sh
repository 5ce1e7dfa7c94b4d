#!/bin/bash
# nfs3.sh - a panic is saved on an NFS server, version 3, over a network read and replayed by netlink
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"

for kernel in $(kernels 6.12); do
	remote_new "$kernel"
	remote_nfs 3
	with_reference
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: version 3 was used, as before the crash" says 'server.test:/export, NFS version 3'
	ok "$kernel: one dump" dump_dir "$nfs_dumps"
	ok "$kernel: it is named after our address" test "${dump##*/10.11.0.2-}" != "$dump"
	dump_good "$kernel"
done
finish
