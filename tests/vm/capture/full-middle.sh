#!/bin/bash
# full-middle.sh - the disk fills up while the core is written: log kept, core readable, named incomplete
. "$(dirname "$0")/lib.sh"

# A copying program knows nothing of the space, so it always meets the end of the disk.
capture_new 6.12
data_ext4 300M
more_config "core_collector cp" "extra_bins /bin/cp"
with_reference
ok "cp: the machine rebooted by itself" capture_run 240
ok "cp: one dump directory" dump_dir "$(disk_open data)/dumps"
ok "cp: log saved" log_saved
ok "cp: the core is named incomplete" dump_has vmcore-incomplete
ok "cp: and only so" dump_lacks vmcore
ok "cp: what it has is right" cmp -n 200000000 "$dump/vmcore-incomplete" "$reference"
ok "cp: the console speaks of the space" says 'kdump: .*([Ss]pace|full)'
ok "cp: status says partial" status_is state '^(partial|incomplete|failed)$'

# Our collector counts first; a hook takes the space away after it has counted.
capture_new 6.1
data_ext4 300M
more_config "kdump_pre /kdt/eat" "core_collector makedumpfile -d 0"
machine_text /kdt/eat 755 <<'E'
#!/bin/sh
busybox setsid /bin/busybox sh -c '
	while :; do
		for part in $(busybox find / -name vmcore-incomplete 2>/dev/null); do
			[ "$(busybox stat -c %s "$part")" -gt 20000000 ] || continue
			busybox dd if=/dev/zero of="${part%/*}/../ballast" bs=1M
			exit
		done
		busybox usleep 100000
	done' </dev/null >/dev/null 2>&1 &
exit 0
E
with_reference
more_guest 'ready() { dd if=/dev/zero of=/mnt/data/ballast bs=64k count=16 2>/dev/null; sync; }'
ok "the machine rebooted by itself" capture_run 240
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "the core is named incomplete" dump_has vmcore-incomplete
ok "what it has is right, and readers open it" dump_partial vmcore-incomplete
ok "status says partial" status_is state '^partial$'
ok "the console speaks of the space" says 'kdump: .*([Ss]pace|full)'
finish
