#!/bin/sh
# test.sh - kdumpctl test: each step and what it leaves behind; the question before a crash
. "$(dirname "$0")/lib.sh"

# answer WORD COMMAND... - on a terminal, where WORD is typed when it asks.
answer()
{
	python3 - "$@" <<'P'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
said = b""
while True:
    try:
        more = os.read(fd, 4096)
    except OSError:
        break
    if not more:
        break
    said += more
    if b"Type yes to go on: " in said and sys.argv[1]:
        os.write(fd, sys.argv[1].encode() + b"\n")
        sys.argv[1] = ""
sys.stdout.write(said.decode().replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
P
}

root_new
device=
trap '[ -z "$device" ] || losetup -d "$device"; rm -rf "$work"' EXIT
ok "an image" exits 0 kdumpctl start
printf 'path /var/crash\nforce_no_rebuild 1\n' | config

ok "test" exits 0 kdumpctl test
ok "the configuration" says "^ok +configuration: .*/etc/kdump.conf$"
ok "loading" says "^ok +image built and loaded: the program kexec$"
ok "what is in the image" says "^ok +content of the image: /boot/initramfs-.*kdump.img$"
ok "its programs" says "^ok +programs of the image: kdump-capture saved a small core and compared the dump with it$"
ok "the target" says "^ok +target: .*a file was written and removed"
ok "all of it" says "test: all steps passed; \"kdumpctl test --crash\" tries a real crash"
ok "nothing is left on the target" test -z "$(ls -A "$root/var/crash")"
ok "still armed" is /sys/kernel/kexec_crash_loaded 1
ok "not for a test" sh -c "! grep -q kdump_test_id $root/kexec-arguments"
kdumpctl stop >/dev/null
ok "test of a machine that is not armed" exits 0 kdumpctl test
ok "does not arm it" is /sys/kernel/kexec_crash_loaded 0

# An image that loads, and holds all that it should, but whose program dies.
cp "$(image)" "$work/good.img"
unpack_image "$(image)" "$work/broken"
break_program "$work/broken/init"
pack_image "$work/broken" "$(image)"
ok "a capture program that dies" exits 1 kdumpctl test
ok "is loaded" says "^ok +image built and loaded: "
ok "holds all" says "^ok +content of the image: "
ok "but does not run" says "^FAILED +programs of the image: kdump-capture: killed by signal 4 .Illegal instruction.$"
ok "which is not good" says "test: 1 of the steps failed; a crash may not be saved"
cp "$work/good.img" "$(image)"

rmdir "$root/var/crash"
ok "a directory that is not there" exits 1 kdumpctl test
ok "is told, with the remedy" says "^FAILED +target: .*/var/crash does not exist; create it with \"mkdir -p\""
ok "the other steps are good" says "test: [12] of the steps failed; a crash may not be saved"
mkdir "$root/var/crash"

cp "$root/bin/kexec" "$root/kexec.good"
program kexec <<'E'
echo "Could not find a free area of memory" >&2
exit 1
E
ok "an image that does not load" exits 1 kdumpctl test
ok "is told" says "^FAILED +image built and loaded: .*Could not find a free area of memory"
ok "the content is not looked at" silent_on "content of the image"
ok "the target is" says "^ok +target: "
cp "$root/kexec.good" "$root/bin/kexec"

printf 'path /var/crash\nno_such_key\n' | config
ok "a wrong configuration" exits 1 kdumpctl test
ok "is told at once" says "kdump.conf:2"
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
echo "no image" >"$root/nonsense.img"
echo KDUMP_INITRD=/nonsense.img >>"$root/etc/sysconfig/kdump"
ok "a file that is no image" exits 1 kdumpctl test
ok "is told" says "^FAILED +image built and loaded: /.*nonsense.img is no initramfs"
# One without the plan: /init and kdump.conf alone.
(mkdir -p "$work/in/etc" && cd "$work/in" && : >init && : >etc/kdump.conf &&
	find . | cpio -o -H newc --quiet >"$root/nonsense.img")
ok "an image without a plan" exits 1 kdumpctl test
ok "is told" says "^FAILED +content of the image: .*etc/kdump/plan"
sed -i /KDUMP_INITRD/d "$root/etc/sysconfig/kdump"

truncate -s 80M "$work/device.img"
device=$(losetup -f --show "$work/device.img") || { echo "Bail out! no loop device"; exit 1; }
cp -a "$device" "$root/dev/"
printf 'raw %s\nforce_no_rebuild 1\n' "$device" | config
ok "a raw device" exits 0 kdumpctl test
ok "that is empty" says "^ok +target: .*the device can be written"
mkfs.ext4 -q -F "$device"
sum=$(sha256sum <"$device")
ok "one with a file system" exits 1 kdumpctl test
ok "is told, with the ways out" says "holds ext4.*wipefs.*raw_overwrite yes"
echo "raw_overwrite yes" >>"$root/etc/kdump.conf"
ok "unless that is wanted" exits 0 kdumpctl test
ok "and nothing was written to it" test "$sum" = "$(sha256sum <"$device")"
printf 'path /var/crash\nfallback_target raw %s\nforce_no_rebuild 1\n' "$device" | config
ok "a fallback" exits 1 kdumpctl test
ok "is looked at as well" says "^FAILED +fallback target 1: .*contains ext4"
ok "the main one is good" says "^ok +target: "

# The question before the crash.
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
: | put /proc/sysrq-trigger
ok "armed" exits 0 kdumpctl start
for word in no YES y; do
	ok "test --crash, answered with $word" exits 1 answer "$word" "$build/kdumpctl" --root "$root" test --crash
	ok "says what will happen" says "This PANICS the machine now"
	ok "does not" is /proc/sysrq-trigger ""
	ok "the kernel that waits makes no test of a crash" sh -c "! grep -q kdump_test_id $root/kexec-arguments"
	ok "it waits" is /sys/kernel/kexec_crash_loaded 1
done
ok "nor is a verdict expected" exits 0 kdumpctl status
ok "by status" silent_on "last test"
ok "answered with yes" exits 0 answer yes "$build/kdumpctl" --root "$root" test --crash
ok "it panics" is /proc/sysrq-trigger c
ok "for a test" grep -q kdump_test_id "$root/kexec-arguments"
ok "status" exits 0 kdumpctl status
ok "waits for the verdict" says "last test .*: waiting"
rm "$root/proc/sysrq-trigger"
ok "a kernel without sysrq" exits 1 kdumpctl test --crash --force
ok "is told" says "test: open .*/proc/sysrq-trigger"
ok "a crash from now on is no test" sh -c "! grep -q kdump_test_id $root/kexec-arguments"
ok "and no verdict is awaited" exits 0 kdumpctl status
ok "of a crash that was none" says "last test .*: unknown, the machine did not panic"
finish
