#!/bin/bash
# full-middle.sh - the space runs out while the core is written: log kept, core readable, named incomplete
. "$(dirname "$0")/lib.sh"

# A copying program knows nothing of the space, so it always meets the end of the disk.
capture_new 6.12
data_ext4 300M
more_config "core_collector cp --sparse=never" # or a kernel with many zeros fits
also extra_bins /bin/cp
with_reference
ok "cp: the machine rebooted by itself" capture_run 240
ok "cp: one dump directory" dump_dir "$(disk_open data)/dumps"
ok "cp: log saved" log_saved
ok "cp: the core is named incomplete" dump_has vmcore-incomplete
ok "cp: and only so" dump_lacks vmcore
ok "cp: what it has is right" cmp -n 200000000 "$dump/vmcore-incomplete" "$reference"
ok "cp: the console speaks of the space" says '[Ss]pace|full'
ok "cp: status says partial" status_is state '^partial$'

# Our collector counts first: somebody else takes the space away after it has counted.
capture_new 6.1
data_nfs 4 500M
more_config "core_collector makedumpfile -d 0" "max_unfiltered 0"
with_reference
take_space()
{
	dd if=/dev/zero of="$servers_dir/export/ballast" bs=1M 2>/dev/null
	df "$servers_dir/export"
}
capture_start 300
ok "nfs: the space was taken" when_written 200000000 vmcore-incomplete take_space
ok "nfs: the machine rebooted by itself" capture_wait
ok "nfs: one dump directory" dump_dir "$data"
ok "nfs: log saved" log_saved
ok "nfs: the core is named incomplete" dump_has vmcore-incomplete
ok "nfs: and only so" dump_lacks vmcore
# Not where it lies: to map a hole of a file on a full tmpfs is a bus error.
cp "$dump/vmcore-incomplete" "$work/"
compare()
{
	local rc=0
	"$dumpcmp" present "$reference" "$work/vmcore-incomplete" >"$work/compared" || rc=$?
	cat "$work/compared"
	return "$rc"
}
ok "nfs: what it has is right" compare
promised()
{
	local said have
	said=$(machine_text_of | sed -n 's/.*incomplete: \(at least \)\?\([0-9]*\) of .* pages are in it.*/\2/p' | tail -n 1)
	have=$(sed -n 's/ pages equal.*//p' "$work/compared")
	echo "said: $said, in it: $have"
	[ "$have" -ge "$said" ]
}
ok "nfs: as many pages are in it as was said" promised
ok "nfs: crash opens it" dump_opens vmcore-incomplete
ok "nfs: the console speaks of the space" says 'kdump: .*([Ss]pace|full)'
finish
