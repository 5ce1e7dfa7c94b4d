#!/bin/sh
# raw.sh - a dump on a raw device is moved into a directory by the next start, and only then wiped
. "$(dirname "$0")/lib.sh"

root_new
truncate -s 80M "$work/device.img"
device=$(losetup -f --show "$work/device.img") || { echo "Bail out! no loop device"; exit 1; }
trap 'losetup -d "$device"; rm -rf "$work"' EXIT
printf 'raw %s\npath /var/crash\nforce_no_rebuild 1\n' "$device" | config
: >"$(image)"

# stream END - a flattened stream that holds the word "content"; END: with its end mark or without
stream()
{
	python3 - "$device" "$1" <<'P'
import struct, sys
with open(sys.argv[1], "r+b") as f:
    f.write(bytes(65536)) # what an older dump may have left
    f.seek(0)
    f.write(b"makedumpfile".ljust(16, b"\0") + struct.pack(">qq", 1, 1))
    f.seek(4096)
    f.write(struct.pack(">qq", 0, 7) + b"content")
    if sys.argv[2] == "whole":
        f.write(struct.pack(">qq", -1, -1))
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
ok "shows it" says "incomplete +0 KB"
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
python3 - "$device" <<'P'
import struct, sys
size = 80 << 20
log = b"[  1.0] Kernel panic - not syncing: on a raw device\n"
with open(sys.argv[1], "r+b") as f:
    f.seek(size - (16 << 20))
    f.write(log)
    f.seek(size - 4096)
    one = b"vmcore-dmesg.txt".ljust(64, b"\0") + struct.pack("<QQ", size - (16 << 20), len(log))
    f.write(b"KDUMPRAW" + struct.pack("<IIQQII", 1, 2, 4096 + 16 + 7 + 16, 1700000000, 1, 0)
            + one.ljust(8 * 80, b"\0") + b"127.0.0.1-2023-11-14-22:13:20".ljust(64, b"\0"))
P
ok "list" exits 0 kdumpctl list
ok "knows the time" says "2023-11-14"
ok "a dump with a trailer" next_start
ok "is moved" says "was saved as /var/crash/127.0.0.1-2023-11-14-22:13:20"
ok "whole" grep -qx content "$root/var/crash/127.0.0.1-2023-11-14-22:13:20/vmcore"
ok "has its name and its log" grep -q "on a raw device" "$root/var/crash/127.0.0.1-2023-11-14-22:13:20/vmcore-dmesg.txt"
ok "list has the panic" exits 0 kdumpctl list
ok "in a line" says "on a raw device"
finish
