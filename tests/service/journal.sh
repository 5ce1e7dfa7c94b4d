#!/bin/sh
# journal.sh - what monitors find in the journal, and what the service manager is told
. "$(dirname "$0")/lib.sh"

# heard COMMAND... - its exit code; fields of the journal and notifications are in $work/heard, a
# line each. In a /run of its own, with a journal and a manager that only listen.
heard()
{
	unshare -m python3 - "$work" "$@" <<'P'
import os, socket, struct, subprocess, sys

def listen(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(path)
    s.setblocking(False)
    return s

def waiting(s):
    while True:
        try:
            yield s.recv(1 << 16)
        except BlockingIOError:
            return

def fields(data):
    while data:
        line, _, data = data.partition(b"\n")
        if b"=" not in line:
            size = struct.unpack("<Q", data[:8])[0]
            line, data = line + b"=" + data[8:8 + size].replace(b"\n", b"|"), data[9 + size:]
        yield line

subprocess.run(["mount", "-t", "tmpfs", "run", "/run"], check=True)
journal = listen("/run/systemd/journal/socket")
manager = listen("/run/manager")
env = dict(os.environ, NOTIFY_SOCKET="/run/manager")
with open(sys.argv[1] + "/words", "w") as words:
    code = subprocess.run(sys.argv[2:], env=env, stdout=words, stderr=words).returncode
with open(sys.argv[1] + "/heard", "wb") as out:
    for event in waiting(journal):
        out.writelines(f + b"\n" for f in fields(event))
    for note in waiting(manager):
        out.write(b"notify " + note.replace(b"\n", b"|") + b"\n")
sys.exit(code)
P
}

# start CODE - kdumpctl start ends with it.
start()
{
	got=0
	heard "$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" start || got=$?
	[ "$got" = "$1" ] || { cat "$work/words"; return 1; }
}

has()
{
	grep -qE -- "^$1\$" "$work/heard" || { cat "$work/heard"; return 1; }
}

lacks()
{
	! has "$@"
}

root_new
ok "a start" start 0
ok "armed" has "MESSAGE_ID=3d3468935e9f408494ec1c39f49626ae"
ok "in words" has "MESSAGE=armed: a crash will be saved .*128 MB, by the program kexec.*"
ok "is notable" has "PRIORITY=5"
ok "the image" has "KDUMP_IMAGE=/boot/initramfs-.*kdump.img"
ok "the kernel" has "KDUMP_KERNEL=/boot/vmlinuz-.*"
ok "how" has "KDUMP_METHOD=the program kexec"
ok "how much" has "KDUMP_CRASH_SIZE=134217728"
ok "the manager hears that it is up" has "notify READY=1"
ok "and what it is at" has "notify STATUS=Building the image for .*"
ok "at last" has "notify STATUS=Armed with /boot/initramfs-.*kdump.img, 128 MB reserved"
ok "status has it too" exits 0 kdumpctl status --json
ok "how" json_is '"the program kexec"' method
ok "a start of what runs" start 0
ok "is up" has "notify READY=1"
ok "is no event" lacks "MESSAGE_ID=.*"
kdumpctl stop >/dev/null

printf "virtiofs crash\nno_such_key\n" | config
ok "a start that fails" start 1
ok "is an event" has "MESSAGE_ID=278ee4f98c5249b0b811e322d43d5a4e"
ok "an error" has "PRIORITY=3"
ok "with its reason" has "KDUMP_WHY=the configuration has errors; see above"
ok "which the manager shows" has "notify STATUS=NOT armed: the configuration has errors; see above"
ok "it is not up" lacks "notify READY=1"

# The boot after a crash.
echo "virtiofs crash" | config
ok "armed" start 0
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
echo second-boot | put /proc/sys/kernel/random/boot_id
echo 0 | put /sys/kernel/kexec_crash_loaded
dump=127.0.0.1-$(date +%Y-%m-%d-%H:%M:%S)
printf '\177ELF' | put "/var/crash/$dump/vmcore"
echo '{ "version": 1, "errors": [ "the first", "the\nsecond" ] }' | put "/var/crash/$dump/kdump-status.json"
put "/var/crash/$dump/vmcore-dmesg.txt" <<'E'
[   17.0] BUG: kernel NULL pointer dereference, address: 0000000000000008
[   17.1] CPU: 1 PID: 77 Comm: bash Not tainted 6.1.0-18-amd64 #1 Debian
[   17.2] RIP: 0010:bad_read+0x1f/0x40 [baddrv]
[   17.3] Kernel panic - not syncing: Fatal exception
E
# The same bug, some years before.
printf '\177ELF' | put /var/crash/127.0.0.1-2021-01-01-10:00:00/vmcore
sed 's/77/4711/; s/0008/0010/' "$root/var/crash/$dump/vmcore-dmesg.txt" |
	put /var/crash/127.0.0.1-2021-01-01-10:00:00/vmcore-dmesg.txt
ok "the next boot" start 0
ok "tells of the crash" has "MESSAGE_ID=aaa14f89e93e4146a630b0b2c8191d63"
ok "which is critical" has "PRIORITY=2"
ok "where the dump is" has "KDUMP_DIRECTORY=/var/crash/$dump"
ok "of which kernel" has "KDUMP_KERNEL=6.1.0-18-amd64"
ok "why" has "KDUMP_REASON=BUG: kernel NULL pointer dereference, address: 0000000000000008"
ok "where" has "KDUMP_FUNCTION=bad_read\+0x1f/0x40 \[baddrv\]"
ok "which bug" has "KDUMP_FINGERPRINT=[0-9a-f]{16}"
ok "and how often" has "MESSAGE=the system crashed at .*\. Seen for the 2nd time since 2021-01-01"
ok "whole or not" has "KDUMP_STATE=complete"
ok "with which errors" has "KDUMP_ERRORS=the first; the.second"
ok "in words, too" has "MESSAGE=the system crashed at .*; errors of the capture: the first; the.second\. Seen .*"
ok "everybody hears of it" grep -q "the system crashed at .*bad_read" "$root/told-everybody"
ok "and it is armed again" has "MESSAGE_ID=3d3468935e9f408494ec1c39f49626ae"

# The boot after a rehearsal.
: | put /proc/sysrq-trigger
kdumpctl test --crash --force >/dev/null
id=$(sed -n 's/.*kdump_test_id=\([0-9]*\).*/\1/p' "$root/kexec-arguments")
echo third-boot | put /proc/sys/kernel/random/boot_id
echo 0 | put /sys/kernel/kexec_crash_loaded
printf '\177ELF' | put "/var/crash/kdump-test-$id/vmcore"
echo '{ "version": 1, "errors": [ ] }' | put "/var/crash/kdump-test-$id/kdump-status.json"
ok "the boot after a test" start 0
ok "has the verdict" has "MESSAGE_ID=e82b35948d8f4da8aafc14834d491d66"
ok "in words" has "MESSAGE=kdumpctl test: success"
ok "and no alarm" lacks "MESSAGE_ID=aaa14f89e93e4146a630b0b2c8191d63"
finish
