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

ok "a loop device, and nobody who can bring it up" exits 1 kdumpctl start
ok "is told" says "${loop##*/} is a loop device .*: the small capture image cannot"
ok "with the remedy" says "install dracut or initramfs-tools"
ok "no half-made image" test ! -e "$(image).new"

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
ok "dracut without our module" exits 1 kdumpctl start
echo | put /usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh
ok "start" exits 0 kdumpctl start
ok "it says why" says "is a loop device"
ok "and what it did" says "built by dracut"
truncate -s 100 "$(image)"
ok "cut afterwards" exits 0 kdumpctl restart
ok "it is built anew" says "building a new image: .*kdump.img is damaged: 100 bytes instead of"
: >"$root/dracut-cuts"
echo "# changed" >>"$root/etc/kdump.conf"
ok "cut by dracut itself" exits 1 kdumpctl restart
ok "it is not taken" says "with the help of dracut: .*kdump.img.new is cut .*still armed"
rm "$root/dracut-cuts"
ok "on a disk with space" exits 0 kdumpctl restart
ok "the image is there, for root alone" test "$(stat -c %a "$(image)")" = 600
ok "it is dracut's" grep -q "made by dracut" "$(image)"
ok "kexec got it" grep -qx -- "--initrd=$(image).new" "$root/kexec-arguments"
ok "our module is asked for" grep -qx -- "--add=kdump-capture" "$root/dracut-arguments"
ok "and the device" grep -qx -- "$loop" "$root/dracut-arguments"
ok "for this kernel" test "$(tail -n 1 "$root/dracut-arguments")" = "$version"
ok "status" exits 0 kdumpctl status

cp "$root/dracut.img" "$work/good.img"
cp "$build/kdump-capture" "$work/capture"
break_program "$work/capture"
distro_image "$root/dracut.img" "$work/capture"
ok "an image with a program of ours that does not run" exits 1 kdumpctl rebuild
ok "is not taken" says "with the help of dracut: .*kdump-capture: killed by signal 4"
ok "the one before stays" grep -q "made by dracut" "$(image)"
cp "$work/good.img" "$root/dracut.img"
rm -r "$work/distro/usr/lib/kdump"
pack_image "$work/distro" "$root/dracut.img"
ok "an image without a program of ours" exits 1 kdumpctl rebuild
ok "is not taken either" says "with the help of dracut: .*the image holds no program of kdump"
cp "$work/good.img" "$root/dracut.img"

rm "$root/dracut-arguments"
ok "restart with nothing changed" exits 0 kdumpctl restart
ok "builds nothing" test ! -e "$root/dracut-arguments"
printf 'ext4 %s\npath /dumps\ndracut_args --add-drivers "virtio_net ext4"\n' "$loop" | config
ok "restart after a change" exits 0 kdumpctl restart
ok "says for what it builds" says "building a new image: changed: .*/etc/kdump.conf"
ok "dracut_args are dracut's" grep -qx -- "virtio_net ext4" "$root/dracut-arguments"
echo new | put /usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh
ok "restart after an update of our module" exits 0 kdumpctl restart
ok "builds" says "building a new image: changed: .*module-setup.sh"

touch "$root/dracut-fails"
printf 'ext4 %s\npath /\n' "$loop" | config
ok "dracut fails" exits 1 kdumpctl restart
ok "its words are told" says "out of ink"
ok "and that it was dracut" says "dracut failed with exit code 1"
ok "status" exits 0 kdumpctl status
ok "says what is loaded all the same" says "armed with the configuration of .*; /etc/kdump.conf is newer"
ok "no half-made image" test ! -e "$(image).new"
rm "$root/dracut-fails" "$root/dracut-arguments"
cp "$root/proc/self/mountinfo" "$work/mountinfo"
echo "31 22 0:50 / /mnt/cloud rw - fuse.cloud cloud rw" >>"$root/proc/self/mountinfo"
mkdir -p "$root/mnt/cloud"
echo "path /mnt/cloud" | config
ok "what dracut cannot bring up either" exits 1 kdumpctl restart
ok "is told as ever" says "build the image: .*file system of type fuse.cloud: the small"
ok "dracut is not asked" test ! -e "$root/dracut-arguments"
cp "$work/mountinfo" "$root/proc/self/mountinfo"

# A target of our own image again: the old one is not taken for it.
echo "virtiofs crash" | config
ok "another target" exits 0 kdumpctl restart
ok "is our own image's" sh -c '! grep -q "made by dracut" "$1"' - "$(image)"
printf 'ext4 %s\npath /dumps\n' "$loop" | config
ok "and back" exits 0 kdumpctl restart
ok "is dracut's" grep -q "made by dracut" "$(image)"

rm "$root/bin/dracut" "$(image)"
echo | put /usr/share/initramfs-tools/hooks/kdump-capture
program mkinitramfs <<'E'
echo "$KDUMP_CAPTURE $1 $3" >"$root/mkinitramfs-arguments"
cp "$root/dracut.img" "$2"
E
ok "without dracut" exits 0 kdumpctl restart
ok "initramfs-tools does it" says "built by mkinitramfs"
ok "with the hook asked for" grep -qx -- "y -o $version" "$root/mkinitramfs-arguments"

mkdir "$work/theirs"
ok "the plan for it" exits 0 kdumpctl _plan "$work/theirs"
plan=$work/theirs/etc/kdump/plan
ok "names the file system" grep -q "id UUID=$(blkid -p -s UUID -o value "$loop")" "$plan"
ok "and the directory" grep -q "path dumps" "$plan"
ok "no program" silent_on "^program"
ok "no network" test ! -e "$work/theirs/etc/kdump/network"

# A node of the cluster to be told, and nothing to tell it with, or no way to it.
printf 'ext4 %s\npath /dumps\nfence_kdump_nodes no-such-node.invalid\n' "$loop" | config
ok "fence_kdump without its sender" exits 1 kdumpctl restart
ok "the remedy" says "fence_kdump_nodes: no fence_kdump_send on this system; install the fence agents"
mkdir -p "$root/bin" && cp /bin/busybox "$root/bin/sh"
script() { echo "#!/bin/sh" | put "$1" && chmod 755 "$root$1"; }
script /usr/libexec/fence-agents/fence_kdump_send
ok "fence_kdump without a way to the node" exits 1 kdumpctl restart
ok "the node is named" says "fence_kdump_nodes: .*no-such-node.invalid"

# What dracut and initramfs-tools put in, as they know how to.
script /usr/sbin/tell
script /etc/kdump/post.d/more
echo secret | put /etc/crash.key
printf 'ext4 %s\npath /dumps\nkdump_pre /usr/sbin/tell\ndracut_args --install /etc/crash.key\n' "$loop" | config
ok "the plan for an image with hooks" exits 0 kdumpctl _plan "$work/theirs"
for path in /usr/sbin/tell /etc/kdump/post.d/more /bin/sh /etc/crash.key; do
	ok "names $path" says "^program $path\$"
done
ok "without a directory" exits 0 kdumpctl _plan
ok "the same" says "^program /usr/sbin/tell\$"

echo "nfs server:/crash" | config
ok "no plan for a server" exits 1 kdumpctl _plan "$work/theirs"
ok "and why" says "for local file systems"
finish
