#!/bin/bash
# steps.sh - steps of a capture hang, fail and die on each target in turn; what is left has the dump
. "$(dirname "$0")/lib.sh"

# What happens to each target. A collector that dies is replaced by a plain copy on the same target.
steps=(up:hangs begin:fails log_close:dies core_open:hangs core_run:dies)
last=$((${#steps[@]} - 1))

capture_new 6.12
machine_put "$build/tests/vm/steps/kdump-capture" /usr/lib/kdump/kdump-capture
words='' mounts=''
for i in "${!steps[@]}"; do
	words=$words,$i:${steps[i]}
done
for i in $(seq 0 "$last"); do
	machine_disk "disk$i" 600M ext4
	mounts="$mounts mount_disk disk$i /mnt/disk$i; mkdir -p /mnt/disk$i/dumps;"
done
{
	echo "ext4 LABEL=disk0"
	for i in $(seq 1 "$last"); do echo "fallback_target ext4 LABEL=disk$i"; done
	echo "path /dumps"
	echo "retry 0"
	echo "timeout device=10 mount=10 hook=10 stall=10"
	echo "kdump_pre /kdt/hangs"
	echo "extra_bins /bin/busybox"
} | config
printf '#!/bin/sh\ntrap "" TERM\nwhile :; do busybox sleep 100; done\n' | machine_text /kdt/hangs 755
guest <<-E
	prepare() { $mounts }
	CMDLINE=kdump_test_steps=${words#,}
E
begun=$(date +%s)
ok "the machine rebooted by itself" capture_run 500
echo "# the machine took $(($(date +%s) - begun)) s"
for i in "${!steps[@]}"; do
	ok "target $i: ${steps[i]/:/ }, which happened" \
		says "kdump.*test: step ${steps[i]%:*} of target $i ${steps[i]#*:}"
done
ok "nothing was reset by force" says_not 'reset by force'
ok "the hook that hangs was stopped" says 'kdump: .*hangs: it did not end within 10s'
for i in 0 1; do
	ok "target $i, which was never ready, has no dump" \
		test -z "$(ls "$(disk_open "disk$i")/dumps")"
done
ok "target 3, which went wrong later, has a directory" dump_dir "$(disk_open disk3)/dumps"
ok "target 3 has the log" log_saved
ok "the last target has a dump" dump_dir "$(disk_open "disk$last")/dumps"
ok "the last target has the log" log_saved
ok "the last target has all files" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "the last target's status says that all is there, unfiltered" status_is state '^other-level$'
ok "the console says why" says 'kdump: falling back to a plain copy, unfiltered'
ok "the last target's status names what went wrong before" status_is errors 'the test lets it fail'
ok "crash opens the dump" dump_opens vmcore
finish
