#!/bin/sh
# lost-boot.sh - a boot that went down without a dump: what pstore kept of it, and why there is none
. "$(dirname "$0")/lib.sh"

boots=0
# boot - the machine is up again; unit begin|end - what kdump-boot.service runs.
boot()
{
	boots=$((boots + 1))
	echo "boot-$boots" | put /proc/sys/kernel/random/boot_id
	echo 0 | put /sys/kernel/kexec_crash_loaded
	rm -f "$root/told-everybody"
}
unit()
{
	exits 0 kdumpctl _boot "$1"
}

panic_log()
{
	printf 'Panic#1 Part2\n<4>[   10.0] BUG: kernel NULL pointer dereference, address: 0000000000000000\n'
}
panic_end()
{
	cat <<'T'
Panic#1 Part1
<4>[   10.1] CPU: 1 PID: 77 Comm: cat Not tainted 6.12.9+deb13-amd64 #1
<4>[   10.2] RIP: 0010:guilty_function+0x12/0x40 [bad]
<4>[   10.3] Call Trace:
<4>[   10.4]  <TASK>
<4>[   10.5]  vfs_read+0xab/0x320
<4>[   10.6]  </TASK>
<0>[   10.7] Kernel panic - not syncing: Fatal exception
T
}

root_new
boot
ok "the first boot begins without a record" unit begin
ok "the first boot reports no lost boot" silent_on "end properly"
ok "start arms the first boot" exits 0 kdumpctl start
# An image is not what this is about.
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
ok "the shutdown is recorded as clean" unit end

boot
ok "a boot after a clean shutdown begins" unit begin
ok "start succeeds after a clean shutdown" exits 0 kdumpctl start
ok "start reports nothing after a clean shutdown" silent_on "end properly"
# The machine loses its power here.

boot
ok "a boot after a power cut begins" unit begin
ok "the boot unit leaves the report of an armed boot to start" silent_on "end properly"
ok "start succeeds after a power cut" exits 0 kdumpctl start
ok "start tells all terminals that there is no dump, and where it looked" \
	grep -q "did not end properly, and there is no dump of it on .*: kdump was armed and no panic is on record" "$root/told-everybody"
ok "status works after a lost boot" exits 0 kdumpctl status
ok "status gives the likely reason of the lost boot" says "last crash without a dump: .*the power failed"
ok "status --json works after a lost boot" exits 0 kdumpctl status --json
ok "status --json has no directory without a log" json_is null last_crash_without_dump directory
ok "a second start succeeds after a lost boot" exits 0 kdumpctl restart
ok "a second start does not report the lost boot again" silent_on "did not end properly"
# It hangs here, and the watchdog bites.

boot
echo 32 | put /sys/class/watchdog/watchdog0/bootstatus
unit begin >/dev/null
ok "start succeeds after a reset by the watchdog" exits 0 kdumpctl start
ok "start names the watchdog that reset the machine" grep -q "hardware watchdog reset the machine" "$root/told-everybody"
rm "$root/sys/class/watchdog/watchdog0/bootstatus"
ok "stop by hand is recorded" exits 0 kdumpctl stop
# It panics here, not armed; ERST keeps the log.

boot
panic_log | put /sys/fs/pstore/dmesg-erst-2
panic_end | put /sys/fs/pstore/dmesg-erst-1
touch -d '+1 minute' "$root/sys/fs/pstore/dmesg-erst-1" "$root/sys/fs/pstore/dmesg-erst-2"
ok "a boot after a panic of an unarmed machine begins" unit begin
ok "the boot unit reports at once that kdump was not armed" grep -q "kdump was not armed: kdump was stopped" "$root/told-everybody"
ok "the report has the reason from pstore's log" grep -q "its log says: .*guilty_function" "$root/told-everybody"
ok "list works with logs from pstore" exits 0 kdumpctl list
ok "list shows the logs from pstore as a target" says "logs from pstore, /var/lib/kdump/pstore"
ok "list names the guilty function of a log from pstore" says "guilty_function"
ok "show describes the log from pstore" exits 0 kdumpctl show last
ok "show names the directory of the log from pstore" says "^Dump +/var/lib/kdump/pstore/pstore-20"
log=$(ls "$root"/var/lib/kdump/pstore/pstore-*/vmcore-dmesg-incomplete.txt)
ok "the log from pstore is in order and without pstore's own lines" sh -c '
	head -n 1 "$1" | grep -q "NULL pointer" && tail -n 1 "$1" | grep -q "Kernel panic" && ! grep -q "Part[12]" "$1"' sh "$log"
ok "the log from pstore is readable by root alone" test "$(stat -c %a "$log")" = 600
ok "start succeeds after the boot unit's report" exits 0 kdumpctl start
ok "start does not report the same boot again" silent_on "end properly"
finish
