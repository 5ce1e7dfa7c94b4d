#!/bin/sh
# errors.sh - bad input and bad output: one line with name and reason, the right exit code,
# nothing overwritten
. "$(dirname "$0")/lib.sh"

set -- $VMCORES
vmcore=$1/vmcore

# refuses EXIT PATTERN COMMAND... - exits so, says so in one line, leaves no dump behind
refuses() {
	want=$1 pattern=$2
	shift 2
	exits "$want" "$@" && says "$pattern" || return 1
	[ "$(wc -l <"$work/words")" -le 1 ] || { echo "more than one line:"; cat "$work/words"; return 1; }
	[ ! -e "$work/out" ] && [ ! -e "$work/out-incomplete" ] || { echo "left a file"; return 1; }
}

echo "no core at all" >"$work/text"
head -c 40 "$vmcore" >"$work/short"
head -c 4096 "$vmcore" >"$work/head"
: >"$work/empty"
cp /bin/true "$work/program"
objcopy -I binary -O elf64-littleaarch64 "$work/text" "$work/object" 2>/dev/null
# The same core, said to be of another machine: e_machine is at 18.
cp --sparse=always "$vmcore" "$work/riscv" && printf '\363\000' | dd of="$work/riscv" bs=1 seek=18 conv=notrunc status=none

ok "missing vmcore" refuses 1 "$work/none: No such file" "$collect" -d 31 "$work/none" "$work/out"
ok "not an ELF file" refuses 1 "$work/text: not an ELF" "$collect" -d 31 "$work/text" "$work/out"
ok "empty file" refuses 1 "$work/empty: empty" "$collect" -d 31 "$work/empty" "$work/out"
ok "ELF header cut" refuses 1 "$work/short: " "$collect" -d 31 "$work/short" "$work/out"
ok "an ELF program is no core" refuses 1 "$work/program: .*not a core" "$collect" -d 31 "$work/program" "$work/out"
ok "directory as vmcore" refuses 1 "$work" "$collect" -d 31 "$work" "$work/out"
ok "foreign machine" refuses 1 "riscv" "$collect" -d 31 "$work/riscv" "$work/out"
ok "unknown option" refuses 2 "frobnicate" "$collect" --frobnicate "$vmcore" "$work/out"
ok "level out of range" refuses 2 "32" "$collect" -d 32 "$vmcore" "$work/out"
ok "option of makedumpfile that is not there" refuses 2 "not planned" "$collect" --eppic x "$vmcore" "$work/out"
ok "no operand" refuses 2 "VMCORE" "$collect" -d 31
ok "unwritable directory" refuses 1 "/proc/1/out" "$collect" -d 31 "$vmcore" /proc/1/out
ok "missing directory" refuses 1 "$work/no/dir" "$collect" -d 31 "$vmcore" "$work/no/dir/out"

echo precious >"$work/there"
ok "existing output" refuses 1 "$work/there: it is there already; -f replaces it" "$collect" -d 31 "$vmcore" "$work/there"
ok "existing output is untouched" grep -qx precious "$work/there"
# Of its pages, some tell how large the dump is going to be, within a twentieth.
about_right()
{
	said=$(sed -n 's/.*the dump needs about \([0-9.]* [KMG]iB\).*/\1/p' "$work/words")
	echo "$said is said of $size bytes"
	echo "$said" | tr -d ' B' | numfmt --from=iec-i |
		awk -v size="$size" '{ exit !(0.95 * size < $1 && $1 < 1.05 * size) }'
}

ok "-f replaces it" exits 0 "$collect" -f -l -d 31 "$vmcore" "$work/there"
ok "with a dump" "$dumpcmp" bytes "$vmcore" "$work/there"
ln "$vmcore" "$work/link" 2>/dev/null || ln -s "$vmcore" "$work/link"
size=$(stat -c %s "$work/there")
before=$(stat -c '%s %Y' "$vmcore")
ok "output onto the input" refuses 2 "is the input and the output" "$collect" -f -d 31 "$vmcore" "$work/link"
ok "input is untouched" test "$before" = "$(stat -c '%s %Y' "$vmcore")"

