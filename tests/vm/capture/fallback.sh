#!/bin/bash
# fallback.sh - the first target is gone, the second one takes the dump
. "$(dirname "$0")/lib.sh"

capture_new 6.1
data_ext4
machine_disk second 1G xfs
uuid=$(blkid -o value -s UUID "$machine/second.img")
more_config "fallback_target xfs UUID=$uuid"
more_guest 'prepare() { mount_disk data /mnt/data; mount_disk second /mnt/second
	mkdir -p /mnt/data/dumps /mnt/second/dumps; }' 'ready() { umount /mnt/data; unplugged data; }'
with_reference
capture_start 240
ok "the first disk was pulled" at_pause machine_monitor "device_del dev-data"
ok "the machine rebooted by itself" capture_wait
ok "one dump on the second disk" dump_dir "$(disk_open second)/dumps"
dump_good 6.1
ok "the console says what was wrong with the first" says 'kdump: .*(LABEL|UUID)=.*'
finish
