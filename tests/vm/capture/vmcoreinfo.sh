#!/bin/bash
# vmcoreinfo.sh - the crashed kernel's own description is overwritten: whatever can be saved is, in time
. "$(dirname "$0")/lib.sh"

# overwrite OFFSET LENGTH - nonsense. The panic writes the note anew, so this is done when the capture
# kernel says its first words and has not looked at it yet.
overwrite()
{
	local at
	machine_until 'Command line: elfcorehdr' 200 || return 1
	at=$(machine_text_of | sed -n 's/^guest: vmcoreinfo \(0x[0-9a-f]*\).*/\1/p' | tail -n 1)
	machine_poke "$(printf '0x%x' $((at + $1)))" "$(head -c "$2" /dev/zero | tr '\0' X)"
}

core_right()
{
	[ -s "$dump/vmcore" ] && dump_same vmcore || dump_partial vmcore-incomplete
}

complete_or_said()
{
	[ -s "$dump/vmcore" ] || says '[Vv][Mm][Cc][Oo][Rr][Ee][Ii][Nn][Ff][Oo]|unfiltered'
}

# The first 24 bytes are the note's header and name. Beginning: release and page size; middle:
# sizes and offsets of structs.
for damage in "24 200" "700 600" "0 3000"; do
	capture_new 6.12
	data_ext4 1500M
	more_guest 'ready() { echo "guest: vmcoreinfo $(cat /sys/kernel/vmcoreinfo)"; }'
	with_reference
	capture_start 300
	ok "$damage: overwritten" overwrite $damage
	ok "$damage: the machine rebooted by itself" capture_wait
	ok "$damage: one dump directory" dump_dir "$(disk_open data)/dumps"
	ok "$damage: a core is there" test -s "$dump/vmcore" -o -s "$dump/vmcore-incomplete"
	ok "$damage: a status is there" status_is state .
	ok "$damage: the core is right, whichever it is" core_right
	ok "$damage: if it is not complete, the console says why" complete_or_said
done
finish
