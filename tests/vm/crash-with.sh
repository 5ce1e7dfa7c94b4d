#!/bin/bash
# crash-with.sh --out DIR (--init FILE | --image FILE) [OPTION...] - crash with a capture image of your own.
# For tests of what runs in the capture kernel. Ends with the status the guest gave to guest_end
# (guest/common), 0 for an --image that ends without one, 125 when the VM was lost.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
. "$here/image.sh"
. "$here/crash.sh"

usage()
{
	cat >&2 <<END
usage: crash-with.sh --out DIR (--init FILE | --image FILE) [OPTION...]
  --out DIR          console.log goes here
  --init FILE        /init of an image of ours: static busybox, /common, modules in /modules
  --file SRC:DEST    a file for that image, mode 755; may be repeated
  --modules "A B"    more modules for that image
  --image FILE       a whole initramfs instead, e.g. one that kdumpctl built
  --append TEXT      more for the capture kernel's command line
  --disk FILE        a raw virtio disk: vdc, vdd...; may be repeated
  --net ARGS         a virtio network card; ARGS is QEMU's -netdev without id, e.g. user
  $VM_OPTIONS
END
	exit 2
}

out= init= image= files=() qemu=()
while [ $# -gt 0 ]; do
	[ $# -ge 2 ] || usage
	case $1 in
	--out) out=$2 ;;
	--init) init=$2 ;;
	--image) image=$2 ;;
	--file) files+=("$2") ;;
	--modules) VM_MODULES="$VM_MODULES $2" ;;
	--append) VM_CAPTURE_APPEND=$2 ;;
	--disk) qemu+=($(vm_disk "$2")) ;;
	--net) qemu+=(-netdev "$2,id=n0" -device virtio-net-pci,netdev=n0) ;;
	*) vm_option "$1" "$2" || usage ;;
	esac
	shift 2
done
[ -n "$out" ] && [ -n "$init$image" ] || usage

facts=$("$here/kernel.sh" "$VM_SERIES")
eval "$facts"
mkdir -p "$out"
tmp=$(mktemp -d "$out/.tmp.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
export TMPDIR="$tmp"
if [ -z "$image" ]; then
	image=$tmp/capture.img
	capture_image "$image" "$init" ${files[@]+"${files[@]}"}
fi
rc=0
crash_run "$tmp" "$image" ${qemu[@]+"${qemu[@]}"} || rc=125
mv "$tmp/console.log" "$out/console.log" || die "the VM did not start"
status=$(capture_said "$out" status)
[ "$rc" != 0 ] || [ -n "$status" ] || [ -z "$init" ] || rc=125
[ "$rc" = 0 ] || { say "the VM was lost; its console is in $out/console.log" && exit "$rc"; }
exit "${status:-0}"
