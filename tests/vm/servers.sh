#!/bin/bash
# servers.sh - real NFS, ssh and iSCSI servers for one test, in a network namespace of their own.
#
#     servers_new DIR                 namespace $servers_ns with a tap device $servers_tap; the servers
#                                     are 10.11.0.1 and fd00:11::1, the machine 10.11.0.2 and ::2
#     servers_nfs                     nfs-ganesha, versions 3 and 4, exports DIR/export as /export
#     servers_ssh                     sshd, root with the key DIR/ssh/id; dumps go where they go
#     servers_iscsi FILE              tgt, FILE is LUN 1 of the target $servers_iqn; an initiator must
#                                     log in as the user "kdump" with $servers_secret
#     servers_freeze nfs|ssh, servers_thaw nfs|ssh      it is there and does not answer
#     servers_kill nfs|ssh|iscsi      it is gone, connections are reset; servers_nfs brings it back
#     servers_link down|up            the cable
#     servers_in COMMAND...           run something there: a client, or a mount that only they see, e.g.
#                                     servers_in mount -t tmpfs -o size=20m small "$servers_dir/export"
#     servers_known_hosts [NAME...]   what a client's known_hosts needs
#     servers_guest DEVICE            commands that give the machine its addresses
#     servers_end                     everything goes; call it from an EXIT trap
#
# Sourced by tests, e.g. with machine.sh: machine_net "$servers_ns" "$servers_tap". Run as a program
# (servers.sh DIR) it starts both and waits, for trying things by hand. Needs root.

servers_dir= servers_holder= servers_iqn=iqn.2026-01.test.kdump:dumps servers_secret=only-for-tests

servers_new()
{
	servers_dir=$1 servers_ns=kdt-$$ servers_tap=kdtap
	rm -rf "$servers_dir/run"
	mkdir -p "$servers_dir/export" "$servers_dir/ssh" "$servers_dir/run"
	chmod 755 "$servers_dir"
	ip netns add "$servers_ns"
	ip -n "$servers_ns" link set lo up
	ip -n "$servers_ns" tuntap add mode tap "$servers_tap"
	ip -n "$servers_ns" addr add 10.11.0.1/24 dev "$servers_tap"
	ip -n "$servers_ns" addr add fd00:11::1/64 dev "$servers_tap" nodad
	ip -n "$servers_ns" link set "$servers_tap" up
	# A /run of their own, so that two tests at a time (or the host's rpcbind) do not meet; and no
	# hold on disks of machines, which would stay mounted here while a machine boots from them.
	ip netns exec "$servers_ns" unshare -m sh -c '
		sed -n "s|^/dev/loop[0-9]* \([^ ]*\) .*|\1|p" /proc/mounts | xargs -r umount -l
		mount -t tmpfs -o mode=755 run /run &&
		mkdir -p /run/rpcbind /run/sshd /run/ganesha && exec sleep infinity' &
	servers_holder=$!
	disown $!
	until [ -d "/proc/$servers_holder/root/run/ganesha" ]; do
		kill -0 "$servers_holder" || return 1
		sleep 0.1
	done
}

# servers_in COMMAND... - among the servers.
servers_in()
{
	nsenter -t "$servers_holder" -n -m "$@"
}

# servers_run NAME LOG COMMAND... - in the background, known as NAME.
servers_run()
{
	local name=$1 log=$2
	shift 2
	nsenter -t "$servers_holder" -n -m "$@" >"$log" 2>&1 &
	echo $! >"$servers_dir/run/$name"
	# The shell is not to say that it was killed.
	disown $!
}

# servers_wait PORT NAME - until somebody listens there.
servers_wait()
{
	local i
	for i in $(seq 100); do
		! servers_in ss -Hltn "sport = :$1" | grep -q . || return 0
		kill -0 "$(cat "$servers_dir/run/$2")" 2>/dev/null || break
		sleep 0.2
	done
	echo "servers.sh: $2 does not listen at port $1; its log:" >&2
	tail -n 20 "$servers_dir/$2.log" >&2
	return 1
}

# servers_registered PROGRAM VERSION - until rpcbind knows of it: clients of version 3 ask there.
servers_registered()
{
	local i
	for i in $(seq 100); do
		! servers_in rpcinfo -t 10.11.0.1 "$1" "$2" >/dev/null 2>&1 || return 0
		sleep 0.2
	done
	echo "servers.sh: program $1, version $2 is not registered:" >&2
	servers_in rpcinfo -p >&2
	grep -i regist "$servers_dir/ganesha.log" >&2
	return 1
}

# ganesha_config - no locks and no quotas: nothing else of a distribution's NFS server runs here.
ganesha_config()
{
	cat <<-E
		NFS_CORE_PARAM {
			Protocols = 3, 4; NFS_Port = 2049; MNT_Port = 20048;
			Enable_NLM = false; Enable_RQUOTA = false; mount_path_pseudo = true;
		}
		NFSv4 { Graceless = true; RecoveryRoot = "$servers_dir/run"; }
		EXPORT {
			Export_Id = 1; Path = "$servers_dir/export"; Pseudo = "/export";
			Access_Type = RW; Squash = No_Root_Squash; SecType = sys;
			Protocols = 3, 4; Transports = TCP; FSAL { Name = VFS; }
		}
	E
}

