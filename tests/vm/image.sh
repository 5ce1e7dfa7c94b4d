# image.sh - sourced: build small initramfs images of static busybox, kernel modules and files.
# An image is a folder until image_pack: image_new DIR INIT; image_modules; image_file; image_pack.

image_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# image_busybox - a static busybox of VM_ARCH: this machine's own, else Debian's package.
image_busybox()
{
	local file=$KDUMP_TEST_CACHE/busybox-$VM_ARCH/bin/busybox tmp
	if [ "$VM_ARCH" = amd64 ]; then
		command -v busybox || die "no busybox; run tests/setup/deps.sh vm"
		return
	fi
	if [ ! -x "$file" ]; then
		tmp=$(cache_tmp tmp)
		(
			. "$image_here/../setup/apt.sh"
			apt_fetch bookworm "$tmp" busybox-static
			dpkg-deb -x "$tmp"/*.deb "$tmp/root"
		) >&2 || die "no static busybox for $VM_ARCH"
		cache_publish "$tmp/root" "$KDUMP_TEST_CACHE/busybox-$VM_ARCH"
		rm -rf "$tmp"
	fi
	echo "$file"
}

# image_new DIR INIT - busybox and its links, mount points, INIT as /init.
image_new()
{
	local dir=$1 init=$2 busybox applet
	busybox=$(image_busybox) || exit 1
	mkdir -p "$dir"/bin "$dir"/dev "$dir"/proc "$dir"/sys "$dir"/tmp "$dir"/mnt "$dir"/modules
	cp "$busybox" "$dir/bin/busybox"
	for applet in $(busybox --list); do
		[ "$applet" = busybox ] || ln -s busybox "$dir/bin/$applet"
	done
	: >"$dir/modules/order"
	install -m 755 "$init" "$dir/init"
}

# image_file DIR SOURCE DEST [MODE] - DEST is a path inside the image.
image_file()
{
	install -D -m "${4:-755}" "$2" "$1/$3" || die "copying $2 into the image as $3 failed"
}

# module_store FILE OUT - busybox insmod wants them plain, Debian compresses since 6.12.
module_store()
{
	case $1 in
	*.xz) xz -dc "$1" >"$2" ;;
	*.zst) zstd -qdc "$1" >"$2" ;;
	*.gz) gzip -dc "$1" >"$2" ;;
	*) cp "$1" "$2" ;;
	esac
}

# image_modules DIR ROOT VERSION NAME... - the modules and what they need. /modules/order lists
# the files in the order to load; built-in ones and ones this kernel does not have are left out.
image_modules()
{
	local dir=$1 root=$2 version=$3 name word file plain
	shift 3
	for name; do
		modprobe -d "$root" -S "$version" --show-depends --ignore-install "$name" 2>/dev/null |
			while read -r word file _; do
				[ "$word" = insmod ] || continue
				plain=$(basename "$file")
				plain=${plain%.ko*}.ko
				[ -e "$dir/modules/$plain" ] && continue
				module_store "$file" "$dir/modules/$plain"
				echo "$plain" >>"$dir/modules/order"
			done
	done
}

# image_pack DIR OUT - a plain cpio: the guest's CPU is slower than the host's disk.
image_pack()
{
	(cd "$1" && find . | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >"$2" ||
		die "packing the initramfs $2 failed"
}
