#!/bin/sh
# show.sh - how to open a dump: the command, the debug package of each distribution, what is installed
. "$(dirname "$0")/lib.sh"

id=3b43fad5034874490492495d552c0af6a5fab235
other=00112233445566778899aabbccddeeff00112233

# core RELEASE BUILD-ID OFFSET - a dump in makedumpfile's format, its vmcoreinfo at that offset.
core()
{
	python3 - "$@" <<'P'
import struct, sys
release, build_id, at = sys.argv[1].encode(), sys.argv[2].encode(), int(sys.argv[3])
info = b"OSRELEASE=" + release + b"\nBUILD-ID=" + build_id + b"\nPAGESIZE=4096\n"
uts = b"".join(s.ljust(65, b"\0") for s in (b"Linux", b"host", release, b"#1", b"x86_64", b""))
head = b"KDUMP   " + struct.pack("<i", 6) + uts + bytes(6) + struct.pack("<qqi", 1700000000, 0, 0)
head += struct.pack("<i", 4096)
sub = struct.pack("<QiiQQqQ", 0, 31, 0, 0, 0, at, len(info))
sys.stdout.buffer.write((head.ljust(4096, b"\0") + sub).ljust(at, b"\0") + info + bytes(100))
P
}

# stream - standard input as kdump-collect -F writes it.
stream()
{
	python3 -c '
import struct, sys
data = sys.stdin.buffer.read()
out = b"makedumpfile".ljust(16, b"\0") + struct.pack(">QQ", 1, 1)
out = out.ljust(4096, b"\0")
for at in range(0, len(data), 5000):
    part = data[at:at + 5000]
    out += struct.pack(">QQ", at, len(part)) + part
sys.stdout.buffer.write(out + b"\xff" * 16)'
}

# vmlinux BUILD-ID FILE - a program with debug information and that build ID.
vmlinux()
{
	mkdir -p "$(dirname "$root$2")"
	echo "int _start;" | gcc -g -nostdlib -static -Wl,--build-id=0x"$1" -x c -o "$root$2" - ||
		exit 1
}

# shows REGEX... - show says all that, and exits with 0.
shows()
{
	exits 0 kdumpctl show || return 1
	for regex; do
		says "$regex" || return 1
	done
}

dump=/var/crash/127.0.0.1-2026-11-21-14:03:22
# of RELEASE - the one dump there is.
of()
{
	rm -rf "$root/var/crash"
	core "$1" "$id" 8192 | put "$dump/vmcore"
}

root_new
echo "path /var/crash" | config
kernel=6.1.0-18-amd64
debug=/usr/lib/debug/boot/vmlinux-$kernel
of $kernel
echo "ID=debian" | put /etc/os-release
ok "show names the packages to install when nothing is installed" shows "^Open +crash $debug $dump/vmcore$" "^ +drgn -c $dump/vmcore -s $debug$" \
	"^Debug +not installed: apt install linux-image-$kernel-dbg$" "main" \
	"debuginfod-find debuginfo $id$" "crash is not installed: apt install crash$"
vmlinux $other $debug
ok "show says that the vmlinux is of another build" shows "^Debug +$debug is of another build: its build ID is $other, the dump's $id$" \
	"not installed: apt install"
ok "show --json works with a vmlinux of another build" exits 0 kdumpctl --json show
ok "show --json calls the vmlinux another" json_is '"other"' open vmlinux_match
vmlinux $id $debug
: | put /usr/bin/crash
ok "show accepts the vmlinux with the dump's build ID" shows "^Debug +$debug is the crashed kernel's, by its build ID$"
ok "show names no package when all is installed" silent_on "not installed|debuginfod"
ok "show --json works with the right vmlinux" exits 0 kdumpctl --json show
ok "show --json calls the vmlinux the same" json_is '"same"' open vmlinux_match
ok "show --json has the crash command" json_is "\"crash $debug $dump/vmcore\"" open crash
ok "show --json has the build ID" json_is "\"$id\"" open build_id
strip -g "$root$debug"
ok "show ignores a vmlinux without debug information" shows "^Debug +not installed"
rm -r "$root/usr/lib/debug"
ok "list --json works without vmlinux" exits 0 kdumpctl --json list
ok "list --json has no commands to open a dump" sh -c "! grep -q '\"open\"' $work/words"

