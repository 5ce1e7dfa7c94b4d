#!/bin/bash
# disk-late.sh - a disk that shows up when the boot is half over is waited for: armed, and the dump is on it
. "$(dirname "$0")/lib.sh"

late_in() { machine_monitor "device_add virtio-blk-pci,id=dev-late,serial=late,drive=late"; }
late_out() { machine_monitor "device_del dev-late"; }

# late_boot NR - at that boot the disk comes five seconds after systemd began.
late_boot()
{
	local end=$(($(date +%s) + 300))
	until [ "$(machine_text_of | grep -ac 'guest: early')" -ge "$1" ]; do
		[ "$(date +%s)" -lt "$end" ] && kill -0 "$machine_pid" 2>/dev/null || { console_tail; return 1; }
		sleep 0.2
	done
	sleep 5
	late_in
}

service_new trixie 6.12
truncate -s 1G "$machine/late.img"
mkfs.ext4 -q -F -L late "$machine/late.img"
machine_qemu+=(-blockdev "driver=raw,node-name=late,file.driver=file,file.filename=$machine/late.img")
machine_text /etc/systemd/system/kdt-early.service <<'E'
[Unit]
DefaultDependencies=no
After=systemd-udevd.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c "echo guest: early >/dev/ttyS0"
[Install]
WantedBy=sysinit.target
E
mkdir -p "$machine/mnt/root/etc/systemd/system/sysinit.target.wants"
ln -s ../kdt-early.service "$machine/mnt/root/etc/systemd/system/sysinit.target.wants/kdt-early.service"
steps <<'E'
# stamp UNIT NAME - when it became so, in microseconds since the boot.
stamp() { systemctl show --value -p "$2TimestampMonotonic" "$1"; }
waited()
{
	[ "$(stamp kdump.service InactiveExit)" -ge "$(stamp 'dev-disk-by\x2dlabel-late.device' ActiveEnter)" ]
}
step_1()
{
	dpkg -i /kdt/kdump.deb
	printf 'ext4 LABEL=late\npath /\n' >/etc/kdump.conf
	pause
	udevadm wait -t 60 /dev/disk/by-label/late
	check "started" systemctl enable --now kdump
	pause
	systemctl reboot
	sleep 60
}
step_2()
{
	check "armed by the boot itself" systemctl is-active kdump
	check "status is 0" exits 0 kdumpctl status
	check "the disk was waited for" waited
	check "there is nothing to warn of" sh -c '! journalctl -b -u kdump | grep WARNING'
	journalctl -b -u kdump --no-pager | sed 's/^/guest: # /' | tail -n 5
	crash
}
step_3()
{
	check "list shows the dump" exits 0 kdumpctl list
	check "complete" words ' complete .*sysrq'
	done_all
}
E
machine_start 900
at_each_pause late_in late_out
ok "the disk comes late at the second boot" late_boot 2
service_results
finish
