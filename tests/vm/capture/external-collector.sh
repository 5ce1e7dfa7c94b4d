#!/bin/bash
# external-collector.sh - core_collector commands of other people: cp, one that hangs
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4 2G
more_config "core_collector cp --sparse=always"
also extra_bins /bin/cp
with_reference
ok "cp: the machine rebooted by itself" capture_run 240
ok "cp: one dump" dump_dir "$(disk_open data)/dumps"
ok "cp: log saved" log_saved
ok "cp: the core is there under its name" dump_has vmcore
ok "cp: it is /proc/vmcore" cmp "$dump/vmcore" "$reference"

capture_new 6.12
data_ext4
more_config "core_collector /kdt/hang"
also timeout stall=15
also extra_bins /bin/busybox
also extra_bins /kdt/hang
printf '#!/bin/sh\ntrap "" TERM\nwhile :; do busybox sleep 1000; done\n' | machine_text /kdt/hang 755
ok "hang: the machine rebooted by itself" capture_run 180
ok "hang: one dump directory" dump_dir "$(disk_open data)/dumps"
ok "hang: log saved" log_saved
ok "hang: no core under its final name" dump_lacks vmcore
ok "hang: the console says that nothing moved" says 'kdump: .*(progress|stall|moved|nothing|second)'
finish
