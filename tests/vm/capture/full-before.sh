#!/bin/bash
# full-before.sh - hardly any space on the disk: the log is saved, and the console says why no core is
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4 300M
more_guest 'ready() { dd if=/dev/zero of=/mnt/data/ballast bs=64k 2>/dev/null
	truncate -s -4M /mnt/data/ballast; df -k /mnt/data; sync; }'
ok "the machine rebooted by itself" capture_run 180
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "no core under its final name" dump_lacks vmcore
ok "the console speaks of the space" says 'kdump: .*([Ss]pace|full)'
ok "so does the status" status_is state 'failed|partial|log'
ok "what is there is not larger than the space" test "$(du -sk "$dump" | cut -f1)" -lt 5000
disk_close data
ok "the file system is clean" e2fsck -fn "$machine/data.img"
finish
