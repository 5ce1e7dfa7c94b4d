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
ok "the check refuses a file system on an empty device" checks 1 "ext4 $disk"
ok "the check names mkfs for an empty device" says "checked.conf:1:6: error: ext4: $disk holds no file system; .*mkfs.ext4 $disk"
ok "the check accepts an empty raw device" checks 0 "raw $disk"
mkfs.ext4 -q -F "$disk"
ok "the check accepts the right file system type" checks 0 "ext4 $disk"
ok "the check has no warning for the right type" silent_on "warning|error"
ok "the check refuses another file system type" checks 1 "xfs $disk"
ok "the check says which type to write" says "1:5: error: xfs: $disk holds ext4, not xfs; write 'ext4 $disk'"
ok "the check refuses another type of a fallback target" checks 1 "fallback_target xfs $disk"
ok "the check says which type the fallback target has" says "fallback_target: $disk holds ext4, not xfs"
ok "the check refuses another type in dracut_args" checks 1 "dracut_args --mount \"$disk /mnt xfs\""
ok "the check says which type the device of dracut_args has" says "dracut_args: $disk holds ext4, not xfs"
ok "the check refuses raw on a file system" checks 1 "raw $disk"
ok "the check says that raw would destroy the file system" says "1:5: error: raw: $disk holds ext4, and a dump would destroy it; .*wipefs.*'raw_overwrite yes'"
ok "the check accepts raw on a file system with raw_overwrite" checks 0 "raw $disk" "raw_overwrite yes"
mount "$disk" "$work/mnt"
ok "the check refuses raw on a mounted device" checks 1 "raw $disk" "raw_overwrite yes"
ok "the check says where the raw device is mounted" says "1:5: error: raw: $disk is mounted on $work/mnt, and a dump would destroy it"
ok "the check accepts a mounted file system" checks 0 "ext4 $disk"
umount "$work/mnt"
mkfs.ext3 -q -F "$disk"
ok "the check accepts ext4 for an ext3 file system" checks 0 "ext4 $disk"
ok "the check accepts ext3 for an ext3 file system" checks 0 "ext3 $disk"
ok "the check refuses ext2 for a file system with a journal" checks 1 "ext2 $disk"
wipefs -qa "$disk"
mkswap -q "$disk" >/dev/null
ok "the check refuses swap space as a file system" checks 1 "ext4 $disk"
ok "the check says that the device is swap space" says "ext4: $disk is swap space; name another device"
wipefs -qa "$disk"

# A whole disk, whose partition is in use.
truncate -s 80M "$work/disk.img"
printf 'label: dos\n,\n' | sfdisk -q "$work/disk.img"
loop "$work/disk.img"
partx -a "$device" # losetup -P does not do it on all kernels
disk=$device
ok "the check refuses a disk with partitions as a file system" checks 1 "ext4 $disk"
ok "the check says that the disk has partitions" says "ext4: $disk is a whole disk with partitions; name one of them"
ok "the check refuses raw on a disk with partitions" checks 1 "raw $disk"
ok "the check says that raw would destroy the partitions" says "raw: $disk holds partitions, and a dump would destroy it"
part=/sys/class/block/${disk##*/}/${disk##*/}p1
ok "the kernel has the partition of the loop device" test -e "$part/dev"
mknod "$work/part" b $(tr : ' ' <"$part/dev")
mkfs.ext4 -q -F "$work/part"
mount "$work/part" "$work/mnt"
ok "the check refuses raw on a disk with a mounted partition" checks 1 "raw $disk" "raw_overwrite yes"
ok "the check names the mounted partition" says "raw: /dev/${disk##*/}p1 is mounted on $work/mnt, and a dump would destroy it"
umount "$work/mnt"
ok "the check accepts a disk that is not in use any more" checks 0 "raw $disk" "raw_overwrite yes"

# Somebody has it, and no table says who.
python3 -c 'import os, sys, time
os.open(sys.argv[1], os.O_RDONLY | os.O_EXCL)
open(sys.argv[2], "w").close()
time.sleep(60)' "$disk" "$work/lent" &
user=$!
until [ -e "$work/lent" ]; do sleep 0.1; done
ok "the check refuses raw on a device that is in use" checks 1 "raw $disk" "raw_overwrite yes"
ok "the check says who may use the device" says "raw: $disk is in use by a file system, a volume or a program"
kill "$user"
wait "$user" 2>/dev/null

# A kernel that is not there.
root_new
: | put /boot/vmlinuz-0-rescue-1234
: | put /boot/vmlinuz-5.0-other
echo KDUMP_KERNELVER=5.9-nope | put /etc/sysconfig/kdump
for command in check-config start restart reload test estimate rebuild; do
	ok "$command fails with a kernel that is not there" exits 1 kdumpctl $command
	ok "$command lists the kernels that are there" says "KDUMP_KERNELVER is 5.9-nope in .*/etc/sysconfig/kdump, and there is no such kernel; write one of: 5.0-other, 6[.0-9]+.*$"
done

# What was there when the image was built may come back; a mistake never was.
root_new
printf 'virtiofs crash\nextra_bins /opt/tool\n' | config
mkdir "$root/opt"
cp /bin/busybox "$root/opt/tool"
ok "start succeeds with a program of extra_bins" exits 0 kdumpctl start
rm "$root/opt/tool"
ok "restart succeeds when the program was removed" exits 0 kdumpctl restart
ok "restart warns that the program is missing" says "WARNING: armed, but extra_bins: '/opt/tool' is not there"
ok "status works when the program is missing" exits 0 kdumpctl status
ok "status repeats that the program is missing" says "WARNING: armed, but extra_bins: '/opt/tool' is not there"
ok "status --json works when the program is missing" exits 0 kdumpctl status --json
ok "status --json has the warning of the missing program" json warnings 0
ok "check-config fails when the program is missing" exits 1 kdumpctl check-config
ok "stop succeeds when the program is missing" exits 0 kdumpctl stop
ok "status says that the machine is not armed" exits 3 kdumpctl status
ok "status of an unarmed machine has no warning" silent_on WARNING
echo "# changed" >>"$root/etc/kdump.conf"
ok "start refuses a changed configuration with a missing program" exits 1 kdumpctl start
ok "start names the line of the missing program" says "kdump.conf:2:12: error: extra_bins: '/opt/tool' is not there"

# The service refuses what --check does.
root_new
node "$disk"
printf 'raw %s\n' "$disk" | config
for command in check-config start restart reload; do
	ok "$command refuses raw on a disk with partitions" exits 1 kdumpctl $command
	ok "$command says that raw would destroy the partitions" says "kdump.conf:1:5: error: raw: $disk holds partitions"
done
ssh-keygen -q -t ed25519 -N "a passphrase" -f "$work/key"
cp "$work/key" "$root/key"
printf 'ssh root@192.0.2.1\nsshkey /key\n' | config
program ssh <<'E'
: >"$root/ssh-was-asked"
exit 255
E
for command in check-config start restart reload; do
	ok "$command refuses a key with a passphrase" exits 1 kdumpctl $command
	ok "$command says that the key has a passphrase" says "kdump.conf:2:8: error: sshkey: '/key' has a passphrase"
done
echo garbage >"$root/key"
ok "start refuses a file that is not a key" exits 1 kdumpctl start
ok "start says that the file has no private key" says "kdump.conf:2:8: error: sshkey: '/key' holds no private key"
ok "start checks keys before it contacts a server" test ! -e "$root/ssh-was-asked"
finish
