#!/bin/bash
# collector-killed.sh - the collector dies in the middle: log kept, core readable, named incomplete
. "$(dirname "$0")/lib.sh"
. "$here/killer.sh"

capture_new 6.12
data_ext4 2G
more_config "core_collector makedumpfile -d 0" "max_unfiltered 0"
killer_at 20000000 vmcore-incomplete
with_reference
ok "the machine rebooted by itself" capture_run 240
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "the core is named incomplete" dump_has vmcore-incomplete
ok "and only so" dump_lacks vmcore
ok "what it has is right, and readers open it" dump_partial vmcore-incomplete
ok "the console says what ended it" says 'kdump: .*([Kk]illed|SIGKILL|signal 9)'
ok "the status says partial" status_is state '^partial$'
finish
