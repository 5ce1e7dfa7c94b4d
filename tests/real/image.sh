#!/bin/sh
# image.sh - images for four real kernels: modules as modprobe would load them, same input same bytes
. "$(dirname "$0")/lib.sh"

image=$build/kdump-image
machine=$work/machine
uuid=11111111-2222-3333-4444-555555555555

# machine FS - a made-up system whose only disk, a virtio one, holds this file system
machine() {
	rm -rf "$machine"
	pci=$machine/sys/devices/pci0000:00/0000:00:05.0
	block=$pci/virtio3/block/vdc
	mkdir -p "$block" "$machine/sys/dev/block" "$machine/sys/class/block" \
		"$machine/proc/self" "$machine/dev" "$machine/root/etc"
	: >"$machine/proc/self/mountinfo"
	echo 254:32 >"$block/dev"
	ln -s "$block" "$machine/sys/dev/block/254:32"
	ln -s "$block" "$machine/sys/class/block/vdc"
	for pair in "$pci/virtio3 virtio_blk" "$pci virtio_pci"; do
		mkdir -p "$machine/sys/module/${pair#* }" "$machine/sys/drivers/${pair#* }"
		ln -s "$machine/sys/module/${pair#* }" "$machine/sys/drivers/${pair#* }/module"
		ln -s "$machine/sys/drivers/${pair#* }" "${pair% *}/driver"
	done
	echo virtio:d00000002v00001AF4 >"$pci/virtio3/modalias"
	truncate -s 512M "$machine/dev/vdc"
	case $1 in
	ext4) mkfs.ext4 -q -F -U $uuid "$machine/dev/vdc" ;;
	xfs) mkfs.xfs -q -f -m uuid=$uuid "$machine/dev/vdc" ;;
	btrfs) mkfs.btrfs -q -f -U $uuid "$machine/dev/vdc" >/dev/null 2>&1 ;;
	esac
}

# build OUT [CONFIG-LINE...]
build() {
	out=$1
	shift
	{
		echo "$fs UUID=$uuid"
		echo "path /var/crash"
		[ $# = 0 ] || printf '%s\n' "$@"
	} >"$work/kdump.conf"
	"$image" build --config "$work/kdump.conf" --kernel "$version" --modules "$modules" \
		--root "$machine/root" --capture "$build/kdump-capture" --sysfs "$machine/sys" \
		--proc "$machine/proc" --dev "$machine/dev" --inputs "$work/inputs" --output "$out"
}

# Nothing has changed since build made the record.
checked() {
	"$image" check --config "$work/kdump.conf" --kernel "$version" --modules "$modules" \
		--root "$machine/root" --capture "$build/kdump-capture" --sysfs "$machine/sys" \
		--proc "$machine/proc" --dev "$machine/dev" --inputs "$work/inputs"
}

# The names of modules in the plan, in load order; and what modprobe would do for some.
planned() {
	"$image" show "$1" /etc/kdump/plan | sed -n 's|^module .*/\([^/]*\)\.ko.*|\1|p' | tr - _
}

probed() {
	for name; do
		modprobe -d "$modules" -S "$version" --show-depends "$name" 2>/dev/null
	done | sed -n 's|^insmod .*/\([^/ ]*\)\.ko.*|\1|p' | tr - _ | awk '!seen[$0]++'
}

same_modules() {
	planned "$1" | sort >"$work/ours"
	shift
	probed "$@" | sort >"$work/theirs"
	diff "$work/theirs" "$work/ours"
}

# Nothing stands before what it needs (modules.dep).
in_order() {
	planned "$1" >"$work/order"
	sed 's/\.ko[.a-z]*//g; s/:/ /' "$modules/lib/modules/$version/modules.dep" |
		awk -v order="$work/order" '
		BEGIN { while ((getline name < order) > 0) at[name] = ++n }
		{
			for (i = 1; i <= NF; i++) {
				sub(".*/", "", $i)
				gsub("-", "_", $i)
			}
			for (i = 2; i <= NF && ($1 in at); i++)
				if (!($i in at) || at[$i] > at[$1]) { print $1 " before " $i; bad = 1 }
		}
		END { exit bad || n == 0 && 0 }'
}

# A compressed module only where the kernel reads that: its configuration says so.
readable() {
	config=$modules/boot/config-$version
	[ -e "$config" ] || config=$modules/lib/modules/$version/config
	for suffix in $("$image" show "$1" /etc/kdump/plan | sed -n 's/^module .*\.ko\.*//p' | sort -u); do
		grep -q CONFIG_MODULE_DECOMPRESS=y "$config" || return 1
		case $suffix in
		gz) grep -q CONFIG_MODULE_COMPRESS_GZIP=y "$config" ;;
		xz) grep -q CONFIG_MODULE_COMPRESS_XZ=y "$config" ;;
		zst) grep -q CONFIG_MODULE_COMPRESS_ZSTD=y "$config" ;;
		esac || return 1
	done
}

