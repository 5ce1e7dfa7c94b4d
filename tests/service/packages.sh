#!/bin/sh
# packages.sh - what packages run: hooks of kernel packages, maintainer scripts, purge; uninstall
. "$(dirname "$0")/lib.sh"
top=$here/..

# script FILE - one of ours as it is installed, but on the made-up root.
script()
{
	sed -e "s,@sbindir@,$root/usr/sbin,g" -e "s,/run/systemd,$root/run/systemd,g" \
		-e "s,/var/lib/kdump,$root&,g" -e "s,/usr/lib/kdump,$root&,g" -e "s,/usr/share/kdump-tools,$root&,g" \
		-e "s,/etc/,$root&,g" -e "s,/boot/,$root&,g" -e "s,/usr/share/debconf,$root&,g" \
		-e "s,/var/lib/ucf,$root&,g" \
		"$top/systemd/$1" >"$work/script"
}

# scriptlet NAME - a section of the spec file, without the macros of systemd's units.
scriptlet()
{
	awk -v name="%$1" '$0 == name { on = 1; next } /^%[a-z]+$/ { on = 0 } on && !/^%systemd/' \
		"$top/systemd/packaging/kdump.spec.in" >"$work/script"
	grep -q kdumpctl "$work/script"
}

# run ARGUMENT... - the script; notes what it calls in the file "calls".
run()
{
	: >"$root/calls"
	exits 0 sh -e "$work/script" "$@"
}

