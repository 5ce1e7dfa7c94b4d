#!/bin/sh
# sealed.sh - list and show over encrypted dumps: closed without a key, read in memory with it
. "$(dirname "$0")/lib.sh"

root_new
echo "path /var/crash" | config
crash=$root/var/crash
for name in ours other; do
	"$build/kdumpctl" -q keygen "$work/$name.key" >"$work/$name.pub" 2>/dev/null || exit 1
done

# seal_to NAME FILE - standard input, encrypted, becomes a file of the root.
seal_to()
{
	mkdir -p "$(dirname "$root$2")"
	"$build/kdump-collect" -q -f --encrypt --encrypt-to "$(cat "$work/$1.pub")" - "$root$2"
}

oops()
{
	printf '[    1.0] Linux version 6.1.0-18-amd64\n'
	cat <<-E
		[   17.01] BUG: kernel NULL pointer dereference, address: 0000000000000010
		[   17.1] CPU: 1 PID: 7 Comm: planted-secret Not tainted 6.1.0-18-amd64 #1 Debian
		[   17.1] RIP: 0010:$1+0x1f/0x40
		[   17.2] Call Trace:
		[   17.2]  <TASK>
		[   17.3]  vfs_read+0x11/0x300
		[   17.4]  </TASK>
		[   17.5] Kernel panic - not syncing: Fatal exception
	E
}

# core SECONDS - of the crash: a dump in makedumpfile's format, flattened, as the capture seals it.
core()
{
	python3 - "$1" <<'P'
import struct, sys
uts = b"".join(s.ljust(65, b"\0") for s in
               (b"Linux", b"host", b"6.1.0-18-amd64", b"#1", b"x86_64", b""))
head = b"KDUMP   " + struct.pack("<i", 6) + uts + bytes(6) + struct.pack("<qqi", int(sys.argv[1]), 0, 0)
head = (head + struct.pack("<i", 4096)).ljust(4096, b"\0")
sub = struct.pack("<QiiQQqQ", 0, 31, 0, 0, 0, 8192, 75)
info = b"OSRELEASE=6.1.0-18-amd64\nBUILD-ID=" + b"3b43fad5034874490492495d552c0af6a5fab235\n"
data = (head + sub).ljust(8192, b"\0") + info + bytes(300000)
out = b"makedumpfile".ljust(16, b"\0") + struct.pack(">QQ", 1, 1)
out = out.ljust(4096, b"\0")
for at in range(0, len(data), 5000):
    part = data[at:at + 5000]
    out += struct.pack(">QQ", at, len(part)) + part
sys.stdout.buffer.write(out + b"\xff" * 16)
P
}

# sealed_dump KEY NAME FUNCTION - each a day and some hours after the one before.
sealed_dump()
{
	local at
	at=$((1700000000 + $(ls "$crash" | wc -l) * 100000)) # before a pipe makes the dump's directory
	core $at | seal_to "$1" "/var/crash/$2/vmcore.age"
	oops "$3" | seal_to "$1" "/var/crash/$2/vmcore-dmesg.txt.age"
	printf 'Report of the crash\nIn function %s\n' "$3" | seal_to "$1" "/var/crash/$2/vmcore-report.txt.age"
	echo '{}' | seal_to "$1" "/var/crash/$2/vmcore-report.json.age"
	echo '{ "version": 1, "errors": [ ] }' | put "/var/crash/$2/kdump-status.json"
}

# flip FILE OFFSET
flip()
{
	python3 -c 'import sys
f = open(sys.argv[1], "r+b"); f.seek(int(sys.argv[2])); b = f.read(1)[0]
f.seek(int(sys.argv[2])); f.write(bytes([b ^ 1]))' "$1" "$2"
}

# contents - every file below the root and in /tmp of this test, to see that none is added or changed.
contents()
{
	find "$root" -type f ! -path '*/boot/*' ! -path '*/lib/*' -exec sha256sum {} + | sort
}

