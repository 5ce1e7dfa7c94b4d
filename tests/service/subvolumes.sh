#!/bin/sh
# subvolumes.sh - dumps on a file system that is mounted in part: a btrfs subvolume, a directory
. "$(dirname "$0")/lib.sh"

loops=
trap 'umount -q "$work/mnt" "$work/whole"; for l in $loops; do losetup -d "$l"; done; rm -rf "$work"' EXIT

# disk NAME - sets device.
disk()
{
	truncate -s 256M "$work/$1"
	device=$(losetup -f --show "$work/$1") || { echo "Bail out! no loop device"; exit 1; }
	loops="$loops $device"
}

# dump_in DIR
dump_in()
{
	mkdir -p "$1/127.0.0.1-$2-01-01-10:00:00"
	printf '\177ELF...' >"$1/127.0.0.1-$2-01-01-10:00:00/vmcore"
}

root_new
mkdir -p "$work/mnt" "$work/whole"
disk first; first=$device
disk second; second=$device
mkfs.btrfs -q "$first" "$second" >/dev/null 2>&1
mount -o "device=$second" "$first" "$work/whole"
# As distributions call them, and not with an '@'.
btrfs subvolume create "$work/whole/root" >/dev/null
dump_in "$work/whole/root/crash" 2021
dump_in "$work/whole/crash" 2020
umount "$work/whole"

mount -o "subvol=root,device=$second" "$first" "$work/mnt"
for device in "$first" "$second" "UUID=$(blkid -p -s UUID -o value "$first")"; do
	printf 'btrfs %s\npath /crash\n' "$device" | config
	ok "list succeeds with btrfs ${device%%=*}, mounted by its subvolume" exits 0 kdumpctl list
	ok "list shows the dump in the subvolume" says "^  1  2021-01-01 10:00:00  complete"
	ok "list does not show what is outside of it" silent_on "2020-01-01"
done
id=$(btrfs subvolume list "$work/mnt" | sed -n 's/^ID \([0-9]*\) .* path root$/\1/p')
btrfs subvolume set-default "$id" "$work/mnt"
umount "$work/mnt"
printf 'btrfs %s\npath /crash\n' "$first" | config
ok "list succeeds with a btrfs that is not mounted" exits 0 kdumpctl list
ok "list looks at the whole of it, whatever its default is" says "^  1  2020-01-01 10:00:00  complete"

disk third
mkfs.ext4 -q "$device"
mount "$device" "$work/whole"
dump_in "$work/whole/srv/crash" 2021
dump_in "$work/whole/crash" 2020
mount --bind "$work/whole/srv" "$work/mnt"
printf 'ext4 %s\npath /crash\n' "$device" | config
ok "list succeeds with a mount of all and one of a directory" exits 0 kdumpctl list
ok "list uses the mount that shows most" says "^  1  2020-01-01 10:00:00  complete"
umount "$work/whole"
ok "list succeeds with a mount of a directory alone" exits 0 kdumpctl list
ok "list looks into that directory" says "^  1  2021-01-01 10:00:00  complete"
finish
