#!/bin/bash
# read-only.sh - the file system cannot be mounted for writing
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_guest 'ready() { umount /mnt/data; tune2fs -O read-only "$(disk data)" || fail tune2fs; }'
ok "the machine rebooted by itself" capture_run 180
ok "the console says it is read-only" says 'kdump: .*([Rr]ead-only|only be read)'
ok "failure_action ran" says 'kdump: .*reboot'
ok "nothing was written into the image's own memory" says_not 'deadlocked on memory|Out of memory'
finish
