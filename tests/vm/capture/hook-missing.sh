#!/bin/bash
# hook-missing.sh - a hook, a program or a module that is not there is found when the image is built
. "$(dirname "$0")/lib.sh"

capture_new 6.12
data_ext4
guest <<'E'
refused()
{
	{ cat /kdt/good.conf; echo "$1"; } >/etc/kdump.conf
	rm -f /boot/kdump.img
	kdump-image build --config /etc/kdump.conf --output /boot/kdump.img >/tmp/words 2>&1 &&
		echo "guest: ACCEPTED $1"
	[ ! -e /boot/kdump.img ] || echo "guest: BUILT with $1"
	sed "s/^/guest: refused: /" /tmp/words
}
prepare()
{
	mount_disk data /mnt/data
	mkdir -p /mnt/data/dumps
	cp /etc/kdump.conf /kdt/good.conf
	refused "kdump_pre /no/such/hook"
	refused "kdump_post /etc/hostname"
	refused "extra_bins /no/such/program"
	refused "extra_modules no_such_module"
	mkdir -p /etc/kdump/pre.d
	printf "#!/bin/sh\n" >/etc/kdump/pre.d/open
	chmod 777 /etc/kdump/pre.d/open
	refused "# a drop-in that anybody may change"
	rm /etc/kdump/pre.d/open
	cp /kdt/good.conf /etc/kdump.conf
}
E
ok "the machine rebooted by itself" capture_run 240
ok "nothing of it was accepted" says_not 'guest: (ACCEPTED|BUILT)'
for what in /no/such/hook /etc/hostname /no/such/program no_such_module /etc/kdump/pre.d/open; do
	ok "$what is named" says "guest: refused: .*$what"
done
ok "without them there is a dump" dump_dir "$(disk_open data)/dumps"
ok "whole" dump_has vmcore vmcore-dmesg.txt
finish
