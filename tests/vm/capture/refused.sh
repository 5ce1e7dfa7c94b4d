#!/bin/bash
# refused.sh - a disk that the image could not bring up is refused when it is built, with the remedy
. "$(dirname "$0")/lib.sh"

capture_new 6.12 cryptsetup-bin thin-provisioning-tools dmsetup
machine_disk crypt 128M
machine_disk thin 256M
data_ext4
guest <<'E'
# refused WHAT PATH - an image for a dump below PATH must not be built.
refused()
{
	echo "path $2" >/tmp/refused.conf
	kdump-image build --config /tmp/refused.conf --output /tmp/refused.img >/tmp/words 2>&1 &&
		echo "guest: ACCEPTED $1"
	[ ! -e /tmp/refused.img ] || echo "guest: BUILT for $1"
	sed "s/^/guest: refused $1: /" /tmp/words
}
prepare()
{
	modprobe dm_mod
	mkdir -p /mnt/crypt /mnt/thin
	echo secret >/tmp/key
	cryptsetup luksFormat -q --type luks1 --pbkdf-force-iterations 1000 "$(disk crypt)" /tmp/key &&
		cryptsetup open --key-file /tmp/key "$(disk crypt)" locked && mkfs.ext4 -q /dev/mapper/locked &&
		mount /dev/mapper/locked /mnt/crypt && mkdir /mnt/crypt/d || fail crypt
	refused luks /mnt/crypt/d
	vgcreate -y vg0 "$(disk thin)" && lvcreate -y -L 128M -T vg0/pool && lvcreate -y -V 64M -T vg0/pool -n thin &&
		udevadm settle && mkfs.ext4 -q /dev/vg0/thin && mount /dev/vg0/thin /mnt/thin &&
		mkdir /mnt/thin/d || fail thin
	refused thin /mnt/thin/d
	mount_disk data /mnt/data; mkdir -p /mnt/data/dumps
}
E
ok "the machine rebooted by itself" capture_run 300
ok "neither was accepted" says_not 'guest: (ACCEPTED|BUILT)'
ok "LUKS is named" says 'guest: refused luks: .*(LUKS|crypt)'
ok "LVM thin is named" says 'guest: refused thin: .*thin'
ok "the remedy is said" says 'guest: refused .*(dracut|initramfs-tools)'
finish