holds_module() {
	planned "$1" | grep -qx "$2"
}

lacks_module() {
	! holds_module "$@"
}

mode_is_0600() {
	[ "$(stat -c %a "$1")" = 600 ]
}

# What people type by mistake, and files that are no images.
ok "no command" exits 2 "$image"
ok "an unknown command" exits 2 "$image" make
ok "build without --output" exits 2 "$image" build
ok "check without --inputs" exits 2 "$image" check
ok "an unknown option" exits 2 "$image" build --fast
ok "help is no mistake" exits 0 "$image" --help
ok "no such configuration" exits 2 "$image" build --config "$work/none" --output "$work/x"
echo "not an image" >"$work/x"
ok "show says when it is no image" exits 1 "$image" show "$work/x"
ok "in words" says "$work/x"

for series in 5.10 6.1 6.12 7.x; do
	facts=$("$top/tests/vm/kernel.sh" $series) || exit 1
	eval "$facts"
	for fs in ext4 xfs btrfs; do
		machine $fs
		ok "$series $fs: an image is built" build "$work/a"
		ok "$series $fs: the modules modprobe would load" same_modules "$work/a" virtio_pci virtio_blk $fs
		ok "$series $fs: what a module needs stands before it" in_order "$work/a"
		ok "$series $fs: the kernel can read each module" readable "$work/a"
		ok "$series $fs: mode 0600" mode_is_0600 "$work/a"
		ok "$series $fs: the same bytes again" build "$work/b"
		ok "$series $fs: really the same" cmp "$work/a" "$work/b"
		ok "$series $fs: and check agrees" checked
		echo "# $series $fs: $(stat -c %s "$work/a") bytes"
	done
	extra="nfs nfsv3 nfsv4 virtio_net virtio_scsi sd_mod ahci nvme raid456 raid1 dm_mod bonding 8021q"
	known=
	for name in $extra; do
		! modprobe -d "$modules" -S "$version" --show-depends $name >/dev/null 2>&1 ||
			known="$known $name"
	done
	ok "$series: extra_modules$known" build "$work/c" "extra_modules$known"
	ok "$series: with all they need" same_modules "$work/c" virtio_pci virtio_blk $fs $known
	ok "$series: in order" in_order "$work/c"
	ok "$series: dracut_args --omit-drivers" build "$work/c" "extra_modules raid1 dm-mod" \
		'dracut_args --omit-drivers "dm-mod" --add-drivers "raid456"'
	ok "$series: that one is left out" lacks_module "$work/c" dm_mod
	ok "$series: the added one is not" holds_module "$work/c" raid456
	ok "$series: an unknown module is refused" exits 1 build "$work/d" "extra_modules no_such_thing"
	ok "$series: in words" says 'extra_modules: the kernel has no module or built-in driver "no_such_thing"'
	ok "$series: and no image is left" test ! -e "$work/d"
done
finish
