#!/bin/sh
# guest.sh - the memory of a guest as QEMU saves it, in every form: filtered, read, its log found
. "$(dirname "$0")/lib.sh"

# shellcheck disable=SC2086 # folders, by blanks or lines
set -- $VMCORES
dir=$1
v=$(version "$dir")
kernel=${KDUMP_TEST_CACHE:-/var/cache/kdump-tests}/kernels/$v/vmlinuz

panic_in_log() {
	"$collect" --dump-dmesg "$1" - | grep -q 'Kernel panic - not syncing: VFS'
}

# The dump has the vmcoreinfo that QEMU's had not.
has_vmcoreinfo() {
	"$collect" -q -f -g "$work/info" "$1" && grep -q "^OSRELEASE=$v" "$work/info"
}

# Two RAM blocks, which memory that is mapped as one runs across.
numa='-object memory-backend-ram,id=a,size=256M -object memory-backend-ram,id=b,size=256M'
numa="$numa -numa node,memdev=a -numa node,memdev=b"

for device in '' '-device vmcoreinfo' "$numa"; do
	guest=$work/guest
	rm -rf "$guest"
	ok "$v: a guest panics; $device" sh -c 'python3 "$@" >"$0"' "$work/made" \
		"$top/tests/vm/guest_dump.py" "$kernel" "$guest" $device
	ok "$v: QEMU saved it in three forms at least" test "$(wc -l <"$work/made")" -ge 3
	while read -r name; do
		rm -f "$work/dump" "$work/again"
		ok "$v: $name: filtered" "$collect" -z -d 31 --json="$work/json" "$guest/$name" "$work/dump"
		ok "$v: $name: free memory is found" grep -q '"free":[1-9]' "$work/json"
		ok "$v: $name: the pages are right" "$dumpcmp" bytes "$guest/elf" "$work/dump"
		ok "$v: $name: most pages are left out" test \
			"$(stat -c %s "$work/dump")" -lt $((64 << 20))
		ok "$v: $name: its log" panic_in_log "$guest/$name"
		ok "$v: $name: the dump has vmcoreinfo" has_vmcoreinfo "$work/dump"
		ok "$v: $name: filtered again" "$collect" -z -d 31 "$work/dump" "$work/again"
		ok "$v: $name: the same" cmp "$work/dump" "$work/again"
	done <"$work/made"
done
finish
