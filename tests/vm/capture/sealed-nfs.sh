#!/bin/bash
# sealed-nfs.sh - encrypt_to and an NFS server: nothing is in clear on the wire or on the server
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"
. "$here/sealed.sh"

# nfs_new KERNEL LINE... - a machine whose packets are all kept in $packets.
nfs_new()
{
	remote_new "$1"
	shift
	packets=$machine/packets.pcap
	machine_qemu+=(-object "filter-dump,id=packets,netdev=net0,file=$packets")
	remote_nfs 4
	more_config "$sealed_collector" "$@"
	markers_plant
}

for kernel in $(kernels 6.12); do
	nfs_new "$kernel"
	ok "$kernel, in clear: the crash was captured and the machine rebooted" capture_run 300
	ok "$kernel, in clear: the markers are on the wire" found_in user kernel log -- "$packets"
	ok "$kernel, in clear: the markers are on the server" found_in user kernel log -- "$servers_dir"

	sealed_key
	nfs_new "$kernel" "encrypt_to $recipient"
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 300
	ok "$kernel: the search reads the console" found_in console -- "$machine/console.log"
	ok "$kernel: no marker on a disk or on the console, on the wire or on the server" \
		hidden_here "$packets" "$servers_dir"
	sent() { [ "$(stat -c %s "$packets")" -gt "$(stat -c %s "$dump/vmcore.age")" ]; }
	ok "$kernel: one dump" dump_dir "$nfs_dumps"
	ok "$kernel: all packets were kept" sent
	sealed_good "$kernel"
done
finish
