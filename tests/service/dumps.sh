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

# The next boot: nothing is loaded, the boot id is another.
reboot()
{
	echo "$1" | put /proc/sys/kernel/random/boot_id
	echo 0 | put /sys/kernel/kexec_crash_loaded
	rm -rf "$root/run/kdump"
}

root_new
echo "path /var/crash" | config
ok "list of nothing" exits 0 kdumpctl list
ok "says so" says "no dumps"
ok "show of nothing" exits 1 kdumpctl show
ok "list --json of nothing" exits 0 kdumpctl list --json
ok "is an empty array" json_is "[]"
saved 127.0.0.1-2020-01-01-10:00:00 vmcore
saved 127.0.0.1-2021-01-01-10:00:00 vmcore-incomplete
ok "list" exits 0 kdumpctl list
ok "the newest is the first" says "^  1  2021-01-01 10:00:00  incomplete"
ok "with its kernel" says "6.1.0-18-amd64"
ok "and the panic in one line" says "sysrq: Trigger a crash at sysrq_handle_crash.0x16/0x20, CPU 1, process bash \(7\), tainted GW"
ok "show 2" exits 0 kdumpctl show 2
ok "is the older" says "^State +complete"
ok "show by name" exits 0 kdumpctl show 127.0.0.1-2021-01-01-10:00:00
ok "show of one that is not there" exits 1 kdumpctl show 3
ok "list --json" exits 0 kdumpctl list --json
ok "complete" json_is true 1 complete
ok "function" json_is '"sysrq_handle_crash+0x16/0x20"' 1 panic function
ok "show --json" exits 0 kdumpctl show --json last
ok "one object" json_is false complete

# A machine that was armed and just stopped. The image cannot be built here: no matter.
echo "virtiofs crash" | config
ok "armed" exits 0 kdumpctl start
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
reboot second-boot
saved "127.0.0.1-$(date +%Y-%m-%d-%H:%M:%S)" vmcore
ok "the next start" exits 0 kdumpctl start
ok "reports the crash" says "the system crashed at .*sysrq: Trigger a crash at sysrq_handle_crash"
ok "not the old ones" test "$(grep -c "the system crashed" "$work/words")" = 1
ok "status shows it" exits 0 kdumpctl status
ok "too" says "last crash: .*sysrq"
reboot third-boot
ok "the start after that" exits 0 kdumpctl start
ok "does not repeat it" silent_on "the system crashed"
ok "but says that the boot was lost" says "did not end properly"
ok "stop is a proper end" exits 0 kdumpctl stop
reboot fourth-boot
ok "after it" exits 0 kdumpctl start
ok "nothing is said" silent_on "crashed|properly"
kdumpctl stop >/dev/null

# A rehearsal.
ok "test --crash asks" exits 1 kdumpctl test --crash
ok "and nobody answers" says "no terminal to confirm on"
: | put /proc/sysrq-trigger
ok "test --crash --force" exits 0 kdumpctl test --crash --force
ok "panics" is /proc/sysrq-trigger c
ok "the dump is marked as a test" grep -qE -- "kdump_test_id=[0-9]+" "$root/kexec-arguments"
id=$(sed -n 's/.*kdump_test_id=\([0-9]*\).*/\1/p' "$root/kexec-arguments")
reboot fifth-boot
saved "kdump-test-$id" vmcore
ok "the next start" exits 0 kdumpctl start
ok "has the verdict" says "kdumpctl test: success"
ok "and no alarm" silent_on "the system crashed"
ok "status too" exits 0 kdumpctl status
ok "has it" says "last test .*: success"
kdumpctl stop >/dev/null
ok "--force alone is the crash, too" exits 0 kdumpctl test --force
reboot sixth-boot
ok "that saved nothing" exits 0 kdumpctl start
ok "failed" says "kdumpctl test: FAILED"
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
ok "armed with two targets" exits 0 kdumpctl start
sleep 1
crash=127.0.0.1-$(date +%Y-%m-%d-%H:%M:%S)
saved "$crash" vmcore
to_disk 127.0.0.1-2020-01-01-10:00:00 "$first"
to_disk "$crash" "$second"
reboot eighth-boot
ok "the next start" exits 0 kdumpctl start
ok "reports the crash" says "the system crashed at .*: $second:/crash/$crash"
ok "and misses nothing" silent_on "properly"
kdumpctl stop >/dev/null
ok "a test with two targets" exits 0 kdumpctl test --crash --force
id=$(sed -n 's/.*kdump_test_id=\([0-9]*\).*/\1/p' "$root/kexec-arguments")
reboot ninth-boot
saved "kdump-test-$id" vmcore
to_disk "kdump-test-$id" "$second"
ok "the next start" exits 0 kdumpctl start
ok "finds it on the second" says "test: complete dump in $second:/crash/kdump-test-$id"
kdumpctl stop >/dev/null
ok "another" exits 0 kdumpctl test --crash --force
reboot tenth-boot
ok "that saved nothing" exits 0 kdumpctl start
ok "was looked for on both" says "no dump on ext4 $first, /crash, ext4 $second, /crash"
finish
