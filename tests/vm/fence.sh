# fence.sh - sourced, after capture/lib.sh or service/lib.sh: fence_kdump's sender and listener, as Debian has them
#
#     fence_agents; machine_put "$work/agents$fence_sender" "$fence_sender"
#     fence_listen SECONDS (beside the servers); ok TEXT fence_heard

. "$here/../setup/apt.sh"

fence_sender=/usr/libexec/fence-agents/fence_kdump_send

# fence_agents - two programs of a package that drags Python along.
fence_agents()
{
	(
		apt_refresh bookworm
		cd "$work" && apt_run bookworm apt-get download fence-agents && dpkg -x fence-agents_*.deb agents
	) >"$work/apt.log" 2>&1 || { cat "$work/apt.log" >&2; exit 1; }
}

# fence_listen SECONDS - as the cluster's other node; not longer than that.
fence_listen()
{
	servers_in "$work/agents/usr/sbin/fence_kdump" -v -n 10.11.0.2 -t "$1" >"$work/listener.log" 2>&1 &
	fence_listener=$!
}

# fence_heard - the listener ends well only when a message came.
fence_heard()
{
	wait "$fence_listener" || { cat "$work/listener.log"; return 1; }
	grep "received valid message from '10.11.0.2'" "$work/listener.log"
}
