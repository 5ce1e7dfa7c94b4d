#!/bin/bash
# arm64-tree.sh - make a folder with sid's makedumpfile for arm64 in the cache; prints its path.
# It knows the page tables of the machine it was built for only, so qemu-user runs it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export VM_ARCH=arm64
. "$here/../vm/lib.sh"
. "$here/../setup/apt.sh"

tree=$KDUMP_TEST_CACHE/oracle/sid-arm64
mkdir -p "$KDUMP_TEST_CACHE/oracle"
(
	flock 9
	[ -e "$tree" ] && exit 0
	tmp=$(cache_tmp oracle)
	apt_fetch sid "$tmp/debs" makedumpfile libc6 libdw1t64 libelf1t64 liblzo2-2 libzstd1 zlib1g \
		libbz2-1.0 liblzma5
	mkdir -p "$tmp/usr/lib"
	ln -s usr/lib "$tmp/lib"
	for deb in "$tmp"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tmp" --keep-directory-symlink
	done
	rm -rf "$tmp/debs"
	cache_publish "$tmp" "$tree"
) 9>"$KDUMP_TEST_CACHE/oracle/.lock-arm64"
echo "$tree"