first=127.0.0.1-2021-01-01-10:00:00 second=127.0.0.1-2021-02-01-10:00:00
sealed_dump ours $first pci_read

ok "list without a key works" exits 0 kdumpctl list
ok "list without a key says that the dump is sealed, and how to open it" says \
	"complete .*sealed, see \"kdumpctl show --identity FILE\""
ok "list without a key shows nothing of the log" silent_on "pci_read|NULL pointer|planted-secret"
ok "list --json without a key works" exits 0 kdumpctl --json list
ok "list --json says that the dump is encrypted" json_is true 0 encrypted
ok "list --json says that it was not opened" json_is false 0 opened
ok "show without a key works" exits 0 kdumpctl show
ok "show without a key says how to open it" says "^Encrypted yes; with --identity FILE"
ok "show without a key gives the command that decrypts" says "kdump-collect --decrypt -i FILE vmcore.age vmcore"
ok "show without a key does not offer the encrypted core to crash" silent_on "^ *(Open +)?crash "
ok "show without a key names the encrypted report" says "^Report +vmcore-report.txt.age, encrypted"
ok "show without a key does not call the core's format unknown" silent_on "format is unknown"

contents >"$work/before"
ok "list with the key works" exits 0 kdumpctl list --identity "$work/ours.key"
ok "list with the key shows reason and function" says "NULL pointer dereference, address: 0+10 at pci_read.0x1f/0x40"
ok "list with the key shows the kernel" says "6.1.0-18-amd64"
ok "show with the key works" exits 0 kdumpctl show --identity="$work/ours.key" last
ok "show with the key shows the reason" says "^Panic .*NULL pointer dereference.* at pci_read"
ok "show with the key shows the report" says "^In function pci_read"
ok "show with the key says that it was opened" says "^Encrypted yes, opened"
ok "show with the key takes the time of the core" says "^Crashed +2023-11-1[45]"
ok "show with the key gives the command that decrypts, with this key" says \
	"kdump-collect --decrypt -i $work/ours.key /var/crash/127.0.0.1-2021-01-01-10:00:00/vmcore.age /var/crash/127.0.0.1-2021-01-01-10:00:00/vmcore\$"
ok "show with the key gives the crash command for what was decrypted" says "crash .*10:00:00/vmcore\$"
ok "show with the key reads the build ID out of the encrypted core" says "3b43fad5034874490492495d552c0af6a5fab235"
ok "list --json with the key works" exits 0 kdumpctl --json list --identity "$work/ours.key"
ok "list --json has the function" json_is '"pci_read+0x1f/0x40"' 0 panic function
ok "list --json says that it was opened" json_is true 0 opened
contents >"$work/after"
ok "nothing decrypted is written below the root" cmp "$work/before" "$work/after"
ok "a key from a pipe is taken" sh -c 'cat "$1" | exec "$2" --root "$3" list --identity /dev/stdin >"$4" 2>&1' sh \
	"$work/ours.key" "$build/kdumpctl" "$root" "$work/words"
ok "a key from a pipe opens the dump" says "at pci_read"
# Everything it opens for writing, as the kernel sees it.
ok "show with the key opens no file for writing" sh -c 'strace -f -e trace=open,openat,creat,memfd_create -o "$1" "$2" \
	--root "$3" show --identity "$4" >/dev/null && ! grep -E "O_WRONLY|O_RDWR|O_CREAT|creat\(|memfd" "$1"' sh \
	"$work/trace" "$build/kdumpctl" "$root" "$work/ours.key"

sealed_dump other $second ext4_readdir
ok "a dump for another key does not stop the list" exits 0 kdumpctl list --identity "$work/ours.key"
ok "a dump for another key is called that" says "2021-02-01 .*sealed, and not opened: .*sealed for another key"
ok "the dump for this key is opened beside it" says "at pci_read"
ok "show of a dump for another key fails" exits 1 kdumpctl show --identity "$work/ours.key" $second
ok "show of a dump for another key says why" says "^Encrypted yes, and not opened: .*another key"
ok "show of a dump for another key shows no report" silent_on "In function"
cat "$work/ours.key" "$work/other.key" >"$work/both.key"
ok "a file with both keys opens both dumps" exits 0 kdumpctl list --identity "$work/both.key"
ok "a file with both keys opens the second dump" says "at ext4_readdir"

