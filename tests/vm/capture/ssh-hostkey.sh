#!/bin/bash
# ssh-hostkey.sh - a server with another host key gets nothing; one whose key nobody pinned is refused before
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ssh
more_guest 'ready() { pause; }'
another_key()
{
	servers_kill ssh
	rm -f "$servers_dir/ssh/host" "$servers_dir/ssh/host.pub"
	servers_ssh
}
capture_start 300
ok "the server has another key after the crash" at_pause another_key
ok "the machine rebooted by itself" capture_wait
ok "nothing was sent" test -z "$(find "$data" -type f)"
ok "the console speaks of the host key" says 'kdump: .*([Hh]ost key|verification)'
servers_end

capture_new 6.12
data_ssh
rm "$machine/mnt/root/root/.ssh/known_hosts"
more_guest 'build() { kdump-image build --config /etc/kdump.conf --output /boot/kdump.img &&
	echo "guest: ACCEPTED"; fail "as expected"; }'
capture_start 120
machine_wait
ok "no pinned key: no image" says_not 'guest: ACCEPTED'
ok "with the remedy" says 'kdumpctl propagate'
finish
