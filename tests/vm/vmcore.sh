#!/bin/bash
# vmcore.sh [OPTION...] - crash a Debian kernel in QEMU, keep its complete raw /proc/vmcore; prints the folder.
# The folder holds vmcore, console.log, kernel-version and meta. It is made once: the key names the
# kernel, the options and a hash of the sources that shape it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/image.sh"
. "$here/crash.sh"

usage()
{
	cat >&2 <<'END'
usage: vmcore.sh [--kernel 5.10|6.1|6.12|7.x] [--mem 1G] [--cpus 1] [--cpu max|Nehalem]
                 [--crashkernel 192M] [--deadline SECONDS]
  --cpu max has 5-level page tables, Nehalem has 4-level ones
END
	exit 2
}

series=6.1 VM_MEM=1G VM_CPUS=1 VM_CPU=max VM_CRASHKERNEL=192M VM_DEADLINE=
while [ $# -gt 0 ]; do
	[ $# -ge 2 ] || usage
	case $1 in
	--kernel) series=$2 ;;
	--mem) VM_MEM=$2 ;;
	--cpus) VM_CPUS=$2 ;;
	--cpu) VM_CPU=$2 ;;
	--crashkernel) VM_CRASHKERNEL=$2 ;;
	--deadline) VM_DEADLINE=$2 ;;
	*) usage ;;
	esac
	shift 2
done

sources_hash()
{
	cat "$here"/guest/* "$here/crash.sh" "$here/image.sh" "$here/vmcore.sh" | sha256sum | cut -c1-10
}

# vmcore_make DIR - everything into DIR; the vmcore is cut to its length, zeros are holes.
vmcore_make()
{
	local dir=$1 size
	capture_image "$dir/capture.img" "$modules" "$version" "$here/guest/copy-init"
	crash_image "$dir/first.img" "$modules" "$version" "$vmlinuz" "$dir/capture.img"
	truncate -s "$((mem + 64))M" "$dir/vmcore"
	crash_run "$dir" "$vmlinuz" "$dir/first.img" $(vm_disk "$dir/vmcore") || return 1
	size=$(tr -d '\r' <"$dir/console.log" | sed -n 's/^copy-init: done //p')
	[ -n "$size" ] || return 1
	truncate -s "$size" "$dir/vmcore"
	rm "$dir/capture.img" "$dir/first.img"
	echo "$version" >"$dir/kernel-version"
	printf '%s\n' "kernel=$series" "version=$version" "suite=$suite" "mem=$VM_MEM" \
		"cpus=$VM_CPUS" "cpu=$VM_CPU" "crashkernel=$VM_CRASHKERNEL" "size=$size" \
		"seconds=$SECONDS" >"$dir/meta"
}

# A failed run leaves its console, where the next failure overwrites it.
vmcore_fail()
{
	local log=$KDUMP_TEST_CACHE/vmcores/$key.failed.log
	cp "$1/console.log" "$log" 2>/dev/null
	tail -n 15 "$log" >&2
	die "no vmcore came out of $version ($VM_MEM, $VM_CPUS x $VM_CPU); the console is in $log"
}

facts=$("$here/kernel.sh" "$series")
eval "$facts"
mem=$(mem_mib "$VM_MEM")
VM_MIB=$(((mem - 192) * 5 / 8))
: "${VM_DEADLINE:=$((300 + mem / 4))}"
key=$version-$VM_MEM-${VM_CPUS}x$VM_CPU-ck$VM_CRASHKERNEL-$(sources_hash)
final=$KDUMP_TEST_CACHE/vmcores/$key
mkdir -p "$KDUMP_TEST_CACHE/vmcores"
(
	flock 9
	[ -e "$final" ] && exit 0
	tmp=$(cache_tmp vmcores)
	trap 'rm -rf "$tmp"' EXIT
	vmcore_make "$tmp" || vmcore_fail "$tmp"
	cache_publish "$tmp" "$final"
) 9>"$KDUMP_TEST_CACHE/vmcores/$key.lock"
echo "$final"
