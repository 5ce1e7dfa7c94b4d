#!/bin/sh
# rebuild.sh - the image is built again exactly when the content of something in it changed; the last
# good one is kept
. "$(dirname "$0")/lib.sh"

restarted()
{
	exits 0 kdumpctl --capture "$root/opt/capture" restart
}

# builds TEXT REASON COMMAND... - after the command a restart builds, for this reason; the next not.
builds()
{
	what=$1 reason=$2
	shift 2
	"$@"
	ok "$what" restarted
	ok "builds, and says why" says "building a new image: $reason"
	ok "and once" restarted
	ok "only" silent_on "building"
}

# keeps TEXT COMMAND... - after it nothing is built.
keeps()
{
	what=$1
	shift
	"$@"
	ok "$what" restarted
	ok "builds nothing" silent_on "building"
}

lines()
{
	printf '%s\n' "$@"
}

root_new
# Modules and programs of our own, to be changed.
rm "$root/lib/modules"
mkdir -p "$root/lib/modules" "$root/opt" "$root/usr/bin" "$root/etc/kdump/pre.d"
cp -rL "$modules/usr/lib/modules/$version" "$root/lib/modules/" 2>/dev/null ||
	cp -rL "$modules/lib/modules/$version" "$root/lib/modules/"
module=$(find "$root/lib/modules/" -name 'softdog.ko*')
cp /bin/busybox "$root/usr/bin/busybox"
cp /bin/busybox "$root/opt/tool"
cp "$build/kdump-capture" "$root/opt/capture"
cp "$build/selftest.core" "$root/opt/"
lines '#!/usr/bin/busybox sh' 'exit 0' | put /etc/kdump/pre.d/10-first
chmod 755 "$root/etc/kdump/pre.d/10-first"
lines "virtiofs crash" "extra_bins /opt/tool" "extra_modules softdog" | config
ok "start" restarted
ok "builds" says "building a new image: there is no image yet"

keeps "new time stamps everywhere" touch "$root/etc/kdump.conf" "$root/opt/tool" "$module" \
	"$root/etc/kdump/pre.d/10-first"
anew()
{
	for file in "$root/etc/kdump.conf" "$root/opt/tool" "$module" "$root/etc/kdump/pre.d/10-first"; do
		cp -p "$file" "$file.copy" && mv "$file.copy" "$file"
	done
}
keeps "the same content in new files" anew
keeps "a word about something else in the sysconfig file" sh -c "echo KEXEC_ARGS=-d >>$root/etc/sysconfig/kdump"
ok "that counts all the same" grep -qx -- -d "$root/kexec-arguments"
keeps "a device that dumping does not need" put /sys/bus/pci/devices/x/vendor </dev/null

builds "a comment in kdump.conf" "changed: /etc/kdump.conf" sh -c "echo '# why' >>$root/etc/kdump.conf"
builds "a program" "changed: /opt/tool" sh -c "printf x >>$root/opt/tool"
builds "a module" "changed: .*softdog.ko" cp "$(find "$root/lib/modules" -name 'xen_wdt.ko*')" "$module"
builds "a hook" "changed: .*pre.d/10-first" sh -c "echo '# again' >>$root/etc/kdump/pre.d/10-first"
builds "another hook" "new: .*pre.d/20-second" cp -p "$root/etc/kdump/pre.d/10-first" "$root/etc/kdump/pre.d/20-second"
builds "a hook less" "no longer needed: .*pre.d/20-second" rm "$root/etc/kdump/pre.d/20-second"
builds "a record that is lost" "there is no record" rm "$root/var/lib/kdump/$version.inputs"
builds "a record that is damaged" "not a record" put "/var/lib/kdump/$version.inputs" </dev/null
builds "an image that is lost" "there is no image yet" rm "$(image)"

watchdog()
{
	mkdir -p "$root/sys/devices/dog/watchdog/watchdog0" "$root/sys/class/watchdog" \
		"$root/sys/module/softdog" "$root/sys/bus/drivers/dog"
	echo active >"$root/sys/devices/dog/watchdog/watchdog0/state"
	ln -s ../../../dog "$root/sys/devices/dog/watchdog/watchdog0/device"
	ln -s ../../bus/drivers/dog "$root/sys/devices/dog/driver"
	ln -s ../../../module/softdog "$root/sys/bus/drivers/dog/module"
	ln -s ../../devices/dog/watchdog/watchdog0 "$root/sys/class/watchdog/watchdog0"
}
builds "a watchdog that runs" "changed: /etc/kdump/plan" watchdog
ok "its driver lives through the panic" grep -q 'softdog' "$root/kexec-arguments"
builds "another program as init" "changed: /init" sed -i "s/Saves the memory/SAVES the memory/" "$root/opt/capture"

