#!/bin/bash
# raw-refused.sh - a raw device that turns out to hold a file system is left alone
. "$(dirname "$0")/lib.sh"

capture_new 6.12
machine_disk data 1G
machine_disk formatted 256M ext4
config <<E
raw /dev/disk/by-id/virtio-data
E
guest <<'E'
prepare()
{
	sed s/virtio-data/virtio-formatted/ /etc/kdump.conf >/tmp/other.conf
	kdump-image build --config /tmp/other.conf --output /tmp/other.img && echo "guest: ACCEPTED"
	[ ! -e /tmp/other.img ] || echo "guest: BUILT"
}
ready() { mkfs.ext4 -q -F -L precious "$(disk data)"; }
E
ok "the machine rebooted" capture_run 240
ok "a file system is refused when the image is built" says_not 'guest: (ACCEPTED|BUILT)'
ok "with the way out in words" says 'raw_overwrite'
ok "one that came later is refused at the crash" says 'kdump: .*ext4'
ok "and is whole" e2fsck -fn "$machine/data.img"
finish
