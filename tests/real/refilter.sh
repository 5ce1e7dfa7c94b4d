#!/bin/sh
# refilter.sh - a dump filtered again is the dump that would have been made at once
. "$(dirname "$0")/lib.sh"

# again LEVEL CODEC FROM - filter FROM again, into $work/again
again() {
	rm -f "$work/again"
	"$collect" --compress="$2" -d "$1" "$3" "$work/again"
}

log_is() {
	"$collect" --dump-dmesg "$1" - | cmp - "$work/log"
}

# The pages of $work/again are those of $work/direct, and each is the vmcore's.
same_pages() {
	"$dumpcmp" sets "$work/direct" "$work/again" && "$dumpcmp" bytes "$dir/vmcore" "$work/again"
}

level_of() {
	od -An -td4 -j4104 -N4 "$1" | tr -d ' '
}

absent_is_told() {
	"$collect" -q --json="$work/json" -l -d 31 "$1" "$work/again2" && rm "$work/again2" &&
		grep -q '"absent":[1-9]' "$work/json"
}

# add_erased DUMP - what makedumpfile --config notes at the end of a dump about data that it erased
add_erased() {
	python3 -c 'import struct, sys
with open(sys.argv[1], "r+b") as f:
    f.seek(0, 2)
    field = struct.pack("<qQ", f.tell(), f.write(b"erase saved_command_line size 80\n"))
    f.seek(4096 + 64)
    f.write(field)' "$1"
}

# erased_of DUMP
erased_of() {
	python3 -c 'import struct, sys
dump = open(sys.argv[1], "rb").read()
at, size = struct.unpack_from("<qQ", dump, 4096 + 64)
print(dump[at:at + size].decode(), end="")' "$1"
}

erased_stays() {
	add_erased "$work/first" || return 1
	"$collect" -q -z -d 31 "$work/first" "$work/erased" &&
		[ "$(erased_of "$work/erased")" = "erase saved_command_line size 80" ] || return 1
	"$collect" -q -l "$work/erased" "$work/erased2" &&
		[ "$(erased_of "$work/erased2")" = "erase saved_command_line size 80" ] || return 1
	"$collect" -q -E "$work/erased2" "$work/erased.elf" && readelf -n "$work/erased.elf" | grep -q ERASEINFO &&
		"$collect" -q -z "$work/erased.elf" "$work/erased3" &&
		[ "$(erased_of "$work/erased3")" = "erase saved_command_line size 80" ]
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work"/*
	"$collect" -q --dump-dmesg "$dir/vmcore" "$work/log" || exit 1
	"$collect" -q -c -d 31 "$dir/vmcore" "$work/zlib31" || exit 1
	for codec in none zlib lzo snappy zstd; do
		ok "$v: $codec, -d 31 at once" "$collect" --compress=$codec -d 31 "$dir/vmcore" "$work/direct"
		for level in 1 22; do
			ok "$v: $codec, -d $level" "$collect" --compress=$codec -d $level "$dir/vmcore" "$work/first"
			ok "$v: $codec, -d $level again at 31" again 31 $codec "$work/first"
			ok "$v: $codec, -d $level: byte for byte the same" cmp "$work/direct" "$work/again"
			[ $codec$level = zlib1 ] && ok "$v: what was erased is noted still" erased_stays
			[ $level = 1 ] && ok "$v: $codec: what was gone is told" absent_is_told "$work/again"
			rm -f "$work/first"
		done
		# From any compressor to any other, all pages are compressed anew.
		ok "$v: zlib again as $codec" again 31 $codec "$work/zlib31"
		ok "$v: the same as at once" cmp "$work/direct" "$work/again"
		ok "$v: its log is that of the vmcore" log_is "$work/again"
		# The level is the union, and threads change nothing.
		ok "$v: $codec, -d 31 again at 0" again 0 $codec "$work/direct"
		ok "$v: $codec: nothing changes" cmp "$work/direct" "$work/again"
		ok "$v: $codec, one thread" "$collect" -q -f --threads=0 --compress=$codec -d 1 \
			"$work/direct" "$work/again"
		ok "$v: $codec: the same bytes" cmp "$work/direct" "$work/again"
		rm -f "$work/direct"
	done
	# Sources of others: the same pages.
	"$collect" -q -l -d 31 "$dir/vmcore" "$work/direct" || exit 1
	for letter in '' -c -l -p -z; do
		for level in 1 8 30; do
			rm -f "$work/theirs"
			ok "$v: makedumpfile $letter -d $level" \
				"$oracle/makedumpfile" $letter -d $level "$dir/vmcore" "$work/theirs"
			ok "$v: again with lzo" again 31 lzo "$work/theirs"
			ok "$v: level 31" test "$(level_of "$work/again")" = 31
			case $v in
			7.*) ok "$v: its pages are the vmcore's" "$dumpcmp" bytes "$dir/vmcore" "$work/again" ;;
			*) ok "$v: the same pages as at once" same_pages ;;
			esac
			ok "$v: the same log" log_is "$work/again"
		done
	done
done
finish
