#!/bin/bash
# vmcore.sh [OPTION...] - crash a Debian kernel in QEMU, keep its whole raw /proc/vmcore; prints the folder.
# The folder holds vmcore, console.log, kernel-version and meta. It is made once: the key names the
# kernel, the options and a hash of the sources that shape the crashed memory. VM_ARCH=arm64 crashes
# an arm64 machine, into a folder of its own: vmcores-arm64.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/image.sh"
. "$here/crash.sh"
. "$here/arch.sh"

while [ $# -gt 0 ]; do
	[ $# -ge 2 ] && vm_option "$1" "$2" || die "usage: vmcore.sh $VM_OPTIONS"
	shift 2
done

sources_hash()
{
	cat "$here"/guest/* "$here/crash.sh" | sha256sum | cut -c1-10
}

# vmcore_make DIR - everything into DIR; the vmcore is cut to its length, zeros are holes.
vmcore_make()
{
	local dir=$1 size
	capture_image "$dir/capture.img" "$here/guest/copy-init"
	truncate -s "$(($(mem_mib "$VM_MEM") + 64))M" "$dir/vmcore"
	crash_run "$dir" "$dir/capture.img" $(vm_disk "$dir/vmcore") || return 1
	[ "$(capture_said "$dir" status)" = 0 ] || return 1
	size=$(capture_said "$dir" size)
	truncate -s "$size" "$dir/vmcore"
	rm "$dir/capture.img"
	echo "$version" >"$dir/kernel-version"
	printf '%s\n' "kernel=$series" "version=$version" "suite=$suite" "mem=$VM_MEM" \
		"cpus=$VM_CPUS" "cpu=$VM_CPU" "crashkernel=$VM_CRASHKERNEL" "size=$size" \
		"seconds=$SECONDS" >"$dir/meta"
}

# A failed run leaves its console, where the next failure overwrites it.
vmcore_fail()
{
	local log=$folder/$key.failed.log
	cp "$1/console.log" "$log" 2>/dev/null || die "no vmcore: the VM of $version did not start"
	tail -n 15 "$log" >&2
	die "no vmcore came out of $version ($VM_MEM, $VM_CPUS x $VM_CPU); the console is in $log"
}

facts=$("$here/kernel.sh" "$VM_SERIES")
eval "$facts"
key=$version-$VM_MEM-${VM_CPUS}x$VM_CPU-ck$VM_CRASHKERNEL-$(sources_hash)
folder=$KDUMP_TEST_CACHE/vmcores
[ "$VM_ARCH" = amd64 ] || folder=$folder-$VM_ARCH
final=$folder/$key
mkdir -p "$folder"
(
	flock 9
	[ -e "$final" ] && exit 0
	tmp=$(cache_tmp vmcores)
	trap 'rm -rf "$tmp"' EXIT
	export TMPDIR="$tmp"
	vmcore_make "$tmp" || vmcore_fail "$tmp"
	cache_publish "$tmp" "$final"
) 9>"$folder/.$key.lock"
echo "$final"
