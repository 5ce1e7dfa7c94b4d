# locked.sh - sourced, after machine.sh and image.sh: a machine whose root file system lies on LUKS2
#
#     machine_locked                  behind the last file for the root: encrypts it, /boot becomes a disk
#
# Our initramfs unlocks it with a key that it has, as a person would with a passphrase: the machine that
# crashed comes up again, its capture kernel has nothing of it.

. "$machine_here/image.sh"

# What opens the volume and becomes the system.
locked_init()
{
	cat <<-'E2'
		#!/bin/sh
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		mount -t devtmpfs dev /dev
		mkdir -p /run
		while read -r module; do insmod "/modules/$module"; done </modules/order
		cryptsetup open --key-file /key /dev/nvme0n1 cryptroot || exec sh
		mount /dev/mapper/cryptroot /mnt || exec sh
		umount /proc /sys
		mount --move /dev /mnt/dev
		exec switch_root /mnt /sbin/init
	E2
}

# locked_image DIR OUT - its initramfs: busybox, cryptsetup of this host with its libraries, drivers.
locked_image()
{
	local file
	locked_init >"$machine/locked-init"
	image_new "$1" "$machine/locked-init"
	image_modules "$1" "$modules" "$version" dm-crypt xts aes_generic ecb sha256_generic \
		algif_skcipher cryptd
	image_file "$1" "$(command -v cryptsetup)" bin/cryptsetup
	for file in $(ldd "$(command -v cryptsetup)" | grep -oE '/[^ ]+'); do
		image_file "$1" "$(readlink -f "$file")" "${file#/}"
	done
	image_file "$1" "$machine/passphrase" key 600
	image_pack "$1" "$2"
}

machine_locked()
{
	local root=$machine/mnt/root
	printf secret >"$machine/passphrase"
	sed -i 's,^/dev/nvme0n1 ,/dev/mapper/cryptroot ,' "$root/etc/fstab"
	echo 'LABEL=boot /boot ext4 defaults 0 2' >>"$root/etc/fstab"
	truncate -s "${1:-512M}" "$machine/boot.img"
	mkfs.ext4 -q -L boot -d "$root/boot" "$machine/boot.img" || die "making /boot failed"
	machine_drive boot "format=raw,file=$machine/boot.img"
	rm -f "$root"/boot/*
	disk_umount "$root"
	"$machine_here/luks_image.py" "$machine/root.img" "$machine/locked.img" "$machine/passphrase" ||
		die "encrypting the root file system failed"
	mv "$machine/locked.img" "$machine/root.img"
	locked_image "$machine/locked" "$machine/locked.cpio"
	machine_qemu+=(-initrd "$machine/locked.cpio")
}
