#!/bin/bash
# kernel.sh SERIES - fetch Debian's cloud kernel of a series (5.10 6.1 6.12 7.x or 7); prints NAME=value lines.
# Prints series=, version=, vmlinuz=, modules= and suite=. A fetched series is kept until its link
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

# Every package of kernel VERSION named here answers at the mirror. Pools and lists disagree at
# times: old suites list kernels whose files, or whose debug files, are gone.
packages_there()
{
	local suite=$1 package uri
	shift
	for package; do
		uri=$(apt_run "$suite" apt-get download --print-uris "$package" 2>/dev/null) || return 1
		uri=${uri#\'}
		curl -sfI --max-time 30 -o /dev/null "${uri%%\'*}" || return 1
	done
}

# suite_kernel SUITE SERIES - the newest version that can be had with its debug information.
suite_kernel()
{
	local suite=$1 series=${2%.x} version
	for version in $(apt_run "$suite" apt-cache pkgnames "linux-image-$series." |
		sed -n 's/^linux-image-\(.*-cloud-amd64\)$/\1/p' | sort -rV); do
		if packages_there "$suite" "linux-image-$version" "linux-image-$version-dbg"; then
			echo "$version"
			return
		fi
	done
}

# kernel_packages SUITE VERSION - newer suites split the image, its modules and its configuration.
kernel_packages()
{
	local part
	echo "linux-image-$2"
	for part in base binary modules; do
		! apt_run "$1" apt-cache show "linux-$part-$2" >/dev/null 2>&1 || echo "linux-$part-$2"
	done
}

# kernel_unpack SUITE VERSION DIR - DIR appears complete or not at all.
kernel_unpack()
{
	local suite=$1 version=$2 dir=$3 deb vmlinuz
	tmp=$(cache_tmp kernels)
	trap 'rm -rf "$tmp"' EXIT
	apt_fetch "$suite" "$tmp" $(kernel_packages "$suite" "$version")
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$tmp/root"
		rm "$deb"
	done
	# /lib is a link to usr/lib in newer packages; depmod and modprobe -d look in /lib.
	mkdir -p "$tmp/root/lib"
	[ -d "$tmp/root/lib/modules" ] || ln -s ../usr/lib/modules "$tmp/root/lib/modules"
	depmod -b "$tmp/root" "$version" || die "depmod on the modules of $version failed"
	# Since 7.x the kernel lies beside its modules.
	vmlinuz=root/boot/vmlinuz-$version
	[ -e "$tmp/$vmlinuz" ] || vmlinuz=root/usr/lib/modules/$version/vmlinuz
	[ -e "$tmp/$vmlinuz" ] || die "no vmlinuz in the packages of $version"
	ln -s "$vmlinuz" "$tmp/vmlinuz"
	echo "$suite" >"$tmp/suite"
	cache_publish "$tmp" "$dir"
}

[ $# = 1 ] || die "usage: kernel.sh 5.10|6.1|6.12|7.x"
series=$1
[ "$series" != 7 ] || series=7.x
suite=$(series_suite "$series")
kernels=$KDUMP_TEST_CACHE/kernels
mkdir -p "$kernels"
(
	flock 9
	[ -e "$kernels/$series/root" ] && exit 0
	apt_refresh "$suite"
	version=$(suite_kernel "$suite" "$series")
	[ -n "$version" ] || die "no cloud kernel $series with its -dbg in $suite; is it still mirrored?"
	[ -e "$kernels/$version" ] || kernel_unpack "$suite" "$version" "$kernels/$version"
	ln -sfn "$version" "$kernels/$series"
) 9>"$kernels/.$series.lock"

version=$(readlink "$kernels/$series")
echo "series=$series"
echo "version=$version"
echo "vmlinuz=$kernels/$version/vmlinuz"
echo "modules=$kernels/$version/root"
echo "suite=$suite"