sealed_dump ours $second pci_read
ok "the same bug in two encrypted dumps is counted" exits 0 kdumpctl list --identity "$work/ours.key"
ok "the count is in the line" says "2nd time since 20"

# Damage anywhere is an error, and nothing of the file is shown.
log=$crash/$second/vmcore-dmesg.txt.age
cp "$log" "$work/log"
for at in 0 40 170 $(($(stat -c %s "$log") - 1)); do
	cp "$work/log" "$log"
	flip "$log" "$at"
	ok "a log with a flipped bit at $at does not stop the list" exits 0 kdumpctl list --identity "$work/ours.key"
	ok "a log with a flipped bit at $at is not shown" says "^ +[12] .*sealed, and not opened: vmcore-dmesg.txt.age"
	ok "show of a log with a flipped bit at $at fails" exits 1 kdumpctl show --identity "$work/ours.key" $second
done
head -c 200 "$work/log" >"$log"
ok "show of a log that is cut fails" exits 1 kdumpctl show --identity "$work/ours.key" $second
ok "show of a log that is cut says so" says "not opened: vmcore-dmesg.txt.age: .*cut"
: >"$log"
ok "an empty log is no log" exits 0 kdumpctl show --identity "$work/ours.key" $second
ok "an empty log is said to be none" says "unknown, there is no kernel log"
cp "$work/log" "$log"
flip "$crash/$second/vmcore-report.txt.age" 200
ok "show of a damaged report fails" exits 1 kdumpctl show --identity "$work/ours.key" $second
ok "show of a damaged report names it" says "vmcore-report.txt.age: .*(changed|damaged|cut)"
ok "show of a damaged report shows nothing of it" silent_on "In function"

