#!/bin/bash
# md.sh - ext4 on an md mirror that the crash left dirty: saved on both disks, the resync is for later
. "$(dirname "$0")/lib.sh"

# mirror - what the hook says of the array once the dump is there.
mirror()
{
	machine_text /etc/kdump/post.d/10-mirror 755 <<-'E'
		#!/bin/sh
		for md in /sys/block/md*/md; do
			echo "mirror: $(cat $md/array_state), $(cat $md/sync_action), resync from $(cat $md/resync_start)"
		done
		cat /proc/mdstat
		echo "mirror: $(dmesg | grep -c 'md: resync of RAID array') resyncs so far"
	E
}

# production - the machine starts again as it usually does, with the same disks.
production()
{
	disk_open root >/dev/null
	guest <<-'E'
		prepare()
		{
			modprobe raid1
			udevadm settle
			mdadm --assemble --run /dev/md0 "$(disk data)" "$(disk more)" # udev may have done it
			set -- /sys/block/md*
			echo "guest: resync starts at $(cat "$1/md/resync_start")"
			mdadm --readwrite "/dev/${1##*/}"
			mdadm --wait "/dev/${1##*/}"
			echo "guest: then it is $(cat "$1/md/resync_start")"
			echo check >"$1/md/sync_action"
			mdadm --wait "/dev/${1##*/}"
			echo "guest: mismatches: $(cat "$1/md/mismatch_cnt")"
			mdadm --stop "/dev/${1##*/}"
			sync
			poweroff -f
		}
	E
	machine_start 240 /kdt/run
	machine_wait
}

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	machine_disk data 512M
	machine_disk more 512M
	config <<-E
		path /mnt/data/dumps
	E
	guest <<-'E'
		prepare()
		{
			modprobe raid1
			mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.0 \
				--bitmap=none --assume-clean "$(disk data)" "$(disk more)" || fail mdadm
			echo 0 >/sys/block/md0/md/safe_mode_delay # dirty from the first write on
			mkfs.ext4 -q /dev/md0 && mkdir -p /mnt/data && mount /dev/md0 /mnt/data || fail mount
			mkdir /mnt/data/dumps
		}
	E
	mirror
	with_reference
	ok "$kernel: the machine rebooted by itself" capture_run 240
	ok "$kernel: the array was dirty" says 'md/raid1:md0: not clean'
	ok "$kernel: that is said" says 'kdump: array md0 .*resync'
	ok "$kernel: no resync while the dump was written" says 'mirror: 0 resyncs so far'
	ok "$kernel: it is put off" says 'mirror: (active|write-pending|active-idle), frozen, resync from 0'
	ok "$kernel: the next start catches up" production
	ok "$kernel: from the beginning" says 'guest: resync starts at 0'
	ok "$kernel: the kernel did it" says 'md: resync of RAID array md'
	ok "$kernel: to the end" says 'guest: then it is none'
	ok "$kernel: both disks are the same" says 'guest: mismatches: 0'
	# Metadata 1.0 is at the end: without it each member is the file system.
	wipefs -q -a -t linux_raid_member "$machine/data.img" "$machine/more.img"
	ok "$kernel: one dump on the first member" dump_dir "$(disk_open data)/dumps"
	dump_good "$kernel"
	disk_close data
	ok "$kernel: and on the second" dump_dir "$(disk_open more)/dumps"
done
finish
