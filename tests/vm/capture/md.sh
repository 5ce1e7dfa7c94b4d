#!/bin/bash
# md.sh - ext4 on md arrays that the crash left dirty, a mirror and a RAID5: saved, the resync is for later
. "$(dirname "$0")/lib.sh"

# array LEVEL SPARES DISK... - the guest's data lie on it, and it is dirty from the first write on.
array()
{
	local level=$1 spares=$2 disk
	shift 2
	for disk; do
		machine_disk "$disk" 512M
	done
	config <<-E
		path /mnt/data/dumps
	E
	guest <<-E
		members() { for name in $*; do disk \$name; done; }
		prepare()
		{
			modprobe raid$level
			mdadm --create /dev/md0 --run --level=$level --raid-devices=$(($# - spares)) \
				--spare-devices=$spares --metadata=1.0 --bitmap=none --assume-clean \$(members) || fail mdadm
			echo 0 >/sys/block/md0/md/safe_mode_delay
			mkfs.ext4 -q /dev/md0 && mkdir -p /mnt/data && mount /dev/md0 /mnt/data || fail mount
			mkdir /mnt/data/dumps
		}
	E
	machine_text /etc/kdump/post.d/10-array 755 <<-'E'
		#!/bin/sh
		for md in /sys/block/md*/md; do
			echo "array: $(cat $md/sync_action), resync from $(cat $md/resync_start)"
		done
		cat /proc/mdstat
		echo "array: $(dmesg | grep -c 'md: resync of RAID array') resyncs so far"
	E
	with_reference
}

# production - the machine starts again as it usually does, with the same disks; dumps are copied to root.
production()
{
	disk_open root >/dev/null
	more_guest 'prepare()
	{
		udevadm settle
		mdadm --assemble --run /dev/md0 $(members) # udev may have done it
		set -- /sys/block/md*
		md=/dev/${1##*/}
		echo "guest: resync starts at $(cat "$1/md/resync_start")"
		mdadm --readwrite $md
		mdadm --wait $md
		echo "guest: then it is $(cat "$1/md/resync_start")"
		echo check >"$1/md/sync_action"
		mdadm --wait $md
		echo "guest: mismatches: $(cat "$1/md/mismatch_cnt")"
		mount $md /mnt/data && cp -a /mnt/data/dumps /kdt/ && umount /mnt/data
		mdadm --stop $md
		sync
		poweroff -f
	}'
	machine_start 240 /kdt/run
	machine_wait
}

# put_off NAME [spare] - the capture wrote, the next start caught up.
put_off()
{
	ok "$1: the machine rebooted by itself" capture_run 240
	ok "$1: the array was dirty" says 'md/raid.*: not clean'
	ok "$1: that is said" says 'kdump: array md0 is dirty; its resync'
	ok "$1: no resync while the dump was written" says 'array: 0 resyncs so far'
	ok "$1: it is put off" says 'array: frozen, resync from 0'
	[ -z "${2-}" ] || ok "$1: its spare stays one" says 'md0 : active .*\(S\)'
	ok "$1: the next start catches up" production
	ok "$1: from the beginning" says 'guest: resync starts at 0'
	ok "$1: the kernel did it" says 'md: resync of RAID array md'
	ok "$1: to the end" says 'guest: then it is none'
	ok "$1: the members agree" says 'guest: mismatches: 0'
	ok "$1: one dump" dump_dir "$(disk_open root)/kdt/dumps"
	dump_good "$1"
}

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	array 1 0 data more
	put_off "$kernel: mirror"
	# Metadata 1.0 is at the end: without it each member is the file system.
	wipefs -q -a -t linux_raid_member "$machine/data.img" "$machine/more.img"
	ok "$kernel: mirror: on the first member" dump_dir "$(disk_open data)/dumps"
	ok "$kernel: mirror: every page is right there" dump_same vmcore
	ok "$kernel: mirror: on the second" dump_dir "$(disk_open more)/dumps"
	ok "$kernel: mirror: every page is right there" dump_same vmcore

	capture_new "$kernel"
	array 5 1 data more third spare
	put_off "$kernel: RAID5" spare
done
finish
