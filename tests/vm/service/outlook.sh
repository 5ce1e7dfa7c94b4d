#!/bin/bash
# outlook.sh - a target without space, a disk that is in use: what start, status, test and estimate say of them
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
machine_disk small 32M ext4
steps <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	printf 'ext4 LABEL=small\npath /\n' >/etc/kdump.conf
	check "started" systemctl enable --now kdump
	# Space is looked at when the service is up already.
	check "the space is looked at" timeout 60 sh -c "until [ -s /run/kdump/warnings ]; do sleep 1; done"
	check "status" exits 0 kdumpctl status
	check "repeats that there is no space" words 'WARNING: armed, but a dump taken now would need .*a crash will probably not be saved completely'
	check "so does systemctl status" sh -c "systemctl status kdump | grep 'Armed, but a dump of now'"
	check "nothing was mounted for it" sh -c "! grep ' /run/kdump/target ' /proc/self/mountinfo"
	check "nor written" sh -c "! dmesg | grep -i 'EXT4-fs (.*recovery complete'"
	check "test" exits 1 kdumpctl test
	check "fails for it" words '^FAILED +space: a dump taken now would need'
	check "and for that alone" words '^ok +memory: 128 MB reserved, about [0-9]+ MB needed'
	check "estimate" exits 1 kdumpctl estimate
	check "says so too" words 'WARNING: a dump taken now would need'
	root=$(findmnt -no SOURCE /)
	echo "raw $root" >/etc/kdump.conf
	for command in check-config restart; do
		check "$command: raw on the root disk" exits 1 kdumpctl $command
		check "is refused" words "raw: $root is mounted on /"
	done
	echo "xfs $root" >/etc/kdump.conf
	check "another type" exits 1 kdumpctl restart
	check "is refused" words "xfs: $root holds ext4, not xfs"
	done_all
}
E
service_run 400
finish
