#!/bin/bash
# power-cut.sh - the power goes while a crash is saved: what was said to be saved is on the disk, and whole
. "$(dirname "$0")/lib.sh"

# cut_at WHAT FSTYPE FSCK... - boots, crashes, and cuts when the function WHAT has returned.
cut_at()
{
	local what=$1 fs=$2
	shift 2
	capture_new 6.12
	machine_cache=writeback machine_disk data 1G "$fs"
	config <<-E
		$fs LABEL=data
		path /dumps
		core_collector makedumpfile -d 0
		max_unfiltered 0
	E
	guest <<-'E'
		prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/dumps; }
	E
	capture_start 240
	ok "$fs, $what: the moment came" "$what"
	ok "$fs, $what: the power is cut" machine_cut
	disk_umount "$(disk_open data)" # replays the journal
	ok "$fs, $what: the file system is sound" "$@" "$machine/data.img"
	ok "$fs, $what: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$fs, $what: the log is there and whole" log_saved
	ok "$fs, $what: a final name stands for a whole dump" final_name_is_whole
}

log_was_saved()
{
	machine_until 'kdump: .*saved the kernel log' 180
}

# Blocks of the image: how far the core has come, whatever the guest has told.
core_is_half_written()
{
	local before blocks
	log_was_saved || return 1
	before=$(stat -c %b "$machine/data.img")
	while kill -0 "$machine_pid" 2>/dev/null; do
		blocks=$(stat -c %b "$machine/data.img")
		[ $(((blocks - before) / 2048)) -lt 60 ] || return 0
		sleep 0.1
	done
	return 1
}

core_was_saved()
{
	machine_until 'kdump: .*the dump is complete' 180
}

final_name_is_whole()
{
	if [ -e "$dump/vmcore" ]; then
		"$build/kdump-collect" --verify "$dump/vmcore"
		return
	fi
	[ -e "$dump/vmcore-incomplete" ] || return 0
	local part=$dump/vmcore-incomplete
	[ "$(stat -c %s "$part")" -lt 428 ] || ! head -c 8 "$part" | grep -q KDUMP ||
		[ $(($(od -An -tu4 -j424 -N4 "$part") & 8)) = 8 ] || { echo "no mark"; ls -l "$dump"; return 1; }
}

core_is_there()
{
	[ -e "$dump/vmcore" ] || { ls -l "$dump"; return 1; }
}

cut_at log_was_saved ext4 e2fsck -fn
cut_at core_is_half_written ext4 e2fsck -fn
cut_at core_was_saved ext4 e2fsck -fn
ok "ext4: the core that was said to be saved is there" core_is_there
cut_at core_is_half_written xfs xfs_repair -n
finish
