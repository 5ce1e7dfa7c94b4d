#!/bin/bash
# run.sh - kdump-collect reads /proc/kcore of the kernel it runs on; drgn and crash open what it makes
#
# VM_KERNELS chooses; default: each Debian kernel.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
. "$here/../lib.sh"
. "$here/../image.sh"
. "$here/../crash.sh"
build=${BUILD:-$top/build/gcc}
oracle=$top/tests/oracle
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/live-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. "$top/tests/tap.sh"
VM_MEM=1G VM_CPUS=2

# Boots; each dump is a disk, cut to its length.
live_run()
{
	local word disks=
	VM_MODULES="virtio_pci virtio_blk"
	capture_image "$work/live.img" "$here/live-init" "$build/kdump-capture:bin/kdump-collect"
	for word in dump less elf; do
		rm -f "$work/$word"
		truncate -s 1G "$work/$word"
		disks="$disks $(vm_disk "$work/$word")"
	done
	vm_run "$work/console.log" 400 -kernel "$vmlinuz" -initrd "$work/live.img" \
		-append "console=ttyS0 panic=5" $disks || return 1
	[ "$(capture_said "$work" status)" = 0 ] || { tail -n 30 "$work/console.log"; return 1; }
	for word in dump less elf; do
		truncate -s "$(capture_said "$work" "$word-size")" "$work/$word"
	done
}

console_has()
{
	tr -d '\r' <"$work/console.log" | grep -q -- "$1" || { tail -n 30 "$work/console.log"; return 1; }
}

all_complete()
{
	for word in dump less elf; do
		[ "$(capture_said "$work" $word-status)" = 0 ] || { tail -n 40 "$work/console.log"; return 1; }
	done
}

drgn_finds()
{
	"$oracle/run" python3 "$here/live.py" "$1" "$vmlinux" >"$work/found" 2>&1
	grep -qx "release $version" "$work/found" && grep -qx "witnesses 1" "$work/found" &&
		grep -q "^stack .*schedule.*wait" "$work/found" && grep -qx "log 1" "$work/found" &&
		grep -q "^wrong 0 of [1-9]..*" "$work/found" ||
		{ cat "$work/found"; return 1; }
}

crash_opens()
{
	printf 'sys\nps\nquit\n' >"$work/cmds"
	local rc=0
	"$oracle/crash" -s -i "$work/cmds" "$vmlinux" "$1" >"$work/found" 2>&1 || rc=$?
	grep -q "RELEASE: $version" "$work/found" && grep -q live-witness "$work/found" ||
		{ echo "crash ended with $rc"; cat "$work/found"; return 1; }
}

again()
{
	"$build/kdump-collect" -q -f -l -d 31 "$1" "$work/again" && drgn_finds "$work/again"
}

for kernel in ${VM_KERNELS:-5.10 6.1 6.12 7.x}; do
	facts=$("$here/../kernel.sh" "$kernel") || exit 1
	eval "$facts"
	vmlinux=$("$oracle/vmlinux" "$version") || exit 1
	ok "$kernel: a machine dumps its own memory" live_run || continue
	ok "$kernel: the dumps are complete" all_complete
	ok "$kernel: they are said to be not consistent" console_has "the dump is not consistent"
	ok "$kernel: the log of the running kernel" test "$(capture_said "$work" log-lines)" = 1
	for word in dump less elf; do
		ok "$kernel: $word: drgn finds a task, its stack, the log, and types as they were built" drgn_finds "$work/$word"
		case $kernel in
		7.*) ;;
		*) ok "$kernel: $word: crash opens it" crash_opens "$work/$word" ;;
		esac
	done
	ok "$kernel: it verifies" "$build/kdump-collect" --verify "$work/dump"
	ok "$kernel: filtered again" again "$work/dump"
done
finish
