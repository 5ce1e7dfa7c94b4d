#!/bin/sh
# cut.sh - a dump cut at 80 % and 50 % of its data still shows system, log and the panic task
. "$(dirname "$0")/lib.sh"

printf 'sys\nlog\nbt\nquit\n' >"$work/cmds"

# le64 FILE OFFSET - a number of the dump's headers
le64() {
	od -An -tu8 -j"$2" -N8 "$1" | tr -d ' '
}

le32() {
	od -An -tu4 -j"$2" -N4 "$1" | tr -d ' '
}

# cut PERCENT - as if we had been killed when so much of the data was on the disk: the rest,
# and the descriptors of it, never came
cut_dump() {
	"$build/tests/tools/dumpcut" "$work/dump" "$work/cut" "$1"
}

crash_starts() {
	"$oracle/crash" -s --zero_excluded -i "$work/cmds" "$vmlinux" "$work/cut" >"$work/shown" 2>&1
	for word in 'RELEASE: ' 'Kernel panic - not syncing: sysrq triggered crash' \
		'sysrq_handle_crash at' 'PID: 1 '; do
		grep -q "$word" "$work/shown" || { echo "not shown: $word"; tail -n 20 "$work/shown"; return 1; }
	done
}

for dir in $VMCORES; do
	v=$(version "$dir")
	case $v in
	6.*) ;;
	*) continue ;; # crash 9.0.2 cannot start on 7.x, raw vmcore included; 5.10 is like 6.1
	esac
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	rm -f "$work/dump" "$work/cut"
	ok "$v: dump" "$collect" -z -d 31 "$dir/vmcore" "$work/dump"
	for percent in 80 50; do
		ok "$v: cut at $percent %" cut_dump $percent
		ok "$v: $percent %: crash shows sys, log and bt" crash_starts
		ok "$v: $percent %: crash says it is incomplete" grep -qi 'incomplete' "$work/shown"
		ok "$v: $percent %: libkdumpfile reads what is there" "$dumpcmp" present "$dir/vmcore" "$work/cut"
	done
done
finish
