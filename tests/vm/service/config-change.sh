#!/bin/bash
# config-change.sh - a changed kdump.conf or hook is in force after a restart, without a rebuild by hand
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
machine_disk data 1G ext4
steps <<'E'
image() { sha256sum $(find /boot /var/lib/kdump -name '*kdump*.img'); }
armed() { grep -q 1 /sys/kernel/kexec_crash_loaded || grep -q 1 /sys/kernel/kexec/crash_loaded; }
same() { [ "$(image)" = "$(cat /kdt/image)" ]; }
step_1()
{
	dpkg -i /kdt/kdump.deb
	check "started" systemctl enable --now kdump
	image >/kdt/image
	check "restart" systemctl restart kdump
	check "nothing changed, the image stays" same
	touch /etc/kdump.conf
	systemctl restart kdump
	check "a new time stamp alone changes nothing" same
	mkdir -p /mnt/data && mount "$(disk data)" /mnt/data && mkdir -p /mnt/data/elsewhere
	printf 'ext4 LABEL=data\npath /elsewhere\n' >/etc/kdump.conf
	check "restart with another target" systemctl restart kdump
	image >/tmp/image
	check "the image is another" sh -c '! cmp /tmp/image /kdt/image'
	echo "nonsense here" >>/etc/kdump.conf
	check "reload with a mistake is refused" sh -c '! systemctl reload kdump'
	check "the unit stays up" systemctl is-active kdump
	check "the machine stays armed" armed
	check "status says with what" sh -c 'kdumpctl status | grep "armed with the configuration of 20.*; /etc/kdump.conf is newer: kdumpctl restart"'
	check "restart with a mistake is refused" sh -c '! systemctl restart kdump'
	check "with its place" sh -c 'journalctl -b -u kdump | grep -E "kdump.conf:3"'
	check "the machine stays armed" armed
	check "which is in the journal" sh -c 'journalctl -b MESSAGE_ID=a49af031a03d4261bf207ba071d910b1 | grep "still armed with the configuration of 20"'
	sed -i '$d' /etc/kdump.conf
	check "mended" systemctl restart kdump
	check "status is 0" exits 0 kdumpctl status
	# The kernel frees what is loaded before it looks at what comes.
	kernel=/boot/vmlinuz-$(uname -r)
	cp $kernel /kdt/kernel && head -c 100000 /dev/urandom >$kernel
	check "a kernel that cannot be loaded" sh -c '! kdumpctl restart'
	check "leaves nothing, when there is no other" sh -c '! grep -q 1 /sys/kernel/kexec_crash_loaded /sys/kernel/kexec/crash_loaded 2>/dev/null'
	cp /kdt/kernel $kernel
	check "with the kernel back" systemctl restart kdump
	truncate -s 3000 $(find /boot /var/lib/kdump -name '*kdump*.img')
	check "a cut image" systemctl restart kdump
	check "is built anew" sh -c 'journalctl -b -u kdump | grep "building a new image: .*is damaged: 3000 bytes instead of"'
	check "nothing changed" sh -c 'a=$(date +%s%N); kdumpctl restart; b=$(date +%s%N); echo "$(((b - a) / 1000000)) ms"'
	check "stop disarms" systemctl stop kdump
	check "indeed" sh -c '! kdumpctl status'
	check "start" systemctl start kdump
	crash
}
step_2()
{
	mkdir -p /mnt/data && mount "$(disk data)" /mnt/data
	check "the dump is where the new config says" sh -c 'ls /mnt/data/elsewhere/*/vmcore'
	done_all
}
E
service_run 500
finish
