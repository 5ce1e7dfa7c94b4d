#!/bin/sh
# deps.sh GROUP... - install the Debian packages a group needs: build, vm, arm64, kernel, page, package or all.
# Names every package it relies on, even those most machines have; silent when nothing is missing.
set -eu

group_build="gcc clang libclang-rt-dev make pkg-config libc6-dev libelf-dev zlib1g-dev
	libdeflate-dev liblzo2-dev libsnappy-dev libzstd-dev libsodium-dev age libkmod-dev
	libarchive-dev liblzma-dev libxxhash-dev
	libblkid-dev libmount-dev libnl-3-dev libnl-route-3-dev libsystemd-dev libjson-c-dev
	libcmocka-dev libkdumpfile-dev clang-format-19 clang-tidy perl binutils gdb elfutils python3
	diffutils file git bpftool iproute2 iputils-ping procps openssh-client openssh-server systemd bsdutils augeas-tools strace"
group_vm="qemu-system-x86 busybox-static cpio kmod lz4 zstd xz-utils e2fsprogs util-linux coreutils
	binutils gcc libc6-dev fdisk apt dpkg debian-archive-keyring ca-certificates curl mmdebstrap
	xfsprogs btrfs-progs iproute2 mount nfs-ganesha nfs-ganesha-vfs rpcbind netbase openssh-server
	tgt ovmf dosfstools mtools sbsigntool cryptsetup-bin swtpm"
group_page="chromium" # tests/real/page.sh; too large for what "all" is for
group_arm64="qemu-system-arm qemu-user-static arch-test gcc-aarch64-linux-gnu g++-aarch64-linux-gnu
	libc6-dev-arm64-cross"
group_kernel="flex bison bc make gcc perl python3 xz-utils" # with arm64: what compiles a kernel
group_package="build-essential debhelper dpkg-dev fakeroot lintian rpm rpmlint"

die()
{
	echo "deps.sh: $*" >&2
	exit 1
}

group_packages()
{
	case $1 in
	build) echo $group_build ;;
	vm) echo $group_vm ;;
	page) echo $group_page ;;
	package) echo $group_build $group_package ;;
	arm64) echo $group_arm64 ;;
	kernel) echo $group_kernel ;;
	all) echo $group_build $group_vm $group_arm64 ;;
	*) die "unknown group '$1'; the groups are: build vm arm64 kernel page package all" ;;
	esac
}

# "installed" must be the state: a removed package that left its configuration does not count.
package_present()
{
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# progress - apt's status lines to one line of ours for every tenth of the way, with what it does.
progress()
{
	last=
	while IFS=: read -r kind package percent text; do
		case $kind in
		dlstatus) doing=downloading ;;
		pmstatus) doing=installing ;;
		*) continue ;;
		esac
		tenth=${percent%%.*}
		tenth=${tenth%?}
		[ "$doing$tenth" != "$last" ] || continue
		last=$doing$tenth
		echo "deps.sh: $doing, ${percent%%.*} %"
	done
}

# apt-get's output goes to the log, what it says about its progress through a pipe to progress().
packages_install()
{
	[ "$(id -u)" = 0 ] || die "installing needs root; run: sudo apt-get install $*"
	export DEBIAN_FRONTEND=noninteractive
	log=$(mktemp)
	echo "deps.sh: installing $# packages and what they need, some minutes; details in $log"
	{ { apt-get update -q &&
		apt-get install -q -y --no-install-recommends -o APT::Status-Fd=3 "$@"; } \
		3>&1 >"$log" 2>&1 || echo failed >>"$log.status"; } | progress
	if [ -e "$log.status" ]; then
		rm -f "$log.status"
		tail -n 20 "$log" >&2
		die "installing $*: apt-get failed, whole output in $log; look at the apt sources"
	fi
	rm -f "$log"
}

if [ "${1-}" = --list ]; then
	shift
	for group; do
		group_packages "$group"
	done
	exit 0
fi
[ $# -gt 0 ] || die "usage: deps.sh build|vm|arm64|kernel|page|package|all..."
wanted=
for group; do
	list=$(group_packages "$group")
	wanted="$wanted $list"
done
missing=
for package in $(printf '%s\n' $wanted | sort -u); do
	package_present "$package" || missing="$missing $package"
done
[ -z "$missing" ] || packages_install $missing