# A vmcore without notes: that of the kernel is found in its memory, and is in the dump then.
cp --sparse=always "$vmcore" "$work/nonotes"
printf '\000\000\000\000' | dd of="$work/nonotes" bs=1 seek=64 conv=notrunc status=none
"$collect" -q -l -d 31 "$vmcore" "$work/direct" || exit 1
"$collect" -q -g "$work/info" "$vmcore" || exit 1
ok "no vmcoreinfo: saved" exits 0 "$collect" -l -d 31 "$work/nonotes" "$work/whole"
ok "no vmcoreinfo: says so" says "no vmcoreinfo"
ok "no vmcoreinfo: the pages are right" "$dumpcmp" bytes "$vmcore" "$work/whole"
ok "no vmcoreinfo: filtered all the same" "$dumpcmp" sets "$work/direct" "$work/whole"
ok "no vmcoreinfo: -g writes the kernel's own" "$collect" -q -g "$work/info2" "$work/nonotes"
ok "no vmcoreinfo: its first lines" sh -c 'head -n 5 "$1" >"$1.a"; head -n 5 "$2" | cmp - "$1.a"' - \
	"$work/info" "$work/info2"
ok "no vmcoreinfo: the dump has it now" "$collect" -q -g "$work/info3" "$work/whole"
ok "no vmcoreinfo: the same" cmp "$work/info2" "$work/info3"
ok "-i: vmcoreinfo by hand" "$collect" -q -f -i "$work/info" -l -d 31 "$work/nonotes" "$work/whole"
ok "-i: it is in the dump" sh -c '"$1" -q -f -g "$2" "$3" && cmp "$2" "$4"' - \
	"$collect" "$work/info3" "$work/whole" "$work/info"
ok "-i: a text of another kind is refused" exits 1 "$collect" -i "$0" -d 31 "$work/nonotes" "$work/x"
rm -f "$work/direct"
rm -f "$work/nonotes" "$work/whole" "$work/riscv"

# A truncated core: what is there is saved, and called incomplete.
head -c "$(($(stat -c %s "$vmcore") * 3 / 5))" "$vmcore" >"$work/cut"
ok "truncated core: partial" exits 3 "$collect" -l -d 31 --json="$work/json" "$work/cut" "$work/part"
ok "truncated core: says so" says "cut short"
ok "truncated core: a warning for machines too" grep -q '"warnings":.*cut short' "$work/json"
ok "truncated core: named incomplete" test -e "$work/part-incomplete" -a ! -e "$work/part"
rm -f "$work/cut" "$work/part-incomplete"

# A full disk: a real small file system.
mkdir "$work/small"
mount -t tmpfs -o size=8m none "$work/small" || exit 1
ok "full disk: partial" exits 3 "$collect" -l -d 31 "$vmcore" "$work/small/dump"
ok "full disk: says so" says "No space left on device"
ok "full disk: foretold" says "the dump needs about .* is likely to be cut short"
ok "full disk: by how much" about_right
ok "full disk: named incomplete" test -e "$work/small/dump-incomplete" -a ! -e "$work/small/dump"
ok "full disk: crash's own mark" sh -c \
	'[ $(( $(od -An -tu4 -j424 -N4 "$1") & 8 )) = 8 ]' - "$work/small/dump-incomplete"
umount "$work/small"
mount -t tmpfs -o size="$((size / 20 * 21 + 1048576))" none "$work/small" || exit 1
ok "room enough for what is compressed" exits 0 "$collect" -q -l -d 31 "$vmcore" "$work/small/dump"
ok "no word about it" test ! -s "$work/words"
umount "$work/small"

ln -s "$collect" "$work/makedumpfile"
ok "as makedumpfile: 1 for every failure" exits 1 "$work/makedumpfile" --frobnicate
ok "as makedumpfile: its last line" sh -c '"$1" -l -d 31 "$2" "$3" | tail -n 1 | grep -qx "makedumpfile Completed."' \
	- "$work/makedumpfile" "$vmcore" "$work/out2"
ok "as makedumpfile: failed" sh -c '"$1" -l -d 31 "$2" "$3" | tail -n 1 | grep -qx "makedumpfile Failed."' \
	- "$work/makedumpfile" "$work/text" "$work/out3"
ok "as makedumpfile: wrong use, its last line" sh -c '"$1" --frobnicate 2>/dev/null | tail -n 1 | grep -qx "makedumpfile Failed."' \
	- "$work/makedumpfile"
ok "as makedumpfile: the version scripts look for" sh -c '"$1" -v | head -n 1 | grep -qE "^makedumpfile: version 1\.7\.9 \(kdump-collect .+\)$"' \
	- "$work/makedumpfile"
ok "under our name no such version" sh -c '! "$1" -v | grep -q makedumpfile' - "$collect"
ok "but not into a stream" sh -c '[ -z "$("$1" -F -d 99 2>/dev/null)" ]' - "$work/makedumpfile"
ok "nor where only the line is checked" sh -c '! "$1" --check-params -d 99 2>&1 | grep Failed' - "$work/makedumpfile"
ok "no codec is left out silently" exits 2 "$collect" --compress=brotli "$vmcore" "$work/out4"
finish
