#!/bin/bash
# watchdog.sh - a hardware watchdog is kept alive while things move, and resets the machine when the failsafe is killed, too
. "$(dirname "$0")/lib.sh"

# The cloud kernel 6.1 of Debian has no driver for a watchdog of QEMU.
[ "${VM_KERNELS-}" != 6.1 ] || VM_KERNELS=6.12

# The watchdog of the machine is set to 60 s; what we wait for takes longer.
watched()
{
	capture_new 6.12
	data_ext4
	machine_qemu+=(-device i6300esb,id=dog)
	also extra_modules i6300esb
	also extra_bins /bin/busybox
	also timeout hook=200
}

watched
more_config "kdump_post /kdt/slow"
printf '#!/bin/sh\nbusybox sleep 90\necho "slept well"\n' | machine_text /kdt/slow 755
ok "slow: the machine rebooted by itself" capture_run 300
ok "slow: the watchdog is ours" says 'kdump: a hardware watchdog is used'
ok "slow: it let the hook sleep" says 'slept well'
ok "slow: and the end was ours" says 'reboot: (Restarting system|machine restart)'

watched
more_config "kdump_post /kdt/kill"
machine_text /kdt/kill 755 <<'E2'
#!/bin/sh
# The guard is the process the OOM killer must not take.
for p in /proc/[0-9]*; do
	[ "$(busybox cat "$p/oom_score_adj")" = -1000 ] && kill -9 "${p#/proc/}" && echo "the guard is gone"
done
busybox fsfreeze --freeze /kdumproot
E2
ok "killed: the machine was reset" capture_run 300
ok "killed: there was nobody else to do it" says 'the guard is gone'
ok "killed: not by us" says_not 'reboot: |reset by force'
finish
