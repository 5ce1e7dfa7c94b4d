# killer.sh - sourced by tests/vm/capture/*.sh behind lib.sh: the collector is killed in the middle

# killer_at BYTES FILE - the collector is killed when the dump's FILE has that many. A hook (kdump_pre)
# leaves somebody behind who waits for them and kills whoever writes them.
killer_at()
{
	more_config "kdump_pre /kdt/kill"
	machine_text /kdt/kill 755 <<-'E'
		#!/bin/sh
		busybox setsid /kdt/killer </dev/null >/dev/null 2>&1 &
	E
	machine_text /kdt/killer 755 <<-E
		#!/bin/sh
		bytes=$1 file=$2
	E
	cat >>"$machine/mnt/root/kdt/killer" <<-'E'
		while :; do
			busybox usleep 50000
			mounted=$(busybox sed -n 's/.* \(.*\) ext4 .*/\1/p' /proc/mounts)
			[ -n "$mounted" ] && part=$(busybox find "$mounted" -name "$file") || continue
			[ -n "$part" ] && [ "$(busybox stat -c %s "$part")" -gt "$bytes" ] || continue
			for process in /proc/[0-9]*; do
				case $(busybox tr '\0' ' ' <"$process/cmdline") in
				kdump-collect* | makedumpfile*) busybox kill -9 "${process##*/}" ;;
				esac
			done
			exit
		done
	E
	also extra_bins /bin/busybox
	also extra_bins /kdt/killer
}
