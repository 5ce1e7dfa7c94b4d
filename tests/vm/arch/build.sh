# build.sh - sourced by kernel.sh: a kernel for arm64 of our own, from Debian's source
#
#     kernel_build SUITE SOURCE NAME DIR      of config/common and config/NAME; DIR as kernel_unpack makes it
#
# No kernel of Debian for arm64 has kexec_file_load. Ours is small, so that it compiles within minutes.
# tests/setup/deps.sh arm64 kernel installs the tools.

build_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

build_make()
{
	make -C "$tmp/source" O="$tmp/o" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- "$@" >>"$tmp/log" 2>&1 ||
		{ tail -n 20 "$tmp/log" >&2; die "make $1 of a kernel for arm64 failed; run tests/setup/deps.sh arm64 kernel"; }
}

# build_configure NAME - every line that was asked for must be there.
build_configure()
{
	local line
	cat "$build_here/config/common" "$build_here/config/$1" >"$tmp/wanted"
	build_make KCONFIG_ALLCONFIG="$tmp/wanted" allnoconfig
	while read -r line; do
		case $line in
		CONFIG_*) grep -qxF -e "$line" "$tmp/o/.config" || die "the kernel's configuration refused $line" ;;
		esac
	done <"$tmp/wanted"
}

# build_source SUITE SOURCE - to $tmp/source, without its largest parts that no build of ours reads.
build_source()
{
	apt_fetch "$1" "$tmp/debs" "$2"
	dpkg-deb --fsys-tarfile "$tmp/debs/$2"_*.deb | tar -x -O "./usr/src/$2.tar.xz" |
		tar -xJ -C "$tmp" --exclude='*/drivers/gpu/drm/amd/include/*' --exclude='*/tools/testing/*' ||
		die "unpacking $2 failed; is the disk full?"
	mv "$tmp/$2" "$tmp/source"
	rm -r "$tmp/debs"
}

kernel_build()
{
	local suite=$1 source=$2 name=$3 dir=$4 version root
	tmp=$(cache_tmp kernels)
	trap 'rm -rf "$tmp"' EXIT
	say "compiling a kernel for arm64 ($name), some ten minutes"
	build_source "$suite" "$source"
	build_configure "$name"
	build_make -j"$(nproc)" Image modules
	root=$tmp/root
	build_make INSTALL_MOD_PATH="$root" modules_install
	version=$(cat "$tmp/o/include/config/kernel.release")
	mkdir -p "$root/boot"
	cp "$tmp/o/arch/arm64/boot/Image" "$root/boot/vmlinuz-$version"
	cp "$tmp/o/.config" "$root/boot/config-$version"
	rm -f "$root/lib/modules/$version/build" "$root/lib/modules/$version/source"
	ln -s "root/boot/vmlinuz-$version" "$tmp/vmlinuz"
	cp "$tmp/o/vmlinux" "$tmp/vmlinux"
	echo "$suite" >"$tmp/suite"
	rm -rf "$tmp/source" "$tmp/o"
	[ "$version" = "${dir##*/}" ] || die "the kernel calls itself $version, not ${dir##*/}"
	cache_publish "$tmp" "$dir"
}
