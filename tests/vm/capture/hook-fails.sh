#!/bin/bash
# hook-fails.sh - kdump_pre that fails: no dump, final_action; drop-ins and kdump_post that fail change nothing
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_config "kdump_pre /kdt/no" "final_action poweroff"
printf '#!/bin/sh\necho "the hook says no"\nexit 7\n' | machine_text /kdt/no 755
ok "kdump_pre: the machine ended by itself" capture_run 180
ok "kdump_pre: final_action, not failure_action" says 'reboot: Power down'
ok "kdump_pre: its words are on the console" says 'the hook says no'
ok "kdump_pre: and what it ended with" says 'kdump: .*/kdt/no.*7|kdump: .*kdump_pre.*7'
ok "kdump_pre: no core" test -z "$(find "$(disk_open data)" -name 'vmcore')"

capture_new 6.1
data_ext4
printf '#!/bin/sh\necho "status is $1"\nexit 7\n' | machine_text /etc/kdump/post.d/10-no 755
printf '#!/bin/sh\necho "before"\nexit 9\n' | machine_text /etc/kdump/pre.d/10-no 755
with_reference
ok "drop-ins: the machine rebooted by itself" capture_run 240
ok "drop-ins: the dump's status is handed on" says 'status is 0'
ok "drop-ins: the failure is said" says 'kdump: .*10-no'
ok "drop-ins: one dump" dump_dir "$(disk_open data)/dumps"
dump_good "drop-ins"
finish
