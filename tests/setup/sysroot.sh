#!/bin/bash
# sysroot.sh TRIPLET|--where TRIPLET - the libraries that a cross build links, in a folder of its own.
# Debian's packages of the other architecture are unpacked below $KDUMP_TEST_CACHE, so that nothing of
# this machine changes. Prints the folder; --where only says where it is, nothing if it is not there.
# Its file "shlibs" names the package of each library, as dpkg-shlibdeps reads it.
# What is in it is what deps.sh build installs for a native build.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

where=no
[ "${1-}" != --where ] || { where=yes && shift; }
case ${1-} in
aarch64-linux-gnu) VM_ARCH=arm64 ;;
*) echo "usage: sysroot.sh [--where] aarch64-linux-gnu" >&2 && exit 2 ;;
esac
export VM_ARCH
. "$here/apt.sh"
. "$here/../vm/lib.sh"

# The libraries of the group; its programs run on this machine.
packages=$("$here/deps.sh" --list build | tr ' ' '\n' | grep -E '^z?lib.*-dev$' |
	grep -vE '^lib(clang|c6)')
root=$KDUMP_TEST_CACHE/sysroot-$VM_ARCH-$(echo "$packages" | sha256sum | cut -c1-10)
if [ $where = yes ]; then
	[ ! -d "$root" ] || echo "$root"
	exit 0
fi

# links_relative ROOT - a link to /lib/x would lead out of the folder.
links_relative()
{
	local link to
	find "$1" -type l -lname '/*' | while read -r link; do
		to=$(readlink "$link")
		ln -sfnr "$1$to" "$link"
	done
}

# Older folders have no shlibs.
if [ ! -e "$root/shlibs" ]; then
	. /etc/os-release
	tmp=$(cache_tmp tmp)
	# shellcheck disable=SC2086 # words
	apt_fetch_tree "${VERSION_CODENAME:-bookworm}" "$tmp" libc6-dev $packages >&2
	mkdir "$tmp/root"
	for deb in "$tmp"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tmp/root" --keep-directory-symlink \
			--exclude='./usr/share/*'
		dpkg-deb --ctrl-tarfile "$deb" | tar -xO --occurrence ./shlibs 2>/dev/null |
			grep -v '^udeb:' >>"$tmp/root/shlibs" || true
	done
	links_relative "$tmp/root"
	[ ! -d "$root" ] || mv "$root" "$tmp/old"
	cache_publish "$tmp/root" "$root"
	rm -rf "$tmp"
fi
echo "$root"
