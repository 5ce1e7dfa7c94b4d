# lib.sh - sourced by tests/service/*.sh: kdumpctl on a made-up root, TAP results
#
#     root_new; config <<E ...; ok TEXT COMMAND...; finish
#
# The root has a kernel with its modules (tests/vm/kernel.sh), a reservation in its sysfs, and
# programs in bin/ that stand for kexec, update-grub and so on. Nothing outside is touched.

set -u
# The journal of this machine, and who is logged in, are not to hear of crashes that were none.
if [ -d /run/systemd/journal ] && [ -z "${KDUMP_TEST_APART-}" ]; then
	export KDUMP_TEST_APART=1
	exec unshare -m sh -c 'mount -t tmpfs apart /run/systemd/journal && exec sh "$0"' "$0"
fi
unset JOURNAL_STREAM NOTIFY_SOCKET
here=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$here/../build/gcc}
work=$(mktemp -d "${TMPDIR:-/tmp}/kdump-service-XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
. "$here/tap.sh"

# kdumpctl ARGUMENT... - on the made-up root.
kdumpctl()
{
	"$build/kdumpctl" --root "$root" --capture "${CAPTURE:-$build/kdump-capture}" \
		--collector "$build/kdump-collect" "$@"
}

# exits CODE COMMAND... - its words stay in $work/words.
exits()
{
	want=$1 got=0
	shift
	"$@" >"$work/words" 2>&1 </dev/null || got=$?
	cat "$work/words"
	[ "$got" = "$want" ] || { echo "exit code $got, not $want: $*"; return 1; }
}

# says REGEX - the words of the last exits have it; silent_on REGEX - they have not.
says()
{
	grep -qE -- "$1" "$work/words" || { echo "not said: $1"; cat "$work/words"; return 1; }
}

silent_on()
{
	! grep -E -- "$1" "$work/words"
}

# is FILE TEXT - a file of the root holds exactly this line.
is()
{
	[ "$(cat "$root$1")" = "$2" ] || { cat "$root$1"; return 1; }
}

# put FILE - standard input becomes a file of the root.
put()
{
	mkdir -p "$(dirname "$root$1")"
	cat >"$root$1"
}

# node DEVICE... - the root has them as well.
node()
{
	for one; do
		mkdir -p "$root$(dirname "$one")"
		cp -a "$one" "$root$one"
	done
}

config()
{
	put /etc/kdump.conf
}

# program NAME - standard input becomes a script in PATH; $root is known in it.
# An ssh of a test knows what a destination means, as "ssh -G" of OpenSSH does; that contacts nobody.
program()
{
	{
		printf '#!/bin/sh\nroot=%s\n' "$root"
		[ "$1" != ssh ] || cat <<-'P'
			[ "$1" != -G ] || {
				for where; do :; done
				printf 'user %s\nhostname %s\nport 22\n' "${where%@*}" "${where#*@}"
				[ ! -e "$root/ssh-has" ] || cat "$root/ssh-has"
				exit 0
			}
		P
		cat
	} >"$root/bin/$1"
	chmod 755 "$root/bin/$1"
}

# json KEY... - follows the keys in the JSON of the last exits and prints what is there.
json()
{
	python3 - "$work/words" "$@" <<'P'
import json, sys
o = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    o = o[int(key)] if isinstance(o, list) else o[key]
print(json.dumps(o))
P
}

# json_is VALUE KEY...
json_is()
{
	value=$1
	shift
	got=$(json "$@") || return 1
	[ "$got" = "$value" ] || { echo "$*: $got, not $value"; return 1; }
}

# A machine of 1 GiB with 128 MB reserved, nothing loaded, armed never.
root_new()
{
	eval "$("$here/vm/kernel.sh" 6.12)"
	rm -rf "$root"
	mkdir -p "$root/boot" "$root/lib" "$root/bin" "$root/var/crash" "$root/dev" "$root/tmp"
	cp "$vmlinuz" "$root/boot/vmlinuz-$version"
	cp "$modules/boot/config-$version" "$root/boot/" 2>/dev/null
	: >"$root/boot/initrd.img-$version"
	ln -s "$modules/usr/lib/modules" "$root/lib/modules"
	[ -d "$root/lib/modules/$version" ] || ln -sfn "$modules/lib/modules" "$root/lib/modules"
	echo "KDUMP_KERNELVER=$version" | put /etc/sysconfig/kdump
	echo "virtiofs crash" | config
	echo "root=/dev/sda1 ro crashkernel=128M quiet console=ttyS0" | put /proc/cmdline
	printf 'processor\t: 0\ninitial apicid\t: 0\n' | put /proc/cpuinfo
	printf '00100000-3fffffff : System RAM\n' | put /proc/iomem
	echo "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw" | put /proc/self/mountinfo
	echo first-boot | put /proc/sys/kernel/random/boot_id
	echo 0 | put /proc/sys/kernel/panic_on_oops
	echo 0 | put /proc/sys/kernel/panic
	echo 134217728 | put /sys/kernel/kexec_crash_size
	echo 0 | put /sys/kernel/kexec_crash_loaded
	program kexec <<-'E'
		for word; do echo "$word"; done >"$root/kexec-arguments"
		case $* in *" -u"*) echo 0 ;; *) echo 1 ;; esac >"$root/sys/kernel/kexec_crash_loaded"
	E
	program wall <<-'E'
		cat >>"$root/told-everybody"
	E
	export PATH="$root/bin:$PATH"
}

image()
{
	echo "$root/boot/initramfs-${version}kdump.img"
}

# distro_image FILE [CAPTURE] - an image as dracut makes it, with our program where we have it.
distro_image()
{
	rm -rf "$work/distro"
	mkdir -p "$work/distro/usr/lib/kdump" "$work/distro/etc/kdump"
	cp "${2:-$build/kdump-capture}" "$work/distro/usr/lib/kdump/kdump-capture"
	printf '#!/bin/sh\n' >"$work/distro/init"
	chmod 755 "$work/distro/init"
	cp "$root/etc/kdump.conf" "$work/distro/etc/"
	pack_image "$work/distro" "$1"
}

# unpack_image FILE DIR, pack_image DIR FILE - to change what is in an image.
unpack_image()
{
	mkdir -p "$2"
	(cd "$2" && zstd -dcq "$1" | cpio -idm --quiet)
}

pack_image()
{
	(cd "$1" && find . | cpio -o -H newc --quiet) >"$2"
}

# break_program FILE - its first instruction is none: SIGILL.
break_program()
{
	python3 - "$1" <<'P'
import struct, sys
f = open(sys.argv[1], "r+b")
data = f.read()
entry, phoff = struct.unpack_from("<QQ", data, 24)
size, nr = struct.unpack_from("<HH", data, 54)
for i in range(nr):
    kind, _, off, va, _, length = struct.unpack_from("<IIQQQQ", data, phoff + i * size)
    if kind == 1 and va <= entry < va + length:
        f.seek(entry - va + off)
        f.write(b"\x0f\x0b\0\0")
P
}
