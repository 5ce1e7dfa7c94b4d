#!/bin/bash
# tree.sh - make the sid tree with crash, drgn and makedumpfile in the cache; prints its path.
# Nothing is installed: the packages and all they need are unpacked into a folder to chroot into.
# Remove the folder to get newer versions.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../vm/lib.sh"
. "$here/../setup/apt.sh"

# The readers start helpers through sh, so a few small tools are named beside them.
packages="crash python3-drgn makedumpfile dash coreutils grep sed gzip binutils"

tree_make()
{
	local tmp=$1
	mkdir -p "$tmp/debs"
	apt_fetch_tree sid "$tmp/debs" $packages
	apt_unpack "$tmp"
	[ -e "$tmp/bin/sh" ] || ln -s dash "$tmp/bin/sh"
	(cd "$tmp/debs" && ls -- *.deb) >"$tmp/packages"
	rm -rf "$tmp/debs"
}

tree=$KDUMP_TEST_CACHE/oracle/sid
mkdir -p "$KDUMP_TEST_CACHE/oracle"
(
	flock 9
	[ -e "$tree" ] && exit 0
	tmp=$(cache_tmp oracle)
	trap 'rm -rf "$tmp"' EXIT
	tree_make "$tmp"
	cache_publish "$tmp" "$tree"
) 9>"$KDUMP_TEST_CACHE/oracle/.lock"
echo "$tree"
