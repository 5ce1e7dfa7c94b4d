#!/bin/sh
# dmesg.sh - the log we save has the lines that crash shows and the guest's own console showed
. "$(dirname "$0")/lib.sh"
export LC_ALL=C

# The console's kernel lines up to the kexec, without carriage returns.
console_lines() {
	tr -d '\r' <"$dir/console.log" | sed -n 's/^\(\[ *[0-9]*\.[0-9]\{6\}\].*\)$/\1/p' |
		awk '/Linux version/ { n++ } n == 1' | sort -u
}

# The console repeats the time stamp on every line of a message and shows control bytes raw.
as_console() {
	perl -pe 's/\\x([0-9a-f]{2})/chr hex $1/ge;
		if (/^(\[ *\d+\.\d{6}\] )/) { $stamp = $1 } else { s/^ {@{[length $stamp]}}/$stamp/ }' "$1"
}

# crash shows a dot for every byte that is not ASCII, and on 5.10 no stamp on an empty line.
as_crash() {
	perl -pe 's/\\x[0-9a-f]{2}/./g; s/[\x80-\xff]/./g; s/^\[ *\d+\.\d{6}\] $//' "$1"
}

# Every line the console showed is in our file.
console_is_part() {
	console_lines >"$work/console"
	[ "$(wc -l <"$work/console")" -gt 100 ] || { echo "the console shows too little"; return 1; }
	as_console "$work/log" | sort -u | comm -23 "$work/console" - >"$work/lost"
	[ ! -s "$work/lost" ] || { echo "not in our log:"; head "$work/lost"; return 1; }
}

crash_log_same() {
	printf 'log\nquit\n' >"$work/cmds"
	"$oracle/crash" -s -i "$work/cmds" "$("$oracle/vmlinux" "$v")" "$dir/vmcore" >"$work/crash.txt" 2>&1
	[ "$(wc -l <"$work/crash.txt")" -gt 100 ] || { cat "$work/crash.txt"; return 1; }
	as_crash "$work/crash.txt" >"$work/crash-plain.txt"
	as_crash "$work/log" | diff "$work/crash-plain.txt" -
}

log_through_pipe()
{
	"$collect" --dump-dmesg "$1" - | cmp - "$work/log" && "$collect" --dump-dmesg -F "$1" | cmp - "$work/log"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work/log"
	ok "$v: --dump-dmesg" "$collect" --dump-dmesg "$dir/vmcore" "$work/log"
	ok "$v: mode 0600" test "$(stat -c %a "$work/log")" = 600
	ok "$v: has the panic" grep -q 'Kernel panic - not syncing: sysrq triggered crash' "$work/log"
	ok "$v: UTF-8 is kept" grep -q 'Grüße, 漢字' "$work/log"
	ok "$v: the same through a pipe" log_through_pipe "$dir/vmcore"
	ok "$v: has all lines of the console" console_is_part
	for codec in -c -l -p -z; do
		rm -f "$work/dump"
		ok "$v: a dump with $codec" "$collect" -d 31 $codec "$dir/vmcore" "$work/dump"
		ok "$v: its log is the same" log_through_pipe "$work/dump"
		truncate -s -1M "$work/dump"
		rm -f "$work/cut-log"
		timeout 60 "$collect" --dump-dmesg "$work/dump" "$work/cut-log" >/dev/null 2>&1
		ok "$v: cut, the program ends by itself" test $? -le 2
	done
	case $v in
	7.*) ;;
	*) ok "$v: crash shows the same lines" crash_log_same ;;
	esac
done
finish
