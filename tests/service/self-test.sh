#!/bin/sh
# self-test.sh - an image whose programs do not run is neither written nor loaded
. "$(dirname "$0")/lib.sh"

# Like kdumpctl, but with another capture program.
broken()
{
	"$build/kdumpctl" --root "$root" --capture "$work/broken/kdump-capture" \
		--collector "$build/kdump-collect" "$@"
}

# Directories that the self-test of an image makes, of this script or of others at work.
left_behind()
{
	ls -d /run/kdump-self-test-* /tmp/kdump-self-test-* 2>/dev/null | wc -l
}

root_new
mkdir "$work/broken"
cp "$build/kdump-capture" "$build/selftest.core" "$work/broken/"
break_program "$work/broken/kdump-capture"

ok "start fails when kdump-capture dies" exits 1 broken start
ok "start names the program and its signal" says "programs of the image: kdump-capture: killed by signal 4 \(Illegal instruction\)"
ok "start leaves no image whose program dies" sh -c "! ls -A $root/boot | grep kdump"
ok "start arms nothing with a program that dies" is /sys/kernel/kexec_crash_loaded 0
cp /bin/busybox "$work/broken/kdump-capture"
ok "rebuild fails when kdump-capture does something else" exits 1 broken rebuild
ok "rebuild names the program and its exit status" says "kdump-capture: exit status [1-9][0-9]*: .*applet not found"
ok "kdump-image build fails when kdump-capture does not work" exits 1 "$build/kdump-image" build --config "$root/etc/kdump.conf" --kernel "$version" \
	--root "$root" --capture "$work/broken/kdump-capture" --output "$work/image"
ok "kdump-image build names the program and its exit status" says "kdump-capture: exit status"
ok "kdump-image build writes no image with a broken program" test ! -e "$work/image"
rm "$work/broken/selftest.core"
ok "rebuild fails without the core of the self-test" exits 1 broken rebuild
ok "rebuild names the missing core and the remedy" says "selftest.core, which comes with kdump-capture; reinstall the package"
cp "$build/selftest.core" "$work/broken/"

ok "start accepts a kdump-capture that works" exits 0 kdumpctl start
ok "start arms the machine with it" is /sys/kernel/kexec_crash_loaded 1
cp "$(image)" "$work/good"
ok "restart succeeds when an upgrade broke kdump-capture" exits 0 broken restart
ok "restart names the broken program" says "kdump-capture: exit status"
ok "restart says that it armed with the last good image" says "armed with the last good image"
ok "the last good image is as it was" cmp "$(image)" "$work/good"

# For a machine that this one is not: nothing to say against it.
cp "$build/kdump-capture" "$work/broken/kdump-capture"
printf '\363\000' | dd of="$work/broken/kdump-capture" bs=1 seek=18 conv=notrunc status=none
ok "rebuild accepts a kdump-capture of another architecture" exits 0 broken rebuild
ok "rebuild warns that programs of another machine were not tried" says "programs of the image: they are for another machine"

# The collector that is configured.
printf 'virtiofs crash\ncore_collector makedumpfile -c -d 31 --message-level 7\n' | config
ok "rebuild accepts the configured collector line" exits 0 kdumpctl rebuild
ok "rebuild has no warning about programs that work" silent_on "programs of the image"

# Other libraries: an image that a person has changed.
unpack_image "$work/good" "$work/in"
mkdir -p "$work/in/usr/bin" "$work/in/usr/lib64"
cp /bin/ls "$work/in/usr/bin/"
cp -L /lib64/ld-linux-x86-64.so.2 "$work/in/usr/lib64/"
pack_image "$work/in" "$root/others.img"
echo KDUMP_INITRD=/others.img >>"$root/etc/sysconfig/kdump"
ok "restart refuses a prebuilt image with a program without libraries" exits 1 kdumpctl restart
ok "restart names the program and the missing library" says "programs of /others.img: /usr/bin/ls: .*lib[a-z]*.so.[0-9]*: cannot open"
rm "$work/in/usr/bin/ls"
break_program "$work/in/init"
pack_image "$work/in" "$root/others.img"
ok "restart refuses a prebuilt image with a broken kdump-capture" exits 1 kdumpctl restart
ok "restart names the broken program of the prebuilt image" says "programs of /others.img: kdump-capture: killed by signal 4"

# Images of dracut and initramfs-tools: archives in a row, the first not compressed.
distro_image "$root/others.img"
ok "restart accepts a dracut image with our program" exits 0 kdumpctl restart
mkdir -p "$work/early/kernel/x86/microcode"
echo microcode >"$work/early/kernel/x86/microcode/GenuineIntel.bin"
zstd -q "$root/others.img" -o "$work/main.zst"
pack_image "$work/early" "$root/others.img"
cat "$work/main.zst" >>"$root/others.img"
ok "restart accepts an image with microcode in front" exits 0 kdumpctl restart
ok "kdump-image show lists what is behind the microcode" sh -c "$build/kdump-image show $root/others.img | grep -q kdump-capture"
cp "$build/kdump-capture" "$work/broken/kdump-capture"
break_program "$work/broken/kdump-capture"
distro_image "$root/others.img" "$work/broken/kdump-capture"
zstd -q -f "$root/others.img" -o "$work/main.zst"
pack_image "$work/early" "$root/others.img"
cat "$work/main.zst" >>"$root/others.img"
ok "restart refuses a broken program behind the microcode" exits 1 kdumpctl restart
ok "restart names the broken program behind the microcode" says "kdump-capture: killed by signal 4"
ok "test fails with a broken program in the image" exits 1 kdumpctl test
ok "test names the broken program in its step" says "^FAILED +image built and loaded: .*kdump-capture: killed by signal 4"
rm "$work/distro/usr/lib/kdump/kdump-capture"
pack_image "$work/distro" "$root/others.img"
ok "restart accepts a prebuilt image without our program" exits 0 kdumpctl restart
ok "restart warns that the image has no program of kdump" says "programs of /others.img: the image holds no program of kdump"

before=$(left_behind)
# The kernel allows no user namespace below a chroot.
if unshare -U -r true 2>/dev/null; then
	ok "kdump-image build works in a user namespace" exits 0 unshare -U -r "$build/kdump-image" build --config "$root/etc/kdump.conf" --kernel "$version" \
		--root "$root" --capture "$build/kdump-capture" --output "$work/image"
else
	nr=$((nr + 1))
	echo "ok $nr - kdump-image build works in a user namespace # SKIP no user namespace can be made here, as in a chroot"
fi
ok "the self-test leaves no directory behind" test "$(left_behind)" -le "$before"
finish
