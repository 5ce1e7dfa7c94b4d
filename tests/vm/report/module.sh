#!/bin/bash
# module.sh SERIES - build kdt_crash.ko for the series' kernel, by its Debian's own compiler; prints its path.
# The compiler and the kernel's headers are unpacked into a folder of the cache to chroot into.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
. "$here/../../setup/apt.sh"

facts=$("$here/../kernel.sh" "$1")
eval "$facts"

# headers_depend PACKAGE-PREFIX - of what the headers depend on, the package that begins so.
headers_depend()
{
	apt_run "$suite" apt-cache show "linux-headers-$version" | sed -n 's/^Depends: //p' |
		tr ',|' '\n\n' | sed 's/^ *//; s/ .*//' | grep -m 1 -- "^$1"
}

# The package of the compiler that the kernel was built with.
compiler()
{
	local name
	name=$(headers_depend gcc-) || name=$(headers_depend linux-compiler-)
	name=${name#linux-compiler-}
	name=${name%-x86}
	echo "${name%-for-host}"
}

tree_make()
{
	local tmp=$1 gcc
	mkdir -p "$tmp/debs"
	gcc=$(compiler)
	apt_fetch_tree "$suite" "$tmp/debs" "$gcc" make bash coreutils findutils grep sed gawk perl \
		"$(headers_depend linux-kbuild-)" libelf1
	apt_fetch "$suite" "$tmp/debs" "linux-headers-$version" "$(headers_depend linux-headers-)"
	apt_unpack "$tmp"
	[ -e "$tmp/bin/sh" ] || ln -s bash "$tmp/bin/sh"
	[ -e "$tmp/bin/gcc" ] || ln -s "$gcc" "$tmp/bin/gcc"
	[ -e "$tmp/bin/awk" ] || ln -s gawk "$tmp/bin/awk"
	mkdir -p "$tmp/dev" "$tmp/tmp" "$tmp/module"
	: >"$tmp/dev/null"
	rm -rf "$tmp/debs"
}

# In a mount namespace of its own: make wants /proc and /dev.
build()
{
	local tree=$1
	cp "$here/kdt_crash.c" "$tree/module/" && echo 'obj-m := kdt_crash.o' >"$tree/module/Makefile"
	unshare -m --propagation private bash -c '
		mount -t proc proc "$1/proc" 2>/dev/null || { mkdir -p "$1/proc" && mount -t proc proc "$1/proc"; }
		mount --rbind /dev "$1/dev"
		exec env -i PATH=/usr/sbin:/usr/bin LC_ALL=C chroot "$1" make -C "/usr/src/linux-headers-$2" \
			M=/module modules' module.sh "$tree" "$version" >"$tree/log" 2>&1 ||
		{ tail -n 20 "$tree/log" >&2; die "building kdt_crash.ko for $version failed"; }
}

final=$KDUMP_TEST_CACHE/builders/$version
mkdir -p "$KDUMP_TEST_CACHE/builders"
(
	flock 9
	if [ ! -e "$final" ]; then
		tmp=$(cache_tmp builders)
		trap 'rm -rf "$tmp"' EXIT
		tree_make "$tmp"
		cache_publish "$tmp" "$final"
	fi
	[ "$final/module/kdt_crash.ko" -nt "$here/kdt_crash.c" ] && cmp -s "$here/kdt_crash.c" "$final/module/kdt_crash.c" ||
		build "$final"
) 9>"$KDUMP_TEST_CACHE/builders/.$version.lock"
echo "$final/module/kdt_crash.ko"
