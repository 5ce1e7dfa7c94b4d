# remote.sh - sourced by tests/vm/capture/*.sh behind lib.sh: machines whose dump goes over a network.
#
#     remote_new KERNEL               capture_new with a network card to servers of their own
#     remote_nfs VERSION [HOST]       the guest mounts the export, the dump goes there
#     remote_ssh                      the guest has key and known_hosts; the dump goes to $ssh_dumps
#     $guest_net                      what the guest runs to have its addresses, may be replaced

. "$here/servers.sh"
at_end servers_end

guest_net='card=$(cd /sys/class/net && ls -d e*); ip link set $card up
ip addr add 10.11.0.2/24 dev $card; ip addr add fd00:11::2/64 dev $card nodad'

# remote_new KERNEL - the servers live as long as the machine.
remote_new()
{
	servers_end
	capture_new "$1"
	servers_new "$machine/servers" || exit 1
	machine_net "$servers_ns" "$servers_tap"
	machine_text /etc/hosts <<-'E'
		127.0.0.1 localhost
		10.11.0.1 server.test
		fd00:11::1 server6.test
	E
}

# remote_nfs VERSION [HOST] - sets nfs_dumps, where the dumps arrive.
remote_nfs()
{
	servers_nfs || exit 1
	nfs_dumps=$servers_dir/export/dumps
	mkdir -p "$nfs_dumps"
	config <<-E
		nfs ${2:-server.test}:/export
		path /dumps
		timeout network=30 mount=60
	E
	guest <<-E
		prepare()
		{
			$guest_net
			mkdir -p /mnt/nfs
			mount -t nfs -o vers=$1,nolock ${2:-server.test}:/export /mnt/nfs || fail "mounting"
		}
	E
}

# remote_ssh [HOST] - sets ssh_dumps, where the dumps arrive.
remote_ssh()
{
	servers_ssh || exit 1
	ssh_dumps=$servers_dir/dumps
	machine_put "$servers_dir/ssh/id" /root/.ssh/kdump 600
	servers_known_hosts "${1:-server.test}" | machine_text /root/.ssh/known_hosts 600
	config <<-E
		ssh root@${1:-server.test}
		sshkey /root/.ssh/kdump
		path $ssh_dumps
		timeout network=30 mount=60
	E
	guest <<-E
		prepare()
		{
			$guest_net
		}
	E
}
