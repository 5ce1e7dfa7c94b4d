#!/bin/bash
# lvm-md.sh - ext4 on a linear LVM volume, and on an md mirror
. "$(dirname "$0")/lib.sh"

capture_new 6.12
machine_disk data 1G
machine_disk more 1G
config <<E
path /mnt/data/dumps
E
guest <<'E'
prepare()
{
	modprobe dm_mod
	vgcreate -y vg0 "$(disk data)" "$(disk more)" && lvcreate -y -n crash -L 1500M vg0 || fail lvm
	udevadm settle
	mkfs.ext4 -q /dev/vg0/crash && mkdir -p /mnt/data && mount /dev/vg0/crash /mnt/data || fail mount
	mkdir /mnt/data/dumps
}
E
with_reference
ok "lvm: the machine rebooted by itself" capture_run 240
# The host has no LVM: a linear volume is its pieces in a row, 255 extents of the first disk and
# 120 of the second, each behind 1 MiB.
piece()
{
	tail -c +1048577 "$machine/$1.img" | head -c $(($2 * 4 << 20))
}
{ piece data 255; piece more 120; } | cp --sparse=always /dev/stdin "$machine/volume.img"
ok "lvm: one dump" dump_dir "$(disk_open volume)/dumps"
dump_good lvm

capture_new 6.12
machine_disk data 512M
machine_disk more 512M
config <<E
path /mnt/data/dumps
E
guest <<'E'
prepare()
{
	modprobe raid1
	mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.0 --assume-clean \
		"$(disk data)" "$(disk more)" || fail mdadm
	mkfs.ext4 -q /dev/md0 && mkdir -p /mnt/data && mount /dev/md0 /mnt/data || fail mount
	mkdir /mnt/data/dumps
}
E
with_reference
ok "md: the machine rebooted by itself" capture_run 240
# Metadata 1.0 is at the end: without it each member is the file system.
wipefs -q -a -t linux_raid_member "$machine/data.img" "$machine/more.img"
ok "md: one dump on the first member" dump_dir "$(disk_open data)/dumps"
dump_good md
disk_close data
ok "md: and on the second" dump_dir "$(disk_open more)/dumps"
finish
