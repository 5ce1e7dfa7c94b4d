#!/bin/bash
# luks-root.sh - root on LUKS2 and 96M reserved: encrypted dumps go to /boot and to a partition, and are moved away
. "$(dirname "$0")/lib.sh"
. "$here/locked.sh"
. "$here/sealed.sh"

VM_MEM=1G VM_CRASHKERNEL=${LUKS_CRASHKERNEL:-96M}
service_new trixie 6.12
machine_disk spare 1G
machine_disk out 1G ext4
sealed_key
machine_text /kdt/recipient <<<"$recipient"
markers_text | machine_text /kdt/markers
steps <<'E2'
. /kdt/markers
conf() { printf '%s\n' "$@" "encrypt_to $(cat /kdt/recipient)" >/etc/kdump.conf; }
# What the capture leaves on an encrypted root cannot be seen from outside.
to_outside()
{
	mkdir -p /mnt/out && mount "$(disk out)" /mnt/out && cp -a "/var/crash/$(ls /var/crash)" "/mnt/out/$1" &&
		umount /mnt/out
}
image_has()
{
	kdump-image show "$(image)" >/tmp/listed || return 1
	grep -E "$1" /tmp/listed
}
image_lacks() { ! image_has "$1"; }
armed()
{
	check "$1: the service starts" systemctl restart kdump
	check "$1: status is 0" exits 0 kdumpctl status
	check "$1: test is good" exits 0 kdumpctl test
	check "$1: the image is our own" image_has '(^| )/?init$'
	check "$1: nothing in the image unlocks a disk" image_lacks 'crypt(setup|tab)|dm-crypt|tpm|/keys/'
	echo "guest: # $1: image $(stat -c %s "$(image)") bytes"
	printf 'kdump-test: UTF-8 Grüße, 漢字, ±½, 🙂\n' >/dev/kmsg
	plant
	crash
}
saved()
{
	check "$1: armed again after the reboot" exits 0 kdumpctl status
	check "$1: status tells of the crash" words 'last crash: .*complete.*/var/crash/'
	check "$1: list shows one dump" exits 0 kdumpctl list
	check "$1: list calls it complete" words ' complete '
	check "$1: one dump in /var/crash" test "$(ls -A /var/crash | wc -l)" = 1
	check "$1: its files are those of the manifest" kdump-collect --verify "/var/crash/$(ls /var/crash)"
	check "$1: it can be taken out" to_outside "$1"
	rm -rf /var/crash/*
}
step_1()
{
	install_package
	check "root is on LUKS2" sh -c 'dmsetup table cryptroot | grep -w crypt'
	check "/boot is a disk of its own" mountpoint /boot
	check "a locked root does not arm" exits 1 kdumpctl start
	check "where dumps can go is told" words 'no disk has to be unlocked .cryptroot: encrypted'
	check "/boot is one of the places" words '2\. encrypted, to /boot .[0-9]+ MB free'
	mkdir -p /boot/var/crash
	systemctl enable kdump
	conf "ext4 UUID=$(blkid -o value -s UUID "$(disk boot)")" 'path /var/crash' 'core_collector makedumpfile -d 23'
	armed boot
}
step_2()
{
	saved boot
	check "boot: nothing is left there" test -z "$(ls -A /boot/var/crash)"
	check "boot: the move is in the journal" journal 'the dump /boot/var/crash/.* was moved to /var/crash/'
	conf 'raw /dev/disk/by-id/virtio-spare' 'core_collector makedumpfile -F -d 23'
	armed raw
}
step_3()
{
	saved raw
	done_all
}
E2
machine_locked
service_run 1800
ok "the search reads the console" found_in console -- "$machine/console.log"
ok "no marker on any disk or on the console" hidden_here
for place in boot raw; do
	dump=$(disk_open out)/$place
	ok "$place: the files in clear say nothing" only_sealed
	sealed_opened "$place"
done
finish
