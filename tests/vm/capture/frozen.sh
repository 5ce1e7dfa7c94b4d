#!/bin/bash
# frozen.sh - the file system hangs in the kernel: the last resort resets the machine
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_config "kdump_post /kdt/freeze"
also timeout stall=5
also extra_bins /bin/busybox
# Behind the core: what is still to be written then, logs and status, hangs for ever.
printf '#!/bin/sh\nbusybox fsfreeze --freeze /kdumproot && echo "it is frozen"\n' | machine_text /kdt/freeze 755
ok "the machine rebooted by itself" capture_run 400
ok "the file system was frozen" says 'it is frozen'
ok "by force, which is said" says 'kdump: .*reset by force'
ok "one dump" dump_dir "$(disk_open data)/dumps"
ok "the core and the log were safe by then" dump_has vmcore vmcore-dmesg.txt
ok "crash opens it" dump_opens vmcore
finish
