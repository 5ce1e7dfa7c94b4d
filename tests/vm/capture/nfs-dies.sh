#!/bin/bash
# nfs-dies.sh - the NFS server goes in the middle of the dump, dead or frozen: the machine comes back in time
. "$(dirname "$0")/lib.sh"

for how in kill freeze; do
	capture_new 6.12
	data_nfs
	more_config "core_collector makedumpfile -d 0"
	capture_start 400
	ok "$how: the server goes" when_written 20000000 vmcore-incomplete "servers_$how" nfs
	gone=$(date +%s)
	ok "$how: the machine rebooted by itself" capture_wait
	ok "$how: within its deadlines" test $(($(date +%s) - gone)) -lt 200
	ok "$how: one dump directory" dump_dir "$data"
	ok "$how: log saved" log_saved
	ok "$how: no core under its final name" dump_lacks vmcore
	ok "$how: the console says why" says 'kdump: .*(10\.11\.0\.1|NFS|nfs|progress|moved|timed out|no answer|Input/output)'
	servers_thaw nfs
	servers_end
done

# A server that comes back in time is no reason to give up.
capture_new 6.12
data_nfs
more_config "core_collector makedumpfile -d 0"
with_reference
capture_start 400
pause_server()
{
	servers_freeze nfs
	sleep 8
	servers_thaw nfs
}
ok "thaw: the server stops and goes on" when_written 20000000 vmcore-incomplete pause_server
ok "thaw: the machine rebooted by itself" capture_wait
ok "thaw: one dump" dump_dir "$data"
dump_good thaw
finish
