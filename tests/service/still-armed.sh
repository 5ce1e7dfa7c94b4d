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
ok "start arms the machine before the mistakes" exits 0 kdumpctl start
ok "status calls no file newer after start" newer ""
cp "$root/run/kdump/armed.json" "$work/armed.json"
mv "$root/kexec-arguments" "$work/armed-arguments"
sum=$(sha256sum <"$(image)")
mistake no_such_key
ok "restart fails with a mistake in kdump.conf" exits 1 kdumpctl restart
ok "restart with a mistake leaves the machine armed" still
ok "reload fails with a mistake in kdump.conf" exits 1 kdumpctl reload
ok "reload with a mistake says that the machine is still armed" says "still armed with the configuration of"
ok "start fails with a mistake in kdump.conf" exits 1 kdumpctl start
ok "start with a mistake says that the machine is still armed" still
ok "a mistake in kdump.conf calls no kexec" test ! -e "$root/kexec-arguments"
ok "status says that kdump.conf with the mistake is newer" newer "/etc/kdump.conf is newer"
good /new
ok "start succeeds with a changed configuration" exits 0 kdumpctl start
ok "start warns that the loaded configuration is older" says "WARNING: armed with the configuration of 20.*; /etc/kdump.conf is newer: kdumpctl restart"
ok "start does not load a changed configuration" test ! -e "$root/kexec-arguments"
ok "status --json works with a changed configuration" exits 0 kdumpctl status --json
ok "status --json says that the loaded configuration is older" sh -c "grep -q '\"outdated\": *\"armed with .*kdump.conf is newer: kdumpctl restart\"' $work/words"

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
ok "restart fails when the kernel refuses the new image" exits 1 kdumpctl restart
ok "restart leaves the machine armed when the image is refused" still
ok "restart loads the previous command line again" sh -c "sed '/^--initrd=/d' $root/kexec-arguments >$work/1; sed '/^--initrd=/d' $work/armed-arguments | cmp - $work/1"
ok "restart loads the previous image again" grep -qx -- "--initrd=$(image)" "$root/kexec-arguments"
ok "restart leaves the record of what is loaded as it was" cmp "$root/run/kdump/armed.json" "$work/armed.json"
ok "restart leaves the previous image as it was" test "$sum" = "$(sha256sum <"$(image)")"
ok "a refused image leaves no unfinished file" test ! -e "$(image).new"
truncate -s 100 "$(image)"
ok "restart fails when the previous image is damaged" exits 1 kdumpctl restart
ok "restart says that the previous image is lost" says "not armed: .*the previously loaded image is lost: .*kdump.img has changed since"
ok "nothing is loaded when the previous image is lost" is /sys/kernel/kexec_crash_loaded 0
mv "$root/kexec.good" "$root/bin/kexec"
ok "start succeeds when the kernel accepts the image" exits 0 kdumpctl start
ok "status calls no file newer after that start" newer ""

# By content, and all the files.
touch -d tomorrow "$root/etc/kdump.conf" "$root/etc/sysconfig/kdump"
ok "status does not call a touched file newer" newer ""
cp "$root/etc/sysconfig/kdump" "$work/sysconfig"
echo 'KDUMP_COMMANDLINE_APPEND="loglevel=7"' >>"$root/etc/sysconfig/kdump"
ok "status says that the sysconfig file is newer" newer "/etc/sysconfig/kdump is newer"
good /newest
ok "status says that two files are newer" newer "/etc/kdump.conf and another file is newer"
good /new
cp "$work/sysconfig" "$root/etc/sysconfig/kdump"
ok "status calls no file newer when both are as before" newer ""
mv "$root/etc/kdump.conf" "$work/kdump.conf"
ok "status says that kdump.conf is gone" newer "/etc/kdump.conf is gone"
cp "$work/kdump.conf" "$root/etc/kdump.conf"
mv "$root/etc/sysconfig/kdump" "$root/sysconfig.away"
put /etc/default/kdump-tools <"$root/sysconfig.away"
ok "status says that the sysconfig file and another are gone" newer "/etc/sysconfig/kdump and another file is gone"
ok "restart succeeds with Debian's sysconfig file" exits 0 kdumpctl restart
ok "status calls no file newer with Debian's sysconfig file" newer ""
echo "KDUMP_COREDIR=/elsewhere" >>"$root/etc/default/kdump-tools"
ok "status says that Debian's sysconfig file is newer" newer "/etc/default/kdump-tools is newer"
rm "$root/etc/default/kdump-tools"
mv "$root/sysconfig.away" "$root/etc/sysconfig/kdump"
ok "restart succeeds with the first sysconfig file again" exits 0 kdumpctl restart
good /fifth
ok "reload succeeds with a changed kdump.conf" exits 0 kdumpctl reload
ok "status says that reload did not take the changed kdump.conf" newer "/etc/kdump.conf is newer"
ok "restart succeeds with the changed kdump.conf" exits 0 kdumpctl restart
ok "status calls no file newer after that restart" newer ""

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
ok "systemd's stop within a restart succeeds" exits 0 by_systemd stop
ok "systemd's stop within a restart leaves the machine armed" is /sys/kernel/kexec_crash_loaded 1
ok "systemd's stop within a restart says that it stays armed" says "this machine stays armed until the new configuration is loaded"
ok "systemd's start fails with a mistake in kdump.conf" exits 1 by_systemd start
ok "systemd's start with a mistake leaves the machine armed" still
ok "the record of this boot is open after the restart's stop" grep -q '"open"' "$root/var/lib/kdump/boot.json"
good /fourth
ok "systemd's stop succeeds after the mistake was mended" exits 0 by_systemd stop
ok "systemd's start succeeds after the mistake was mended" exits 0 by_systemd start
ok "systemd's start loads the new configuration" says "building a new image: changed: "
ok "the record of this boot says armed" grep -q '"armed"' "$root/var/lib/kdump/boot.json"
ok "a second start by systemd succeeds" exits 0 by_systemd start
ok "a second start by systemd says that kdump is running" says "Kdump already running"
echo "3 kdump.service stop running" >"$root/jobs"
ok "systemd's stop succeeds without a restart" exits 0 by_systemd stop
ok "systemd's stop without a restart unloads" is /sys/kernel/kexec_crash_loaded 0
ok "systemd's start succeeds after the stop" exits 0 by_systemd start
echo "3 other-kdump.service restart running" >"$root/jobs"
ok "systemd's stop succeeds while another unit restarts" exits 0 by_systemd stop
ok "another unit's restart does not keep the machine armed" is /sys/kernel/kexec_crash_loaded 0
ok "systemd's start succeeds after another unit's restart" exits 0 by_systemd start
echo "3 kdump.service restart running" >"$root/jobs"
ok "stop by hand succeeds while systemd restarts the unit" exits 0 env -u INVOCATION_ID "$build/kdumpctl" --root "$root" stop
ok "stop by hand unloads while systemd restarts the unit" is /sys/kernel/kexec_crash_loaded 0

# The kernel says what is loaded, and nobody else.
program kexec <<'E'
exit 0
E
ok "start fails when kexec succeeds and loads nothing" exits 1 kdumpctl start
ok "start says that no capture kernel is loaded" says "not armed: .*reported success, but according to /sys/kernel/kexec_crash_loaded no capture kernel"
ok "status says not operational when nothing was loaded" exits 3 kdumpctl status
finish
