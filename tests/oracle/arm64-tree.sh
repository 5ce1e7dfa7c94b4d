#!/bin/bash
# arm64-tree.sh - make a folder with sid's makedumpfile and crash for arm64 in the cache; prints its path.
# They know the page tables of the machine they were built for only, so qemu-user runs them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export VM_ARCH=arm64
. "$here/../vm/lib.sh"
. "$here/../setup/apt.sh"

tree=$KDUMP_TEST_CACHE/oracle/sid-arm64
mkdir -p "$KDUMP_TEST_CACHE/oracle"
(
	flock 9
	# Older folders have no crash.
	[ ! -x "$tree/usr/bin/crash" ] || exit 0
	tmp=$(cache_tmp oracle)
	apt_fetch_tree sid "$tmp/debs" makedumpfile crash
	mkdir -p "$tmp/root/usr/lib"
	ln -s usr/lib "$tmp/root/lib"
	for deb in "$tmp"/debs/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$tmp/root" --keep-directory-symlink \
			--exclude=./usr/share/doc --exclude=./usr/share/locale
	done
	[ ! -e "$tree" ] || mv "$tree" "$tmp/old"
	cache_publish "$tmp/root" "$tree"
	rm -rf "$tmp"
) 9>"$KDUMP_TEST_CACHE/oracle/.lock-arm64"
echo "$tree"
