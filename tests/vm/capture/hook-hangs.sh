#!/bin/bash
# hook-hangs.sh - a hook that never ends is ended, and the dump is made
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
printf '#!/bin/sh\necho "hanging"\ntrap "" TERM HUP INT\nwhile :; do busybox sleep 1000; done\n' |
	machine_text /etc/kdump/pre.d/10-hang 755
with_reference
printf '#!/bin/sh\nbusybox sleep 1000 &\nbusybox sleep 1000\n' | machine_text /etc/kdump/post.d/10-hang 755
ok "the machine rebooted by itself" capture_run 240
ok "the console says that time was up" says 'kdump: .*10-hang.*(second|time|s\b)'
ok "one dump" dump_dir "$(disk_open data)/dumps"
dump_good 6.12
finish
