#!/bin/bash
# ssh-cut.sh - the ssh connection is cut or stands still in the middle: retried, else readable and named incomplete
. "$(dirname "$0")/lib.sh"

for how in kill freeze; do
	capture_new 6.12
	data_ssh
	more_config "core_collector makedumpfile -F -d 0" "retry 0"
	with_reference
	capture_start 400
	ok "$how: cut in the middle" when_written 20000000 vmcore-incomplete "servers_$how" ssh
	gone=$(date +%s)
	ok "$how: the machine rebooted by itself" capture_wait
	ok "$how: within its deadlines" test $(($(date +%s) - gone)) -lt 300
	servers_thaw ssh
	ok "$how: one dump directory" dump_dir "$data"
	ok "$how: log saved" log_saved
	ok "$how: no core under its final name" dump_lacks vmcore vmcore.flat
	"$build/kdump-collect" -R "$work/salvaged" <"$dump/vmcore-incomplete" >"$work/words" 2>&1
	ok "$how: what arrived is right" "$dumpcmp" present "$reference" "$work/salvaged-incomplete"
	ok "$how: the console says why" says 'kdump: .*(10\.11\.0\.1|ssh)'
	rm -f "$work/salvaged-incomplete"
	servers_end
done

# One that is back for the second attempt has the whole dump.
capture_new 6.12
data_ssh
more_config "core_collector makedumpfile -F -d 31" "retry 3"
capture_start 400
restart() { servers_kill ssh; servers_ssh; }
ok "retry: the server is restarted in the middle" when_written 5000000 vmcore-incomplete restart
ok "retry: the machine rebooted by itself" capture_wait
ok "retry: a whole stream arrived" test -n "$(find "$data" -name vmcore.flat)"
finish
