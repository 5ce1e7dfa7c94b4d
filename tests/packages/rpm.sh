#!/bin/bash
# rpm.sh RPM - the package is installed, upgraded and removed by rpm, over a copy of this system
#
# An overlay over / holds what rpm and the scriptlets change, in a mount namespace of its own;
# after the removal nothing but a dump and the administrator's own words may be left in it.
set -u
[ $# = 1 ] || { echo "usage: packages/rpm.sh RPM" >&2; exit 2; }
[ -n "${KDUMP_OWN_MOUNTS:-}" ] || KDUMP_OWN_MOUNTS=1 exec unshare -m "$0" "$@"
package=$(realpath "$1")
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/rpm-XXXXXX")
trap 'umount "$work/root/dev" "$work/root/proc" "$work/root" "$work/disk" 2>/dev/null; rm -rf "$work"' EXIT
. "$(dirname "$0")/../tap.sh"

# An overlay's upper folder cannot lie on every file system: a tmpfs will do.
mkdir "$work/disk" "$work/root"
mount -t tmpfs none "$work/disk" || exit 1
mkdir "$work/disk/upper" "$work/disk/work"
mount -t overlay -o "lowerdir=/,upperdir=$work/disk/upper,workdir=$work/disk/work" none "$work/root" || exit 1
mount -t proc none "$work/root/proc" || exit 1
mount --bind /dev "$work/root/dev" || exit 1
cp "$package" "$work/root/tmp/kdump.rpm"

inside() {
	chroot "$work/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# What Debian's rpm says to everybody, and systemctl without a systemd.
expected='^rpm: \|^Created symlink \|^System has not been booted with systemd\|^Failed to connect to bus'

# rpm and its scriptlets, which have nothing to say. Debian's names of libraries are not Fedora's.
rpm_says_nothing() {
	inside rpm "$@" --nodeps >"$work/words" 2>&1 && ! grep -v "$expected" "$work/words"
}

# left - what is changed on the system: all but rpm's own records and the folders above
left() {
	(cd "$work/disk/upper" && find . ! -type d ! -path './var/lib/rpm/*' ! -path './root/.rpmdb/*' ! -path './tmp/*' ! -path './run/*' | sort)
}

is_left() {
	left | diff <(printf '%s\n' "$@") - >&2
}

# Another owner of the name, as a distribution has it.
rival() {
	printf '%s\n' "Name: makedumpfile" "Version: 1.7.8" "Release: 1" "Summary: another" \
		"License: GPL" "BuildArch: noarch" %description another %files >"$work/rival.spec"
	rpmbuild --define "_topdir $work/rival" -bb "$work/rival.spec" >/dev/null 2>&1 &&
		cp "$work"/rival/RPMS/noarch/*.rpm "$work/root/tmp/rival.rpm"
}

refused_beside_it() {
	inside rpm -i --nodeps /tmp/rival.rpm && ! inside rpm -i --test /tmp/kdump.rpm >"$work/words" 2>&1 &&
		grep "makedumpfile conflicts with\|conflicts with makedumpfile" "$work/words" && inside rpm -e --nodeps makedumpfile
}

# Where rpmlint is installed; what it may say, and why, stands beside the spec file.
if command -v rpmlint >/dev/null; then
	ok "rpmlint" rpmlint -c "$(dirname "$0")/../../systemd/packaging/rpmlintrc.toml" "$package"
fi
inside rpm --initdb
ok "a package by the name of makedumpfile" rival
ok "keeps ours out" refused_beside_it
ok "rpm -i" rpm_says_nothing -i /tmp/kdump.rpm
ok "all files are as they were packed" inside rpm -V --nodeps kdump
ok "kdumpctl runs" inside kdumpctl --help
for program in kdump-collect kdump-config kdump-image kdump-report; do
	ok "$program does" inside "$program" --help
done
ok "kdump-capture saves a core" inside /usr/lib/kdump/kdump-capture --self-test /usr/lib/kdump/selftest.core
ok "makedumpfile is ours" grep -q . <(inside makedumpfile -v | grep -i kdump)
ok "so is its manual" test "$(inside readlink /usr/share/man/man8/makedumpfile.8.gz)" = kdump-collect.8.gz
ok "the dracut module is where dracut looks" test -x "$work/root/usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh"
ok "nothing for another initramfs generator" test ! -e "$work/root/usr/share/initramfs-tools/hooks/kdump-capture"
ok "systemd understands the units" inside sh -c 'systemd-analyze verify --man=no /usr/lib/systemd/system/kdump*.service'

mkdir -p "$work/root/var/crash/127.0.0.1-2024-01-01-10:00:00"
echo log >"$work/root/var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore-dmesg.txt"
echo '# of this site' >>"$work/root/etc/kdump.conf"
ok "rpm -U" rpm_says_nothing -U --replacepkgs /tmp/kdump.rpm
ok "keeps the configuration" grep -q 'of this site' "$work/root/etc/kdump.conf"
ok "rpm -e" inside rpm -e --nodeps kdump
ok "leaves the dump, and what the administrator wrote" is_left ./etc/kdump.conf.rpmsave \
	./var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore-dmesg.txt
finish
