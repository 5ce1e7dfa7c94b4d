#!/bin/bash
# kernel.sh SERIES - fetch Debian's cloud kernel of a series (5.10 6.1 6.12 7.x); prints NAME=value lines.
# Prints version=, vmlinuz=, modules= and suite=. A fetched series is kept until its link
# $KDUMP_TEST_CACHE/kernels/SERIES is removed, so that results stay comparable between runs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/../setup/apt.sh"

series_suite()
{
	case $1 in
	5.10) echo bullseye ;;
	6.1) echo bookworm ;;
	6.12) echo trixie ;;
	7.x) echo sid ;;
	*) die "unknown kernel series '$1'; the series are: 5.10 6.1 6.12 7.x" ;;
	esac
}

# The meta package follows the suite's newest kernel; its dependency names the real one.
suite_kernel()
{
	apt_run "$1" apt-cache show --no-all-versions linux-image-cloud-amd64 |
		sed -n 's/^Depends: linux-image-\([^ ,]*\).*/\1/p'
}

# kernel_unpack SUITE VERSION DIR - DIR appears complete or not at all. sid splits the modules
# into packages of their own, so everything that carries this version's name is fetched.
kernel_unpack()
{
	local suite=$1 version=$2 dir=$3 tmp deb packages=linux-image-$2
	tmp=$(cache_tmp kernels)
	if apt_run "$suite" apt-cache show "linux-modules-$version" >/dev/null 2>&1; then
		packages="$packages linux-modules-$version"
	fi
	apt_run "$suite" apt-cache show "linux-binary-$version" >/dev/null 2>&1 &&
		packages="$packages linux-binary-$version"
	apt_fetch "$suite" "$tmp" $packages
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$tmp/root"
		rm "$deb"
	done
	# /lib is a link to usr/lib in newer packages; depmod and modprobe -d look in /lib.
	mkdir -p "$tmp/root/lib"
	[ -d "$tmp/root/lib/modules" ] || ln -s ../usr/lib/modules "$tmp/root/lib/modules"
	depmod -b "$tmp/root" "$version" || die "depmod on the modules of $version failed"
	cache_publish "$tmp" "$dir"
}

[ $# = 1 ] || die "usage: kernel.sh 5.10|6.1|6.12|7.x"
series=$1
suite=$(series_suite "$series")
kernels=$KDUMP_TEST_CACHE/kernels
mkdir -p "$kernels"
(
	flock 9
	[ -e "$kernels/$series/root" ] && exit 0
	apt_refresh "$suite"
	version=$(suite_kernel "$suite")
	[ -n "$version" ] || die "no linux-image-cloud-amd64 in $suite; is the suite still mirrored?"
	[ -e "$kernels/$version" ] || kernel_unpack "$suite" "$version" "$kernels/$version"
	ln -sfn "$version" "$kernels/$series"
) 9>"$kernels/$series.lock"

version=$(readlink "$kernels/$series")
echo "version=$version"
echo "vmlinuz=$kernels/$version/root/boot/vmlinuz-$version"
echo "modules=$kernels/$version/root"
echo "suite=$suite"
