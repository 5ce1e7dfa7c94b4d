#!/bin/sh
# raw.sh - a dump on a raw device is moved into a directory by the next start, and only then wiped
. "$(dirname "$0")/lib.sh"

root_new
truncate -s 80M "$work/device.img"
device=$(losetup -f --show "$work/device.img") || { echo "Bail out! no loop device"; exit 1; }
trap 'umount -q "$root/var/crash"; losetup -d "$device"; rm -rf "$work"' EXIT
node "$device"
printf 'raw %s\npath /var/crash\nforce_no_rebuild 1\n' "$device" | config
(cd "$root/etc" && echo kdump.conf | cpio -o -H newc --quiet >"$(image)")

# stream END [TEXT [COUNT]] - a flattened stream of one record, the word "content" or TEXT so many
# times; END: whole, with its end mark, or cut. The TEXT "core" is four bytes, and the first are the
# headers of an ELF core.
stream()
{
	python3 - "$device" "$@" <<'P'
import os, struct, sys
text = os.fsencode(sys.argv[3] if len(sys.argv) > 3 else "content") * int(sys.argv[4] if len(sys.argv) > 4 else 1)
if sys.argv[3:4] == ["core"]:
    head = b"\177ELF\2\1\1".ljust(16, b"\0") + struct.pack("<HHIQQQIHHHHHH", 4, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", 1, 7, 4096, 0, 0, len(text), len(text), 0)
    text = head + text[len(head):]
with open(sys.argv[1], "r+b") as f:
    f.write(bytes(65536)) # what an older dump may have left
    f.seek(0)
    f.write(b"makedumpfile".ljust(16, b"\0") + struct.pack(">qq", 1, 1))
    f.seek(4096)
    f.write(struct.pack(">qq", 0, len(text)) + text)
    if sys.argv[2] == "whole":
        f.write(struct.pack(">qq", -1, -1))
P
}

# trailer STATE LENGTH - what our capture leaves at the end of the device, with a log; states as in
# raw_area.h: 1 writing, 2 complete, 3 partial
trailer()
{
	python3 - "$device" "$@" <<'P'
import struct, sys
size = 80 << 20
log = b"[  1.0] Kernel panic - not syncing: on a raw device\n"
with open(sys.argv[1], "r+b") as f:
    f.seek(size - (16 << 20))
    f.write(log)
    f.seek(size - 4096)
    one = b"vmcore-dmesg.txt".ljust(64, b"\0") + struct.pack("<QQ", size - (16 << 20), len(log))
    f.write(b"KDUMPRAW" + struct.pack("<IIQQII", 1, int(sys.argv[2]), int(sys.argv[3]), 1700000000, 1, 0)
            + one.ljust(8 * 80, b"\0") + b"127.0.0.1-2023-11-14-22:13:20".ljust(64, b"\0"))
P
}

next_start()
{
	echo 0 >"$root/sys/kernel/kexec_crash_loaded"
	exits 0 kdumpctl start
}

ok "nothing on the device" next_start
ok "nothing is saved" test -z "$(ls -A "$root/var/crash")"
stream whole
ok "list" exits 0 kdumpctl list
ok "shows it" says "incomplete +[0-9.]+ (Ki)?B"
ok "a dump" next_start
ok "is moved" says "the dump on $device was saved as /var/crash/"
ok "whole" grep -qx content "$root"/var/crash/*/vmcore
ok "into a directory for root alone" test "$(stat -c %a "$root"/var/crash/*)" = 700
ok "the device is free again" sh -c "! head -c 12 $device | grep -q makedumpfile"
ok "the start after that" next_start
ok "has nothing to do" silent_on "was saved as"

rm -rf "$root"/var/crash/*
stream whole
mv "$root/var/crash" "$root/var/crash.away"
: >"$root/var/crash"
ok "no place to save it" next_start
ok "is told" says "WARNING: recover the dump on the raw device"
ok "the dump stays on the device" sh -c "head -c 12 $device | grep -q makedumpfile"
rm "$root/var/crash"
mv "$root/var/crash.away" "$root/var/crash"
ok "later" next_start
ok "it is saved" grep -qx content "$root"/var/crash/*/vmcore

# With the trailer of our capture: the small files come along. A stream that is of no use stays on
# the device, for somebody to look at.
rm -rf "$root"/var/crash/*
stream cut
ok "a stream that holds no dump" next_start
ok "is told" says "WARNING: recover the dump on the raw device"
ok "leaves nothing half-made" test -z "$(ls -A "$root/var/crash")"
rm -rf "$root"/var/crash/*
stream whole
trailer 2 $((4096 + 16 + 7 + 16))
ok "list" exits 0 kdumpctl list
ok "knows the time" says "2023-11-14"
ok "a dump with a trailer" next_start
ok "is moved" says "was saved as /var/crash/127.0.0.1-2023-11-14-22:13:20"
ok "whole" grep -qx content "$root/var/crash/127.0.0.1-2023-11-14-22:13:20/vmcore"
ok "has its name and its log" grep -q "on a raw device" "$root/var/crash/127.0.0.1-2023-11-14-22:13:20/vmcore-dmesg.txt"
ok "list has the panic" exits 0 kdumpctl list
ok "in a line" says "on a raw device"

# A start that was interrupted: half a directory, or a whole one and the device not wiped yet.
dump=$root/var/crash/127.0.0.1-2023-11-14-22:13:20
mkdir "$root/var/crash/.kdump-raw"
: >"$root/var/crash/.kdump-raw/vmcore-incomplete"
stream whole
trailer 2 $((4096 + 16 + 7 + 16))
ok "after an interrupted start" next_start
ok "it is saved beside the one that may be the same" grep -qx content "$dump-1/vmcore"
ok "which stays" grep -qx content "$dump/vmcore"
ok "and no half is left" test "$(ls "$dump-1")" = "vmcore
vmcore-dmesg.txt" -a ! -e "$root/var/crash/.kdump-raw"

# Cut in the middle, over an older dump: what is surely there, and not what lies behind it.
rm -rf "$root"/var/crash/*
stream whole core 100000
trailer 1 $((4096 + 16 + 4000))
ok "one that was cut" next_start
ok "is told" says "WARNING: the dump on the device is truncated.*$(basename "$dump")/vmcore-incomplete"
ok "has as much as was surely there" test "$(wc -c <"$dump/vmcore-incomplete")" = 4000 -a ! -e "$dump/vmcore"
ok "and its log" grep -q "on a raw device" "$dump/vmcore-dmesg.txt"
ok "list" exits 0 kdumpctl list
ok "calls it incomplete" says "incomplete .*on a raw device"
ok "the start after that" next_start
ok "finds nothing" silent_on "was saved as|cut"
rm -rf "$root"/var/crash/*
stream whole core 100000
trailer 1 0
ok "one that was cut at once" next_start
ok "is told" says "WARNING: .*truncated near its beginning; only the logs were saved"
ok "has its log" test "$(ls "$dump")" = vmcore-dmesg.txt
ok "list" exits 0 kdumpctl list
ok "calls it so" says "log only .*on a raw device"

# Cut within its headers: no reader opens it, and still neither it nor the log is lost.
rm -rf "$root"/var/crash/*
stream whole core 100000
trailer 1 $((4096 + 16 + 100))
ok "a dump that was cut within its headers" next_start
ok "what there is of it is named" says "WARNING: the dump on the device is truncated.*$(basename "$dump")/vmcore.flat-incomplete"
ok "all its bytes are kept" test "$(wc -c <"$dump/vmcore.flat-incomplete")" = $((4096 + 16 + 100))
ok "the log of such a dump is saved" grep -q "on a raw device" "$dump/vmcore-dmesg.txt"
ok "the device of such a dump is free again" sh -c "! head -c 12 $device | grep -q makedumpfile"
ok "list of such a dump" exits 0 kdumpctl list
ok "calls it incomplete, too" says "incomplete .*on a raw device"

# No space: the dump stays where it is, whole.
rm -rf "$root"/var/crash/*
mount -t tmpfs -o size=1m none "$root/var/crash" || echo "Bail out! no tmpfs"
full()
{
	ok "no space, $1" next_start
	ok "is told" says "WARNING: recover the dump on the raw device: .*$2"
	ok "leaves nothing half-made" test -z "$(ls -A "$root/var/crash")"
	ok "and the device as it was" sh -c "head -c 12 $device | grep -q makedumpfile"
}
stream whole core 1000000
full "another program's" "No space left"
stream whole core 1000000
trailer 2 $((4096 + 16 + 4000000 + 16))
full "ours" "the dump has 3 MB, and [01] MB are free; free some space"
trailer 3 $((4096 + 16 + 3000000))
full "ours that was cut" "free some space"
umount "$root/var/crash"

# systemd gives a start five minutes: it is asked for more, before.
notified()
{
	python3 - "$root/notify" <<'P'
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(60)
text = ""
while "READY=1" not in text:
    text = s.recv(4096).decode()
    print(text, flush=True)
P
}
notified >"$work/notes" &
until [ -S "$root/notify" ]; do sleep 0.1; done
NOTIFY_SOCKET=$root/notify
export NOTIFY_SOCKET
ok "with space" next_start
unset NOTIFY_SOCKET
wait
ok "it is saved" test "$(wc -c <"$dump/vmcore-incomplete")" = 3000000
ok "and the service is waited for" grep -qx "EXTEND_TIMEOUT_USEC=14400000000" "$work/notes"
finish
