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
	ok "restart succeeds after a change: $what" restarted
	ok "restart builds and names the change: $what" says "building a new image: $reason"
	ok "a second restart succeeds after a change: $what" restarted
	ok "a second restart builds nothing after a change: $what" silent_on "building"
}

# keeps TEXT COMMAND... - after it nothing is built.
keeps()
{
	what=$1
	shift
	"$@"
	ok "restart succeeds without a change that counts: $what" restarted
	ok "restart builds nothing without a change that counts: $what" silent_on "building"
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
ok "restart succeeds without an image" restarted
ok "restart builds when there is no image" says "building a new image: there is no image yet"

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
ok "restart uses the new sysconfig value without building" grep -qx -- -d "$root/kexec-arguments"
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
ok "restart keeps the watchdog's driver for the capture kernel" grep -q 'softdog' "$root/kexec-arguments"
mv "$root/sys/class/watchdog/watchdog0" "$root/sys/class/watchdog/watchdog1"
mkdir "$root/sys/class/watchdog/watchdog0"
echo inactive | put /sys/class/watchdog/watchdog0/state
ok "restart looks at all watchdogs" exits 0 kdumpctl restart
ok "the one that runs need not be the first" grep -q 'softdog.pretimeout=0' "$root/kexec-arguments"
rm -r "$root/sys/class/watchdog/watchdog0"
mv "$root/sys/class/watchdog/watchdog1" "$root/sys/class/watchdog/watchdog0"
echo inactive >"$root/sys/devices/dog/watchdog/watchdog0/state"
echo live | put /sys/module/ipmi_watchdog/initstate
ok "restart looks for the timer of a BMC" exits 0 kdumpctl restart
ok "the command line turns off the NMI of a BMC" grep -q 'ipmi_watchdog.pretimeout=0' "$root/kexec-arguments"
rm -r "$root/sys/module/ipmi_watchdog"
echo active >"$root/sys/devices/dog/watchdog/watchdog0/state"
ok "restart finds the first watchdog again" exits 0 kdumpctl restart
builds "another program as init" "changed: /init" sed -i "s/Saves the memory/SAVES the memory/" "$root/opt/capture"

# Whoever wrote it: an image that is not what was built is never loaded.
damaged()
{
	what=$1 reason=$2
	shift 2
	for command in restart reload; do
		"$@"
		ok "$command succeeds with $what" exits 0 kdumpctl --capture "$root/opt/capture" $command
		ok "$command builds $what again and gives the reason" says "building a new image: .*kdump.img $reason"
		ok "the image is whole after $command with $what" exits 0 "$build/kdump-image" check "$(image)"
	done
	ok "restart succeeds after the repair of $what" restarted
	ok "restart builds nothing after the repair of $what" silent_on "building"
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
ok "kdump-image check accepts the image with its record" exits 0 "$build/kdump-image" check --inputs "$record" "$(image)"
ok "kdump-image check says that the image is whole" says "kdump.img is whole"
cp "$(image)" "$work/cut.img"
truncate -s -1 "$work/cut.img"
ok "kdump-image check fails when the last byte is missing" exits 1 "$build/kdump-image" check "$work/cut.img"
ok "kdump-image check says that the image is damaged" says "cut.img is (damaged|cut)"

# reload takes the image as it is; rebuild makes one that is used later.
echo "# changed" >>"$root/etc/kdump.conf"
ok "reload succeeds after a change of kdump.conf" exits 0 kdumpctl --capture "$root/opt/capture" reload
ok "reload builds nothing after a change of kdump.conf" silent_on "building"
ok "rebuild succeeds after a change of kdump.conf" exits 0 kdumpctl --capture "$root/opt/capture" rebuild
ok "rebuild names the image and what loads it" says "Rebuilding /boot/initramfs-.*kdump.img: \[OK\]; \"kdumpctl reload\" loads it"
keeps "what rebuild built" true

# A change that cannot be built: an image from the same configuration is still good.
sum=$(sha256sum <"$(image)")
same()
{
	test "$sum" = "$(sha256sum <"$(image)")"
}
mv "$root/opt/tool" "$root/opt/tool.away"
ok "restart succeeds when a program is missing" restarted
ok "restart warns that it armed with the last good image" says "WARNING: build the image: .*/opt/tool.*armed with the last good image, /boot/initramfs"
ok "status works with the last good image" exits 0 kdumpctl status
ok "status repeats why the last good image is loaded" says "WARNING: armed, but with the last good image: build the image: .*/opt/tool"
ok "restart leaves the last good image as it is" same
ok "restart arms with the last good image" is /sys/kernel/kexec_crash_loaded 1
ok "rebuild fails when a program is missing" exits 1 kdumpctl rebuild
ok "rebuild names the missing program" says "rebuild: build the image: .*/opt/tool"
ok "a failed rebuild leaves the image as it is" same
ok "a failed rebuild leaves no unfinished file" test -z "$(find "$root" -name '*.new')"
echo "# not what the image was built from" >>"$root/etc/kdump.conf"
ok "restart fails when the configuration changed, too" exits 1 kdumpctl --capture "$root/opt/capture" restart
ok "restart names the line of the missing program" says "kdump.conf:2:12: error: extra_bins: '/opt/tool' is not there"
ok "restart says that the machine is still armed as before" says "; this machine is still armed with the configuration of 20"
ok "the machine is armed after the failed restart" is /sys/kernel/kexec_crash_loaded 1
ok "stop succeeds with the last good image" exits 0 kdumpctl stop
ok "start of an unarmed machine fails with that configuration" exits 1 kdumpctl --capture "$root/opt/capture" start
ok "start says that the machine is not armed" says "^kdump: not armed: "
ok "start loads no image of another configuration" is /sys/kernel/kexec_crash_loaded 0
ok "a failed start leaves the old image as it is" same
lines "virtiofs crash" "extra_bins /opt/tool" "extra_modules softdog" "force_no_rebuild 1" | config
ok "restart succeeds with force_no_rebuild" restarted
ok "restart warns what a new image would lack" says "WARNING: armed, but extra_bins: '/opt/tool' is not there"
ok "restart keeps the image with force_no_rebuild" silent_on "building|last good image"
ok "restart warns that the kept image is not of this configuration" says "WARNING: .*kdump.img was not built from the current kdump.conf, and force_no_rebuild keeps it"
mv "$root/opt/tool.away" "$root/opt/tool"
truncate -s 5000 "$(image)"
ok "restart succeeds with a truncated image and force_no_rebuild" restarted
ok "restart builds a truncated image in spite of force_no_rebuild" says "building a new image: .*kdump.img is (damaged|cut)"
head -c 512 /dev/zero >>"$(image)"
ok "restart succeeds with an image that a person changed" restarted
ok "restart keeps a whole image that a person changed" silent_on "building"
lines "virtiofs crash" "force_no_rebuild 1" "force_rebuild 1" | config
ok "restart refuses force_rebuild with force_no_rebuild" exits 1 kdumpctl restart
ok "restart says that the two keys contradict each other" says "force_rebuild.*force_no_rebuild|force_no_rebuild.*force_rebuild"

# A kernel of the same release with other modules, and a CPU that comes: not the one with the others'.
lines "virtiofs crash" "extra_modules softdog" | config
ok "restart builds an image before the kernel is replaced" restarted
cp "$(find "$root/lib/modules" -name 'i6300esb.ko*' -o -name 'iTCO_wdt.ko*' | head -n 1)" "$module"
reloaded()
{
	exits 0 kdumpctl --capture "$root/opt/capture" reload
}
ok "reload succeeds with a module that changed" reloaded
ok "reload loads the same image with the same kernel" silent_on "building"
kernel=$(echo "$root"/boot/vmlinuz-*)
cp "$kernel" "$kernel.copy" && mv "$kernel.copy" "$kernel"
ok "reload succeeds with a kernel that was replaced" reloaded
ok "reload builds an image with the new kernel's modules" says "building a new image: changed: .*softdog.ko"
cp "$kernel" "$kernel.copy" && mv "$kernel.copy" "$kernel"
ok "reload succeeds with the same kernel in a new file" reloaded
ok "reload builds nothing when no module changed" silent_on "building"

# /boot is full, as it often is.
lines "virtiofs crash" "extra_bins /opt/tool" | config
ok "restart builds an image before /boot is full" restarted
mkdir "$work/boot"
cp "$root/boot"/* "$work/boot/"
trap 'umount "$root/boot" 2>/dev/null; rm -rf "$work"' EXIT
mount -t tmpfs -o "size=$(du -sk "$work/boot" | cut -f1)k" boot "$root/boot"
cp "$work/boot"/* "$root/boot/"
sum=$(sha256sum <"$(image)")
printf y >>"$root/opt/tool"
ok "restart succeeds when /boot is full" restarted
ok "restart warns that /boot is full and what it armed with" says "WARNING: build the image: .*$root/boot/.*No space left on device; armed with the last good image"
ok "restart leaves the image as it is when /boot is full" same
ok "restart leaves no unfinished file in a full /boot" test -z "$(find "$root/boot" -name '*.new*')"
echo "# another" >>"$root/etc/kdump.conf"
ok "restart fails when /boot is full and kdump.conf changed" exits 1 kdumpctl --capture "$root/opt/capture" restart
ok "restart says that /boot is full and the machine still armed" says "build the image: .*No space left on device.*; this machine is still armed"
umount "$root/boot"
cp "$work/boot"/* "$root/boot/"

# What was half-made when kdumpctl was killed goes with the next try.
lines "virtiofs crash" | config
: >"$(image).new"
ok "restart succeeds with the file of a killed build" restarted
ok "restart removes the file of a killed build" test ! -e "$(image).new"
finish
