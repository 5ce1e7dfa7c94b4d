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

ok "an event is accepted when nothing is loaded" event
ok "an event starts no timer when nothing is loaded" calls timer 0
ok "an event leaves no mark when nothing is loaded" test ! -e "$root$mark"
ok "the hotplug service succeeds when nothing is loaded" exits 0 kdumpctl _hotplug
ok "the hotplug service loads nothing into an unarmed machine" test ! -e "$root/loads"

ok "start arms the machine before the events" exits 0 kdumpctl start
ok "an event is accepted on an armed machine" event
ok "an event restarts the timer of the hotplug service" is /timer "--no-block restart kdump-hotplug.timer"
ok "an event leaves its mark on an armed machine" test -e "$root$mark"
ok "the next event of a burst is merged with the first" merged
ok "a merged event leaves the timer alone" calls timer 0
marked "10 seconds ago"
ok "an event after ten seconds is accepted" event
ok "an event after ten seconds starts the timer again" calls timer 1
marked "1 hour"
ok "an event is accepted after the clock was set back" event
ok "an event starts the timer after the clock was set back" calls timer 1
marked "10 seconds ago"
: | put /no-manager
ok "an event without systemd fails" exits 1 kdumpctl _hotplug-event
ok "an event without systemd gives systemctl's reason" says "hotplug: systemctl: exit status 1: Failed to connect to bus"
rm "$root/no-manager"

marked "10 seconds ago"
echo 1 | put /sys/devices/system/cpu/crash_hotplug
ok "an event is accepted when the kernel notes CPUs itself" event
ok "an event starts the timer when the kernel does not note memory" calls timer 1
echo 1 | put /sys/devices/system/memory/crash_hotplug
marked "10 seconds ago"
ok "an event is accepted when the kernel notes CPUs and memory" event
ok "an event starts no timer when the kernel notes both itself" calls timer 0
rm -r "$root/sys/devices/system"

: >"$root/loads"
ok "the hotplug service loads the image again" exits 0 kdumpctl _hotplug
ok "the hotplug service waits for udev" is /udevadm "settle --timeout=3"
ok "the hotplug service calls kexec once" calls loads 1
ok "the hotplug service builds no image" silent_on building
ok "the machine is armed after the hotplug service" exits 0 kdumpctl status
: >"$root/loads"
: | put /event-while-loading
ok "the hotplug service survives an event while it loads" exits 0 kdumpctl _hotplug
ok "an event while it loads makes the service load once more" calls loads 2
program kexec <<'E'
echo 0 >"$root/sys/kernel/kexec_crash_loaded"
echo "Could not find a free area of memory" >&2
exit 1
E
ok "the hotplug service fails when kexec fails" exits 1 kdumpctl _hotplug
ok "the hotplug service says that the loaded image is lost" says "not armed: .*Could not find a free area of memory; the previously loaded image is lost: "
ok "the hotplug service reports a failed reload" says "Reloading kdump: \[FAILED\]"
finish
