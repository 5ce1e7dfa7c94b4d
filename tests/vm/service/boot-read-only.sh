#!/bin/bash
# boot-read-only.sh - /boot cannot be written: the image goes elsewhere, and the capture works
. "$(dirname "$0")/lib.sh"

service_new bookworm 6.1
echo "/boot /boot none bind,ro 0 0" >>"$machine/mnt/root/etc/fstab"
steps <<'E'
step_1()
{
	check "/boot is read-only" sh -c '! touch /boot/x'
	dpkg -i /kdt/kdump.deb
	check "started" systemctl enable --now kdump
	check "the image is below /var/lib/kdump" sh -c 'ls /var/lib/kdump/*.img'
	check "status is 0" exits 0 kdumpctl status
	crash
}
step_2()
{
	check "armed after the boot" exits 0 kdumpctl status
	check "one dump" sh -c 'ls /var/crash/*/vmcore'
	done_all
}
E
service_run 400
finish