# With "encrypt_summary clear" the status has the reason, which is shown without a key.
clear=127.0.0.1-2021-02-02-10:00:00
sealed_dump ours $clear ext4_readdir
print=$(oops ext4_readdir | "$build/kdump-report" --json --log - | sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/')
put "/var/crash/$clear/kdump-status.json" <<E
{ "version": 1, "errors": [ ], "reason": "BUG: in the clear\u001b[2J", "fingerprint": "$print", "fatal": true,
  "collector": { "kernel_release": "6.1.0-18-amd64", "crash_time": 1700200000 } }
E
ok "list with a summary in clear works" exits 0 kdumpctl list
ok "list has the kernel and the reason, and says how to open it" says \
	"2023-11-1[67].* 6.1.0-18-amd64 +BUG: in the clear\?\[2J; sealed, see \"kdumpctl show --identity FILE\""
ok "list has nothing of the encrypted log" silent_on "ext4_readdir|NULL pointer|planted-secret"
ok "show with a summary in clear works" exits 0 kdumpctl show $clear
ok "show has the reason" says "^Panic +BUG: in the clear\?\[2J; sealed"
ok "show --json with a summary in clear works" exits 0 kdumpctl --json show $clear
ok "show --json has the fingerprint" json_is "\"$print\"" panic fingerprint
ok "show --json has the reason" json_is '"BUG: in the clear?[2J"' panic reason
ok "show with a summary in clear and a key works" exits 0 kdumpctl show --identity "$work/ours.key" $clear
ok "with a key the log has the reason" says "^Panic .*NULL pointer dereference.* at ext4_readdir"
ok "show --json with a key works" exits 0 kdumpctl --json show --identity "$work/ours.key" $clear
ok "the fingerprint is the same with a key" json_is "\"$print\"" panic fingerprint
cp -r "$crash/$clear" "$crash/127.0.0.1-2021-02-03-10:00:00"
sed -i s/1700200000/1700300000/ "$crash/127.0.0.1-2021-02-03-10:00:00/kdump-status.json"
ok "list with two summaries in clear works" exits 0 kdumpctl list
ok "the same bug is counted without a key" says "sealed, see .*2nd time since 2023-11-1[67]"
rm -r "${crash:?}"/*-2021-02-0[23]-*

# What is given as a key.
ok "a key file that is missing is an error" exits 1 kdumpctl list --identity "$work/none"
ok "the error names the file" says "list: --identity: .*none: No such file"
ok "a public key in place of a private one is an error" exits 1 kdumpctl list --identity "$work/ours.pub"
ok "the public key is called that" says "this is a public key"
ok "a key of a plugin is refused by name" sh -c 'echo AGE-PLUGIN-YUBIKEY-1QQ >"$1"' sh "$work/plugin"
ok "list with a plugin's key is an error" exits 1 kdumpctl show --identity "$work/plugin"
ok "the plugin's key is called that" says "plugins are not supported"
ok "--identity without a file is an error" exits 1 kdumpctl list --identity
ok "--identity without a file says what it needs" says "needs the name of a file"
ok "other commands do not take --identity" exits 1 kdumpctl status --identity "$work/ours.key"

# An incomplete one, and a log that is larger than the part that is read.
third=127.0.0.1-2021-03-01-10:00:00
core 1700000000 | seal_to ours "/var/crash/$third/vmcore.age"
mv "$crash/$third/vmcore.age" "$crash/$third/vmcore.age-incomplete"
{ yes '[    2.0] a line that fills the log' | head -n 30000; oops late_function; } |
	seal_to ours "/var/crash/$third/vmcore-dmesg.txt.age"
ok "an incomplete encrypted dump with a log of 1 MB is shown" exits 0 kdumpctl show --identity "$work/ours.key" $third
ok "its state is incomplete" says "^State +incomplete"
ok "the end of its long log is read" says "^Panic .*late_function"
ok "its command keeps what can be opened" says "kdump-collect --decrypt --salvage -i .*vmcore.age-incomplete .*vmcore\$"
ok "the crash command names what --salvage writes" says "crash .*vmcore-incomplete\$"

# Many, and on a server.
rm -r "$crash"/*
sealed_dump ours 127.0.0.1-2021-01-01-10:00:00 pci_read
for copy in $(seq 10 199); do
	cp -r "$crash/127.0.0.1-2021-01-01-10:00:00" "$crash/127.0.0.1-2020-01-01-10:00:00-$copy"
done
ok "191 encrypted dumps are listed" exits 0 kdumpctl list --identity "$work/ours.key"
ok "191 encrypted dumps are opened" test "$(grep -c "at pci_read" "$work/words")" = 191
rm -r "$crash"/*-2020-*
sealed_dump other $second ext4_readdir
program ssh <<'P'
for command; do :; done
cd "$root/var" && exec sh -c "$command"
P
printf 'ssh somebody@server\npath crash\nsshkey /key\n' | config
ok "list of a server without a key works" exits 0 kdumpctl list
ok "dumps on a server are sealed without a key" test "$(grep -c 'sealed, see' "$work/words")" = 2
ok "list of a server with a key works" exits 0 kdumpctl list --identity "$work/ours.key"
ok "a dump on a server is opened" says "2021-01-01 .*at pci_read|2023-11-1[45] .*at pci_read"
ok "a dump for another key on a server is called that" says "2021-02-01 .*another key"
ok "show of a dump on a server works" exits 0 kdumpctl show --identity "$work/ours.key" $first
ok "show of a dump on a server shows the report" says "^In function pci_read"
ok "show of a dump on a server copies it and decrypts the copy" says "kdump-collect --decrypt -i .* vmcore.age vmcore\$"
ok "show of a dump on a server reads the build ID" says "3b43fad5034874490492495d552c0af6a5fab235"
ok "show of a dump for another key on a server fails" exits 1 kdumpctl show --identity "$work/ours.key" $second
finish
