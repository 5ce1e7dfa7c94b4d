#!/bin/sh
# words.sh - messages name the files people know, and what they say is what holds
. "$(dirname "$0")/lib.sh"

# On Debian, and without any file.
root_new
rm "$root/etc/sysconfig/kdump" "$root/etc/kdump.conf"
echo 12 | put /etc/debian_version
echo "KDUMP_KERNELVER=$version" | put /etc/default/kdump-tools
ok "check-config accepts a system without kdump.conf" exits 0 kdumpctl check-config
ok "check-config names the Debian file that is used instead" says "there is no /etc/kdump.conf; /etc/default/kdump-tools is valid"
ok "check-config does not name our converted file" silent_on "/run/kdump"
mv "$root/boot/vmlinuz-$version" "$root/kernel"
echo "USE_KDUMP=1" | put /etc/default/kdump-tools
ok "start fails without the running kernel's file" exits 1 kdumpctl start
ok "start names Debian's file for KDUMP_KERNELVER" says "set KDUMP_KERNELVER in /etc/default/kdump-tools"
ok "start does not name another distribution's file" silent_on "sysconfig"
for file in "" "KDUMP_COREDIR=/none"; do
	printf '%s\n' "$file" | put /etc/default/kdump-tools
	for command in start restart reload rebuild estimate test list show check-config propagate; do
		kdumpctl "$command" >"$work/words" 2>&1
		ok "$command names no file that is not used, with '$file'" silent_on "sysconfig/kdump|kdump.conf: No such|/run/kdump/kdump.conf"
	done
done
ok "check-config refuses a mistake in Debian's file" exits 1 kdumpctl check-config
ok "check-config names Debian's file and the key it became" says "/etc/default/kdump-tools, as kdump.conf:.*path"
rm "$root/etc/default/kdump-tools"
ok "check-config accepts a system without any file" exits 0 kdumpctl check-config
ok "check-config says that the defaults are used" says "there is no /etc/kdump.conf and no /etc/default/kdump-tools; the defaults are valid here"
ok "start fails without any file" exits 1 kdumpctl start
ok "start names the file to create on Debian" says "set KDUMP_KERNELVER in /etc/default/kdump-tools"
rm "$root/etc/debian_version"
ok "start fails without any file elsewhere" exits 1 kdumpctl start
ok "start names the file to create elsewhere" says "set KDUMP_KERNELVER in /etc/sysconfig/kdump"

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
ok "check-config runs without root's rights" exits 0 nobody check-config
ok "check-config tells an ordinary user that the file is valid" says "/etc/kdump.conf is valid"
rm "$root/etc/kdump.conf"
ok "check-config runs for an ordinary user without kdump.conf" exits 0 nobody check-config
ok "check-config writes nothing for an ordinary user" test ! -e "$root/run/kdump/kdump.conf"
mkdir -p "$root/root/bin" "$root/usr/bin"
printf '#!/bin/sh\n' >"$root/root/bin/hook"
printf '#!/bin/sh\n' >"$root/usr/bin/hook"
chmod 700 "$root/root" "$root/root/bin/hook" "$root/usr/bin/hook"
printf 'virtiofs crash\nkdump_pre /root/bin/hook\nkdump_post /usr/bin/hook\n' | config
ok "check-config accepts a program that only root can see" exits 0 nobody check-config
ok "check-config says that the user may not look at the program" says "kdump.conf:2:.*'/root/bin/hook' may not be looked at by you"
ok "check-config accepts a program that only root may run" silent_on "kdump_post"
ok "check-config as root sees that program" exits 0 kdumpctl check-config
ok "check-config as root has no warning for it" silent_on "warning|WARNING"
printf 'virtiofs crash\nno_such_key\n' | config
ok "check-config finds mistakes for an ordinary user" exits 1 nobody check-config
ok "check-config names the line of the mistake" says "kdump.conf:2:1: error"
chmod 600 "$root/etc/kdump.conf"
ok "check-config fails where the user may not read the file" exits 1 nobody check-config
ok "check-config names the file that may not be read" says "(open|read) .*/etc/kdump.conf: Permission denied"
finish
