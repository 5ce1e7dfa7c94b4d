#!/bin/bash
# lvm.sh - a panic is saved on ext4 on a linear LVM volume of two disks
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
finish
