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

ok "a program that dies" exits 1 broken start
ok "is named, with its signal" says "programs of the image: kdump-capture: killed by signal 4 \(Illegal instruction\)"
ok "its image is not there" sh -c "! ls -A $root/boot | grep kdump"
ok "nothing is armed" is /sys/kernel/kexec_crash_loaded 0
cp /bin/busybox "$work/broken/kdump-capture"
ok "one that runs, and does not do it" exits 1 broken rebuild
ok "is named, with its exit status" says "kdump-capture: exit status [1-9][0-9]*: .*applet not found"
ok "kdump-image" exits 1 "$build/kdump-image" build --config "$root/etc/kdump.conf" --kernel "$version" \
	--root "$root" --capture "$work/broken/kdump-capture" --output "$work/image"
ok "says it, too" says "kdump-capture: exit status"
ok "and writes nothing" test ! -e "$work/image"
rm "$work/broken/selftest.core"
ok "without the core" exits 1 broken rebuild
ok "is told, with the remedy" says "selftest.core, which comes with kdump-capture; reinstall the package"
cp "$build/selftest.core" "$work/broken/"

ok "one that works" exits 0 kdumpctl start
ok "arms" is /sys/kernel/kexec_crash_loaded 1
cp "$(image)" "$work/good"
ok "a package that does not work, later" exits 0 broken restart
ok "says so" says "kdump-capture: exit status"
ok "and keeps the last good image" says "armed with the last good image"
ok "which is as it was" cmp "$(image)" "$work/good"

# For a machine that this one is not: nothing to say against it.
cp "$build/kdump-capture" "$work/broken/kdump-capture"
printf '\363\000' | dd of="$work/broken/kdump-capture" bs=1 seek=18 conv=notrunc status=none
ok "a program for another machine" exits 0 broken rebuild
ok "is not tried, and that is told" says "programs of the image: they are for another machine"

# The collector that is configured.
printf 'virtiofs crash\ncore_collector makedumpfile -c -d 31 --message-level 7\n' | config
ok "ours, as configured" exits 0 kdumpctl rebuild
ok "has nothing to say" silent_on "programs of the image"

# Other libraries: an image that a person has changed.
unpack_image "$work/good" "$work/in"
mkdir -p "$work/in/usr/bin" "$work/in/usr/lib64"
cp /bin/ls "$work/in/usr/bin/"
cp -L /lib64/ld-linux-x86-64.so.2 "$work/in/usr/lib64/"
pack_image "$work/in" "$root/others.img"
echo KDUMP_INITRD=/others.img >>"$root/etc/sysconfig/kdump"
ok "a program without its libraries" exits 1 kdumpctl restart
ok "is named" says "programs of /others.img: /usr/bin/ls: .*lib[a-z]*.so.[0-9]*: cannot open"
rm "$work/in/usr/bin/ls"
break_program "$work/in/init"
pack_image "$work/in" "$root/others.img"
ok "our program, broken" exits 1 kdumpctl restart
ok "is named" says "programs of /others.img: kdump-capture: killed by signal 4"

# Images of dracut and initramfs-tools: archives in a row, the first not compressed.
distro_image "$root/others.img"
ok "an image of others with our program" exits 0 kdumpctl restart
mkdir -p "$work/early/kernel/x86/microcode"
echo microcode >"$work/early/kernel/x86/microcode/GenuineIntel.bin"
zstd -q "$root/others.img" -o "$work/main.zst"
pack_image "$work/early" "$root/others.img"
cat "$work/main.zst" >>"$root/others.img"
ok "with microcode in front" exits 0 kdumpctl restart
ok "what is behind it is seen" sh -c "$build/kdump-image show $root/others.img | grep -q kdump-capture"
cp "$build/kdump-capture" "$work/broken/kdump-capture"
break_program "$work/broken/kdump-capture"
distro_image "$root/others.img" "$work/broken/kdump-capture"
zstd -q -f "$root/others.img" -o "$work/main.zst"
pack_image "$work/early" "$root/others.img"
cat "$work/main.zst" >>"$root/others.img"
ok "broken in there" exits 1 kdumpctl restart
ok "it is named" says "kdump-capture: killed by signal 4"
ok "a test" exits 1 kdumpctl test
ok "says so" says "^FAILED +image built and loaded: .*kdump-capture: killed by signal 4"
rm "$work/distro/usr/lib/kdump/kdump-capture"
pack_image "$work/distro" "$root/others.img"
ok "an image that has nothing of ours" exits 0 kdumpctl restart
ok "is told" says "programs of /others.img: the image holds no program of kdump"

before=$(left_behind)
# The kernel allows no user namespace below a chroot.
if unshare -U -r true 2>/dev/null; then
	ok "as in a container, in a user namespace" exits 0 unshare -U -r "$build/kdump-image" build --config "$root/etc/kdump.conf" --kernel "$version" \
		--root "$root" --capture "$build/kdump-capture" --output "$work/image"
else
	nr=$((nr + 1))
	echo "ok $nr - as in a container # SKIP no user namespace can be made here, as in a chroot"
fi
ok "nothing stays behind" test "$(left_behind)" -le "$before"
finish
