#!/bin/bash
# fence.sh - the cluster's other node hears from fence_kdump_send that this one is dumping
. "$(dirname "$0")/lib.sh"
. "$here/remote.sh"
. "$here/fence.sh"

fence_agents
for kernel in $(kernels 6.1 6.12); do
	remote_new "$kernel"
	remote_nfs 4.2
	machine_put "$work/agents$fence_sender" "$fence_sender"
	more_config "fence_kdump_nodes 10.11.0.1"
	more_config "fence_kdump_args -p 7410 -f auto -c 0 -i 1"
	fence_listen 240
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: the other node heard of it" fence_heard
	ok "$kernel: the console says so" says "fence_kdump: the cluster's nodes are notified"
	ok "$kernel: one dump" dump_dir "$nfs_dumps"
	ok "$kernel: the dump is complete" status_is state '^complete$'
done
finish
