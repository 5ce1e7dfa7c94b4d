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
ok "the first boot has nothing to report" unit begin
ok "and says nothing" silent_on "end properly"
ok "armed" exits 0 kdumpctl start
# An image is not what this is about.
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
ok "the shutdown is noted" unit end

boot
ok "after a shutdown in good order" unit begin
ok "start finds nothing wrong" exits 0 kdumpctl start
ok "and says nothing of the boot before" silent_on "end properly"
# The machine loses its power here.

boot
ok "the boot after a power cut" unit begin
ok "leaves the report to start, which looks at the target" silent_on "end properly"
ok "start" exits 0 kdumpctl start
ok "tells everybody that there is no dump, and where it looked" \
	grep -q "did not end properly, and there is no dump of it on .*: kdump was armed and no panic is on record" "$root/told-everybody"
ok "status repeats it" exits 0 kdumpctl status
ok "with the reason" says "last crash without a dump: .*the power failed"
ok "and as JSON" exits 0 kdumpctl status --json
ok "with no log" json_is null last_crash_without_dump directory
ok "the next start" exits 0 kdumpctl restart
ok "does not repeat it" silent_on "did not end properly"
# It hangs here, and the watchdog bites.

boot
echo 32 | put /sys/class/watchdog/watchdog0/bootstatus
unit begin >/dev/null
ok "after the watchdog's reset, start" exits 0 kdumpctl start
ok "names the watchdog" grep -q "hardware watchdog reset the machine" "$root/told-everybody"
rm "$root/sys/class/watchdog/watchdog0/bootstatus"
ok "stopped by hand" exits 0 kdumpctl stop
# It panics here, not armed; ERST keeps the log.

boot
panic_log | put /sys/fs/pstore/dmesg-erst-2
panic_end | put /sys/fs/pstore/dmesg-erst-1
touch -d '+1 minute' "$root/sys/fs/pstore/dmesg-erst-1" "$root/sys/fs/pstore/dmesg-erst-2"
ok "the boot after a panic that was not armed" unit begin
ok "says so at once: no dump can be anywhere" grep -q "kdump was not armed: kdump was stopped" "$root/told-everybody"
ok "and what the log says" grep -q "its log says: .*guilty_function" "$root/told-everybody"
ok "list" exits 0 kdumpctl list
ok "has the log, and the function" says "logs from pstore, /var/lib/kdump/pstore"
ok "by the same parser" says "guilty_function"
ok "show last" exits 0 kdumpctl show last
ok "has the directory" says "^Dump +/var/lib/kdump/pstore/pstore-20"
log=$(ls "$root"/var/lib/kdump/pstore/pstore-*/vmcore-dmesg-incomplete.txt)
ok "the log is in order, without pstore's own lines" sh -c '
	head -n 1 "$1" | grep -q "NULL pointer" && tail -n 1 "$1" | grep -q "Kernel panic" && ! grep -q "Part[12]" "$1"' sh "$log"
ok "and root's alone" test "$(stat -c %a "$log")" = 600
ok "start" exits 0 kdumpctl start
ok "has nothing to add" silent_on "end properly"
finish
