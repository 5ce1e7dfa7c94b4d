#!/bin/bash
# vmcore.sh SERIES HOW - a kernel of the series that died of HOW: its raw /proc/vmcore; prints the folder.
# HOW is one of kdt_crash.c, or oom or sysrq. The folder holds vmcore, console.log, kernel-version
# and how long a report took in the capture kernel. It is made once, as those of ../vmcore.sh are.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../lib.sh"
. "$here/../image.sh"
. "$here/../crash.sh"

[ $# = 2 ] || die "usage: vmcore.sh SERIES HOW"
VM_SERIES=$1 how=$2 VM_MEM=512M VM_CPUS=2 VM_CRASHKERNEL=160M
build=${BUILD:-$here/../../../build/gcc}

first_image()
{
	local work
	work=$(mktemp -d)
	image_new "$work" "$here/crash-init"
	image_file "$work" "$here/../guest/common" common
	image_modules "$work" "$modules" "$version" virtio_pci
	guest_program kexec-load "$work/bin"
	image_file "$work" "$module" kdt_crash.ko 644
	image_file "$work" "$vmlinuz" capture/vmlinuz 644
	image_file "$work" "$2" capture/initrd 644
	echo "$VM_CAPTURE_CMDLINE" >"$work/capture/cmdline"
	image_pack "$work" "$1"
	rm -rf "$work"
}

# Only what the copy needs: the memory of the first kernel is what is looked at.
vmcore_make()
{
	local dir=$1 size
	VM_MODULES="virtio_pci virtio_blk"
	capture_image "$dir/capture.img" "$here/copy-init" "$build/kdump-capture:bin/kdump-collect"
	first_image "$dir/first.img" "$dir/capture.img"
	truncate -s 600M "$dir/vmcore"
	vm_run "$dir/console.log" 300 -kernel "$vmlinuz" -initrd "$dir/first.img" \
		-append "console=ttyS0 crashkernel=$VM_CRASHKERNEL panic=5 oops=panic kdt.how=$how" \
		$(vm_disk "$dir/vmcore") || return 1
	[ "$(capture_said "$dir" status)" = 0 ] || return 1
	size=$(capture_said "$dir" size)
	truncate -s "$size" "$dir/vmcore"
	rm "$dir/capture.img" "$dir/first.img"
	echo "$version" >"$dir/kernel-version"
	cp "$module" "$dir/kdt_crash.ko"
	for word in status kib time; do
		echo "$word=$(capture_said "$dir" "report-$word")"
	done >"$dir/report"
}

facts=$("$here/../kernel.sh" "$VM_SERIES")
eval "$facts"
module=$("$here/module.sh" "$VM_SERIES")
key=$version-$how-$(cat "$here"/kdt_crash.c "$here"/*-init "$here/vmcore.sh" | sha256sum | cut -c1-10)
final=$KDUMP_TEST_CACHE/reports/$key
mkdir -p "$KDUMP_TEST_CACHE/reports"
(
	flock 9
	[ -e "$final" ] && exit 0
	tmp=$(cache_tmp reports)
	trap 'rm -rf "$tmp"' EXIT
	export TMPDIR="$tmp"
	vmcore_make "$tmp" || {
		cp "$tmp/console.log" "$KDUMP_TEST_CACHE/reports/$key.failed.log" || :
		tail -n 15 "$tmp/console.log" >&2
		die "no vmcore of $version that died of $how"
	}
	cache_publish "$tmp" "$final"
) 9>"$KDUMP_TEST_CACHE/reports/.$key.lock"
echo "$final"
