#!/bin/bash
# kernel.sh SERIES - fetch Debian's cloud kernel of a series (5.10 6.1 6.12 7.x or 7); prints NAME=value lines.
# SERIES-full is the kernel for all machines, SERIES-rt the one with PREEMPT_RT.
# VM_ARCH=arm64 fetches arm64's; 6.12-16k is its kernel with pages of 16 KiB; 6.12-file is compiled here
# and has kexec_file_load (arch/build.sh).
# Prints series=, version=, vmlinuz=, modules= and suite=. A fetched series is kept until its link
# $KDUMP_TEST_CACHE/kernels/SERIES is removed, so that results stay comparable between runs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/../setup/apt.sh"
. "$here/arch/build.sh"

series_suite()
{
	case $1 in
	5.10 | 5.10-*) echo bullseye ;;
	6.1 | 6.1-*) echo bookworm ;;
	6.12 | 6.12-*) echo trixie ;;
	7.x | 7.x-*) echo sid ;;
	*) die "unknown kernel series '$1'; the series are: 5.10 6.1 6.12 6.12-16k 6.12-file 7.x" ;;
	esac
}

# series_flavour SERIES - the end of the version of its kernel.
series_flavour()
{
	case $1 in
	*-16k) echo "$VM_ARCH-16k" ;;
	*-full) echo "$VM_ARCH" ;;
	*-rt) echo "rt-$VM_ARCH" ;;
	*) echo "cloud-$VM_ARCH" ;;
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
	local suite=$1 series=${2%%-*} version flavour
	series=${series%.x}
	flavour=$(series_flavour "$2")
	for version in $(apt_run "$suite" apt-cache pkgnames "linux-image-$series." |
		sed -n 's/^linux-image-\([0-9][^-]*\(-[0-9]*\)\?-'"$flavour"'\)$/\1/p' | sort -rV); do
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

# kernel_plain DIR - vmlinuz in the form that QEMU boots: it does not unpack arm64's EFI zboot images.
kernel_plain()
{
	local offset size
	[ "$(dd if="$1/vmlinuz" bs=1 skip=4 count=4 status=none | tr -d '\000')" = zimg ] || return 0
	offset=$(od -An -tu4 -j8 -N4 "$1/vmlinuz") size=$(od -An -tu4 -j12 -N4 "$1/vmlinuz")
	tail -c "+$((offset + 1))" "$1/vmlinuz" | head -c $((size)) >"$1/payload"
	rm "$1/vmlinuz"
	case $(od -An -tx1 -N2 "$1/payload") in
	*1f\ 8b) gzip -dc "$1/payload" ;;
	*28\ b5) zstd -qdc "$1/payload" ;;
	*) xz -dc "$1/payload" ;;
	esac >"$1/vmlinuz" || die "unpacking the EFI zboot image failed"
	rm "$1/payload"
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
	kernel_plain "$tmp"
	echo "$suite" >"$tmp/suite"
	cache_publish "$tmp" "$dir"
}

# built_version SUITE SERIES - what a kernel compiled from the suite's source calls itself.
built_version()
{
	apt_run "$1" apt-cache show "linux-source-${2%%-*}" |
		sed -n "s/^Version: \([0-9.]*\)-.*/\1-kdt-${2#*-}-arm64/p" | head -n 1
}

# series_kernel SUITE SERIES - $kernels/VERSION is there then; sets version.
series_kernel()
{
	case $2 in
	*-file)
		version=$(built_version "$1" "$2")
		[ -n "$version" ] || die "no source of the kernel ${2%%-*} in $1; is it still mirrored?"
		[ -e "$kernels/$version" ] ||
			kernel_build "$1" "linux-source-${2%%-*}" "${2#*-}" "$kernels/$version"
		;;
	*)
		version=$(suite_kernel "$1" "$2")
		[ -n "$version" ] || die "no kernel $2 with its -dbg in $1; is it still mirrored?"
		[ -e "$kernels/$version" ] || kernel_unpack "$1" "$version" "$kernels/$version"
		;;
	esac
}

[ $# = 1 ] || die "usage: kernel.sh 5.10|6.1|6.12|6.12-16k|6.12-file|7.x"
series=$1
[ "$series" != 7 ] || series=7.x
suite=$(series_suite "$series")
kernels=$KDUMP_TEST_CACHE/kernels
link=$series
[ "$VM_ARCH" = amd64 ] || link=$series-$VM_ARCH
case $link in *-file) die "$series is a kernel for VM_ARCH=arm64" ;; esac
mkdir -p "$kernels"
(
	flock 9
	[ -e "$kernels/$link/root" ] && exit 0
	apt_refresh "$suite"
	series_kernel "$suite" "$series"
	ln -sfn "$version" "$kernels/$link"
) 9>"$kernels/.$link.lock"

version=$(readlink "$kernels/$link")
echo "series=$series"
echo "version=$version"
echo "vmlinuz=$kernels/$version/vmlinuz"
echo "modules=$kernels/$version/root"
echo "suite=$suite"
