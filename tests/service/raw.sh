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

ok "start succeeds with an empty raw device" next_start
ok "start saves nothing from an empty raw device" test -z "$(ls -A "$root/var/crash")"
stream whole
ok "list succeeds with a dump on the raw device" exits 0 kdumpctl list
ok "list shows the dump on the raw device" says "incomplete +[0-9.]+ (Ki)?B"
ok "start succeeds with a dump on the raw device" next_start
ok "start says where it saved the dump of the raw device" says "the dump on $device was saved as /var/crash/"
ok "the recovered dump has the content of the stream" grep -qx content "$root"/var/crash/*/vmcore
ok "the recovered dump is in a directory for root alone" test "$(stat -c %a "$root"/var/crash/*)" = 700
ok "the device is free after the recovery" sh -c "! head -c 12 $device | grep -q makedumpfile"
ok "a second start succeeds after the recovery" next_start
ok "a second start recovers nothing" silent_on "was saved as"

rm -rf "$root"/var/crash/*
stream whole
mv "$root/var/crash" "$root/var/crash.away"
: >"$root/var/crash"
ok "start succeeds when the dump cannot be saved" next_start
ok "start warns that the dump was not recovered" says "WARNING: recover the dump on the raw device"
ok "the dump stays on the device when it cannot be saved" sh -c "head -c 12 $device | grep -q makedumpfile"
rm "$root/var/crash"
mv "$root/var/crash.away" "$root/var/crash"
ok "start succeeds when the dump can be saved again" next_start
ok "the dump is recovered by a later start" grep -qx content "$root"/var/crash/*/vmcore

