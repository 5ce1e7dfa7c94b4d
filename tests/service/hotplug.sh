#!/bin/sh
# hotplug.sh - CPUs and memory that come and go: one reload for a burst, none where the kernel sees to it
. "$(dirname "$0")/lib.sh"

mark=/run/kdump/hotplug

calls()
{
	test "$(grep -c . "$root/$1")" = "$2" || { cat "$root/$1"; return 1; }
}

event()
{
	: >"$root/timer"
	exits 0 kdumpctl _hotplug-event
}

# marked TIME - the last event was then.
marked()
{
	mkdir -p "$root/run/kdump"
	touch -d "$1" "$root$mark"
}

# A slow machine may let the mark grow old before the event is there: then once more.
merged()
{
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		marked now
		event || return 1
		[ -s "$root/timer" ] || return 0
	done
	return 1
}

root_new
program systemctl <<'E'
echo "$*" >>"$root/timer"
[ ! -e "$root/no-manager" ] || { echo "Failed to connect to bus" >&2; exit 1; }
E
program udevadm <<'E'
echo "$*" >>"$root/udevadm"
E
program kexec <<'E'
echo "$*" >>"$root/loads"
case $* in *" -u"*) echo 0 ;; *) echo 1 ;; esac >"$root/sys/kernel/kexec_crash_loaded"
[ ! -e "$root/event-while-loading" ] || { rm "$root/event-while-loading"; touch "$root/run/kdump/hotplug"; }
E

ok "an event with nothing loaded" event
ok "starts no timer" calls timer 0
ok "and leaves no mark" test ! -e "$root$mark"
ok "nor does the service" exits 0 kdumpctl _hotplug
ok "load anything" test ! -e "$root/loads"

ok "armed" exits 0 kdumpctl start
ok "an event" event
ok "starts the timer anew" is /timer "--no-block restart kdump-hotplug.timer"
ok "and is marked" test -e "$root$mark"
ok "the next one of a burst" merged
ok "leaves the timer alone" calls timer 0
marked "10 seconds ago"
ok "one that comes later" event
ok "starts it anew" calls timer 1
marked "1 hour"
ok "after the clock was set back" event
ok "too" calls timer 1
marked "10 seconds ago"
: | put /no-manager
ok "without systemd" exits 1 kdumpctl _hotplug-event
ok "is told" says "hotplug: systemctl: exit status 1: Failed to connect to bus"
rm "$root/no-manager"

marked "10 seconds ago"
echo 1 | put /sys/devices/system/cpu/crash_hotplug
ok "a kernel that notes CPUs itself" event
ok "does not note memory" calls timer 1
echo 1 | put /sys/devices/system/memory/crash_hotplug
marked "10 seconds ago"
ok "one that notes both" event
ok "needs no help" calls timer 0
rm -r "$root/sys/devices/system"

: >"$root/loads"
ok "the service" exits 0 kdumpctl _hotplug
ok "waits for udev" is /udevadm "settle --timeout=3"
ok "and loads the image again" calls loads 1
ok "as it is" silent_on building
ok "still armed" exits 0 kdumpctl status
: >"$root/loads"
: | put /event-while-loading
ok "an event while it loads" exits 0 kdumpctl _hotplug
ok "makes it load once more" calls loads 2
program kexec <<'E'
echo 0 >"$root/sys/kernel/kexec_crash_loaded"
echo "Could not find a free area of memory" >&2
exit 1
E
ok "when it cannot be loaded" exits 1 kdumpctl _hotplug
ok "is told" says "not armed: .*Could not find a free area of memory; the previously loaded image is lost: "
ok "as a failed reload" says "Reloading kdump: \[FAILED\]"
finish
