#!/bin/bash
# rootfs.sh SUITE SERIES [PACKAGE...] - a bootable Debian root with a kernel of kernel.sh; prints its ext4 image.
# SUITE is bookworm, trixie or sid. The image is a raw file to copy, never to boot itself: the cloud kernels
# have NVMe and ext4 built in, so it boots as an NVMe disk without an initramfs. Root has no password.
# It is made once for each list of packages, kernel and text of this script. VM_ARCH=arm64 makes an arm64
# root, whose programs run by emulation meanwhile.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/../setup/apt.sh"
. "$here/../setup/emulate.sh"

# What a small server has, and the libraries our programs are linked with.
packages="systemd-sysv udev dbus kmod iproute2 iputils-ping procps openssh-client nfs-common
	e2fsprogs xfsprogs btrfs-progs lvm2 mdadm busybox libkmod2 libarchive13 libmount1 libblkid1
	libnl-3-200 libnl-route-3-200 libelf1 libdeflate0 liblzo2-2 libsnappy1v5 libzstd1 libsodium23
	libsystemd0 libjson-c5 libmd0 zlib1g ca-certificates netbase"

# The 64-bit time_t transition renamed two libraries, a new ABI of libsodium the third.
root_packages()
{
	local rename=
	[ "$1" = bookworm ] || rename='s/\blibarchive13\b/libarchive13t64/; s/\blibelf1\b/libelf1t64/;'
	[ "$1" != sid ] || rename="$rename s/\\blibsodium23\\b/libsodium26/;"
	echo $packages | sed "$rename"
}

# Quick to boot and quiet: nothing that runs by the clock, no checks of disks that a test made.
root_settings()
{
	local root=$1 unit
	for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
		e2scrub_reap.service fstrim.timer man-db.timer systemd-timesyncd.service \
		lvm2-monitor.service nfs-client.target rpcbind.service rpcbind.socket rpc-statd-notify.service \
		mdmonitor.service mdcheck_start.timer mdcheck_continue.timer systemd-pstore.service \
		modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service \
		systemd-tpm2-setup.service systemd-tpm2-setup-early.service systemd-hwdb-update.service \
		sys-fs-fuse-connections.mount systemd-journal-catalog-update.service; do
		ln -sf /dev/null "$root/etc/systemd/system/$unit"
	done
	# At the start udev looks at what a test can have; under emulation the rest takes ten seconds.
	mkdir -p "$root/etc/systemd/system/systemd-udev-trigger.service.d"
	printf '[Service]\nExecStart=\nExecStart=-udevadm trigger --action=add%s\n' \
		"$(printf ' --subsystem-match=%s' pci block net virtio scsi nvme dmi misc)" \
		>"$root/etc/systemd/system/systemd-udev-trigger.service.d/test.conf"
	echo "blacklist ata_piix" >"$root/etc/modprobe.d/test.conf"
	echo kdump-test >"$root/etc/hostname"
	printf '127.0.0.1 localhost\n127.0.1.1 kdump-test\n::1 localhost\n' >"$root/etc/hosts"
	echo "/dev/nvme0n1 / ext4 rw,errors=remount-ro 0 0" >"$root/etc/fstab"
	ln -sf /usr/share/zoneinfo/UTC "$root/etc/localtime"
	printf '[Match]\nName=e*\n[Network]\nDHCP=no\n' >"$root/etc/systemd/network/10-test.network"
	chroot "$root" passwd -q -d root
	mkdir -p "$root/kdt" "$root/mnt/data"
}

# The kernel where Debian puts it: an initramfs is neither made nor wanted.
root_kernel()
{
	local root=$1 from=$2 version=$3 vmlinuz=$4
	mkdir -p "$root/boot" "$root/usr/lib/modules"
	cp -a "$from/lib/modules/$version" "$root/usr/lib/modules/"
	cp -L "$vmlinuz" "$root/boot/vmlinuz-$version"
	[ ! -e "$from/boot/config-$version" ] || cp "$from/boot/config-$version" "$root/boot/"
	[ -e "$root/boot/config-$version" ] ||
		cp "$from/usr/lib/modules/$version/config" "$root/boot/config-$version"
}

# root_make TMP - TMP/root.img; owners and modes are kept, since mkfs reads the folder as root.
root_make()
{
	local tmp=$1 root=$1/root list
	list=$(root_packages "$suite" | tr ' ' ,)$(printf ',%s' "${extra[@]}" | sed 's/,$//')
	apt_sources "$suite" >"$tmp/sources.list"
	emulate_begin "$VM_ARCH"
	mmdebstrap --mode=root --variant=minbase --architectures="$VM_ARCH" --include="$list" \
		--aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
		"$suite" "$root" "$tmp/sources.list" >"$tmp/log" 2>&1 ||
		{ tail -n 20 "$tmp/log" >&2; die "mmdebstrap of $suite failed"; }
	root_settings "$root"
	root_kernel "$root" "$modules" "$version" "$vmlinuz"
	truncate -s 3G "$tmp/root.img"
	mkfs.ext4 -q -L kdt-root -d "$root" "$tmp/root.img" || die "packing the root file system failed"
	rm -rf "$root" "$tmp/sources.list" "$tmp/log"
}

[ $# -ge 2 ] || die "usage: rootfs.sh bookworm|trixie 6.1|6.12|7.x [PACKAGE...]"
facts=$("$here/kernel.sh" "$2")
eval "$facts"
suite=$1
shift 2
extra=("$@")
key=$suite-$version-$(cat "$here/rootfs.sh" - <<<"$*" | sha256sum | cut -c1-10)
final=$KDUMP_TEST_CACHE/rootfs/$key
mkdir -p "$KDUMP_TEST_CACHE/rootfs"
(
	flock 9
	[ -e "$final" ] && exit 0
	tmp=$(cache_tmp rootfs)
	trap 'emulate_end; rm -rf "$tmp"' EXIT
	root_make "$tmp"
	cache_publish "$tmp" "$final"
) 9>"$KDUMP_TEST_CACHE/rootfs/.$key.lock"
echo "$final/root.img"
