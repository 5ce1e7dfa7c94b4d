#!/bin/sh
# volume.sh - an LVM volume below the target changes while the machine is armed
. "$(dirname "$0")/lib.sh"

uuid=LVM-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ01

# event UUID - how often the service was reloaded for it: in the file timer.
event()
{
	: >"$root/calls"
	exits 0 kdumpctl _volume-event "$1"
}

root_new
program systemctl <<'E'
echo "$*" >>"$root/calls"
E
ok "start arms the machine" exits 0 kdumpctl start
# An image with a plan as it is made on LVM, which this machine need not have.
mkdir -p "$work/image/etc/kdump"
cat >"$work/image/etc/kdump/plan" <<E
kdump-plan 1
device plain vda2
	id UUID=11111111-2222-3333-4444-555555555555
device dm vg0-dump
	uuid $uuid
	extent 0 2048 0 2048
target fs
	source /dev/mapper/vg0-dump
	type ext4
	device 1
E
(cd "$work/image" && find . | cpio -o -H newc 2>/dev/null) >"$(image)"
ok "the plan of the test is one" exits 0 "$build/kdump-image" show "$(image)"
ok "an event of the volume is accepted" event "$uuid"
ok "the service is reloaded for it" is /calls "--no-block reload kdump.service"
ok "an event of another volume is accepted" event "${uuid%01}02"
ok "nothing happens for another volume" test ! -s "$root/calls"
echo 0 | put /sys/kernel/kexec_crash_loaded
ok "an event is accepted when nothing is loaded" event "$uuid"
ok "nothing happens when nothing is loaded" test ! -s "$root/calls"
finish
