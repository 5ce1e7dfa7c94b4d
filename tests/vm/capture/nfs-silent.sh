#!/bin/bash
# nfs-silent.sh - an NFS server that never answers after the crash: no endless wait, and failure_action is honoured
. "$(dirname "$0")/lib.sh"

for how in freeze link; do
	capture_new 6.12
	data_nfs
	more_config "failure_action dump_to_rootfs" "retry 1"
	more_guest 'ready() { umount -l /mnt/data; pause; }'
	machine_text /dumps/.keep </dev/null
	silent() { [ $how = freeze ] && servers_freeze nfs || servers_link down; }
	capture_start 400
	ok "$how: the server falls silent" at_pause silent
	gone=$(date +%s)
	ok "$how: the machine rebooted by itself" capture_wait
	ok "$how: within its deadlines" test $(($(date +%s) - gone)) -lt 200
	ok "$how: the console says who did not answer" says 'kdump: .*10\.11\.0\.1'
	ok "$how: failure_action made a dump on the root file system" dump_dir "$(disk_open root)/dumps"
	ok "$how: whole" dump_has vmcore vmcore-dmesg.txt kdump-status.json
	servers_thaw nfs
	servers_end
done
finish
