#!/bin/bash
# network.sh - bonds, VLANs, bridges and IPv6 on the way to the server are there again after the panic
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"

# two_cards - both on one switch of the servers, as a bond has them.
two_cards()
{
	servers_in ip tuntap add mode tap kdtap2
	servers_in ip link add sw0 type bridge
	servers_in ip addr flush dev "$servers_tap"
	servers_in ip link set "$servers_tap" master sw0
	servers_in ip link set kdtap2 master sw0 up
	servers_in ip addr add 10.11.0.1/24 dev sw0
	servers_in ip link set sw0 up
	machine_qemu+=(-netdev "tap,id=net1,ifname=kdtap2,script=no,downscript=no"
		-device "virtio-net-pci,id=card1,netdev=net1,mac=52:54:00:12:34:57")
}

# vlan_card - a second card on which only frames of VLAN 5 are answered.
vlan_card()
{
	servers_in ip addr flush dev "$servers_tap"
	servers_run vlan "$machine/vlan.log" python3 "$here/vlan.py" kdvlan 5 7000
	until servers_in ip link set kdvlan up 2>/dev/null; do sleep 0.1; done
	servers_in ip addr add 10.11.0.1/24 dev kdvlan
	servers_in ip addr add fd00:11::1/64 dev kdvlan nodad
	machine_qemu+=(-netdev "dgram,id=net1,local.type=inet,local.host=127.0.0.1,local.port=7001,remote.type=inet,remote.host=127.0.0.1,remote.port=7000"
		-device "virtio-net-pci,netdev=net1,mac=52:54:00:12:34:57")
}

# lacp_switch - the two cards' switch takes them in when they are aggregated as 802.3ad says, not before.
lacp_switch()
{
	two_cards
	# Without a speed and full duplex a port does not take part.
	machine_qemu+=(-global virtio-net-pci.speed=1000 -global virtio-net-pci.duplex=full)
	servers_run lacp "$machine/lacp.log" python3 "$here/lacp.py" sw0 "$servers_tap" kdtap2
}

lacp_bond='set -- $(cd /sys/class/net && ls -d e*)
modprobe bonding
ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer2+3 || fail "no bond"
ip link set $1 down; ip link set $2 down
ip link set $1 master bond0; ip link set $2 master bond0
ip link set bond0 up; ip addr add 10.11.0.2/24 dev bond0; sleep 6'

bridge_over_bond='set -- $(cd /sys/class/net && ls -d e*)
modprobe bonding
ip link add bond7 type bond mode active-backup miimon 100 || fail "no bond"
ip link set $1 down; ip link set $2 down
ip link set $1 master bond7; ip link set $2 master bond7
ip link set bond7 type bond primary $2
ip link add br5 type bridge || fail "no bridge"
ip link set bond7 master br5
ip link set bond7 mtu 1400; ip link set bond7 up; ip link set br5 up
ip addr add 10.11.0.2/24 dev br5; sleep 3'

vlan_over_bond='set -- $(cd /sys/class/net && ls -d e*)
modprobe bonding
ip link add bond0 type bond mode balance-xor xmit_hash_policy layer3+4 miimon 50
ip link set $2 down; ip link set $2 master bond0; ip link set bond0 up
ip link add link bond0 name bond0.5 type vlan id 5 || fail "no VLAN"
ip link set bond0.5 up; ip addr add 10.11.0.2/24 dev bond0.5
ip addr add fd00:11::2/64 dev bond0.5 nodad; sleep 3'

# arrived NAME - what has to be there when all went well.
arrived()
{
	ok "$kernel: $1: one dump" dump_dir "$nfs_dumps"
	ok "$kernel: $1: log saved" log_saved
	ok "$kernel: $1: complete" status_is state '^complete$'
	ok "$kernel: $1: crash opens it" dump_opens vmcore
}

for kernel in $(kernels 6.12); do
	remote_new "$kernel"
	two_cards
	guest_net=$bridge_over_bond
	remote_nfs 4.2
	ok "$kernel: bridge over bond: captured" capture_run 240
	arrived "bridge over bond"
	ok "$kernel: bridge over bond: nothing was left out" \
		says_not 'takes another port|does not take packets|did not join'

	remote_new "$kernel"
	vlan_card
	guest_net=$vlan_over_bond
	remote_nfs 4.2 server6.test
	ok "$kernel: IPv6 on a VLAN over a bond: captured" capture_run 240
	arrived "IPv6 on a VLAN over a bond"
	ok "$kernel: IPv6 on a VLAN over a bond: our address there" \
		test "${dump##*/fd00:11::2-}" != "$dump"

	remote_new "$kernel"
	lacp_switch
	guest_net=$lacp_bond
	remote_nfs 4.2
	machine_text /etc/kdump/post.d/10-bond 755 <<-'E'
		#!/bin/sh
		echo "bond: $(grep -c 'MII Status: up' /proc/net/bonding/bond0) up"
		grep -E 'Mode|LACP rate|Hash Policy|Number of ports|Partner Mac' /proc/net/bonding/bond0
	E
	also extra_bins /bin/grep
	ok "$kernel: 802.3ad: captured" capture_run 240
	arrived "802.3ad"
	ok "$kernel: 802.3ad: set up as before" says 'LACP rate: fast'
	ok "$kernel: 802.3ad: with the switch" says 'Partner Mac Address: 02:00:00:00:0a:d0'
	ok "$kernel: 802.3ad: both cards" says 'Number of ports: 2'

	# One card of the bond is not there any more when the capture kernel looks for it.
	remote_new "$kernel"
	two_cards
	guest_net=$bridge_over_bond
	remote_nfs 4.2
	more_guest 'ready() { pause; }'
	capture_start 240
	ok "$kernel: a bond that lost a card: it goes" at_pause machine_monitor 'device_del card1'
	ok "$kernel: a bond that lost a card: captured" capture_wait
	arrived "a bond that lost a card"
done
finish
