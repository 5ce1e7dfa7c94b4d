#!/bin/bash
# target-hangs.sh - the first target hangs in the kernel once it is mounted, the second takes the dump and the log
. "$(dirname "$0")/lib.sh"

# second_disk - a disk for fallback_target, mounted in the guest while the image is built.
second_disk()
{
	machine_disk second 1G ext4
	more_config "fallback_target ext4 UUID=$(blkid -o value -s UUID "$machine/second.img")"
	sed -i 's/^prepare()/prepare_first()/' "$machine/mnt/root/kdt/test"
	more_guest 'prepare() { prepare_first; mount_disk second /mnt/second; mkdir -p /mnt/second/dumps; }'
}

# saved_on_second WHAT - what is expected of each. (A raw copy to compare with would need a sync.)
saved_on_second()
{
	ok "$1: the machine rebooted by itself" capture_wait
	ok "$1: one dump on the second disk" dump_dir "$(disk_open second)/dumps"
	ok "$1: log saved there" log_saved
	ok "$1: files" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$1: status says complete" status_is state '^complete$'
	ok "$1: crash opens it" dump_opens vmcore
	ok "$1: the console says which target was given up" says 'kdump: .*the target is given up'
	ok "$1: nothing was reset by force" says_not 'reset by force'
}

# A device that answers nothing: suspended by a hook after it was mounted, with the file system's
# help (every change of it waits) and without (every write to the disk does).
for how in --nolockfs ''; do
	capture_new 6.12
	machine_disk data 1G
	config <<-E
		ext4 /dev/mapper/vg0-crash
		path /dumps
		extra_bins /usr/sbin/dmsetup
	E
	guest <<-'E'
		prepare()
		{
			modprobe dm_mod
			vgcreate -y vg0 "$(disk data)" && lvcreate -y -n crash -L 900M vg0 || fail lvm
			udevadm settle
			mkfs.ext4 -q /dev/vg0/crash && mkdir -p /mnt/data && mount /dev/vg0/crash /mnt/data || fail mount
			mkdir /mnt/data/dumps
		}
	E
	second_disk
	printf '#!/bin/sh\ndmsetup suspend --noflush %s vg0-crash\n' "$how" |
		machine_text /etc/kdump/pre.d/10-suspend 755
	capture_start 500
	saved_on_second "suspended ${how:-with its file system}"
done

# A server that stops in the middle of the core.
capture_new 6.12
data_nfs
second_disk
more_config "core_collector makedumpfile -d 0"
capture_start 400
ok "nfs: the server stops" when_written 20000000 vmcore-incomplete servers_freeze nfs
ok "nfs: the machine rebooted by itself" capture_wait
ok "nfs: one dump on the second disk" dump_dir "$(disk_open second)/dumps"
ok "nfs: log saved there" log_saved
ok "nfs: files" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "nfs: nothing was reset by force" says_not 'reset by force'
servers_thaw nfs
servers_end
finish
