#!/bin/sh
# silent-server.sh - a server that does not answer holds start for half a minute at most
. "$(dirname "$0")/lib.sh"

# within SECONDS COMMAND...
within()
{
	limit=$1 began=$(date +%s)
	shift
	"$@" || return 1
	took=$(($(date +%s) - began))
	[ "$took" -le "$limit" ] || { echo "$took s, not $limit"; return 1; }
}

root_new
ok "start builds an image before the server is silent" exits 0 kdumpctl start
ssh-keygen -q -t ed25519 -N "" -f "$root/key"
printf 'ssh kdump@server.example\npath /crash\nsshkey /key\nforce_no_rebuild 1\n' | config
program ssh <<'E'
echo "$*" >>"$root/ssh-calls"
exec sleep 300
E
# A crash that nobody was told of is looked for there as well.
echo second-boot | put /proc/sys/kernel/random/boot_id
echo 0 | put /sys/kernel/kexec_crash_loaded
ok "start ends in time when an ssh server is silent" within 35 exits 0 kdumpctl start
ok "start asks the ssh server" test -s "$root/ssh-calls"
ok "start arms the machine when an ssh server is silent" is /sys/kernel/kexec_crash_loaded 1
ok "start warns that a dump could not be saved now" says "WARNING: armed, but a dump could not be saved now: .*(ssh did not end|no time left for the network)"

# Without any address there is no image.
printf 'nfs server.invalid:/export\n' | config
kdumpctl stop >/dev/null
rm "$(image)"
ok "start fails in time when a name has no address" within 40 exits 1 kdumpctl start
ok "start says which name has no address" says "not armed: .*server.invalid has no address now"
export NOTIFY_SOCKET="$work/nobody"
ok "start under systemd exits 75 when a name has no address" within 40 exits 75 kdumpctl start
unset NOTIFY_SOCKET
ok "kdump.service tries again after exit code 75" grep -qx "RestartForceExitStatus=75" "$here/../systemd/units/kdump.service"
finish
