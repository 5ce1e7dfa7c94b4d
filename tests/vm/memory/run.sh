#!/bin/bash
# run.sh - machines with rare kinds of memory, and kernels of other flavours: we keep what makedumpfile keeps
#
# Nodes, hot-plugged memory, huge pages that share struct pages, merged pages, pages that failed. QEMU
# saves the memory of a machine that panicked. VM_KERNELS chooses; usual: 6.12-full 6.12-rt.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
. "$here/../lib.sh"
. "$here/../image.sh"
. "$here/../crash.sh"
build=${BUILD:-$top/build/gcc}
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/memory-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. "$top/tests/tap.sh"

VM_MODULES="qemu_fw_cfg virtio_pci virtio_blk ext4 zram nd_pmem nd_e820 dax_pmem hwpoison_inject af_packet"

machine_image()
{
	local program
	image_new "$work/image" "$here/memory-init"
	image_file "$work/image" "$here/../guest/common" common
	image_modules "$work/image" "$modules" "$version" $VM_MODULES
	guest_program workload "$work/image/bin"
	for program in odd waits; do
		gcc -static -Os -o "$work/image/bin/$program" "$here/$program.c" || return 1
	done
	image_pack "$work/image" "$work/initrd"
	rm -rf "$work/image"
	truncate -s 256M "$work/disk"
	truncate -s 64M "$work/swap"
}

# machine_options - memory, processors and the kernel's options of this kernel's machine.
machine_options()
{
	case $1 in
	*-rt)
		options="-m 768M -cpu max"
		append="page_poison=1 kdt.mib=100"
		;;
	*)
		options="-m 2G,slots=4,maxmem=64G -cpu max -smp 2 \
			-object memory-backend-ram,id=m0,size=1280M -numa node,memdev=m0,cpus=0 \
			-object memory-backend-ram,id=m1,size=768M -numa node,memdev=m1,cpus=1 \
			-object memory-backend-ram,id=d0,size=256M -device pc-dimm,memdev=d0,node=1"
		append="hugepagesz=2M hugepages=8 hugetlb_free_vmemmap=on page_poison=1 init_on_free=1 \
slub_debug=FZPU memtest=1 memmap=128M!1536M kdt.offline=1 kdt.mib=300"
		;;
	esac
}

machine_dies()
{
	machine_options "$1"
	machine_image && rm -f "$work/vmcore" "$work/console" &&
		python3 "$here/dump.py" "$work/console" "$work/vmcore" 600 $(vm_qemu) -nodefaults \
			-no-user-config -display none -no-reboot -device vmcoreinfo \
			-device virtio-rng-pci $options -kernel "$vmlinuz" -initrd "$work/initrd" \
			-append "console=ttyS0 panic=0 oops=panic $append" \
			$(vm_disk "$work/disk") $(vm_disk "$work/swap") &&
		python3 "$here/plain_elf.py" "$work/vmcore" &&
		grep -q 'memory-init: crashing' "$work/console" || { tail -n 20 "$work/console"; return 1; }
}

# Where the last memory is below it, the firmware's 256 KiB, the last below 4 GiB, have no struct pages.
firmware_alone() # PAGES-ONLY-IN-THE-FIRST
{
	grep -q ", $1 only in the first, 64 only in the second" "$work/diff" &&
		[ "$(grep -m 1 'only in the second' "$work/diff")" = "pfn 0xfffc0: only in the second" ]
}

# known_difference LEVEL - D11: what is on the lists of CPUs; D12: what the guest says that its zsmalloc has.
known_difference()
{
	local lists=0 swapped=0
	[ $(($1 & 16)) = 0 ] || lists=$(sed -n 's/^\([0-9]*\) free pages are on lists of CPUs.*/\1/p' "$work/words")
	[ $(($1 & 8)) = 0 ] || swapped=$(meminfo nr_zspages)
	echo "on lists of CPUs: $lists, of zsmalloc: $swapped" >&2
	echo $((${lists:-0} + ${swapped:-0}))
}

same_pages()
{
	local gone
	rm -f "$work/theirs" "$work/ours"
	"$top/tests/oracle/makedumpfile" -l -d "$1" "$work/vmcore" "$work/theirs" >/dev/null 2>&1
	"$build/kdump-collect" --message-level 12 -l -d "$1" --json="$work/json" "$work/vmcore" "$work/ours" \
		>"$work/words" 2>&1 || { cat "$work/words"; return 1; }
	"$build/tests/tools/dumpcmp" sets "$work/theirs" "$work/ours" >"$work/diff"
	tail -n 1 "$work/diff"
	gone=$(known_difference "$1")
	grep -q ", $gone only in the first, 0 only in the second" "$work/diff" || firmware_alone "$gone"
}

right_bytes()
{
	"$build/tests/tools/dumpcmp" bytes "$work/vmcore" "$work/ours"
}

# meminfo WORD - a line of the guest's, a number of KiB or of pages.
meminfo()
{
	tr -d '\r' <"$work/console" | sed -n "s/^$1: *\([0-9]*\).*/\1/p" | tail -n 1
}

reported()
{
	"$build/kdump-report" --json "$work/ours" >"$work/report" && python3 - "$work/report" "$@" <<'P'
import json, sys
r = json.load(open(sys.argv[1]))
huge, free = int(sys.argv[2] or 0) << 10, int(sys.argv[3] or 0) << 21
waits = {w["comm"]: w["kind"] for w in r["locks"]["waits"]}
print(r["reason"], r["memory"], waits)
assert "sysrq" in r["reason"].lower()
assert (r["memory"]["huge"], r["memory"]["huge_free"]) == (huge, free)
assert {"wait-mutex", "wait-rwsem"} <= set(waits)
P
}

for kernel in ${VM_KERNELS:-6.12-full 6.12-rt}; do
	facts=$("$here/../kernel.sh" "$kernel") || exit 1
	eval "$facts"
	ok "$kernel: a machine does its work and panics" machine_dies "$kernel"
	[ -e "$work/vmcore" ] || continue
	ok "$kernel: something is swapped to zram or zswap" test "$(meminfo nr_zspages)" -gt 0
	for level in 1 8 16 31; do
		ok "$kernel: level $level: the pages are makedumpfile's" same_pages $level
		ok "$kernel: level $level: the bytes are the machine's" right_bytes
	done
	ok "$kernel: the report names the panic, huge pages, and who waits" \
		reported "$(meminfo Hugetlb)" "$(meminfo HugePages_Free)"
	ok "$kernel: filtered again" "$build/kdump-collect" -q -f -l -d 31 "$work/ours" "$work/again"
	ok "$kernel: the same" cmp "$work/ours" "$work/again"
done
finish
exit "$failed"
