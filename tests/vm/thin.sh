# thin.sh - sourced, after service/lib.sh: dumps go to ext4 on an LVM thin volume, by an image of others
#
#     thin_machine SUITE KERNEL PACKAGE...; service_run DEADLINE; thin_results

# thin_machine SUITE KERNEL PACKAGE... - a machine whose service makes its image with a program of them.
thin_machine()
{
	VM_MEM=2G VM_CRASHKERNEL=512M
	service_new "$@" thin-provisioning-tools
	machine_disk data 2G
	printf '#!/bin/sh\necho "hook: status $1"\n' | machine_text /kdt/hook 755
	thin_steps
}

thin_steps()
{
	steps <<'E'
image() { find /boot /var/lib/kdump -name '*kdump*.img'; }
same() { [ "$(sha256sum "$(image)")" = "$(cat /kdt/image)" ]; }
said() { journalctl -b -u kdump --no-pager | tee /tmp/words | grep -qE -- "$1" || { cat /tmp/words; return 1; }; }
step_1()
{
	modprobe dm_thin_pool
	vgcreate -y vg0 "$(disk data)" && lvcreate -y --type thin -L 1G -V 1500M -n crash --thinpool pool vg0
	mkfs.ext4 -q /dev/vg0/crash && mkdir -p /mnt/data && mount /dev/vg0/crash /mnt/data && mkdir /mnt/data/dumps
	echo "/dev/vg0/crash /mnt/data ext4 nofail,x-systemd.device-timeout=30 0 0" >>/etc/fstab
	dpkg -i /kdt/kdump.deb
	printf 'ext4 /dev/vg0/crash\npath /dumps\nkdump_post /kdt/hook\ntimeout device=20\n' >/etc/kdump.conf
	took "enable --now" systemctl enable --now kdump
	check "the service is active" systemctl is-active kdump
	check "what is in the way is told" said "an LVM thin volume"
	check "and who makes the image" said "built by (dracut|mkinitramfs)"
	check "status is 0" exits 0 kdumpctl status
	check "the image is for root alone" test "$(stat -c %a "$(image)")" = 600
	sha256sum "$(image)" >/kdt/image
	check "restart" systemctl restart kdump
	check "nothing changed, the image stays" same
	check "test is good" exits 0 kdumpctl test
	echo "guest: # image $(stat -c %s "$(image)") bytes"
	crash
}
step_2()
{
	check "armed again after the reboot" exits 0 kdumpctl status
	check "with the image that was there" same
	check "list shows the dump" exits 0 kdumpctl list
	check "as complete" words 'complete'
	mkdir /kdt/dumps && cp -a /mnt/data/dumps/* /kdt/dumps/
	# Now a volume that will not come up: LVM finds no label any more.
	umount /mnt/data
	dd if=/dev/zero of="$(disk data)" bs=1M count=1 conv=fsync 2>/dev/null
	crash
}
# That it is reached is the result: the machine came back by itself.
step_3()
{
	check "the volume was gone indeed" sh -c '! mountpoint /mnt/data && ! ls /dev/vg0'
	done_all
}
E
}

# thin_results - what the guest copied from the volume: the host has no LVM.
thin_results()
{
	ok "the hook was in the image" says 'hook: status 0'
	ok "the volume that did not come up was given up" says 'the disk vg0-crash .* did not appear'
	ok "one dump" dump_dir "$(disk_open root)/kdt/dumps"
	ok "files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "status says complete" status_is state '^complete$'
	ok "crash opens it" dump_opens vmcore
}
