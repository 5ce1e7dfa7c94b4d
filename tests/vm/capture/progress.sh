#!/bin/bash
# progress.sh - somebody at the console sees how far the dump is and how long it will take
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4 2G
more_config "core_collector makedumpfile -z -d 0"
ok "the machine rebooted by itself" capture_run 240
ok "percent are shown" says 'kdump: .*[0-9]+ ?%'
ok "and the time that is left" says 'kdump: .*([Ll]eft|ETA|remain)'
ok "one dump" dump_dir "$(disk_open data)/dumps"
ok "whole" dump_has vmcore
ok "the capture kernel's own log has the messages" grep -q 'kdump: ' "$dump/kexec-dmesg.log"
finish
