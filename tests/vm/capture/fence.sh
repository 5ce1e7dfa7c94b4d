#!/bin/bash
# fence.sh - the cluster's other node hears from fence_kdump_send that this one is dumping
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"
. "$here/../setup/apt.sh"

# agents - Debian's own sender and listener: two programs of a package that drags Python along.
agents()
{
	apt_refresh bookworm
	(cd "$work" && apt_run bookworm apt-get download fence-agents && dpkg -x fence-agents_*.deb agents)
}

# heard - the listener ends well only when a message came.
heard()
{
	wait "$listener" || { cat "$work/listener.log"; return 1; }
	grep "received valid message from '10.11.0.2'" "$work/listener.log"
}

sender=/usr/libexec/fence-agents/fence_kdump_send
agents >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; exit 1; }
for kernel in $(kernels 6.1 6.12); do
	remote_new "$kernel"
	remote_nfs 4.2
	machine_put "$work/agents$sender" "$sender"
	more_config "fence_kdump_nodes 10.11.0.1"
	more_config "fence_kdump_args -p 7410 -f auto -c 0 -i 1"
	servers_in "$work/agents/usr/sbin/fence_kdump" -v -n 10.11.0.2 -t 240 >"$work/listener.log" 2>&1 &
	listener=$!
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: the other node heard of it" heard
	ok "$kernel: the console says so" says "fence_kdump: the cluster's nodes are told"
	ok "$kernel: one dump" dump_dir "$nfs_dumps"
	ok "$kernel: the dump is complete" status_is state '^complete$'
done
finish
