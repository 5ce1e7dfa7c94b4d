#!/bin/sh
# still-armed.sh - a machine that is armed stays so with what it had, whatever is wrong with what is new
. "$(dirname "$0")/lib.sh"

still()
{
	says "; this machine is still armed with the configuration of $(date +%Y)" &&
		says "Starting kdump: \[FAILED\]" && silent_on "not armed" &&
		is /sys/kernel/kexec_crash_loaded 1
}

# newer REGEX - status says that these files have changed, or nothing with "".
newer()
{
	exits 0 kdumpctl status || return 1
	if [ -z "$1" ]; then
		silent_on "newer|gone"
	else
		says "^kdump: armed with the configuration of 20[-0-9]+ [:0-9]+; $1: kdumpctl restart$"
	fi
}

# mistake WORD - a kdump.conf with a wrong key; good PATH - one that is right.
mistake()
{
	printf 'virtiofs crash\n%s 1\n' "$1" | config
}

good()
{
	printf 'virtiofs crash\npath %s\n' "$1" | config
}

root_new
ok "armed" exits 0 kdumpctl start
ok "nothing is newer" newer ""
cp "$root/run/kdump/armed.json" "$work/armed.json"
mv "$root/kexec-arguments" "$work/armed-arguments"
sum=$(sha256sum <"$(image)")
mistake no_such_key
ok "restart with a mistake" exits 1 kdumpctl restart
ok "stays armed" still
ok "reload with a mistake" exits 1 kdumpctl reload
ok "stays armed, too" says "still armed with the configuration of"
ok "start with a mistake" exits 1 kdumpctl start
ok "does not say that it is not armed" still
ok "the kernel was asked for nothing" test ! -e "$root/kexec-arguments"
ok "status" newer "/etc/kdump.conf is newer"
good /new
ok "start with another configuration" exits 0 kdumpctl start
ok "says so" says "WARNING: armed with the configuration of 20.*; /etc/kdump.conf is newer: kdumpctl restart"
ok "and does nothing" test ! -e "$root/kexec-arguments"
ok "status --json" exits 0 kdumpctl status --json
ok "says so, too" sh -c "grep -q '\"outdated\": *\"armed with .*kdump.conf is newer: kdumpctl restart\"' $work/words"

# As the kernel does it: what is loaded goes before the new one is looked at.
mv "$root/bin/kexec" "$root/kexec.good"
program kexec <<'E'
case $* in
*.new*)
	echo 0 >"$root/sys/kernel/kexec_crash_loaded"
	echo "kexec: Cannot allocate memory" >&2
	exit 1
	;;
esac
exec "$root/kexec.good" "$@"
E
ok "an image that the kernel refuses" exits 1 kdumpctl restart
ok "stays armed" still
ok "by what was loaded" sh -c "sed '/^--initrd=/d' $root/kexec-arguments >$work/1; sed '/^--initrd=/d' $work/armed-arguments | cmp - $work/1"
ok "and its image" grep -qx -- "--initrd=$(image)" "$root/kexec-arguments"
ok "which is what is remembered" cmp "$root/run/kdump/armed.json" "$work/armed.json"
ok "the image is there" test "$sum" = "$(sha256sum <"$(image)")"
ok "no half-made one" test ! -e "$(image).new"
truncate -s 100 "$(image)"
ok "where that is damaged" exits 1 kdumpctl restart
ok "it is said" says "not armed: .*the previously loaded image is lost: .*kdump.img has changed since"
ok "and true" is /sys/kernel/kexec_crash_loaded 0
mv "$root/kexec.good" "$root/bin/kexec"
ok "when the kernel takes it" exits 0 kdumpctl start
ok "all is new" newer ""

# By content, and all the files.
touch -d tomorrow "$root/etc/kdump.conf" "$root/etc/sysconfig/kdump"
ok "a touch is no change" newer ""
cp "$root/etc/sysconfig/kdump" "$work/sysconfig"
echo 'KDUMP_COMMANDLINE_APPEND="loglevel=7"' >>"$root/etc/sysconfig/kdump"
ok "the sysconfig file" newer "/etc/sysconfig/kdump is newer"
good /newest
ok "both" newer "/etc/kdump.conf and another file is newer"
good /new
cp "$work/sysconfig" "$root/etc/sysconfig/kdump"
ok "as they were" newer ""
mv "$root/etc/kdump.conf" "$work/kdump.conf"
ok "one less" newer "/etc/kdump.conf is gone"
cp "$work/kdump.conf" "$root/etc/kdump.conf"
mv "$root/etc/sysconfig/kdump" "$root/sysconfig.away"
put /etc/default/kdump-tools <"$root/sysconfig.away"
ok "Debian's in place of the other" newer "/etc/sysconfig/kdump and another file is gone"
ok "restart" exits 0 kdumpctl restart
ok "all is new" newer ""
echo "KDUMP_COREDIR=/elsewhere" >>"$root/etc/default/kdump-tools"
ok "Debian's file" newer "/etc/default/kdump-tools is newer"
rm "$root/etc/default/kdump-tools"
mv "$root/sysconfig.away" "$root/etc/sysconfig/kdump"
ok "restart" exits 0 kdumpctl restart
good /fifth
ok "reload takes the image as it is" exits 0 kdumpctl reload
ok "which has the old configuration" newer "/etc/kdump.conf is newer"
ok "restart" exits 0 kdumpctl restart
ok "makes an end of it" newer ""

# "systemctl restart" is a stop and a start.
program systemctl <<'E'
case $* in list-jobs*) cat "$root/jobs" ;; esac
E
by_systemd()
{
	INVOCATION_ID=1 kdumpctl "$@"
}
echo "3 kdump.service restart running" >"$root/jobs"
mistake no_such_key
ok "the stop of a restart" exits 0 by_systemd stop
ok "leaves it armed" is /sys/kernel/kexec_crash_loaded 1
ok "and says so" says "this machine stays armed until the new configuration is loaded"
ok "the start, with a mistake" exits 1 by_systemd start
ok "too" still
ok "nobody is to say how this boot ends" grep -q '"open"' "$root/var/lib/kdump/boot.json"
good /fourth
ok "with the mistake mended" exits 0 by_systemd stop
ok "the start" exits 0 by_systemd start
ok "loads the new one" says "building a new image: changed: "
ok "the end will be told" grep -q '"armed"' "$root/var/lib/kdump/boot.json"
ok "and that once" exits 0 by_systemd start
ok "only" says "Kdump already running"
echo "3 kdump.service stop running" >"$root/jobs"
ok "a stop" exits 0 by_systemd stop
ok "is a stop" is /sys/kernel/kexec_crash_loaded 0
ok "start" exits 0 by_systemd start
echo "3 other-kdump.service restart running" >"$root/jobs"
ok "another unit's restart" exits 0 by_systemd stop
ok "is nothing to us" is /sys/kernel/kexec_crash_loaded 0
ok "start" exits 0 by_systemd start
echo "3 kdump.service restart running" >"$root/jobs"
ok "a stop by hand" exits 0 env -u INVOCATION_ID "$build/kdumpctl" --root "$root" stop
ok "is one" is /sys/kernel/kexec_crash_loaded 0

# The kernel says what is loaded, and nobody else.
program kexec <<'E'
exit 0
E
ok "a load that only seems to work" exits 1 kdumpctl start
ok "is not believed" says "not armed: .*reported success, but according to /sys/kernel/kexec_crash_loaded no capture kernel"
ok "neither is it remembered" exits 3 kdumpctl status
finish
