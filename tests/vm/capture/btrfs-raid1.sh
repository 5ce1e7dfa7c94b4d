#!/bin/bash
# btrfs-raid1.sh - a btrfs over two disks: saved on both, or on the one that is left if mounted degraded
. "$(dirname "$0")/lib.sh"

# mirror OPTIONS - the guest makes it over both disks, and mounts it so.
mirror()
{
	machine_disk data 1G
	machine_disk more 1G
	config <<-'E'
		path /mnt/data/dumps
		timeout device=20 mount=20
	E
	guest <<-E
		prepare()
		{
			mkfs.btrfs -q -d raid1 -m raid1 "\$(disk data)" "\$(disk more)" || fail mkfs
			udevadm settle
			modprobe btrfs; btrfs device scan >/dev/null
			mkdir -p /mnt/data
			mount -o "$1" "\$(disk data)" /mnt/data || fail mount
			mkdir /mnt/data/dumps
		}
	E
}

# opened DISK... - the file system of these disks, mounted here; sets dump.
opened()
{
	local disk loops=() mount_on=$machine/mnt/btrfs options=ro
	for disk; do
		loops+=("$(losetup -f --show "$machine/$disk.img")")
	done
	for disk in "${loops[@]:1}"; do
		options=$options,device=$disk
	done
	[ $# -gt 1 ] || options=$options,degraded
	mkdir -p "$mount_on"
	mount -t btrfs -o "$options" "${loops[0]}" "$mount_on" || { losetup -d "${loops[@]}"; return 1; }
	losetup -d "${loops[@]}" # when it is unmounted
	dump_dir "$mount_on/dumps"
}

# checked - data and sums are right on every disk.
checked()
{
	btrfs scrub start -B -r "$machine/mnt/btrfs"
	btrfs scrub status -R "$machine/mnt/btrfs" | tee /dev/stderr |
		grep -E '_errors: *[1-9]' && return 1
	return 0
}

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	mirror rw
	with_reference
	ok "$kernel: both: the machine rebooted by itself" capture_run 240
	ok "$kernel: both: one dump" opened data more
	dump_good "$kernel: both"
	ok "$kernel: both: each disk has it all" checked

	capture_new "$kernel"
	mirror rw,degraded
	more_guest 'ready() { unplugged more; }'
	capture_start 240
	ok "$kernel: one is gone: it goes" at_pause machine_monitor 'device_del dev-more'
	ok "$kernel: one is gone: the machine rebooted by itself" capture_wait
	ok "$kernel: one is gone: that is said" says 'kdump: .*degraded'
	ok "$kernel: one is gone: one dump on the other" opened data
	ok "$kernel: one is gone: complete" status_is state '^complete$'
	ok "$kernel: one is gone: crash opens it" dump_opens vmcore
done
finish
