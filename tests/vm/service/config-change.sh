#!/bin/bash
# config-change.sh - a changed kdump.conf or hook is in force after a restart, without a rebuild by hand
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
machine_disk data 1G ext4
steps <<'E'
image() { sha256sum $(find /boot /var/lib/kdump -name '*kdump*.img'); }
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
	check "a mistake is refused" sh -c '! systemctl restart kdump'
	check "with its place" sh -c 'journalctl -b -u kdump | grep -E "kdump.conf:3"'
	sed -i '$d' /etc/kdump.conf
	check "mended" systemctl restart kdump
	check "status is 0" exits 0 kdumpctl status
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
