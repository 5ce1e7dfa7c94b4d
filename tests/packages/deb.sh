#!/bin/bash
# deb.sh DEB... - Debian's kdump-tools and makedumpfile are upgraded to ours, upgraded again and purged
#
# An overlay over / holds what apt and the maintainer scripts change, in a mount namespace of its
# own. Debian's packages are those of this system's apt sources. Nothing is loaded or unloaded:
# without /sys in there nobody sees a crash kernel, and policy-rc.d keeps all services from starting.
set -u
[ $# -ge 3 ] || { echo "usage: packages/deb.sh KDUMP_DEB KDUMP_TOOLS_DEB MAKEDUMPFILE_DEB" >&2; exit 2; }
[ -n "${KDUMP_OWN_MOUNTS:-}" ] || KDUMP_OWN_MOUNTS=1 exec unshare -m "$0" "$@"
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/deb-XXXXXX")
trap 'umount "$work/root/proc" "$work/root" "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"

# An overlay's upper folder cannot lie on every file system: a tmpfs will do.
mkdir "$work/disk" "$work/root"
mount -t tmpfs none "$work/disk" || exit 1
mkdir "$work/disk/upper" "$work/disk/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/disk/upper,workdir=$work/disk/work" none "$work/root" || exit 1
mount -t proc none "$work/root/proc" || exit 1
root=$work/root
mkdir -p "$root/tmp/debs"
rm -f "$root/etc/resolv.conf"
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp "$@" "$root/tmp/debs/"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

inside() {
	chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" </dev/null
}

# apt COMMAND... - its words stay in $work/words; a question about a conffile is an error.
apt() {
	inside apt-get -q -y --no-install-recommends -o APT::Sandbox::User=root "$@" >"$work/words" 2>&1 ||
		{ cat "$work/words"; return 1; }
}

# state PACKAGE - "ii 2:0.9.0..."
state() {
	inside dpkg-query -W -f '${db:Status-Abbrev}${Version}\n' "$1"
}

is_ours() {
	case $(state "$1") in
	"ii 2:"*) [ "$1" != kdump ] ;;
	"ii 0."*) [ "$1" = kdump ] ;;
	*) state "$1"; return 1 ;;
	esac
}