# Whoever wrote it: an image that is not what was built is never loaded.
damaged()
{
	what=$1 reason=$2
	shift 2
	for command in restart reload; do
		"$@"
		ok "$what" exits 0 kdumpctl --capture "$root/opt/capture" $command
		ok "is built anew by $command, and says why" says "building a new image: .*kdump.img $reason"
		ok "whole again" exits 0 "$build/kdump-image" check "$(image)"
	done
	ok "once" restarted
	ok "only" silent_on "building"
}
whole=$(stat -c %s "$(image)")
damaged "an image that is cut" "is damaged: 5000 bytes instead of $whole" truncate -s 5000 "$(image)"
damaged "an empty image" "is damaged: 0 bytes instead of" truncate -s 0 "$(image)"
flip()
{
	printf '\377\000\377' | dd of="$(image)" bs=1 seek=3000 conv=notrunc status=none
}
damaged "an image with other bytes" "is damaged: its content is not what was built" flip
record=$root/var/lib/kdump/$version.inputs
builds "a record of an earlier version" "not a record of inputs" sed -i '/^image /d; 1s/2/1/' "$record"
ok "kdump-image check with the record" exits 0 "$build/kdump-image" check --inputs "$record" "$(image)"
ok "says so" says "kdump.img is whole"
cp "$(image)" "$work/cut.img"
truncate -s -1 "$work/cut.img"
ok "a byte less" exits 1 "$build/kdump-image" check "$work/cut.img"
ok "is found" says "cut.img is (damaged|cut)"

# reload takes the image as it is; rebuild makes one that is used later.
echo "# changed" >>"$root/etc/kdump.conf"
ok "reload after a change" exits 0 kdumpctl --capture "$root/opt/capture" reload
ok "builds nothing" silent_on "building"
ok "rebuild" exits 0 kdumpctl --capture "$root/opt/capture" rebuild
ok "names the image" says "Rebuilding /boot/initramfs-.*kdump.img: \[OK\]; \"kdumpctl reload\" loads it"
keeps "what rebuild built" true

# A change that cannot be built: an image from the same configuration is still good.
sum=$(sha256sum <"$(image)")
same()
{
	test "$sum" = "$(sha256sum <"$(image)")"
}
mv "$root/opt/tool" "$root/opt/tool.away"
ok "a program that is gone" restarted
ok "is told" says "WARNING: build the image: .*/opt/tool.*armed with the last good image, /boot/initramfs"
ok "status" exits 0 kdumpctl status
ok "repeats it" says "WARNING: armed, but with the last good image: build the image: .*/opt/tool"
ok "the image is the same" same
ok "it is loaded" is /sys/kernel/kexec_crash_loaded 1
ok "rebuild" exits 1 kdumpctl rebuild
ok "fails, with the reason" says "rebuild: build the image: .*/opt/tool"
ok "and leaves the image" same
ok "nothing half-made" test -z "$(find "$root" -name '*.new')"
echo "# not what the image was built from" >>"$root/etc/kdump.conf"
ok "with another configuration" exits 1 kdumpctl --capture "$root/opt/capture" restart
ok "the old one is not taken" says "kdump.conf:2:12: error: extra_bins: '/opt/tool' is not there"
ok "nor anything unloaded" says "; this machine is still armed with the configuration of 20"
ok "what was loaded stays" is /sys/kernel/kexec_crash_loaded 1
ok "stop" exits 0 kdumpctl stop
ok "a start of a machine that is not armed" exits 1 kdumpctl --capture "$root/opt/capture" start
ok "does not take it either" says "^kdump: not armed: "
ok "nothing is loaded" is /sys/kernel/kexec_crash_loaded 0
ok "but it stays" same
lines "virtiofs crash" "extra_bins /opt/tool" "extra_modules softdog" "force_no_rebuild 1" | config
ok "force_no_rebuild" restarted
ok "and says what a new one would lack" says "WARNING: armed, but extra_bins: '/opt/tool' is not there"
ok "takes it all the same" silent_on "building|last good image"
ok "and says so" says "WARNING: .*kdump.img was not built from the current kdump.conf, and force_no_rebuild keeps it"
mv "$root/opt/tool.away" "$root/opt/tool"
truncate -s 5000 "$(image)"
ok "a cut image under force_no_rebuild" restarted
ok "is built all the same" says "building a new image: .*kdump.img is (damaged|cut)"
head -c 512 /dev/zero >>"$(image)"
ok "one that a person has changed, and that is whole" restarted
ok "is taken" silent_on "building"
lines "virtiofs crash" "force_no_rebuild 1" "force_rebuild 1" | config
ok "both switches" exits 1 kdumpctl restart
ok "contradict each other" says "force_rebuild.*force_no_rebuild|force_no_rebuild.*force_rebuild"

# /boot is full, as it often is.
lines "virtiofs crash" "extra_bins /opt/tool" | config
ok "an image with everything" restarted
mkdir "$work/boot"
cp "$root/boot"/* "$work/boot/"
trap 'umount "$root/boot" 2>/dev/null; rm -rf "$work"' EXIT
mount -t tmpfs -o "size=$(du -sk "$work/boot" | cut -f1)k" boot "$root/boot"
cp "$work/boot"/* "$root/boot/"
sum=$(sha256sum <"$(image)")
printf y >>"$root/opt/tool"
ok "a full /boot" restarted
ok "is told" says "WARNING: build the image: .*$root/boot/.*No space left on device; armed with the last good image"
ok "the image is the same" same
ok "nothing half-made takes the room" test -z "$(find "$root/boot" -name '*.new*')"
echo "# another" >>"$root/etc/kdump.conf"
ok "with another configuration" exits 1 kdumpctl --capture "$root/opt/capture" restart
ok "too" says "build the image: .*No space left on device.*; this machine is still armed"
umount "$root/boot"
cp "$work/boot"/* "$root/boot/"

# What was half-made when kdumpctl was killed goes with the next try.
lines "virtiofs crash" | config
: >"$(image).new"
ok "a remnant of one that was killed" restarted
ok "is gone" test ! -e "$(image).new"
finish
