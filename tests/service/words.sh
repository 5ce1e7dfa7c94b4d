#!/bin/sh
# words.sh - messages name the files people know, and what they say is what holds
. "$(dirname "$0")/lib.sh"

# On Debian, and without any file.
root_new
rm "$root/etc/sysconfig/kdump" "$root/etc/kdump.conf"
echo 12 | put /etc/debian_version
echo "KDUMP_KERNELVER=$version" | put /etc/default/kdump-tools
ok "without a kdump.conf" exits 0 kdumpctl check-config
ok "the file that counts is named" says "there is no /etc/kdump.conf; /etc/default/kdump-tools is valid"
ok "ours is not" silent_on "/run/kdump"
mv "$root/boot/vmlinuz-$version" "$root/kernel"
echo "USE_KDUMP=1" | put /etc/default/kdump-tools
ok "start without the running kernel's file" exits 1 kdumpctl start
ok "names Debian's file" says "set KDUMP_KERNELVER in /etc/default/kdump-tools"
ok "and no other's" silent_on "sysconfig"
for file in "" "KDUMP_COREDIR=/none"; do
	printf '%s\n' "$file" | put /etc/default/kdump-tools
	for command in start restart reload rebuild estimate test list show check-config propagate; do
		kdumpctl "$command" >"$work/words" 2>&1
		ok "$command with '$file'" silent_on "sysconfig/kdump|kdump.conf: No such|/run/kdump/kdump.conf"
	done
done
ok "a mistake in what it says" exits 1 kdumpctl check-config
ok "names it" says "/etc/default/kdump-tools, as kdump.conf:.*path"
rm "$root/etc/default/kdump-tools"
ok "no file at all" exits 0 kdumpctl check-config
ok "is said" says "there is no /etc/kdump.conf and no /etc/default/kdump-tools; the defaults are valid here"
ok "start" exits 1 kdumpctl start
ok "names the file to make" says "set KDUMP_KERNELVER in /etc/default/kdump-tools"
rm "$root/etc/debian_version"
ok "start elsewhere" exits 1 kdumpctl start
ok "too" says "set KDUMP_KERNELVER in /etc/sysconfig/kdump"

# check-config is for everybody.
root_new
mkdir -p "$work/programs"
cp "$build/kdumpctl" "$build/kdump-collect" "$work/programs"
chmod 755 "$work" "$work/programs"
nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$work/programs/kdumpctl" --root "$root" \
		--collector "$work/programs/kdump-collect" "$@"
}
ok "check-config by anybody" exits 0 nobody check-config
ok "says so" says "/etc/kdump.conf is valid"
rm "$root/etc/kdump.conf"
ok "without a kdump.conf" exits 0 nobody check-config
ok "nothing is written" test ! -e "$root/run/kdump/kdump.conf"
mkdir -p "$root/root/bin" "$root/usr/bin"
printf '#!/bin/sh\n' >"$root/root/bin/hook"
printf '#!/bin/sh\n' >"$root/usr/bin/hook"
chmod 700 "$root/root" "$root/root/bin/hook" "$root/usr/bin/hook"
printf 'virtiofs crash\nkdump_pre /root/bin/hook\nkdump_post /usr/bin/hook\n' | config
ok "what only root can see" exits 0 nobody check-config
ok "is not said to be missing" says "kdump.conf:2:.*'/root/bin/hook' may not be looked at by you"
ok "and what only root may run is fine" silent_on "kdump_post"
ok "root sees it" exits 0 kdumpctl check-config
ok "without a word" silent_on "warning|WARNING"
printf 'virtiofs crash\nno_such_key\n' | config
ok "mistakes are found by anybody" exits 1 nobody check-config
ok "with their line" says "kdump.conf:2:1: error"
chmod 600 "$root/etc/kdump.conf"
ok "a file that may not be read" exits 1 nobody check-config
ok "is named" says "(open|read) .*/etc/kdump.conf: Permission denied"
finish
