#!/bin/sh
# dumps.sh - list and show; a crash is reported once by the next start; the verdict of a test
. "$(dirname "$0")/lib.sh"

# saved NAME CORE - a dump directory, with a log.
saved()
{
	printf '\177ELF...' | put "/var/crash/$1/$2"
	echo '{ "version": 1, "errors": [ ] }' | put "/var/crash/$1/kdump-status.json"
	put "/var/crash/$1/vmcore-dmesg.txt" <<-'E'
		[   17.084551] sysrq: Trigger a crash
		[   17.084767] Kernel panic - not syncing: sysrq triggered crash
		[   17.085008] CPU: 1 PID: 7 Comm: bash Kdump: loaded Tainted: G        W          6.1.0-18-amd64 #1 Debian
		[   17.085467] Call Trace:
		[   17.086694]  panic+0x114/0x2f1
		[   17.086793]  sysrq_handle_crash+0x16/0x20
	E
}

# crash_now - the name of a dump of now, in a second that no earlier crash of this script has.
crash_now()
{
	sleep 1
	date +127.0.0.1-%Y-%m-%d-%H:%M:%S
}

# The next boot: nothing is loaded, the boot id is another.
reboot()
{
	echo "$1" | put /proc/sys/kernel/random/boot_id
	echo 0 | put /sys/kernel/kexec_crash_loaded
	rm -rf "$root/run/kdump"
}

root_new
echo "path /var/crash" | config
ok "list succeeds without dumps" exits 0 kdumpctl list
ok "list says that there are no dumps" says "no dumps"
ok "show fails without dumps" exits 1 kdumpctl show
ok "list --json succeeds without dumps" exits 0 kdumpctl list --json
ok "list --json prints an empty array" json_is "[]"
saved 127.0.0.1-2020-01-01-10:00:00 vmcore
saved 127.0.0.1-2021-01-01-10:00:00 vmcore-incomplete
ok "list succeeds with two dumps" exits 0 kdumpctl list
ok "list shows the newest dump first" says "^  1  2021-01-01 10:00:00  incomplete"
ok "list shows the crashed kernel's release" says "6.1.0-18-amd64"
ok "list shows the panic in one line" says "sysrq: Trigger a crash at sysrq_handle_crash.0x16/0x20, CPU 1, process bash \(7\), tainted GW"
ok "show finds a dump by number" exits 0 kdumpctl show 2
ok "show describes the older dump by its number" says "^State +complete"
ok "show finds a dump by name" exits 0 kdumpctl show 127.0.0.1-2021-01-01-10:00:00
ok "show fails for a number that is too large" exits 1 kdumpctl show 3
ok "list --json succeeds with two dumps" exits 0 kdumpctl list --json
ok "list --json says that a dump is complete" json_is true 1 complete
ok "list --json names the guilty function" json_is '"sysrq_handle_crash+0x16/0x20"' 1 panic function
ok "show --json succeeds with the newest dump" exits 0 kdumpctl show --json last
ok "show --json prints one object" json_is false complete

# A machine that was armed and just stopped. The image cannot be built here: no matter.
echo "virtiofs crash" | config
ok "start arms the machine before the crash" exits 0 kdumpctl start
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
reboot second-boot
saved "$(crash_now)" vmcore
ok "start succeeds on the boot after the crash" exits 0 kdumpctl start
ok "start reports the crash" says "the system crashed at .*sysrq: Trigger a crash at sysrq_handle_crash"
ok "start reports the new dump alone" test "$(grep -c "the system crashed" "$work/words")" = 1
ok "status works after the crash" exits 0 kdumpctl status
ok "status shows the last crash" says "last crash: .*sysrq"
reboot third-boot
ok "start succeeds on a later boot" exits 0 kdumpctl start
ok "start does not report the same crash again" silent_on "the system crashed"
ok "start reports that the boot without stop was lost" says "did not end properly"
ok "stop records a clean end" exits 0 kdumpctl stop
reboot fourth-boot
ok "start succeeds after a clean end" exits 0 kdumpctl start
ok "start reports nothing after a clean end" silent_on "crashed|properly"
kdumpctl stop >/dev/null

