#!/bin/bash
# kernel-upgrade.sh - after the boot of a new kernel the capture works with that kernel
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
old=$vmlinuz oldversion=$version
eval "$("$here/kernel.sh" 7.x)"
mkdir -p "$machine/mnt/root/usr/lib/modules"
cp -a "$modules/lib/modules/$version" "$machine/mnt/root/usr/lib/modules/"
cp "$modules/usr/lib/modules/$version/config" "$machine/mnt/root/boot/config-$version"
machine_put "$vmlinuz" "/kdt/vmlinuz-$version" 644
new=$vmlinuz
steps <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	check "started" systemctl enable --now kdump
	new=$(ls /kdt/vmlinuz-*); new=${new##*/vmlinuz-}
	# What dpkg does for a kernel package.
	cp "/kdt/vmlinuz-$new" /boot/
	mkdir -p /etc/kernel/postinst.d
	check "the hooks of a new kernel succeed" env DEB_MAINT_PARAMS=configure \
		run-parts --exit-on-error --arg="$new" --arg="/boot/vmlinuz-$new" /etc/kernel/postinst.d
	check "still armed with the old one" exits 0 kdumpctl status
	done_all
}
step_2()
{
	check "the new kernel runs" sh -c 'uname -r | grep ^7'
	check "armed" exits 0 kdumpctl status
	crash
}
step_3()
{
	check "one dump" sh -c 'ls /var/crash/*/vmcore'
	old=$(ls /boot/vmlinuz-6*); old=${old##*/vmlinuz-}
	rm -rf "/boot/vmlinuz-$old" "/lib/modules/$old"
	[ ! -d /etc/kernel/postrm.d ] || check "the hooks of a kernel that goes succeed" env DEB_MAINT_PARAMS=remove \
		run-parts --exit-on-error --arg="$old" --arg="/boot/vmlinuz-$old" /etc/kernel/postrm.d
	check "its image is gone" sh -c "! ls /boot/*$old*kdump* /var/lib/kdump/*$old* 2>/dev/null"
	done_all
}
E
vmlinuz=$old
service_run 300
vmlinuz=$new series=7.x
service_run 500
dump=$(ls -d "$(disk_open root)"/var/crash/* | head -n 1)
ok "crash opens the dump of the new kernel" dump_opens vmcore
finish