none() {
	local found
	found=$(cd "$root" && find "$@" 2>/dev/null)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

has_line() {
	grep -qxF "$2" "$root/$1" || { cat "$root/$1"; return 1; }
}

# next NUMBER - kdump as a later version, whose kdump.conf is another.
next() {
	local deb
	deb=$(ls "$root"/tmp/debs/kdump_*.deb)
	rm -rf "$work/next" && dpkg-deb -R "$deb" "$work/next" || return 1
	sed -i "s/^Version: .*/&+next$1/" "$work/next/DEBIAN/control"
	echo "# of version $1" >>"$work/next/usr/lib/kdump/kdump.conf"
	sed -i '/usr\/lib\/kdump\/kdump.conf$/d' "$work/next/DEBIAN/md5sums"
	dpkg-deb -b "$work/next" "$root/tmp/next.deb"
}

# enabled_by UNIT - a link in one of systemd's *.wants says so.
enabled_by() {
	none etc/systemd/system -path "*.wants/$1.service" && return 1
	return 0
}

# dpkg names each folder of Debian's that is ours, too.
warned_of_nothing() {
	! grep -iE 'warning|error|cannot|refus|fail' "$work/words" | grep -v 'old directory .* not empty'
}

# What belongs to neither of us.
others='libkdumpfile\|augeas/lenses/dist\|/licenses/'

nothing_left() {
	none etc usr lib/systemd var/lib/kdump var/lib/systemd var/lib/dpkg/info -name '*kdump*' >"$work/left"
	! grep -v "$others" "$work/left" && ! grep -s kdump-tools "$root"/var/lib/ucf/hashfile "$root"/var/lib/ucf/registry
}

conf_is_shipped() {
	cmp "$root/etc/kdump.conf" "$root/usr/lib/kdump/kdump.conf"
}

# Debian's packages, configured as people have them.
ok "lists of packages" apt update
ok "Debian's kdump-tools and makedumpfile" apt install kdump-tools makedumpfile
ok "have hooks of their own" test -x "$root/etc/kernel/postinst.d/kdump-tools"
ok "and are enabled" enabled_by kdump-tools
sed -i 's/^USE_KDUMP=.*/USE_KDUMP=1/' "$root/etc/default/kdump-tools"
echo 'KDUMP_NUM_DUMPS=3' >>"$root/etc/default/kdump-tools"
echo '# of this site' >>"$root/etc/kernel/postrm.d/kdump-tools"
cp "$root/etc/default/kdump-tools" "$root/etc/default/grub.d/kdump-tools.cfg" "$work/"
mkdir -p "$root/var/lib/kdump/initramfs-tools"
: >"$root/var/lib/kdump/initrd.img-1"

ok "apt install of ours" apt install $(cd "$root" && printf '/%s ' tmp/debs/*.deb)
ok "removes nothing" grep -E '[0-9]+ upgraded, .* 0 to remove' "$work/words"
ok "and warns of nothing" warned_of_nothing
for package in kdump kdump-tools makedumpfile; do
	ok "$package is ours" is_ours "$package"
done
ok "dpkg is content" test -z "$(inside dpkg --audit)$(inside dpkg --verify kdump)"
ok "so is apt" apt check
ok "what others want is there" apt install -s kdump-tools makedumpfile
ok "apt changes nothing for it" grep "0 upgraded, 0 newly installed, 0 to remove" "$work/words"
ok "makedumpfile is ours" grep -qi kdump <(inside makedumpfile -v)
ok "Debian's hooks are gone" none etc/kernel -name kdump-tools
ok "one that was changed is out of the way" test -e "$root/etc/kernel/postrm.d/kdump-tools.dpkg-bak"
ok "so is its init script" none etc/init.d etc/rc*.d -name '*kdump-tools'
ok "its images, too" none var/lib/kdump -name 'init*'
ok "our hooks are there" test -x "$root/etc/kernel/postinst.d/kdump"
ok "its settings stay" cmp "$work/kdump-tools" "$root/etc/default/kdump-tools"
ok "the reservation as well" cmp "$work/kdump-tools.cfg" "$root/etc/default/grub.d/kdump-tools.cfg"
ok "under one name" test ! -e "$root/etc/default/grub.d/kdump-tools-kept.cfg"
ok "what they said is carried over" has_line etc/kdump.conf "keep_dumps 3"
ok "into a file that everybody may read" test "$(stat -c %a "$root/etc/kdump.conf")" = 644
ok "it is not enabled by Debian's name alone" none etc/systemd/system -path '*kdump-tools*'
ok "the service is enabled, as Debian's was" test "$(inside systemctl --root=/ is-enabled kdump.service)" = enabled
ok "and answers to Debian's name" test "$(inside systemctl --root=/ is-enabled kdump-tools.service)" = alias
ok "systemd understands the units" inside sh -c 'systemd-analyze verify --man=no /lib/systemd/system/kdump*.service'

# The next version, where kdump.conf was changed, by convert or by people.
cp "$root/etc/kdump.conf" "$work/converted"
ok "a later version" next 1
ok "is installed without a question" apt install /tmp/next.deb
ok "kdump.conf stays as it is" cmp "$work/converted" "$root/etc/kdump.conf"
cp "$root/usr/lib/kdump/kdump.conf" "$root/etc/kdump.conf"
ok "one more" next 2
ok "where nobody has changed it" apt install /tmp/next.deb
ok "it follows" conf_is_shipped
ok "to that version's" has_line etc/kdump.conf "# of version 2"
rm "$root/etc/kdump.conf"
ok "a third" next 3
ok "where it was removed" apt install /tmp/next.deb
ok "it stays away" test ! -e "$root/etc/kdump.conf"

# The transitional packages go, kdump stays what it was.
ok "purge of the transitional packages" apt purge kdump-tools makedumpfile
ok "keeps kdump" grep -q "^ii" <(state kdump)
ok "its settings" cmp "$work/kdump-tools" "$root/etc/default/kdump-tools"
ok "the reservation" cmp "$work/kdump-tools.cfg" "$root/etc/default/grub.d/kdump-tools.cfg"
ok "and that it is enabled" test "$(inside systemctl --root=/ is-enabled kdump.service)" = enabled

mkdir -p "$root/var/crash/127.0.0.1-2024-01-01-10:00:00"
echo log >"$root/var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore-dmesg.txt"
ok "purge of kdump" apt purge kdump
ok "leaves the dump" test -e "$root/var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore-dmesg.txt"
ok "nothing else" nothing_left
finish
exit "$failed"
