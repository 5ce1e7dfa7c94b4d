#!/bin/bash
# collector-killed.sh - the collector dies in the middle: log kept, core readable, named incomplete
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
more_config "kdump_pre /kdt/kill" "core_collector makedumpfile -d 0"
machine_text /kdt/kill 755 <<'E'
#!/bin/sh
busybox setsid /bin/busybox sh -c '
	while :; do
		for part in $(busybox find / -name vmcore-incomplete 2>/dev/null); do
			[ "$(busybox stat -c %s "$part")" -gt 20000000 ] || continue
			busybox pkill -9 -f "makedumpfile -d 0|kdump-collect"
			exit
		done
		busybox usleep 100000
	done' </dev/null >/dev/null 2>&1 &
exit 0
E
with_reference
ok "the machine rebooted by itself" capture_run 240
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "the core is named incomplete" dump_has vmcore-incomplete
ok "and only so" dump_lacks vmcore
ok "what it has is right, and readers open it" dump_partial vmcore-incomplete
ok "the console says what killed it" says 'kdump: .*(killed|SIGKILL|signal 9)'
ok "so does the status" status_is state '^partial$'
finish