servers_nfs()
{
	ganesha_config >"$servers_dir/ganesha.conf"
	if [ ! -e "$servers_dir/run/rpcbind" ]; then
		servers_run rpcbind "$servers_dir/rpcbind.log" rpcbind -f -w
		servers_wait 111 rpcbind || return 1
	fi
	servers_run nfs "$servers_dir/nfs.log" ganesha.nfsd -F -p "$servers_dir/run/nfs.pid" \
		-L "$servers_dir/ganesha.log" -N NIV_EVENT -f "$servers_dir/ganesha.conf"
	servers_wait 2049 nfs && servers_wait 20048 nfs && servers_registered 100003 3 && servers_registered 100005 3
}

sshd_config()
{
	cat <<-E
		Port 22
		HostKey $servers_dir/ssh/host
		AuthorizedKeysFile $servers_dir/ssh/id.pub
		StrictModes no
		UsePAM no
		PermitRootLogin prohibit-password
		PasswordAuthentication no
		PidFile $servers_dir/run/sshd.pid
		Subsystem sftp internal-sftp
	E
}

servers_ssh()
{
	local key
	for key in host id; do
		[ -e "$servers_dir/ssh/$key" ] ||
			ssh-keygen -q -t ed25519 -N '' -C kdump-test -f "$servers_dir/ssh/$key"
	done
	sshd_config >"$servers_dir/ssh/sshd_config"
	servers_run ssh "$servers_dir/ssh.log" /usr/sbin/sshd -D -e -f "$servers_dir/ssh/sshd_config"
	servers_wait 22 ssh
}

# servers_tgt OPERATION MODE ARGUMENT... - to the iSCSI server.
servers_tgt()
{
	local op=$1 mode=$2
	shift 2
	servers_in tgtadm --lld iscsi --op "$op" --mode "$mode" "$@"
}

servers_iscsi()
{
	servers_run iscsi "$servers_dir/iscsi.log" tgtd -f
	servers_wait 3260 iscsi &&
		servers_tgt new target --tid 1 -T "$servers_iqn" &&
		servers_tgt new logicalunit --tid 1 --lun 1 -b "$1" &&
		servers_tgt new account --user kdump --password "$servers_secret" &&
		servers_tgt bind account --tid 1 --user kdump &&
		servers_tgt bind target --tid 1 -I ALL
}

# servers_known_hosts [NAME...] - lines for a client; usually our two addresses.
servers_known_hosts()
{
	local name
	[ $# -gt 0 ] || set -- 10.11.0.1 fd00:11::1
	for name; do
		echo "$name $(cut -d' ' -f1,2 "$servers_dir/ssh/host.pub")"
	done
}

servers_guest()
{
	echo "ip link set $1 up; ip addr add 10.11.0.2/24 dev $1; ip addr add fd00:11::2/64 dev $1 nodad"
}

# servers_family NAME - the process and those it started: sshd has one for each session.
servers_family()
{
	local pid children
	pid=$(cat "$servers_dir/run/$1")
	echo "$pid"
	while children=$(ps -o pid= --ppid "$pid" | tr -d ' ' | paste -sd,) && [ -n "$children" ]; do
		echo "$children" | tr , '\n'
		pid=$children
	done
}

servers_signal()
{
	local pid
	for pid in $(servers_family "$2"); do
		kill "-$1" "$pid" 2>/dev/null || true
	done
}

servers_freeze()
{
	servers_signal STOP "$1"
}

servers_thaw()
{
	servers_signal CONT "$1"
}

servers_kill()
{
	servers_signal KILL "$1"
	servers_gone "$(cat "$servers_dir/run/$1")"
}

servers_gone()
{
	while kill -0 "$1" 2>/dev/null; do sleep 0.05; done
}

servers_link()
{
	ip -n "$servers_ns" link set "$servers_tap" "$1"
	# An address of IPv6 goes with the link.
	[ "$1" = down ] || ip -n "$servers_ns" addr replace fd00:11::1/64 dev "$servers_tap" nodad
}

servers_end()
{
	local name
	[ -n "$servers_holder" ] || return 0
	for name in ssh nfs rpcbind iscsi vlan lacp; do
		[ ! -e "$servers_dir/run/$name" ] || servers_kill "$name"
	done
	kill "$servers_holder" 2>/dev/null || true
	servers_gone "$servers_holder"
	ip netns del "$servers_ns" 2>/dev/null || true
	servers_holder=
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	set -eu
	[ $# = 1 ] || { sed -n '2,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2; }
	trap servers_end EXIT
	trap 'exit 0' INT TERM
	servers_new "$1"
	servers_nfs
	servers_ssh
	echo "namespace $servers_ns, tap $servers_tap; interrupt to end"
	servers_gone "$servers_holder"
fi
