#!/bin/bash
# multipath.sh - a target behind two paths: the service makes the image with dracut; then one path is enough
. "$(dirname "$0")/lib.sh"

# machine_paths NAME SIZE COUNT - one disk that the guest sees that often, each on a controller of its own.
machine_paths()
{
	local path
	truncate -s "$2" "$machine/$1.img"
	for path in $(seq "$3"); do
		machine_qemu+=(-drive "if=none,id=$1$path,format=raw,cache=unsafe,file.locking=off,file=$machine/$1.img"
			-device "virtio-scsi-pci,id=bus-$1$path"
			-device "scsi-hd,bus=bus-$1$path.0,id=dev-$1$path,drive=$1$path,serial=$1,wwn=0x5000c50015ea71ac,share-rw=on")
	done
}

one_path_less() { machine_monitor "device_del bus-data1"; }

VM_MEM=2G VM_CRASHKERNEL=512M
service_new trixie 6.12 dracut multipath-tools
machine_paths data 1G 2
printf 'defaults {\n\tfind_multipaths yes\n\tuser_friendly_names yes\n}\n' | machine_text /etc/multipath.conf
steps <<'E'
image() { find /boot /var/lib/kdump -name '*kdump*.img'; }
same() { [ "$(sha256sum "$(image)")" = "$(cat /kdt/image)" ]; }
said() { journalctl -b -u kdump --no-pager | tee /tmp/words | grep -qE -- "$1" || { cat /tmp/words; return 1; }; }
# mute COMMAND... - without dracut.
mute() { mv /usr/bin/dracut /usr/bin/d; "$@"; local rc=$?; mv /usr/bin/d /usr/bin/dracut; return "$rc"; }
# paths NR - so many are in the map, within ten seconds.
paths()
{
	local i
	for i in $(seq 20); do
		[ "$(ls /sys/block/dm-0/slaves | grep -c sd)" = "$1" ] && return
		sleep 0.5
	done
	multipathd show paths
	return 1
}
step_1()
{
	udevadm settle
	check "both paths are in the map" paths 2
	mkfs.ext4 -q -L mp /dev/mapper/mpatha && mkdir -p /mnt/data && udevadm settle
	echo "LABEL=mp /mnt/data ext4 nofail,x-systemd.device-timeout=30 0 0" >>/etc/fstab
	systemctl daemon-reload
	check "mounted" mount /mnt/data
	mkdir /mnt/data/dumps
	# No new initramfs for the system: minutes under emulation.
	INITRD=No dpkg -i /kdt/kdump.deb
	printf 'ext4 LABEL=mp\npath /dumps\n' >/etc/kdump.conf
	check "without dracut it is refused" mute exits 1 kdumpctl start
	check "what is in the way is told" words "a multipath device"
	check "and the remedy" words "install dracut or initramfs-tools"
	took "enable --now" systemctl enable --now kdump
	check "the service is active" systemctl is-active kdump
	check "dracut made the image" said "built by dracut"
	check "status is 0" exits 0 kdumpctl status
	sha256sum "$(image)" >/kdt/image
	crash
}
step_2()
{
	check "armed again after the reboot" exits 0 kdumpctl status
	check "with the image that was there" same
	check "list shows the dump" exits 0 kdumpctl list
	check "as complete" words 'complete .*sysrq'
	mkdir /kdt/dumps && mv /mnt/data/dumps/* /kdt/dumps/
	pause
	check "one path is left" paths 1
	crash
}
step_3()
{
	check "armed with one path" exits 0 kdumpctl status
	check "with the image that was there" same
	check "list shows the dump" exits 0 kdumpctl list
	check "as complete" words 'complete .*sysrq'
	done_all
}
E
machine_start 3000
ok "the image was made and the first crash is over" machine_until 'guest: step 2' 1800
at_each_pause one_path_less
service_results
ok "the capture ran beside dracut's units" says 'Starting dracut-cmdline.service'
ok "no path was taken for the disk" says_not 'may be one of its paths'
ok "one dump by two paths" dump_dir "$(disk_open root)/kdt/dumps"
ok "files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "it was the map that was mounted" grep -q 'EXT4-fs (dm-0): mounted' "$dump/kexec-dmesg.log"
ok "status says complete" status_is state '^complete$'
ok "crash opens it" dump_opens vmcore
ok "one dump by one path" dump_dir "$(disk_open data)/dumps"
ok "it was the map again" grep -q 'EXT4-fs (dm-0): mounted' "$dump/kexec-dmesg.log"
ok "status says complete" status_is state '^complete$'
ok "crash opens it" dump_opens vmcore
finish
