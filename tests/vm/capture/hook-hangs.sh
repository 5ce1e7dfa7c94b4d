#!/bin/bash
# hook-hangs.sh - a hook that never ends is ended, and the dump is made
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
also timeout hook=8
printf '#!/bin/sh\necho "hanging"\ntrap "" TERM HUP INT\nwhile :; do busybox sleep 1000; done\n' |
	machine_text /etc/kdump/pre.d/10-hang 755
also extra_bins /bin/busybox
printf '#!/bin/sh\nbusybox sleep 1000 &\nbusybox sleep 1000\n' | machine_text /etc/kdump/post.d/10-hang 755
ok "the machine rebooted by itself" capture_run 240
ok "the console says that time was up" says 'kdump: .*10-hang.*(second|time|s\b)'
ok "one dump" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "crash opens it" dump_opens vmcore
finish
