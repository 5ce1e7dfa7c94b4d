#!/bin/bash
# write-error.sh - the disk reports errors in the middle: the log is safe, the machine comes back
. "$(dirname "$0")/lib.sh"

capture_new 6.12
config <<E
ext4 LABEL=data
path /dumps
timeout device=20 mount=20 stall=30
E
guest <<'E'
prepare() { mount_disk data /mnt/data; mkdir -p /mnt/data/dumps; }
E
# From 8 MB of the free space on, every write fails; the inode tables are before and behind.
truncate -s 512M "$machine/data.img"
mkfs.ext4 -q -F -L data -G 4 "$machine/data.img"
first=$(dumpe2fs "$machine/data.img" 2>/dev/null | sed -n '/^Group 2:/,/^Group 3:/s/.*Free blocks: \([0-9]*\)-.*/\1/p' | head -n 1)
cat >"$machine/blkdebug.conf" <<E
[inject-error]
event = "none"
iotype = "write"
errno = "5"
sector = "$(((first + 3000) * 8))"
E
machine_drive data "format=raw,file.driver=blkdebug,file.config=$machine/blkdebug.conf,file.image.driver=file,file.image.filename=$machine/data.img"
ok "the machine rebooted by itself" capture_run 240
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "no core under its final name" dump_lacks vmcore
ok "the console says that the disk failed" says 'kdump: .*([Ii]nput/output|I/O) error'
finish