# With the trailer of our capture: the small files come along. A stream that is of no use stays on
# the device, for somebody to look at.
rm -rf "$root"/var/crash/*
stream cut
ok "start succeeds with a truncated stream of no dump" next_start
ok "start warns of a stream that is no dump" says "WARNING: recover the dump on the raw device"
ok "a stream that is no dump leaves no file" test -z "$(ls -A "$root/var/crash")"
rm -rf "$root"/var/crash/*
stream whole
trailer 2 $((4096 + 16 + 7 + 16))
ok "list succeeds with a trailer on the device" exits 0 kdumpctl list
ok "list shows the time in the trailer" says "2023-11-14"
ok "start succeeds with a trailer on the device" next_start
ok "the recovered dump has the name in the trailer" says "was saved as /var/crash/127.0.0.1-2023-11-14-22:13:20"
ok "a recovered dump with a trailer has its content" grep -qx content "$root/var/crash/127.0.0.1-2023-11-14-22:13:20/vmcore"
ok "the log of the trailer is recovered" grep -q "on a raw device" "$root/var/crash/127.0.0.1-2023-11-14-22:13:20/vmcore-dmesg.txt"
ok "list succeeds after a recovery with a trailer" exits 0 kdumpctl list
ok "list shows the panic of the recovered log" says "on a raw device"

# keep_dumps counts it in the directory that it goes to.
me=0123456789abcdef0123456789abcdef
echo $me | put /etc/machine-id
for year in 2020 2021 2022; do
	echo core | put "/var/crash/127.0.0.1-$year-01-01-00:00:00/vmcore"
	printf '{"version":1,"state":"complete","machine_id":"%s","errors":[]}\n' $me |
		put "/var/crash/127.0.0.1-$year-01-01-00:00:00/kdump-status.json"
done
rm -rf "$root/var/crash/127.0.0.1-2023-11-14-22:13:20"
stream whole
trailer 2 $((4096 + 16 + 7 + 16))
echo "keep_dumps 2" >>"$root/etc/kdump.conf"
ok "start succeeds with keep_dumps" next_start
ok "start says which old dumps it removed" says "removed the old dump 127.0.0.1-2021-01-01-00:00:00"
ok "keep_dumps counts the recovered dump" test "$(ls "$root/var/crash" | tr '\n' ' ')" = \
	"127.0.0.1-2022-01-01-00:00:00 127.0.0.1-2023-11-14-22:13:20 "
sed -i /^keep_dumps/d "$root/etc/kdump.conf"
rm -rf "$root"/var/crash/*-2022-*

# A start that was interrupted: half a directory, or a whole one and the device not wiped yet.
dump=$root/var/crash/127.0.0.1-2023-11-14-22:13:20
mkdir "$root/var/crash/.kdump-raw"
: >"$root/var/crash/.kdump-raw/vmcore-incomplete"
stream whole
trailer 2 $((4096 + 16 + 7 + 16))
ok "start succeeds after an interrupted recovery" next_start
ok "a second dump of one name is saved beside the first" grep -qx content "$dump-1/vmcore"
ok "the first dump of that name stays as it is" grep -qx content "$dump/vmcore"
ok "nothing of the interrupted recovery is left" test "$(ls "$dump-1")" = "vmcore
vmcore-dmesg.txt" -a ! -e "$root/var/crash/.kdump-raw"

# Cut in the middle, over an older dump: what is surely there, and not what lies behind it.
rm -rf "$root"/var/crash/*
stream whole core 100000
trailer 1 $((4096 + 16 + 4000))
ok "start succeeds with a dump that was cut" next_start
ok "start warns of the truncated dump and names it" says "WARNING: the dump on the device is truncated.*$(basename "$dump")/vmcore-incomplete"
ok "the truncated dump has the bytes that were recorded" test "$(wc -c <"$dump/vmcore-incomplete")" = 4000 -a ! -e "$dump/vmcore"
ok "the log of a truncated dump is recovered" grep -q "on a raw device" "$dump/vmcore-dmesg.txt"
ok "list succeeds with a truncated dump" exits 0 kdumpctl list
ok "list calls the truncated dump incomplete" says "incomplete .*on a raw device"
ok "a second start succeeds after a truncated dump" next_start
ok "a second start recovers no truncated dump" silent_on "was saved as|cut"
rm -rf "$root"/var/crash/*
stream whole core 100000
trailer 1 0
ok "start succeeds with a dump that was cut at once" next_start
ok "start warns that only the logs were saved" says "WARNING: .*truncated near its beginning; only the logs were saved"
ok "a dump that was cut at once leaves its log alone" test "$(ls "$dump")" = vmcore-dmesg.txt
ok "list succeeds with the log of a dump cut at once" exits 0 kdumpctl list
ok "list calls it a log" says "log only .*on a raw device"

# Cut within its headers: no reader opens it, and still neither it nor the log is lost.
rm -rf "$root"/var/crash/*
stream whole core 100000
trailer 1 $((4096 + 16 + 100))
ok "start succeeds with a dump cut within its headers" next_start
ok "start names the file that has the cut headers" says "WARNING: the dump on the device is truncated.*$(basename "$dump")/vmcore.flat-incomplete"
ok "all bytes of the cut headers are kept" test "$(wc -c <"$dump/vmcore.flat-incomplete")" = $((4096 + 16 + 100))
ok "the log of a dump cut within its headers is saved" grep -q "on a raw device" "$dump/vmcore-dmesg.txt"
ok "the device is free after a dump cut within its headers" sh -c "! head -c 12 $device | grep -q makedumpfile"
ok "list succeeds with a dump cut within its headers" exits 0 kdumpctl list
ok "list calls a dump cut within its headers incomplete" says "incomplete .*on a raw device"

# No space: the dump stays where it is, whole.
rm -rf "$root"/var/crash/*
mount -t tmpfs -o size=1m none "$root/var/crash" || echo "Bail out! no tmpfs"
full()
{
	ok "start succeeds without space for a dump: $1" next_start
	ok "start warns that there is no space: $1" says "WARNING: recover the dump on the raw device: .*$2"
	ok "a recovery without space leaves no file: $1" test -z "$(ls -A "$root/var/crash")"
	ok "a recovery without space leaves the device as it is: $1" sh -c "head -c 12 $device | grep -q makedumpfile"
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
ok "start succeeds with space for the truncated dump" next_start
unset NOTIFY_SOCKET
wait
ok "the truncated dump is recovered with all its bytes" test "$(wc -c <"$dump/vmcore-incomplete")" = 3000000
ok "start extends the service's timeout for the recovery" grep -qx "EXTEND_TIMEOUT_USEC=14400000000" "$work/notes"
finish
