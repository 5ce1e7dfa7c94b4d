#!/bin/sh
# selinux.sh - new dumps get a label, on every local target that is mounted
. "$(dirname "$0")/lib.sh"

loop=
trap 'umount -q "$work/mnt"; [ -z "$loop" ] || losetup -d "$loop"; rm -rf "$work"' EXIT

root_new
program restorecon <<'E'
echo "$*" >>"$root/relabelled"
E
# starts LINE... - with this configuration; force_no_rebuild: the image is not what is tested.
starts()
{
	: >"$root/relabelled"
	{ printf '%s\n' "$@" "force_no_rebuild 1"; } | config
	exits 0 kdumpctl restart
}
# labels DIR... - these, in this order, and no others.
labels()
{
	printf -- '-r %s\n' "$@" | cmp - "$root/relabelled" || { cat "$root/relabelled"; return 1; }
}

ok "start builds an image" exits 0 kdumpctl start
ok "start labels nothing without SELinux" test ! -e "$root/relabelled"
echo 1 | put /sys/fs/selinux/enforce
ok "start succeeds with SELinux" starts "path /var/crash"
ok "start labels the directory of dumps" labels "$root/var/crash"
truncate -s 64M "$work/disk"
mkfs.ext4 -q "$work/disk"
loop=$(losetup -f --show "$work/disk") || { echo "Bail out! no loop device"; exit 1; }
mkdir "$work/mnt"
mount "$loop" "$work/mnt"
mkdir "$work/mnt/dumps"
ok "start succeeds with a target that is mounted" starts "ext4 $loop" "path /dumps"
ok "start labels the directory on the target" labels "$work/mnt/dumps"
ok "start succeeds with a local target behind a server" starts "ssh root@192.0.2.1" "path /dumps" "fallback_target ext4 $loop"
ok "start labels what is local" labels "$work/mnt/dumps"
finish
