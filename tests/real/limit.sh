#!/bin/sh
# limit.sh - a list of levels where a dump does not fit, a limit for its size, and --vtop
. "$(dirname "$0")/lib.sh"

size() {
	stat -c %s "$1"
}

# What crash finds for the same address; its second line of numbers begins with both addresses.
same_as_crash() {
	printf '%s\n' "vtop $va" quit >"$work/cmds"
	physical=$("$oracle/crash" -s -i "$work/cmds" "$vmlinux" "$dir/vmcore" 2>/dev/null |
		sed -n '/^VIRTUAL/{n;s/^[0-9a-f]* *//p;q}' | tr -d ' ')
	[ -n "$physical" ] && says "is physical address 0x$physical,"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	rm -f "$work"/[a-z] "$work"/*-incomplete "$work/direct"
	"$collect" -q -l -d 31 "$dir/vmcore" "$work/direct" || exit 1
	limit=$(($(size "$work/direct") + 1))
	ok "$v: level 1 is too large, 31 is not" \
		exits 0 "$collect" -l -d 1,31 -L $limit "$dir/vmcore" "$work/a"
	ok "$v: it is said" says "level 1 does not fit: .*; trying level 31"
	ok "$v: it is the dump of level 31" cmp "$work/direct" "$work/a"
	ok "$v: no file of level 1 is left" test ! -e "$work/a-incomplete"
	rm -f "$work/a"
	ok "$v: the last level is too large, too" \
		exits 3 "$collect" -l -d 1,31 -L $((limit - 2)) "$dir/vmcore" "$work/a"
	ok "$v: the file is within the limit" test "$(size "$work/a-incomplete")" -le $((limit - 2))
	ok "$v: what is in it is right" "$dumpcmp" present "$dir/vmcore" "$work/a-incomplete"
	ok "$v: in two files, too" \
		exits 0 "$collect" --split -l -d 1,31 -L $limit "$dir/vmcore" "$work/b" "$work/c"
	ok "$v: joined they are the dump of level 31" \
		"$collect" --reassemble "$work/b" "$work/c" "$work/d"
	ok "$v: byte for byte" cmp "$work/direct" "$work/d"
	va=$(grep -aom1 'SYMBOL(swapper_pg_dir)=[0-9a-f]*' "$dir/vmcore" | sed 's/.*=//')
	ok "$v: --vtop" exits 0 "$collect" --vtop "$va" "$dir/vmcore"
	case $v in
	7.*) ok "$v: an address in RAM" says 'is physical address 0x[0-9a-f]*000, page frame' ;;
	*) ok "$v: as crash finds it" same_as_crash ;;
	esac
	ok "$v: an address that is not mapped" exits 1 "$collect" --vtop 1234 "$dir/vmcore"
	ok "$v: is said to be" says '0x1234: nothing is mapped there'
done
finish
