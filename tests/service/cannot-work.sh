#!/bin/sh
# cannot-work.sh - what is right as text and cannot work is refused before the crash: devices and keys
. "$(dirname "$0")/lib.sh"

loops=
trap 'umount -q "$work/mnt"; for l in $loops; do losetup -d "$l"; done; rm -rf "$work"' EXIT
mkdir -p "$work/mnt"

# loop [FILE] - a device of 80 MB in $device; empty, or as the file is.
loop()
{
	truncate -s 80M "${1:-$work/$nr.img}"
	device=$(losetup -P -f --show "${1:-$work/$nr.img}") || { echo "Bail out! no loop device"; exit 1; }
	loops="$loops $device"
}

# checks CODE LINE... - "kdump-config --check --system" of this file, on this very system.
checks()
{
	want_code=$1
	shift
	printf '%s\n' "$@" >"$work/checked.conf"
	exits "$want_code" "$build/kdump-config" --check --system "$work/checked.conf"
}

# Without the collector in PATH there would be a warning; none of it is about the collector here.
PATH=$build:$PATH

loop
disk=$device
ok "a file system on an empty device" checks 1 "ext4 $disk"
ok "is refused" says "checked.conf:1:6: error: ext4: $disk holds no file system; .*mkfs.ext4 $disk"
ok "an empty raw device" checks 0 "raw $disk"
mkfs.ext4 -q -F "$disk"
ok "the right type" checks 0 "ext4 $disk"
ok "without a word" silent_on "warning|error"
ok "another type" checks 1 "xfs $disk"
ok "is refused, with what to write" says "1:5: error: xfs: $disk holds ext4, not xfs; write 'ext4 $disk'"
ok "as a fallback" checks 1 "fallback_target xfs $disk"
ok "too" says "fallback_target: $disk holds ext4, not xfs"
ok "and by dracut's option" checks 1 "dracut_args --mount \"$disk /mnt xfs\""
ok "too" says "dracut_args: $disk holds ext4, not xfs"
ok "raw on a file system" checks 1 "raw $disk"
ok "is refused" says "1:5: error: raw: $disk holds ext4, and a dump would destroy it; .*wipefs.*'raw_overwrite yes'"
ok "unless that is wanted" checks 0 "raw $disk" "raw_overwrite yes"
mount "$disk" "$work/mnt"
ok "raw on a mounted device" checks 1 "raw $disk" "raw_overwrite yes"
ok "is refused in any case" says "1:5: error: raw: $disk is mounted on $work/mnt, and a dump would destroy it"
ok "a mounted file system" checks 0 "ext4 $disk"
umount "$work/mnt"
mkfs.ext3 -q -F "$disk"
ok "ext4 mounts ext3" checks 0 "ext4 $disk"
ok "ext3 is ext3" checks 0 "ext3 $disk"
ok "ext2 does not mount a journal that a crash left" checks 1 "ext2 $disk"
wipefs -qa "$disk"
mkswap -q "$disk" >/dev/null
ok "swap" checks 1 "ext4 $disk"
ok "is no file system" says "ext4: $disk is swap space; name another device"
wipefs -qa "$disk"

# A whole disk, whose partition is in use.
truncate -s 80M "$work/disk.img"
printf 'label: dos\n,\n' | sfdisk -q "$work/disk.img"
loop "$work/disk.img"
partx -a "$device" # losetup -P does not do it on all kernels
disk=$device
ok "a whole disk with partitions" checks 1 "ext4 $disk"
ok "is no file system" says "ext4: $disk is a whole disk with partitions; name one of them"
ok "raw on it" checks 1 "raw $disk"
ok "is refused" says "raw: $disk holds partitions, and a dump would destroy it"
part=/sys/class/block/${disk##*/}/${disk##*/}p1
ok "the kernel has the partition" test -e "$part/dev"
mknod "$work/part" b $(tr : ' ' <"$part/dev")
mkfs.ext4 -q -F "$work/part"
mount "$work/part" "$work/mnt"
ok "raw on a disk with a mounted partition" checks 1 "raw $disk" "raw_overwrite yes"
ok "names the partition" says "raw: /dev/${disk##*/}p1 is mounted on $work/mnt, and a dump would destroy it"
umount "$work/mnt"
ok "a disk that is not in use any more" checks 0 "raw $disk" "raw_overwrite yes"

# Somebody has it, and no table says who.
python3 -c 'import os, sys, time
os.open(sys.argv[1], os.O_RDONLY | os.O_EXCL)
open(sys.argv[2], "w").close()
time.sleep(60)' "$disk" "$work/lent" &
user=$!
until [ -e "$work/lent" ]; do sleep 0.1; done
ok "raw on a device that is lent out" checks 1 "raw $disk" "raw_overwrite yes"
ok "is refused" says "raw: $disk is in use by a file system, a volume or a program"
kill "$user"
wait "$user" 2>/dev/null

# A kernel that is not there.
root_new
: | put /boot/vmlinuz-0-rescue-1234
: | put /boot/vmlinuz-5.0-other
echo KDUMP_KERNELVER=5.9-nope | put /etc/sysconfig/kdump
for command in check-config start restart reload test estimate rebuild; do
	ok "$command with a kernel that is not there" exits 1 kdumpctl $command
	ok "says which there are" says "KDUMP_KERNELVER is 5.9-nope in .*/etc/sysconfig/kdump, and there is no such kernel; write one of: 5.0-other, 6[.0-9]+.*$"
done

# What was there when the image was built may come back; a mistake never was.
root_new
printf 'virtiofs crash\nextra_bins /opt/tool\n' | config
mkdir "$root/opt"
cp /bin/busybox "$root/opt/tool"
ok "start with a program" exits 0 kdumpctl start
rm "$root/opt/tool"
ok "the program is gone" exits 0 kdumpctl restart
ok "which is warned of" says "WARNING: armed, but extra_bins: '/opt/tool' is not there"
ok "status" exits 0 kdumpctl status
ok "repeats it" says "WARNING: armed, but extra_bins: '/opt/tool' is not there"
ok "as JSON" exits 0 kdumpctl status --json
ok "too" json warnings 0
ok "check-config is not so kind" exits 1 kdumpctl check-config
ok "stop" exits 0 kdumpctl stop
ok "status of a machine that is not armed" exits 3 kdumpctl status
ok "warns of nothing" silent_on WARNING
echo "# changed" >>"$root/etc/kdump.conf"
ok "in another configuration it is a mistake" exits 1 kdumpctl start
ok "and refused" says "kdump.conf:2:12: error: extra_bins: '/opt/tool' is not there"

# The service refuses what --check does.
root_new
node "$disk"
printf 'raw %s\n' "$disk" | config
for command in check-config start restart reload; do
	ok "$command of it" exits 1 kdumpctl $command
	ok "says why" says "kdump.conf:1:5: error: raw: $disk holds partitions"
done
ssh-keygen -q -t ed25519 -N "a passphrase" -f "$work/key"
cp "$work/key" "$root/key"
printf 'ssh root@192.0.2.1\nsshkey /key\n' | config
program ssh <<'E'
: >"$root/ssh-was-asked"
exit 255
E
for command in check-config start restart reload; do
	ok "$command with a key with a passphrase" exits 1 kdumpctl $command
	ok "says what is wrong" says "kdump.conf:2:8: error: sshkey: '/key' has a passphrase"
done
echo garbage >"$root/key"
ok "start with a key that is none" exits 1 kdumpctl start
ok "says what is wrong" says "kdump.conf:2:8: error: sshkey: '/key' holds no private key"
ok "before any server is asked" test ! -e "$root/ssh-was-asked"
finish
