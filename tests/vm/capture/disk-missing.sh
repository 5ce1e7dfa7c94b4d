#!/bin/bash
# disk-missing.sh - the disk of the target is gone after the crash: said, and the machine comes back
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_guest 'ready() { umount /mnt/data; unplugged data; }'
capture_start 180
ok "the disk was pulled before the crash" at_pause machine_monitor "device_del dev-data"
ok "the machine rebooted by itself" capture_wait
ok "the console names the disk" says 'kdump: .*(LABEL|UUID)=.*'
ok "and says that it did not appear" says 'kdump: .*(did not|never|not there|not appear|missing|no device)'
ok "and shows the end of the log" says 'kdump: [|] .*sysrq: Trigger a crash'
ok "failure_action ran" says 'kdump: .*reboot'
ok "no kernel panicked on the way" says_not 'Attempted to kill init'
finish