# The beginning that the list reads does not reach so far.
core $kernel $id 300000 | put $dump/vmcore
ok "show finds a build ID far in the file" shows "debuginfod-find debuginfo $id$"
core $kernel 'x;reboot' 8192 | put $dump/vmcore
ok "show gives the crash command without a valid build ID" shows "^Open +crash $debug"
ok "show prints nothing of an invalid build ID" silent_on "reboot|debuginfod"
core '6.1$(reboot)' $id 8192 | put $dump/vmcore
ok "show finds the vmlinux by build ID for an implausible release" shows '^Open +crash "\$\(DEBUGINFOD_URLS=[^ ]* debuginfod-find debuginfo [0-9a-f]*\)" /var'
ok "show puts no implausible release into a command" silent_on "^(Open|Debug)? .*reboot"

of 5.14.0-503.el9.x86_64
printf 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' | put /etc/os-release
ok "show names Rocky's debuginfo package" shows "^Open +crash /usr/lib/debug/lib/modules/5.14.0-503.el9.x86_64/vmlinux /var" \
	"^Debug +not installed: dnf debuginfo-install kernel-5.14.0-503.el9.x86_64$"
of 6.8.0-31-generic
ok "show names the package of an Ubuntu kernel elsewhere" shows "^Debug +not installed; on Ubuntu: apt install linux-image-6.8.0-31-generic-dbgsym$"
printf 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n' | put /etc/os-release
ok "show names Ubuntu's package and its repository" shows "^Debug +not installed: apt install linux-image-6.8.0-31-generic-dbgsym$" "ddebs.ubuntu.com .* noble "
of 6.4.0-150600.21-default
printf 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n' | put /etc/os-release
ok "show names SUSE's debuginfo package" shows "^Debug +not installed: zypper --plus-content debug install kernel-default-debuginfo$" "version 6.4.0-150600.21,"
of 6.12.9-custom
echo "ID=gentoo" | put /etc/os-release
ok "show names debuginfod on a distribution that it does not know" shows "^Debug +the crashed kernel's vmlinux is not installed" "debuginfod-find debuginfo $id"

# What must be done first.
of $kernel
mv "$root$dump/vmcore" "$root$dump/vmcore-incomplete"
ok "show gives the command for an incomplete dump" shows "^Open +crash $debug $dump/vmcore-incomplete$" "\(incomplete: "
rm "$root$dump/vmcore-incomplete"
core $kernel $id 300000 | stream | put $dump/vmcore.flat
ok "show accepts a flattened stream" exits 0 kdumpctl show
ok "show puts the rearranging step before the command" says "^Open +kdump-collect -R $dump/vmcore <$dump/vmcore.flat$"
ok "show gives the crash command for the rearranged file" says "^ +crash $debug $dump/vmcore$"
ok "show finds the build ID in a stream" says "debuginfod-find debuginfo $id$"
rm "$root$dump/vmcore.flat"
echo "[    1.0] all is well" | put $dump/vmcore-dmesg.txt
ok "show says that there is only a log" shows "^Open +there is only the kernel log, no core$"
ok "show names no package for a log alone" silent_on "^Debug"

# Names of others, on a terminal and in a root shell.
rm -r "$root/var/crash"
evil="/var/crash/a\$(reboot)'b"
core $kernel $id 8192 | put "$evil/vmcore"
ok "show accepts a directory with a command in its name" exits 0 kdumpctl show
ok "show quotes the name in the command" grep -qF "crash $debug '/var/crash/a\$(reboot)'\''b/vmcore'" "$work/words"
mv "$root$evil" "$root/var/crash/$(printf 'a\033]0;title\007\302\233')"
ok "show gives no command for a name with control characters" shows "^Dump +/var/crash/a.]0;title...$" "^Open +its path is too long, or has control"
ok "show prints no control character of the name" sh -c "! LC_ALL=C grep -q '[[:cntrl:]]' $work/words"
ok "show --json works with control characters in the name" exits 0 kdumpctl --json show
ok "show --json has no command for that name" json_is null open crash

# On a server: it is fetched first, and read through ssh.
rm -r "$root/var/crash"
program ssh <<'S'
for command; do :; done
cd "$root" && exec sh -c "$command"
S
core $kernel $id 300000 | put /crash/h-2026-11-21/vmcore
printf 'ssh kdump@server\npath crash\nsshkey /key\n' | config
echo "ID=debian" | put /etc/os-release
ok "show gives the scp command for a dump on a server" shows "^Open +scp -i /key kdump@server:crash/h-2026-11-21/vmcore \.$" \
	"^ +crash $debug vmcore$" "debuginfod-find debuginfo $id$"
finish
