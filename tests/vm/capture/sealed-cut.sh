#!/bin/bash
# sealed-cut.sh - encrypt_to, and the disk is full or the collector killed: nothing in clear, what is there opens
. "$(dirname "$0")/lib.sh"
. "$here/killer.sh"
. "$here/sealed.sh"

# salvaged WHAT - the rest of a cut stream opens, with pages that are right.
salvaged()
{
	ok "$1: no marker on any disk or on the console" hidden_here
	ok "$1: one dump directory" dump_dir "$(disk_open data)/dumps"
	ok "$1: the core is named incomplete" dump_has vmcore.age-incomplete
	ok "$1: and only so" dump_lacks vmcore.age vmcore vmcore-incomplete
	ok "$1: no file in clear" only_sealed
	ok "$1: the status says partial" status_is state '^partial$'
	ok "$1: all of it is refused" refused
	exits_3() { local rc=0; "$@" || rc=$?; [ "$rc" = 3 ]; }
	ok "$1: --salvage gives what is authentic" exits_3 "$build/kdump-collect" --decrypt --salvage \
		-i "$work/key" "$dump/vmcore.age-incomplete" "$work/rest"
	ok "$1: age opens the log" age -d -i "$work/key" -o "$work/vmcore-dmesg.txt" "$dump/vmcore-dmesg.txt.age"
	dump=$work
	ok "$1: the log is whole" log_saved
	ok "$1: crash opens the rest" dump_opens rest-incomplete
	rm -f "$work"/rest* "$work/vmcore-dmesg.txt"
}

refused()
{
	! "$build/kdump-collect" --decrypt -i "$work/key" "$dump/vmcore.age-incomplete" "$work/rest" &&
		[ -z "$(ls "$work"/rest* 2>/dev/null)" ]
}

sealed_new()
{
	capture_new 6.12
	data_ext4 "$1"
	sealed_key
	more_config "encrypt_to $recipient" "${@:2}"
	markers_plant
}

# What crash needs is written first.
sealed_new 160M "core_collector makedumpfile -d 0" "max_unfiltered 0" "retry 0"
ok "full: the machine rebooted by itself" capture_run 300
ok "full: the console speaks of the space" says 'kdump: .*([Ss]pace|full)'
salvaged full

sealed_new 2G "core_collector makedumpfile -d 0" "max_unfiltered 0" "retry 0"
killer_at 120000000 vmcore.age-incomplete
ok "killed: the machine rebooted by itself" capture_run 300
ok "killed: the console says what ended it" says 'kdump: .*([Kk]illed|SIGKILL|signal 9)'
salvaged killed
finish
