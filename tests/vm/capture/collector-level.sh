#!/bin/bash
# collector-level.sh - core_collector lines that leave nothing: ours takes over, at the level they name
. "$(dirname "$0")/lib.sh"

# filtered_at LEVEL - what the core's own header says it was filtered at.
filtered_at()
{
	python3 - "$dump/vmcore" "$1" <<'P'
import struct, sys
core = open(sys.argv[1], "rb").read(1 << 17)
block = struct.unpack_from("<i", core, 428)[0]
level = struct.unpack_from("<i", core, block + 8)[0]
if core[:8] != b"KDUMP   " or level != int(sys.argv[2]):
    sys.exit("dump level %d" % level)
P
}

# falls_back NAME LINE - a crash with this core_collector, and a dump in spite of it.
falls_back()
{
	capture_new 6.12
	data_ext4
	more_config "core_collector $2"
	also extra_bins /bin/false
	ok "$1: the machine rebooted by itself" capture_run 240
	ok "$1: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$1: log saved" log_saved
	ok "$1: the core is whole" dump_has vmcore
	ok "$1: and only so" dump_lacks vmcore-incomplete
	ok "$1: the console says what takes over" says "falling back to the collector in this image"
	ok "$1: crash opens it" dump_opens vmcore
}

falls_back refused "makedumpfile -E -d 17"
ok "refused: at the level it names" filtered_at 17
ok "refused: the status says that of both levels" status_is level '^{"asked": 17, "saved": 17}$'
ok "refused: which is complete" status_is state '^complete$'
ok "refused: what failed first stays in the status" status_is errors 'makedumpfile: ended with status 2'

falls_back "another program" /bin/false
ok "another program: at level 31, nothing of users in it" filtered_at 31
ok "another program: the status says so" status_is level '^{"asked": null, "saved": 31}$'
ok "another program: and not that it is complete" status_is state '^other-level$'
ok "another program: the console says so" says 'complete at level 31, not as core_collector says'
ok "another program: what ended it stays in the status" status_is errors 'false'
finish
