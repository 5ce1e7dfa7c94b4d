#!/bin/bash
# write-error.sh - the disk reports errors in the middle: the log is safe, the machine comes back
. "$(dirname "$0")/lib.sh"

# A thin disk: what lies behind it is smaller than it says, so that a write fails sooner or later.
capture_new 6.12
mkdir "$machine/thin"
mount -t tmpfs -o size=30M tmpfs "$machine/thin"
at_end "umount -l $machine/thin"
truncate -s 1G "$machine/thin/data.img"
mkfs.ext4 -q -F -L data "$machine/thin/data.img"
machine_drive data "format=raw,file=$machine/thin/data.img,werror=report"
config <<E
ext4 LABEL=data
path /dumps
core_collector makedumpfile -d 31
timeout device=20 mount=20 stall=30
E
guest <<'E'
prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/dumps; }
E
ok "the machine rebooted by itself" capture_run 240
ok "the disk failed" says 'I/O error, dev vda'
mount -o remount,size=2G "$machine/thin"
ln -s thin/data.img "$machine/data.img"
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "no core under its final name" dump_lacks vmcore
ok "the console says that the disk failed" says 'kdump: .*([Ii]nput/output|I/O) error'
finish
