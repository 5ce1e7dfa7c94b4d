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
ok "start succeeds with a journal and a manager" start 0
ok "start logs the event of an armed machine" has "MESSAGE_ID=3d3468935e9f408494ec1c39f49626ae"
ok "the event of an armed machine says what is loaded and how" has "MESSAGE=armed: a crash will be saved .*128 MB, by the program kexec.*"
ok "the event of an armed machine has priority notice" has "PRIORITY=5"
ok "the event of an armed machine names the image" has "KDUMP_IMAGE=/boot/initramfs-.*kdump.img"
ok "the event of an armed machine names the kernel" has "KDUMP_KERNEL=/boot/vmlinuz-.*"
ok "the event of an armed machine names the method" has "KDUMP_METHOD=the program kexec"
ok "the event of an armed machine has the size of the reservation" has "KDUMP_CRASH_SIZE=134217728"
ok "start tells the manager that the service is up" has "notify READY=1"
ok "start tells the manager that it builds the image" has "notify STATUS=Building the image for .*"
ok "start tells the manager that the machine is armed" has "notify STATUS=Armed with /boot/initramfs-.*kdump.img, 128 MB reserved"
ok "status --json works after start" exits 0 kdumpctl status --json
ok "status --json has the method" json_is '"the program kexec"' method
ok "a second start succeeds" start 0
ok "a second start tells the manager that the service is up" has "notify READY=1"
ok "a second start logs no event" lacks "MESSAGE_ID=.*"
kdumpctl stop >/dev/null

printf "virtiofs crash\nno_such_key\n" | config
ok "start fails with a mistake in kdump.conf" start 1
ok "a failed start logs the event of an unarmed machine" has "MESSAGE_ID=278ee4f98c5249b0b811e322d43d5a4e"
ok "the event of an unarmed machine has priority error" has "PRIORITY=3"
ok "the event of an unarmed machine has the reason" has "KDUMP_WHY=the configuration has errors; see above"
ok "a failed start tells the manager the reason" has "notify STATUS=NOT armed: the configuration has errors; see above"
ok "a failed start does not tell the manager that it is up" lacks "notify READY=1"

# The boot after a crash.
echo "virtiofs crash" | config
ok "start arms the machine before the crash" start 0
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
ok "start succeeds on the boot after a crash" start 0
ok "start logs the event of a crash" has "MESSAGE_ID=aaa14f89e93e4146a630b0b2c8191d63"
ok "the event of a crash has priority critical" has "PRIORITY=2"
ok "the event of a crash names the dump's directory" has "KDUMP_DIRECTORY=/var/crash/$dump"
ok "the event of a crash names the crashed kernel" has "KDUMP_KERNEL=6.1.0-18-amd64"
ok "the event of a crash has the reason" has "KDUMP_REASON=BUG: kernel NULL pointer dereference, address: 0000000000000008"
ok "the event of a crash names the guilty function" has "KDUMP_FUNCTION=bad_read\+0x1f/0x40 \[baddrv\]"
ok "the event of a crash has the fingerprint" has "KDUMP_FINGERPRINT=[0-9a-f]{16}"
ok "the event of a crash says how often the bug was seen" has "MESSAGE=the system crashed at .*\. Seen for the 2nd time since 2021-01-01"
ok "the event of a crash says that the dump is complete" has "KDUMP_STATE=complete"
ok "the event of a crash has the errors of the capture" has "KDUMP_ERRORS=the first; the.second"
ok "the message of a crash has the errors of the capture" has "MESSAGE=the system crashed at .*; errors of the capture: the first; the.second\. Seen .*"
ok "start tells all terminals of the crash" grep -q "the system crashed at .*bad_read" "$root/told-everybody"
ok "start arms the machine again after a crash" has "MESSAGE_ID=3d3468935e9f408494ec1c39f49626ae"

# The boot after a rehearsal.
: | put /proc/sysrq-trigger
kdumpctl test --crash --force >/dev/null
id=$(sed -n 's/.*kdump_test_id=\([0-9]*\).*/\1/p' "$root/kexec-arguments")
echo third-boot | put /proc/sys/kernel/random/boot_id
echo 0 | put /sys/kernel/kexec_crash_loaded
printf '\177ELF' | put "/var/crash/kdump-test-$id/vmcore"
echo '{ "version": 1, "errors": [ ] }' | put "/var/crash/kdump-test-$id/kdump-status.json"
ok "start succeeds on the boot after a test crash" start 0
ok "start logs the event of a tested machine" has "MESSAGE_ID=e82b35948d8f4da8aafc14834d491d66"
ok "the event of a tested machine says success" has "MESSAGE=kdumpctl test: success"
ok "start does not log a test as a crash" lacks "MESSAGE_ID=aaa14f89e93e4146a630b0b2c8191d63"
finish
