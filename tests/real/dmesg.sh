#!/bin/sh
# dmesg.sh - the log we save has the lines that crash shows and the guest's own console showed
. "$(dirname "$0")/lib.sh"

# The console's kernel lines up to the kexec, without carriage returns.
console_lines() {
	tr -d '\r' <"$dir/console.log" | sed -n 's/^\(\[ *[0-9]*\.[0-9]\{6\}\].*\)$/\1/p' |
		awk '/Linux version/ { n++ } n == 1' | sort -u
}

# Every line the console showed is in our file. (It shows less: loglevel.)
console_is_part() {
	console_lines >"$work/console"
	[ "$(wc -l <"$work/console")" -gt 100 ] || { echo "the console shows too little"; return 1; }
	sort -u "$work/log" | comm -23 "$work/console" - >"$work/lost"
	[ ! -s "$work/lost" ] || { echo "not in our log:"; head "$work/lost"; return 1; }
}

crash_log_same() {
	printf 'log\nquit\n' >"$work/cmds"
	"$oracle/crash" -s -i "$work/cmds" "$("$oracle/vmlinux" "$v")" "$dir/vmcore" >"$work/crash.txt" 2>&1
	[ "$(wc -l <"$work/crash.txt")" -gt 100 ] || { cat "$work/crash.txt"; return 1; }
	diff "$work/crash.txt" "$work/log"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	rm -f "$work/log"
	ok "$v: --dump-dmesg" "$collect" --dump-dmesg "$dir/vmcore" "$work/log"
	ok "$v: mode 0600" test "$(stat -c %a "$work/log")" = 600
	ok "$v: has the panic" grep -q 'Kernel panic - not syncing: sysrq triggered crash' "$work/log"
	ok "$v: has all lines of the console" console_is_part
	case $v in
	7.*) ;;
	*) ok "$v: crash shows the same lines" crash_log_same ;;
	esac
done
finish
