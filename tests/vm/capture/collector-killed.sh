#!/bin/bash
# collector-killed.sh - the collector dies in the middle: log kept, core readable, named incomplete
. "$(dirname "$0")/lib.sh"

# A hook leaves somebody behind who waits for 20 MB and kills whoever writes them.
capture_new 6.12
data_ext4 2G
more_config "core_collector makedumpfile -d 0" "max_unfiltered 0" "kdump_pre /kdt/kill"
machine_text /kdt/kill 755 <<'E'
#!/bin/sh
busybox setsid /kdt/killer </dev/null >/dev/null 2>&1 &
E
machine_text /kdt/killer 755 <<'E'
#!/bin/sh
while :; do
	busybox usleep 50000
	mounted=$(busybox sed -n 's/.* \(.*\) ext4 .*/\1/p' /proc/mounts)
	[ -n "$mounted" ] && part=$(busybox find "$mounted" -name vmcore-incomplete) || continue
	[ -n "$part" ] && [ "$(busybox stat -c %s "$part")" -gt 20000000 ] || continue
	for process in /proc/[0-9]*; do
		case $(busybox tr '\0' ' ' <"$process/cmdline") in
		kdump-collect* | makedumpfile*) busybox kill -9 "${process##*/}" ;;
		esac
	done
	exit
done
E
also extra_bins /kdt/killer
with_reference
ok "the machine rebooted by itself" capture_run 240
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "the core is named incomplete" dump_has vmcore-incomplete
ok "and only so" dump_lacks vmcore
ok "what it has is right, and readers open it" dump_partial vmcore-incomplete
ok "the console says what ended it" says 'kdump: .*([Kk]illed|SIGKILL|signal 9)'
ok "the status says partial" status_is state '^partial$'
finish
