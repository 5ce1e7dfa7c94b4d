#!/bin/bash
# final-action.sh - after a good dump the machine does what final_action says, exactly that
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_config "final_action poweroff" "failure_action shell"
ok "poweroff: ended by itself" capture_run 180
ok "poweroff: by power down" says 'reboot: Power down'
ok "poweroff: a dump was made" dump_dir "$(disk_open data)/dumps"

capture_new 6.1
data_ext4
more_config "final_action halt"
capture_start 180
ok "halt: the system halts" machine_until 'reboot: System halted' 170
ok "halt: no restart" says_not 'reboot: (Restarting system|Power down)'
machine_stop
ok "halt: the dump is there all the same" dump_dir "$(disk_open data)/dumps"
ok "halt: whole" dump_has vmcore vmcore-dmesg.txt kdump-status.json
finish
