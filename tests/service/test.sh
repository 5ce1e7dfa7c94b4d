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
ok "start builds an image before the tests" exits 0 kdumpctl start
printf 'path /var/crash\nforce_no_rebuild 1\n' | config

ok "test passes with a working configuration" exits 0 kdumpctl test
ok "test has a line for the configuration" says "^ok +configuration: .*/etc/kdump.conf$"
ok "test has a line for building and loading" says "^ok +image built and loaded: the program kexec$"
ok "test has a line for the content of the image" says "^ok +content of the image: /boot/initramfs-.*kdump.img$"
ok "test has a line for the programs of the image" says "^ok +programs of the image: kdump-capture saved a small core and compared the dump with it$"
ok "test has a line for the target" says "^ok +target: .*a file was written and removed"
ok "test says that all steps passed" says "test: all steps passed; \"kdumpctl test --crash\" tries a real crash"
ok "test leaves nothing on the target" test -z "$(ls -A "$root/var/crash")"
ok "test leaves the machine armed" is /sys/kernel/kexec_crash_loaded 1
ok "test does not mark the loaded kernel as a test" sh -c "! grep -q kdump_test_id $root/kexec-arguments"
kdumpctl stop >/dev/null
ok "test passes on an unarmed machine" exits 0 kdumpctl test
ok "test leaves an unarmed machine unarmed" is /sys/kernel/kexec_crash_loaded 0

# An image that loads, and holds all that it should, but whose program dies.
cp "$(image)" "$work/good.img"
unpack_image "$(image)" "$work/broken"
break_program "$work/broken/init"
pack_image "$work/broken" "$(image)"
ok "test fails when the capture program dies" exits 1 kdumpctl test
ok "test loads the image of a program that dies" says "^ok +image built and loaded: "
ok "test finds the content complete with a program that dies" says "^ok +content of the image: "
ok "test names the signal of the program that dies" says "^FAILED +programs of the image: kdump-capture: killed by signal 4 .Illegal instruction.$"
ok "test counts the step that failed" says "test: 1 of the steps failed; a crash may not be saved"
cp "$work/good.img" "$(image)"

rmdir "$root/var/crash"
ok "test fails without the directory of dumps" exits 1 kdumpctl test
ok "test says how to create the directory" says "^FAILED +target: .*/var/crash does not exist; create it with \"mkdir -p\""
ok "test counts the failed target step" says "test: [12] of the steps failed; a crash may not be saved"
mkdir "$root/var/crash"

cp "$root/bin/kexec" "$root/kexec.good"
program kexec <<'E'
echo "Could not find a free area of memory" >&2
exit 1
E
ok "test fails when kexec fails" exits 1 kdumpctl test
ok "test gives kexec's reason" says "^FAILED +image built and loaded: .*Could not find a free area of memory"
ok "test does not look into an image that was not loaded" silent_on "content of the image"
ok "test tries the target of an image that was not loaded" says "^ok +target: "
cp "$root/kexec.good" "$root/bin/kexec"

printf 'path /var/crash\nno_such_key\n' | config
ok "test fails with a wrong configuration" exits 1 kdumpctl test
ok "test names the line of the mistake" says "kdump.conf:2"
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
echo "no image" >"$root/nonsense.img"
echo KDUMP_INITRD=/nonsense.img >>"$root/etc/sysconfig/kdump"
ok "test fails with a file that is not an image" exits 1 kdumpctl test
ok "test says that the file is not an initramfs" says "^FAILED +image built and loaded: /.*nonsense.img is no initramfs"
# One without the plan: /init and kdump.conf alone.
(mkdir -p "$work/in/etc" && cd "$work/in" && : >init && : >etc/kdump.conf &&
	find . | cpio -o -H newc --quiet >"$root/nonsense.img")
ok "test fails with an image without a plan" exits 1 kdumpctl test
ok "test names the missing plan" says "^FAILED +content of the image: .*etc/kdump/plan"
sed -i /KDUMP_INITRD/d "$root/etc/sysconfig/kdump"

truncate -s 80M "$work/device.img"
device=$(losetup -f --show "$work/device.img") || { echo "Bail out! no loop device"; exit 1; }
cp -a "$device" "$root/dev/"
printf 'raw %s\nforce_no_rebuild 1\n' "$device" | config
ok "test passes with an empty raw device" exits 0 kdumpctl test
ok "test says that the raw device can be written" says "^ok +target: .*the device can be written"
mkfs.ext4 -q -F "$device"
sum=$(sha256sum <"$device")
ok "test fails with a raw device that has a file system" exits 1 kdumpctl test
ok "test says how to free the raw device" says "holds ext4.*wipefs.*raw_overwrite yes"
echo "raw_overwrite yes" >>"$root/etc/kdump.conf"
ok "test passes with raw_overwrite" exits 0 kdumpctl test
ok "test writes nothing to the raw device" test "$sum" = "$(sha256sum <"$device")"
printf 'path /var/crash\nfallback_target raw %s\nforce_no_rebuild 1\n' "$device" | config
ok "test fails with an unusable fallback target" exits 1 kdumpctl test
ok "test has a line for the fallback target" says "^FAILED +fallback target 1: .*contains ext4"
ok "test has a good line for the main target" says "^ok +target: "

# The question before the crash.
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
: | put /proc/sysrq-trigger
ok "start arms the machine before the crash tests" exits 0 kdumpctl start
for word in no YES y; do
	ok "test --crash fails when $word is answered" exits 1 answer "$word" "$build/kdumpctl" --root "$root" test --crash
	ok "test --crash says what will happen before $word" says "This PANICS the machine now"
	ok "test --crash does not panic after $word" is /proc/sysrq-trigger ""
	ok "the kernel loaded after $word does not mark a test" sh -c "! grep -q kdump_test_id $root/kexec-arguments"
	ok "the machine stays armed after $word" is /sys/kernel/kexec_crash_loaded 1
done
ok "status works after an answer other than yes" exits 0 kdumpctl status
ok "status awaits no verdict after an answer other than yes" silent_on "last test"
ok "test --crash succeeds when yes is answered" exits 0 answer yes "$build/kdumpctl" --root "$root" test --crash
ok "test --crash panics after yes" is /proc/sysrq-trigger c
ok "the kernel loaded after yes marks a test" grep -q kdump_test_id "$root/kexec-arguments"
ok "status works after the test crash" exits 0 kdumpctl status
ok "status says that the verdict is awaited" says "last test .*: waiting"
rm "$root/proc/sysrq-trigger"
ok "test --crash fails in a kernel without sysrq" exits 1 kdumpctl test --crash --force
ok "test --crash names the missing sysrq-trigger" says "test: open .*/proc/sysrq-trigger"
ok "the kernel loaded without sysrq does not mark a test" sh -c "! grep -q kdump_test_id $root/kexec-arguments"
ok "status works after a test that did not panic" exits 0 kdumpctl status
ok "status says that the machine did not panic" says "last test .*: unknown, the machine did not panic"
finish
