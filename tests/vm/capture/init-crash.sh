#!/bin/bash
# init-crash.sh - the capture program itself crashes: it reboots, the kernel need not panic
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_config "kdump_pre /kdt/crash"
printf '#!/bin/sh\nkill -SEGV 1\n' | machine_text /kdt/crash 755
ok "the machine rebooted by itself" capture_run 120
ok "which is said" says 'kdump: the capture program crashed'
ok "no kernel panicked on the way" says_not 'Attempted to kill init'
finish
