#!/bin/sh
# volume.sh - an LVM volume below the target changes while the machine is armed
. "$(dirname "$0")/lib.sh"

uuid=LVM-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ01

# event UUID [UUID_SUB] - what systemctl is asked for: in the file calls.
event()
{
	: >"$root/calls"
	exits 0 kdumpctl _volume-event "$@"
}

# reloads UUID [UUID_SUB] - the event, and what the timer starts.
reloads()
{
	event "$@" && is /calls "--no-block restart kdump-hotplug.timer" || return 1
	: >"$root/calls"
	exits 0 kdumpctl _hotplug && is /calls "--no-block reload kdump.service"
}

ignores()
{
	event "$@" && test ! -s "$root/calls"
}

array=11112222-3333-4444-5555-666677778888
btrfs=99990000-aaaa-bbbb-cccc-ddddeeeeffff

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
device plain sdb
	id UUID_SUB=12121212-2222-3333-4444-555555555555
device plain sdc
	id UUID_SUB=13131313-2222-3333-4444-555555555555
device md md0
	uuid $array
	metadata 1.2
	member 2
	member 3
device plain sdd
	id UUID_SUB=14141414-2222-3333-4444-555555555555
device plain sde
	id UUID_SUB=15151515-2222-3333-4444-555555555555
target fs
	source /dev/mapper/vg0-dump
	type ext4
	device 1
target fs
	source /dev/md0
	type ext4
	device 4
target fs
	source /dev/sdd
	type btrfs
	device 5
	device 6
E
(cd "$work/image" && find . | cpio -o -H newc 2>/dev/null) >"$(image)"
ok "the plan of the test is one" exits 0 "$build/kdump-image" show "$(image)"
ok "the service is reloaded for an event of the volume" reloads "$uuid"
ok "an event makes one reload" test ! -e "$root/run/kdump/volume"
ok "nothing happens for another volume" ignores "${uuid%01}02"
ok "the service is reloaded when an array gets a member" reloads "$array" 16161616-2222-3333-4444-555555555555
ok "the service is reloaded for a member whose array has another name" reloads "${array%88}99" 12121212-2222-3333-4444-555555555555
ok "nothing happens for another array" ignores "${array%88}99" 16161616-2222-3333-4444-555555555555
ok "nothing happens for a btrfs that is not mounted" ignores "$btrfs" 16161616-2222-3333-4444-555555555555
mkdir -p "$root/sys/fs/btrfs/$btrfs/devices/sdd"
ok "the service is reloaded when a btrfs gets a device" reloads "$btrfs" 16161616-2222-3333-4444-555555555555
ok "nothing happens for another btrfs" ignores "${btrfs%ff}00" 16161616-2222-3333-4444-555555555555
ok "a path is no UUID" exits 1 kdumpctl _volume-event ../fs
echo 0 | put /sys/kernel/kexec_crash_loaded
ok "nothing happens when nothing is loaded" ignores "$uuid"

# What a start that is running has seen is not known: it is looked at again when it has ended.
starting()
{
	flock "$root/run/kdump/private/lock" sh -c ": >'$root/calls'; \"\$@\"" sh "$@"
}
ok "an event while a start is running is accepted" starting "$build/kdumpctl" --root "$root" _volume-event "$uuid"
ok "the timer is started for it" is /calls "--no-block restart kdump-hotplug.timer"
echo 1 | put /sys/kernel/kexec_crash_loaded
: >"$root/calls"
ok "the timer's service comes when the start has ended" exits 0 kdumpctl _hotplug
ok "the service is reloaded in the end" is /calls "--no-block reload kdump.service"
finish