# A rehearsal.
ok "test --crash fails without a terminal" exits 1 kdumpctl test --crash
ok "test --crash says that nobody can confirm" says "no terminal to confirm on"
: | put /proc/sysrq-trigger
ok "test --crash --force succeeds" exits 0 kdumpctl test --crash --force
ok "test --crash --force panics the machine" is /proc/sysrq-trigger c
ok "test --crash --force marks the dump as a test" grep -qE -- "kdump_test_id=[0-9]+" "$root/kexec-arguments"
id=$(sed -n 's/.*kdump_test_id=\([0-9]*\).*/\1/p' "$root/kexec-arguments")
reboot fifth-boot
saved "kdump-test-$id" vmcore
ok "start succeeds after the test crash" exits 0 kdumpctl start
ok "start reports that the test succeeded" says "kdumpctl test: success"
ok "start does not report the test as a crash" silent_on "the system crashed"
ok "status works after the test crash" exits 0 kdumpctl status
ok "status shows that the test succeeded" says "last test .*: success"
kdumpctl stop >/dev/null
ok "test --force crashes without --crash" exits 0 kdumpctl test --force
reboot sixth-boot
ok "start succeeds when the test saved nothing" exits 0 kdumpctl start
ok "start reports that the test failed" says "kdumpctl test: FAILED"
kdumpctl stop >/dev/null

# Two targets, on disks that are not mounted: the dump went to the second.
disk()
{
	truncate -s 8M "$work/$1.img"
	mkfs.ext4 -q -F "$work/$1.img"
	losetup -f --show "$work/$1.img" || echo "Bail out! no loop device"
}
first=$(disk first) second=$(disk second)
node "$first" "$second"
trap 'losetup -d "$first"; losetup -d "$second"; rm -rf "$work"' EXIT
# to_disk NAME DEVICE - a dump of the root onto the disk.
to_disk()
{
	mkdir -p "$work/mnt"
	mount "$2" "$work/mnt"
	mkdir -p "$work/mnt/crash"
	cp -r "$root/var/crash/$1" "$work/mnt/crash/"
	umount "$work/mnt"
}
printf 'ext4 %s\nfallback_target ext4 %s\npath /crash\nforce_no_rebuild 1\n' "$first" "$second" | config
reboot seventh-boot
ok "start arms the machine with two targets" exits 0 kdumpctl start
crash=$(crash_now)
saved "$crash" vmcore
to_disk 127.0.0.1-2020-01-01-10:00:00 "$first"
to_disk "$crash" "$second"
reboot eighth-boot
ok "start succeeds when the dump is on the fallback target" exits 0 kdumpctl start
ok "start reports the dump on the fallback target" says "the system crashed at .*: $second:/crash/$crash"
ok "start does not call that boot lost" silent_on "properly"
kdumpctl stop >/dev/null
ok "test --crash --force succeeds with two targets" exits 0 kdumpctl test --crash --force
id=$(sed -n 's/.*kdump_test_id=\([0-9]*\).*/\1/p' "$root/kexec-arguments")
reboot ninth-boot
saved "kdump-test-$id" vmcore
to_disk "kdump-test-$id" "$second"
ok "start succeeds when the test's dump is on the fallback target" exits 0 kdumpctl start
ok "start reports the test's dump on the fallback target" says "test: complete dump in $second:/crash/kdump-test-$id"
kdumpctl stop >/dev/null
ok "another test --crash --force succeeds" exits 0 kdumpctl test --crash --force
reboot tenth-boot
ok "start succeeds when neither target has the test's dump" exits 0 kdumpctl start
ok "start names both targets that have no dump" says "no dump on ext4 $first, /crash, ext4 $second, /crash"

# A path as long as people have them is in every message as a whole.
long=$(printf 'd%.0s' $(seq 250))/$(printf 'e%.0s' $(seq 250))
mkdir -p "$root/var/crash/$long"
printf 'path /var/crash/%s\nforce_no_rebuild 1\n' "$long" | config
reboot eleventh-boot
kdumpctl start >/dev/null 2>&1
crash=$(crash_now)
saved "$long/$crash" vmcore
reboot twelfth-boot
ok "start succeeds with a dump in a long path" exits 0 kdumpctl start
ok "start names the long path as a whole" says "the system crashed at .*: /var/crash/$long/$crash"
ok "status works with a dump in a long path" exits 0 kdumpctl status
ok "status names the long path as a whole" says "last crash: .*: /var/crash/$long/$crash"
kdumpctl stop >/dev/null
ok "test --crash --force succeeds with a long path" exits 0 kdumpctl test --crash --force
reboot thirteenth-boot
ok "start succeeds when a long path has no dump of the test" exits 0 kdumpctl start
ok "start names the long path without a dump as a whole" says "no dump on path, /var/crash/$long; see"
kdumpctl stop >/dev/null
reboot fourteenth-boot
kdumpctl start >/dev/null
reboot fifteenth-boot
ok "start succeeds after a lost boot with a long path" exits 0 kdumpctl start
ok "start names the long path of a lost boot as a whole" \
	says "there is no dump of it on path, /var/crash/$long: "
finish