called()
{
	{ [ $# = 0 ] || printf '%s\n' "$@"; } | cmp - "$root/calls" || { cat "$root/calls"; return 1; }
}

root_new
mkdir -p "$root/usr/sbin"
# In PATH, and where the hooks look for it.
program kdumpctl <<E
echo "kdumpctl \$*" >>"\$root/calls"
[ ! -e "\$root/broken" ] || exit 1
exec "$build/kdumpctl" --root "\$root" --capture "$build/kdump-capture" "\$@"
E
program deb-systemd-invoke <<'E'
echo "$*" >>"$root/calls"
E

# Hooks of kernel packages. Nothing of them may stop the installation of a kernel.
printf 'linux /vmlinuz-1\noptions ro crashkernel=300M\n' | put /boot/loader/entries/1.conf
for hook in kernel-postinst "60-kdump.install add"; do
	# shellcheck disable=SC2086
	set -- $hook
	script "hooks/$1"
	shift
	printf 'version 9\nlinux /vmlinuz-9\noptions ro\n' | put /boot/loader/entries/9.conf
	ok "$hook succeeds without kdumpctl" run "$@" 9 /boot/vmlinuz-9
	ok "$hook calls nothing without kdumpctl" called
	cp "$root/bin/kdumpctl" "$root/usr/sbin/"
	ok "$hook succeeds for a new kernel" run "$@" 9 /boot/vmlinuz-9
	ok "$hook gives the new kernel the crashkernel= of the others" grep -q "options ro crashkernel=300M" "$root/boot/loader/entries/9.conf"
	ok "$hook prints nothing for a new kernel" silent_on .
	: | put /broken
	ok "$hook succeeds when kdumpctl fails" run "$@" 9 /boot/vmlinuz-9
	rm "$root/broken" "$root/usr/sbin/kdumpctl"
done
cp "$root/bin/kdumpctl" "$root/usr/sbin/"
for hook in kernel-postrm "60-kdump.install remove"; do
	: >"$root/boot/initramfs-9kdump.img"
	: | put /var/lib/kdump/9.inputs
	# shellcheck disable=SC2086
	set -- $hook
	script "hooks/$1"
	shift
	ok "$hook succeeds for a removed kernel" run "$@" 9 /boot/vmlinuz-9
	ok "$hook removes the capture image of the kernel" test ! -e "$root/boot/initramfs-9kdump.img"
	ok "$hook removes the record of the image" test ! -e "$root/var/lib/kdump/9.inputs"
done
script hooks/60-kdump.install
ok "60-kdump.install succeeds in another step" run inspect 9
ok "60-kdump.install calls nothing in another step" called
for hook in kernel-postinst kernel-postrm; do
	script "hooks/$hook"
	ok "$hook succeeds without a kernel" run
	ok "$hook calls nothing without a kernel" called
done
rm -r "$root/boot/loader"

# The library of shell functions that other packages' scripts source.
conf_val()
{
	sed -e "s,@sbindir@,$build,; s,/etc/kdump.conf,$root/etc/kdump.conf," \
		"$top/systemd/scripts/kdump-lib-initramfs.sh" >"$work/lib"
	(set -eu; . "$work/lib"; kdump_get_conf_val "$1") >"$work/words" 2>&1
}
printf 'path /x y # z\next4 UUID="1-2"\nssh a@b\nfrobnicate 1\n' | config
ok "kdump_get_conf_val accepts a set of letters" conf_val 'ext[234]'
ok "kdump_get_conf_val prints the value as it is" test "$(cat "$work/words")" = 'UUID="1-2"'
ok "kdump_get_conf_val accepts alternatives with |" conf_val 'ssh|nfs'
ok "kdump_get_conf_val finds one of the alternatives" test "$(cat "$work/words")" = a@b
ok "kdump_get_conf_val accepts alternatives with a backslash before |" conf_val 'nfs\|path'
ok "kdump_get_conf_val finds one of sed's alternatives" test "$(cat "$work/words")" = '/x y'
ok "kdump_get_conf_val succeeds for a missing key" conf_val 'ext\|rest|ssh.|keep_dumps'
ok "kdump_get_conf_val prints nothing for a missing key" test ! -s "$work/words"
rm "$root/etc/kdump.conf"
ok "kdump_get_conf_val succeeds without a file" conf_val path
ok "kdump_get_conf_val prints nothing without a file" test ! -s "$work/words"
echo "virtiofs crash" | config

# Debian.
mkdir -p "$root/run/systemd/system" "$root/etc/systemd/system" "$root/usr/lib/kdump"
cp "$top/config/kdump.conf" "$root/usr/lib/kdump/kdump.conf"
program deb-systemd-helper <<'E'
echo "helper $*" >>"$root/calls"
E
program systemctl <<'E'
echo "systemctl $*" >>"$root/calls"
E
script packaging/debian/kdump.postinst
ok "postinst succeeds in a first installation" run configure ""
ok "postinst reserves no memory in a first installation" called "kdumpctl convert --once"
ok "postinst prints nothing in a first installation" silent_on .
ok "postinst succeeds in an upgrade" run configure 1.0
ok "postinst updates crashkernel= and restarts in an upgrade" called \
	"kdumpctl convert --once" "kdumpctl --quiet _reset-crashkernel-after-update" \
	"try-restart kdump.service"
: | put /broken
ok "postinst succeeds when kdumpctl fails in an upgrade" run configure 1.0
rm -r "$root/broken" "$root/run/systemd"
ok "postinst succeeds where systemd does not run" run configure 1.0
ok "postinst starts no service where systemd does not run" called "kdumpctl convert --once" "kdumpctl --quiet _reset-crashkernel-after-update"
mkdir -p "$root/run/systemd/system"

# What kdump-tools was told, into a kdump.conf as it is shipped: once.
rm -f "$root/etc/sysconfig/kdump" "$root/var/lib/kdump/converted" "$root/etc/kdump.conf"
mkdir -p "$root/etc/systemd/system/basic.target.wants"
ln -s /lib/systemd/system/kdump-tools.service "$root/etc/systemd/system/basic.target.wants/"
printf '%s\n' 'USE_KDUMP=1' 'KDUMP_COREDIR="/srv/crash"' 'SSH="kdump@server"' 'MAKEDUMP_ARGS="-c -d 31"' \
	'KDUMP_NUM_DUMPS=5' "KDUMP_KERNELVER=$version" | put /etc/default/kdump-tools
script packaging/debian/kdump.postinst
ok "postinst succeeds where kdump-tools was installed" run configure ""
ok "postinst prints the settings that it carries over" says "converted from /etc/default/kdump-tools to /etc/kdump.conf: ssh kdump@server"
ok "postinst enables our service in place of Debian's" called "kdumpctl convert --once" \
	"helper purge kdump-tools.service" "helper enable kdump.service" \
	"systemctl --system daemon-reload" "restart kdump.service"
rm -r "$root/etc/systemd/system/basic.target.wants"
for line in 'path /srv/crash' 'ssh kdump@server' 'core_collector makedumpfile -F -c -d 31' 'keep_dumps 5'; do
	ok "the converted kdump.conf has '$line'" grep -qxF "$line" "$root/etc/kdump.conf"
done
ok "the converted kdump.conf has one path" test "$(grep -c '^path ' "$root/etc/kdump.conf")" = 1
ok "the shipped path stays as a comment" grep -qx '#path /var/crash' "$root/etc/kdump.conf"
ok "kdump-config accepts the converted kdump.conf" exits 0 "$build/kdump-config" --check "$root/etc/kdump.conf"
ok "convert succeeds when all is converted" exits 0 kdumpctl convert
ok "convert says that there is nothing to convert" says "there is nothing to convert"
cp "$top/config/kdump.conf" "$root/etc/kdump.conf"
ok "postinst succeeds in an upgrade with the shipped file" run configure 1.0
ok "postinst converts the settings once only" cmp "$top/config/kdump.conf" "$root/etc/kdump.conf"
rm "$root/var/lib/kdump/converted"
mkdir -p "$root/mine"
echo 'path /mine' | config
ok "postinst succeeds with a kdump.conf of the administrator" run configure ""
ok "postinst leaves the administrator's kdump.conf" is /etc/kdump.conf 'path /mine'
ok "postinst warns that both files have settings" says "WARNING: .*kdump-tools has other dump settings than /etc/kdump.conf"
ok "check-config succeeds with settings in both files" exits 0 kdumpctl check-config
ok "check-config names a setting of Debian's that has no effect" says "kdump-tools:3:1: warning: SSH has no effect: it means 'ssh kdump@server', but /etc/kdump.conf, which counts, has no target"
printf 'FTP=server\nKDUMP_NUM_DUMPS=3\n' | put /etc/default/kdump-tools
cp "$top/config/kdump.conf" "$root/etc/kdump.conf"
ok "convert refuses what cannot be converted" exits 1 kdumpctl convert
ok "check-config succeeds with what cannot be converted" exits 0 kdumpctl check-config
ok "check-config names it and the remedy" says "kdump-tools:1:1: warning: FTP: dumps are not sent by ftp; set SSH or NFS"
ok "a refused conversion leaves kdump.conf as it was" cmp "$top/config/kdump.conf" "$root/etc/kdump.conf"
# SUSE's file, by a package of the other kind.
rm "$root/etc/default/kdump-tools"
printf '%s\n' 'KDUMP_SAVEDIR="nfs://server/export"' 'KDUMP_DUMPFORMAT=none' 'KDUMP_KEEP_OLD_DUMPS=4' \
	"KDUMP_KERNELVER=$version" | put /etc/sysconfig/kdump
rm -f "$root/var/lib/kdump/converted"
ok "the RPM has a %post scriptlet" scriptlet post
ok "%post succeeds with SUSE's settings" run 1
for line in 'path /' 'nfs server:/export' 'core_collector none' 'keep_dumps 5'; do
	ok "SUSE's settings become '$line'" grep -qxF "$line" "$root/etc/kdump.conf"
done
rm -f "$root/var/lib/kdump/converted" "$root/etc/sysconfig/kdump"
echo "KDUMP_KERNELVER=$version" | put /etc/sysconfig/kdump
ok "convert --once converts SUSE's settings" exits 0 kdumpctl convert --once
echo "virtiofs crash" | config

ok "start arms before the package is removed" exits 0 kdumpctl start
printf '\177ELF' | put /var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore
echo 'GRUB_TIMEOUT=5' | put /etc/default/grub
echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=1G"' | put /etc/default/grub.d/kdump.cfg
program update-grub <<'E'
echo update-grub >>"$root/calls"
E
script packaging/debian/kdump.prerm
ok "prerm succeeds in an upgrade" run upgrade 2.0
ok "prerm calls nothing in an upgrade" called
for file in boot last-boot lost test crash; do
	echo {} | put "/var/lib/kdump/$file.json"
done
ok "prerm succeeds in a removal" run remove
ok "prerm stops the service and purges in a removal" called "stop kdump.service" "kdumpctl --quiet _purge" "update-grub"
ok "nothing is loaded after the removal" is /sys/kernel/kexec_crash_loaded 0
ok "no image is left after the removal" test -z "$(find "$root/boot" -name '*kdump*')"
ok "no record of the image is left after the removal" test ! -e "$root/var/lib/kdump/$version.inputs"
ok "no state is left after the removal" test -z "$(find "$root/run/kdump" "$root/var/lib/kdump" -type f ! -name lock)"
ok "no crashkernel= is left after the removal" test ! -e "$root/etc/default/grub.d/kdump.cfg"
ok "the dumps stay after the removal" test -e "$root/var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore"
ok "kdump.conf stays after the removal" test -e "$root/etc/kdump.conf"
ok "prerm succeeds a second time" run remove
ok "a second prerm does not run update-grub" called "stop kdump.service" "kdumpctl --quiet _purge"
: | put /broken
ok "prerm succeeds when kdumpctl fails" run remove
rm "$root/broken"
: | put /etc/systemd/system/multi-user.target.wants/kdump.service
: | put /etc/systemd/system/kdump-tools.service
: | put /var/lib/kdump/boot.json
mkdir -p "$root/etc/default/grub.d" "$root/usr/share/kdump-tools"
: | put /usr/share/kdump-tools/kdump-tools.conf
: | put /etc/default/kdump-tools
: | put /etc/default/grub.d/kdump-tools.cfg
script packaging/debian/kdump.postrm
ok "postrm succeeds in a removal" run remove
ok "postrm leaves our records in a removal" test -e "$root/var/lib/kdump/boot.json"
ok "postrm succeeds in a purge" run purge
ok "postrm removes our records in a purge" test ! -e "$root/var/lib/kdump"
ok "postrm removes kdump.conf in a purge" test ! -e "$root/etc/kdump.conf"
ok "postrm removes the link that enables the service" test ! -e "$root/etc/systemd/system/multi-user.target.wants/kdump.service"
ok "postrm removes the link by Debian's name" test ! -e "$root/etc/systemd/system/kdump-tools.service"
ok "postrm leaves the files of an installed kdump-tools" test -e "$root/etc/default/kdump-tools"
rm -r "$root/usr/share/kdump-tools"
for ucf in ucf ucfr; do
	program $ucf <<-'E'
		echo "ucf $*" >>"$root/calls"
	E
done
ok "postrm succeeds in a purge without kdump-tools" run purge
ok "postrm does not call ucf for a file it does not know" called
echo "0 $root/etc/default/kdump-tools" | put /var/lib/ucf/hashfile
ok "postrm succeeds when ucf knows the file" run purge
ok "postrm makes ucf forget the file" called "ucf --purge $root/etc/default/kdump-tools" \
	"ucf -p kdump-tools $root/etc/default/kdump-tools"
ok "postrm removes the file of a purged kdump-tools" test ! -e "$root/etc/default/kdump-tools"
ok "postrm removes the reservation of a purged kdump-tools" test ! -e "$root/etc/default/grub.d/kdump-tools.cfg"

# Fedora, RHEL.
ok "the spec file has %post" scriptlet post
ok "%post succeeds in a first installation" run 1
ok "%post reserves no memory in a first installation" called "kdumpctl convert --once"
ok "%post succeeds in an upgrade" run 2
ok "%post updates crashkernel= in an upgrade" called "kdumpctl convert --once" "kdumpctl --quiet _reset-crashkernel-after-update"
ok "the spec file has %preun" scriptlet preun
ok "%preun succeeds in an upgrade" run 1
ok "%preun calls nothing in an upgrade" called
ok "%preun succeeds when the last version is removed" run 0
ok "%preun purges when the last version is removed" called "kdumpctl --quiet _purge"

ok "maintainer.sh takes the maintainer from the environment" test "$(DEBFULLNAME='A B' DEBEMAIL=a@b.c sh "$top/systemd/packaging/maintainer.sh")" = "A B <a@b.c>"

# make install and uninstall.
install()
{
	make -s -C "$top" O="$(realpath "$build")" DESTDIR="$work/dest" "$1"
}
ok "make install succeeds in an empty DESTDIR" install install
ok "make install puts kdumpctl into /usr/sbin" test -x "$work/dest/usr/sbin/kdumpctl"
ok "make install links kdumpctl into /usr/bin" test "$work/dest/usr/bin/kdumpctl" -ef "$work/dest/usr/sbin/kdumpctl"
ok "make install makes a relative link of kdumpctl" test "$(readlink "$work/dest/usr/bin/kdumpctl")" = ../sbin/kdumpctl
ok "make install links the service by Debian's name" test "$(readlink "$work/dest/usr/lib/systemd/system/kdump-tools.service")" = kdump.service
ok "make install puts the udev rules where others override them" test -e "$work/dest/usr/lib/udev/rules.d/98-kexec.rules"
ok "the installed generator runs" "$work/dest/usr/lib/systemd/system-generators/kdump-generator" "$work/normal" "$work/early" "$work/late"
ok "the generator writes what kdump.service waits for" grep -q "^\[Unit\]" "$work/normal/kdump.service.d/10-target.conf"
# All that is wrong with the units: their programs are not on this system.
units()
{
	systemd-analyze verify --man=no "$work/dest/usr/lib/systemd/system/"kdump* 2>&1 |
		grep -v "Command /usr/.*kdump.* is not executable: No such file or directory"
}
ok "systemd-analyze accepts the installed units" test -z "$(units)"
completed()
{
	PATH="$work/dest/usr/sbin:$PATH" bash -c '. "$1"; shift; COMP_WORDS=(kdumpctl "$@" ""); COMP_CWORD=$(($# + 1)); _kdump
		printf "%s\n" "${COMPREPLY[@]}"' - "$work/dest/usr/share/bash-completion/completions/kdumpctl" "$@"
}
ok "kdumpctl --help exits with 0" exits 0 kdumpctl --help
ok "the installed completion has every command" test "$(completed | grep -v ^- | sort)" = \
	"$(sed -n '/COMMAND/d; s/^  \([a-z][a-z-]*\) .*/\1/p' "$work/words" | sort)"
ok "the installed completion has the options of test" test "$(completed test | sort | tr '\n' ' ')" = "--crash --force --help --quiet "
for program in kdump-config kdump-image kdump-collect makedumpfile; do
	ok "the installed completion is found for $program" test -s "$work/dest/usr/share/bash-completion/completions/$program"
done
# spec_files - what the spec file's %files name, as patterns of grep for whole paths.
spec_files()
{
	sed -n '/^%files/,/^%changelog/p' "$top/systemd/packaging/kdump.spec.in" |
		sed -n 's/^%doc //; s/^%config([a-z]*) //; /^%[a-ik-z]*{/!d; p' |
		sed 's,%{_sbindir},/usr/sbin,; s,%{_bindir},/usr/bin,; s,%{_prefix},/usr,; s,%{_docdir},/usr/share/doc,
			s,%{name},kdump,; s,%{_unitdir},/usr/lib/systemd/system,; s,%{_udevrulesdir},/usr/lib/udev/rules.d,
			s,%{_datadir},/usr/share,; s,%{_mandir},/usr/share/man,; s,%{_sysconfdir},/etc,
			s,/[a-z]*/\.\./,/,; s,\.,\\.,g; s,\*,[^/]*,g; s,.*,^&(/.*)?$,'
}
not_packed()
{
	(cd "$work/dest" && find . ! -type d | sed 's/^\.//') |
		grep -v '^/usr/share/initramfs-tools/\|^/etc/kernel/\|/kdump-tools.service$' | grep -vEf "$work/packed"
}
spec_files >"$work/packed"
ok "the spec file lists every installed file" test -z "$(not_packed)"
doc=$work/dest/usr/share/doc/kdump
ok "make install puts README.md into the documentation" cmp "$top/README.md" "$doc/README.md"
for page in "$top"/docs/*.md; do
	ok "make install puts ${page##*/} where README points" cmp "$page" "$doc/docs/${page##*/}"
done
ok "make install puts the examples into the documentation" diff -r "$top/docs/examples" "$doc/examples"
links()
{
	grep -oE '\]\([a-zA-Z0-9/._-]+\.md\)' "$1" | tr -d '])(' | while read -r to; do
		[ -e "$(dirname "$1")/$to" ] || { echo "$1 leads to $to"; return 1; }
	done
}
for page in "$doc"/*.md "$doc"/docs/*.md; do
	ok "the links of ${page##*/} lead to installed pages" links "$page"
done
ok "the installed files have no place-holder" sh -c "! grep -rlI '@[a-z]*@' $work/dest --include=*.service --include=*.rules --include=kdump"
ok "an administrator's kdump.conf can be installed" cp "$top/docs/examples/nfs.conf" "$work/dest/etc/kdump.conf"
ok "make install succeeds a second time" install install
ok "make install keeps the administrator's kdump.conf" cmp "$top/docs/examples/nfs.conf" "$work/dest/etc/kdump.conf"
ok "make uninstall succeeds after an installation" install uninstall
ok "make uninstall leaves kdump.conf alone" test "$(find "$work/dest" ! -type d)" = "$work/dest/etc/kdump.conf"
finish
