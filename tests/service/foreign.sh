#!/bin/sh
# foreign.sh - a target that our own image cannot bring up: dracut or mkinitramfs makes the image
. "$(dirname "$0")/lib.sh"

root_new
truncate -s 64M "$work/disk"
mkfs.ext4 -q "$work/disk"
loop=$(losetup -f --show "$work/disk") || exit 1
trap 'losetup -d "$loop"; rm -rf "$work"' EXIT
number=$(lsblk -dno MAJ:MIN "$loop" | tr -d ' ')
place=/sys/devices/virtual/block/${loop##*/}
echo "$number" | put "$place/dev"
node "$loop"
mkdir -p "$root/sys/dev/block" "$root/mnt/data/dumps"
ln -s "$root$place" "$root/sys/dev/block/$number"
echo "30 22 $number / /mnt/data rw - ext4 $loop rw" >>"$root/proc/self/mountinfo"
printf 'ext4 %s\npath /dumps\n' "$loop" | config

ok "start fails with a loop device and no other builder" exits 1 kdumpctl start
ok "start says that our image cannot bring up the device" says "${loop##*/} is a loop device .*: the small capture image cannot"
ok "start names the packages that can" says "install dracut or initramfs-tools"
ok "a failed start leaves no unfinished image" test ! -e "$(image).new"

# The program without our part in it is of no use.
program dracut <<'E'
printf '%s\n' "$@" >"$root/dracut-arguments"
for word; do image=$file file=$word; done
[ ! -e "$root/dracut-fails" ] || { echo "dracut[F]: out of ink" >&2; exit 1; }
cp "$root/dracut.img" "$image"
chmod 644 "$image"
[ ! -e "$root/dracut-cuts" ] || truncate -s -20000 "$image"
E
distro_image "$root/dracut.img"
echo "made by dracut" >"$work/distro/who"
pack_image "$work/distro" "$root/dracut.img"
ok "start fails when dracut lacks our module" exits 1 kdumpctl start
echo | put /usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh
ok "start succeeds with dracut and our module" exits 0 kdumpctl start
ok "start says why our image does not do" says "is a loop device"
ok "start says that dracut built the image" says "built by dracut"
truncate -s 100 "$(image)"
ok "restart succeeds when dracut's image was truncated" exits 0 kdumpctl restart
ok "restart builds dracut's truncated image again" says "building a new image: .*kdump.img is damaged: 100 bytes instead of"
: >"$root/dracut-cuts"
echo "# changed" >>"$root/etc/kdump.conf"
ok "restart fails when dracut truncates the image" exits 1 kdumpctl restart
ok "restart says that dracut's new image is truncated" says "with the help of dracut: .*kdump.img.new is cut .*still armed"
rm "$root/dracut-cuts"
ok "restart succeeds when dracut writes the whole image" exits 0 kdumpctl restart
ok "dracut's image is readable by root alone" test "$(stat -c %a "$(image)")" = 600
ok "the image at our path is dracut's" grep -q "made by dracut" "$(image)"
ok "kexec loads the image of dracut" grep -qx -- "--initrd=$(image).new" "$root/kexec-arguments"
ok "dracut is asked for our module" grep -qx -- "--add=kdump-capture" "$root/dracut-arguments"
ok "dracut is asked for the target's device" grep -qx -- "$loop" "$root/dracut-arguments"
ok "dracut builds for the kernel that is loaded" test "$(tail -n 1 "$root/dracut-arguments")" = "$version"
ok "status works with dracut's image" exits 0 kdumpctl status

cp "$root/dracut.img" "$work/good.img"
cp "$build/kdump-capture" "$work/capture"
break_program "$work/capture"
distro_image "$root/dracut.img" "$work/capture"
ok "rebuild refuses a dracut image with a broken program" exits 1 kdumpctl rebuild
ok "rebuild names the signal of the broken program" says "with the help of dracut: .*kdump-capture: killed by signal 4"
ok "a refused dracut image leaves the one before" grep -q "made by dracut" "$(image)"
cp "$work/good.img" "$root/dracut.img"
rm -r "$work/distro/usr/lib/kdump"
pack_image "$work/distro" "$root/dracut.img"
ok "rebuild refuses a dracut image without our program" exits 1 kdumpctl rebuild
ok "rebuild says that the image has no program of kdump" says "with the help of dracut: .*the image holds no program of kdump"
cp "$work/good.img" "$root/dracut.img"

rm "$root/dracut-arguments"
ok "restart succeeds when nothing changed for dracut" exits 0 kdumpctl restart
ok "restart does not run dracut when nothing changed" test ! -e "$root/dracut-arguments"
printf 'ext4 %s\npath /dumps\ndracut_args --add-drivers "virtio_net ext4"\n' "$loop" | config
ok "restart succeeds after a change of dracut_args" exits 0 kdumpctl restart
ok "restart says that dracut's image is built for a change" says "building a new image: changed: .*/etc/kdump.conf"
ok "dracut gets the words of dracut_args" grep -qx -- "virtio_net ext4" "$root/dracut-arguments"
echo new | put /usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh
ok "restart succeeds after an update of our dracut module" exits 0 kdumpctl restart
ok "restart builds after an update of our dracut module" says "building a new image: changed: .*module-setup.sh"

touch "$root/dracut-fails"
printf 'ext4 %s\npath /\n' "$loop" | config
ok "restart fails when dracut fails" exits 1 kdumpctl restart
ok "restart prints what dracut printed" says "out of ink"
ok "restart gives dracut's exit code" says "dracut failed with exit code 1"
ok "status works after dracut failed" exits 0 kdumpctl status
ok "status says which configuration is loaded" says "armed with the configuration of .*; /etc/kdump.conf is newer"
ok "a failed dracut leaves no unfinished image" test ! -e "$(image).new"
rm "$root/dracut-fails" "$root/dracut-arguments"
cp "$root/proc/self/mountinfo" "$work/mountinfo"
echo "31 22 0:50 / /mnt/cloud rw - fuse.cloud cloud rw" >>"$root/proc/self/mountinfo"
mkdir -p "$root/mnt/cloud"
echo "path /mnt/cloud" | config
ok "restart fails with a file system that dracut cannot mount" exits 1 kdumpctl restart
ok "restart names the type of that file system" says "build the image: .*file system of type fuse.cloud: the small"
ok "restart does not run dracut for that file system" test ! -e "$root/dracut-arguments"
cp "$work/mountinfo" "$root/proc/self/mountinfo"

# A target of our own image again: the old one is not taken for it.
echo "virtiofs crash" | config
ok "restart succeeds with a target of our own image" exits 0 kdumpctl restart
ok "restart builds our own image where it can" sh -c '! grep -q "made by dracut" "$1"' - "$(image)"
printf 'ext4 %s\npath /dumps\n' "$loop" | config
ok "restart succeeds with the loop device again" exits 0 kdumpctl restart
ok "restart has dracut build again for the loop device" grep -q "made by dracut" "$(image)"

rm "$root/bin/dracut" "$(image)"
echo | put /usr/share/initramfs-tools/hooks/kdump-capture
program mkinitramfs <<'E'
echo "$KDUMP_CAPTURE $1 $3" >"$root/mkinitramfs-arguments"
cp "$root/dracut.img" "$2"
E
ok "restart succeeds with initramfs-tools in place of dracut" exits 0 kdumpctl restart
ok "restart says that mkinitramfs built the image" says "built by mkinitramfs"
ok "mkinitramfs is asked for our hook and this kernel" grep -qx -- "y -o $version" "$root/mkinitramfs-arguments"

mkdir "$work/theirs"
ok "_plan succeeds for the loop device" exits 0 kdumpctl _plan "$work/theirs"
plan=$work/theirs/etc/kdump/plan
ok "the plan names the file system by UUID" grep -q "id UUID=$(blkid -p -s UUID -o value "$loop")" "$plan"
ok "the plan names the directory of dumps" grep -q "path dumps" "$plan"
ok "the plan without hooks needs no program" silent_on "^program"
ok "the plan for a disk has no network" test ! -e "$work/theirs/etc/kdump/network"

# A node of the cluster to be told, and nothing to tell it with, or no way to it.
printf 'ext4 %s\npath /dumps\nfence_kdump_nodes no-such-node.invalid\n' "$loop" | config
ok "restart fails with fence_kdump and no sender" exits 1 kdumpctl restart
ok "restart says which package has the sender" says "fence_kdump_nodes: no fence_kdump_send on this system; install the fence agents"
mkdir -p "$root/bin" && cp /bin/busybox "$root/bin/sh"
script() { echo "#!/bin/sh" | put "$1" && chmod 755 "$root$1"; }
script /usr/libexec/fence-agents/fence_kdump_send
ok "restart fails with fence_kdump and an unknown node" exits 1 kdumpctl restart
ok "restart names the unknown node" says "fence_kdump_nodes: .*no-such-node.invalid"

# What dracut and initramfs-tools put in, as they know how to.
script /usr/sbin/tell
script /etc/kdump/post.d/more
echo secret | put /etc/crash.key
printf 'ext4 %s\npath /dumps\nkdump_pre /usr/sbin/tell\ndracut_args --install /etc/crash.key\n' "$loop" | config
ok "_plan succeeds for a configuration with hooks" exits 0 kdumpctl _plan "$work/theirs"
for path in /usr/sbin/tell /etc/kdump/post.d/more /bin/sh /etc/crash.key; do
	ok "the plan needs the program $path" says "^program $path\$"
done
ok "_plan succeeds without a directory" exits 0 kdumpctl _plan
ok "_plan without a directory prints the same programs" says "^program /usr/sbin/tell\$"

echo "nfs server:/crash" | config
ok "_plan refuses an NFS target" exits 1 kdumpctl _plan "$work/theirs"
ok "_plan says that it is for local file systems" says "for local file systems"
finish
