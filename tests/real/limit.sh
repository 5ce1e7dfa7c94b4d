#!/bin/sh
# limit.sh - a list of levels where a dump does not fit, a limit for its size, and --vtop
. "$(dirname "$0")/lib.sh"

age-keygen -o "$work/key" 2>/dev/null && recipient=$(age-keygen -y "$work/key") || exit 1

size() {
	stat -c %s "$1"
}

# fills FILE LIMIT - within the limit, and no further page fits: with its descriptor and their
# records it takes some bytes more than a page in a stream
fills() {
	have=$(size "$1")
	[ "$have" -le "$2" ] && [ "$have" -gt $(($2 - 4096 - 100)) ] && return
	echo "$1 has $have bytes, the limit is $2"
	return 1
}

stream() {
	"$collect" -q -F -l -d 31 -L "$2" "$1/vmcore" >"$work/s"
}

# filled DIR LIMIT - every way to write a dump of level 31 uses the limit up to the last page
filled() {
	rm -f "$work"/[e-z] "$work"/*-incomplete
	ok "$v: $2 bytes: incomplete" exits 3 "$collect" -l -d 31 -L "$2" "$1/vmcore" "$work/e"
	ok "$v: $2 bytes: as much as fits" fills "$work/e-incomplete" "$2"
	ok "$v: $2 bytes: every page is right" "$dumpcmp" present "$1/vmcore" "$work/e-incomplete"
	ok "$v: $2 bytes: without threads" \
		exits 3 "$collect" -l -d 31 --threads 0 -L "$2" "$1/vmcore" "$work/g"
	ok "$v: $2 bytes: the same" cmp "$work/e-incomplete" "$work/g-incomplete"
	ok "$v: $2 bytes: as a stream" exits 3 stream "$1" "$2"
	ok "$v: $2 bytes: as much of it as fits" fills "$work/s" "$2"
	ok "$v: $2 bytes: the stream has its end" exits 3 "$collect" -R "$work/r" <"$work/s"
	ok "$v: $2 bytes: it says why" says 'the dump in the stream is incomplete;'
	ok "$v: $2 bytes: every page of it is right" \
		"$dumpcmp" present "$1/vmcore" "$work/r-incomplete"
	ok "$v: $2 bytes: makedumpfile -R reads it" \
		timeout 60 "$oracle/makedumpfile" -R "$work/m" <"$work/s"
	ok "$v: $2 bytes: our -R makes the same" cmp "$work/m" "$work/r-incomplete"
	ok "$v: $2 bytes: encrypted" \
		exits 3 "$collect" -l -d 31 --encrypt-to "$recipient" -L "$2" "$1/vmcore" "$work/k"
	ok "$v: $2 bytes: as much as fits" fills "$work/k-incomplete" "$2"
	ok "$v: $2 bytes: decrypted" \
		exits 3 "$collect" --decrypt -i "$work/key" "$work/k-incomplete" "$work/d"
	ok "$v: $2 bytes: every page is right" "$dumpcmp" present "$1/vmcore" "$work/d-incomplete"
}

# full_disk DIR MIB - the dump on a full disk has the pages that its size allows
full_disk() {
	mkdir -p "$work/small" && mount -t tmpfs -o "size=$2m" tmpfs "$work/small" || return 1
	"$collect" -q -l -d 31 "$1/vmcore" "$work/small/p" 2>"$work/words"
	got=$?
	mv "$work/small/p-incomplete" "$work/p-incomplete" || got=none
	umount "$work/small"
	[ "$got" = 3 ] && [ "$(size "$work/p-incomplete")" -ge $((($2 << 20) - 8192)) ] || return 1
	"$collect" -q -l -d 31 -L "$(size "$work/p-incomplete")" "$1/vmcore" "$work/q" \
		2>"$work/limited"
	sed 's/.*: the dump is/the dump is/' "$work/words" | tail -1 >"$work/pages"
	sed 's/.*: the dump is/the dump is/' "$work/limited" | tail -1 | diff "$work/pages" - &&
		"$dumpcmp" sets "$work/p-incomplete" "$work/q-incomplete" &&
		"$dumpcmp" present "$1/vmcore" "$work/p-incomplete"
}

# elf_stream DIR LIMIT
elf_stream() {
	"$collect" -q -E -F -d 31 -L "$2" "$1/vmcore" >"$work/t"
}

# What crash shows of the dump up to a limit, as a file and as a stream.
crash_reads() {
	printf '%s\n' 'p init_uts_ns.name.release' quit >"$work/cmds"
	for file in "$work/e-incomplete" "$work/s"; do
		crash_says "$file" | grep -q "$(cat "$dir/kernel-version")" || return 1
	done
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
	ok "$v: the file is within the limit" fills "$work/a-incomplete" $((limit - 2))
	ok "$v: what is in it is right" "$dumpcmp" present "$dir/vmcore" "$work/a-incomplete"
	filled "$dir" $((limit / 3 + 1234))
	filled "$dir" $((limit * 9 / 10))
	case $v in
	7.*) ;; # crash is too old for it
	*) ok "$v: crash reads it" crash_reads ;;
	esac
	ok "$v: a full disk holds as much" full_disk "$dir" 11
	ok "$v: an ELF core as a stream" exits 3 elf_stream "$dir" $limit
	ok "$v: as much of it as fits" fills "$work/t" $limit
	ok "$v: it has its end" exits 3 "$collect" -R "$work/u" <"$work/t"
	ok "$v: and says why" says 'the dump in the stream is incomplete;'
	ok "$v: in two files, one of which is too large" \
		exits 3 "$collect" --split -l -d 31 -L $((limit / 6)) "$dir/vmcore" "$work/h" "$work/i"
	ok "$v: the first is within the limit" fills "$work/h-incomplete" $((limit / 6))
	ok "$v: and the second" fills "$work/i-incomplete" $((limit / 6))
	rm -f "$work"/[e-z] "$work"/*-incomplete
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
