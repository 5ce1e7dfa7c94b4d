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
	ok "$hook without kdumpctl" run "$@" 9 /boot/vmlinuz-9
	ok "does nothing" called
	cp "$root/bin/kdumpctl" "$root/usr/sbin/"
	ok "$hook" run "$@" 9 /boot/vmlinuz-9
	ok "gives the new kernel what the others have" grep -q "options ro crashkernel=300M" "$root/boot/loader/entries/9.conf"
	ok "silently" silent_on .
	: | put /broken
	ok "$hook when it fails" run "$@" 9 /boot/vmlinuz-9
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
	ok "$hook" run "$@" 9 /boot/vmlinuz-9
	ok "takes the capture image along" test ! -e "$root/boot/initramfs-9kdump.img"
	ok "and the record of it" test ! -e "$root/var/lib/kdump/9.inputs"
done
script hooks/60-kdump.install
ok "another step of kernel-install" run inspect 9
ok "is not ours" called
for hook in kernel-postinst kernel-postrm; do
	script "hooks/$hook"
	ok "$hook without a kernel" run
	ok "does nothing" called
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
ok "kdump_get_conf_val with a set of letters" conf_val 'ext[234]'
ok "finds the value, as it is" test "$(cat "$work/words")" = 'UUID="1-2"'
ok "with alternatives" conf_val 'ssh|nfs'
ok "finds one" test "$(cat "$work/words")" = a@b
ok "with alternatives as sed has them" conf_val 'nfs\|path'
ok "finds one" test "$(cat "$work/words")" = '/x y'
ok "what is not there" conf_val 'ext\|rest|ssh.|keep_dumps'
ok "is nothing" test ! -s "$work/words"
rm "$root/etc/kdump.conf"
ok "and no file" conf_val path
ok "is nothing, too" test ! -s "$work/words"
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
ok "a first installation" run configure ""
ok "takes no memory away" called "kdumpctl convert --once"
ok "and is silent where nothing was told to others" silent_on .
ok "an upgrade" run configure 1.0
ok "follows the default, and arms with the new version" called \
	"kdumpctl convert --once" "kdumpctl --quiet _reset-crashkernel-after-update" \
	"try-restart kdump.service"
: | put /broken
ok "an upgrade on which that fails" run configure 1.0
rm -r "$root/broken" "$root/run/systemd"
ok "an upgrade where systemd does not run" run configure 1.0
ok "starts nothing" called "kdumpctl convert --once" "kdumpctl --quiet _reset-crashkernel-after-update"
mkdir -p "$root/run/systemd/system"

# What kdump-tools was told, into a kdump.conf as it is shipped: once.
rm -f "$root/etc/sysconfig/kdump" "$root/var/lib/kdump/converted" "$root/etc/kdump.conf"
mkdir -p "$root/etc/systemd/system/basic.target.wants"
ln -s /lib/systemd/system/kdump-tools.service "$root/etc/systemd/system/basic.target.wants/"
printf '%s\n' 'USE_KDUMP=1' 'KDUMP_COREDIR="/srv/crash"' 'SSH="kdump@server"' 'MAKEDUMP_ARGS="-c -d 31"' \
	'KDUMP_NUM_DUMPS=5' "KDUMP_KERNELVER=$version" | put /etc/default/kdump-tools
script packaging/debian/kdump.postinst
ok "installed where kdump-tools was" run configure ""
ok "says what is carried over" says "converted from /etc/default/kdump-tools to /etc/kdump.conf: ssh kdump@server"
ok "our service is enabled in place of Debian's, and arms" called "kdumpctl convert --once" \
	"helper purge kdump-tools.service" "helper enable kdump.service" \
	"systemctl --system daemon-reload" "restart kdump.service"
rm -r "$root/etc/systemd/system/basic.target.wants"
for line in 'path /srv/crash' 'ssh kdump@server' 'core_collector makedumpfile -F -c -d 31' 'keep_dumps 5'; do
	ok "$line" grep -qxF "$line" "$root/etc/kdump.conf"
done
ok "in place of what was shipped" test "$(grep -c '^path ' "$root/etc/kdump.conf")" = 1
ok "which stays as a comment" grep -qx '#path /var/crash' "$root/etc/kdump.conf"
ok "the file is good" exits 0 "$build/kdump-config" --check "$root/etc/kdump.conf"
ok "nothing is left to say" exits 0 kdumpctl convert
ok "about it" says "there is nothing to convert"
cp "$top/config/kdump.conf" "$root/etc/kdump.conf"
ok "the shipped file again, and the next version" run configure 1.0
ok "nothing is carried over a second time" cmp "$top/config/kdump.conf" "$root/etc/kdump.conf"
rm "$root/var/lib/kdump/converted"
mkdir -p "$root/mine"
echo 'path /mine' | config
ok "where people wrote one" run configure ""
ok "it stays" is /etc/kdump.conf 'path /mine'
ok "and it is said" says "WARNING: .*kdump-tools has other dump settings than /etc/kdump.conf"
ok "check-config" exits 0 kdumpctl check-config
ok "names all of it" says "kdump-tools:3:1: warning: SSH has no effect: it means 'ssh kdump@server', but /etc/kdump.conf, which counts, has no target"
printf 'FTP=server\nKDUMP_NUM_DUMPS=3\n' | put /etc/default/kdump-tools
cp "$top/config/kdump.conf" "$root/etc/kdump.conf"
ok "what cannot be carried over" exits 1 kdumpctl convert
ok "is named by check-config" exits 0 kdumpctl check-config
ok "with the remedy" says "kdump-tools:1:1: warning: FTP: dumps are not sent by ftp; set SSH or NFS"
ok "nothing was changed" cmp "$top/config/kdump.conf" "$root/etc/kdump.conf"
# SUSE's file, by a package of the other kind.
rm "$root/etc/default/kdump-tools"
printf '%s\n' 'KDUMP_SAVEDIR="nfs://server/export"' 'KDUMP_DUMPFORMAT=none' 'KDUMP_KEEP_OLD_DUMPS=4' \
	"KDUMP_KERNELVER=$version" | put /etc/sysconfig/kdump
rm -f "$root/var/lib/kdump/converted"
ok "the RPM has a scriptlet" scriptlet post
ok "installed on SUSE" run 1
for line in 'path /' 'nfs server:/export' 'core_collector none' 'keep_dumps 5'; do
	ok "$line" grep -qxF "$line" "$root/etc/kdump.conf"
done
rm -f "$root/var/lib/kdump/converted" "$root/etc/sysconfig/kdump"
echo "KDUMP_KERNELVER=$version" | put /etc/sysconfig/kdump
ok "settings carried over" exits 0 kdumpctl convert --once
echo "virtiofs crash" | config

ok "armed" exits 0 kdumpctl start
printf '\177ELF' | put /var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore
echo 'GRUB_TIMEOUT=5' | put /etc/default/grub
echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=1G"' | put /etc/default/grub.d/kdump.cfg
program update-grub <<'E'
echo update-grub >>"$root/calls"
E
script packaging/debian/kdump.prerm
ok "prerm upgrade" run upgrade 2.0
ok "does nothing" called
for file in boot last-boot lost test crash; do
	echo {} | put "/var/lib/kdump/$file.json"
done
ok "prerm remove" run remove
ok "stops it, and cleans up" called "stop kdump.service" "kdumpctl --quiet _purge" "update-grub"
ok "nothing is loaded" is /sys/kernel/kexec_crash_loaded 0
ok "no image is left" test -z "$(find "$root/boot" -name '*kdump*')"
ok "no record" test ! -e "$root/var/lib/kdump/$version.inputs"
ok "no state" test -z "$(find "$root/run/kdump" "$root/var/lib/kdump" -type f ! -name lock)"
ok "no crashkernel= in the boot loader" test ! -e "$root/etc/default/grub.d/kdump.cfg"
ok "the dumps stay" test -e "$root/var/crash/127.0.0.1-2024-01-01-10:00:00/vmcore"
ok "so does the configuration" test -e "$root/etc/kdump.conf"
ok "purge once more" run remove
ok "leaves the boot loader alone" called "stop kdump.service" "kdumpctl --quiet _purge"
: | put /broken
ok "when that fails" run remove
rm "$root/broken"
: | put /etc/systemd/system/multi-user.target.wants/kdump.service
: | put /etc/systemd/system/kdump-tools.service
: | put /var/lib/kdump/boot.json
mkdir -p "$root/etc/default/grub.d" "$root/usr/share/kdump-tools"
: | put /usr/share/kdump-tools/kdump-tools.conf
: | put /etc/default/kdump-tools
: | put /etc/default/grub.d/kdump-tools.cfg
script packaging/debian/kdump.postrm
ok "postrm remove" run remove
ok "leaves what is remembered" test -e "$root/var/lib/kdump/boot.json"
ok "postrm purge" run purge
ok "does not" test ! -e "$root/var/lib/kdump"
ok "nor the configuration" test ! -e "$root/etc/kdump.conf"
ok "nor that it was enabled" test ! -e "$root/etc/systemd/system/multi-user.target.wants/kdump.service"
ok "under either name" test ! -e "$root/etc/systemd/system/kdump-tools.service"
ok "but what is Debian's again" test -e "$root/etc/default/kdump-tools"
rm -r "$root/usr/share/kdump-tools"
for ucf in ucf ucfr; do
	program $ucf <<-'E'
		echo "ucf $*" >>"$root/calls"
	E
done
ok "postrm purge where it is not" run purge
ok "leaves ucf alone, which knows nothing of it" called
echo "0 $root/etc/default/kdump-tools" | put /var/lib/ucf/hashfile
ok "or does" run purge
ok "makes ucf forget it" called "ucf --purge $root/etc/default/kdump-tools" \
	"ucf -p kdump-tools $root/etc/default/kdump-tools"
ok "removes what it left to us" test ! -e "$root/etc/default/kdump-tools"
ok "its reservation, too" test ! -e "$root/etc/default/grub.d/kdump-tools.cfg"

# Fedora, RHEL.
ok "%post" scriptlet post
ok "of an installation" run 1
ok "takes no memory away" called "kdumpctl convert --once"
ok "of an upgrade" run 2
ok "follows the default" called "kdumpctl convert --once" "kdumpctl --quiet _reset-crashkernel-after-update"
ok "%preun" scriptlet preun
ok "of an upgrade" run 1
ok "does nothing" called
ok "of the last version" run 0
ok "cleans up" called "kdumpctl --quiet _purge"

ok "who makes the package" test "$(DEBFULLNAME='A B' DEBEMAIL=a@b.c sh "$top/systemd/packaging/maintainer.sh")" = "A B <a@b.c>"

# make install and uninstall.
install()
{
	make -s -C "$top" O="$(realpath "$build")" DESTDIR="$work/dest" "$1"
}
ok "make install" install install
ok "puts the program there" test -x "$work/dest/usr/sbin/kdumpctl"
ok "and where Red Hat has it" test "$work/dest/usr/bin/kdumpctl" -ef "$work/dest/usr/sbin/kdumpctl"
ok "by a link that may be moved" test "$(readlink "$work/dest/usr/bin/kdumpctl")" = ../sbin/kdumpctl
ok "the service by Debian's name" test "$(readlink "$work/dest/usr/lib/systemd/system/kdump-tools.service")" = kdump.service
ok "udev's rules by the name that others override" test -e "$work/dest/usr/lib/udev/rules.d/98-kexec.rules"
ok "the generator" "$work/dest/usr/lib/systemd/system-generators/kdump-generator" "$work/normal" "$work/early" "$work/late"
ok "says what kdump.service waits for" grep -q "^\[Unit\]" "$work/normal/kdump.service.d/10-target.conf"
# All that is wrong with the units: their programs are not on this system.
units()
{
	systemd-analyze verify --man=no "$work/dest/usr/lib/systemd/system/"kdump* 2>&1 |
		grep -v "Command /usr/.*kdump.* is not executable: No such file or directory"
}
ok "systemd understands the units" test -z "$(units)"
completed()
{
	PATH="$work/dest/usr/sbin:$PATH" bash -c '. "$1"; shift; COMP_WORDS=(kdumpctl "$@" ""); COMP_CWORD=$(($# + 1)); _kdump
		printf "%s\n" "${COMPREPLY[@]}"' - "$work/dest/usr/share/bash-completion/completions/kdumpctl" "$@"
}
ok "--help" exits 0 kdumpctl --help
ok "the shell completes every command" test "$(completed | grep -v ^- | sort)" = \
	"$(sed -n '/COMMAND/d; s/^  \([a-z][a-z-]*\) .*/\1/p' "$work/words" | sort)"
ok "options of one" test "$(completed test | sort | tr '\n' ' ')" = "--crash --force --help --quiet "
for program in kdump-config kdump-image kdump-collect makedumpfile; do
	ok "it is found for $program" test -s "$work/dest/usr/share/bash-completion/completions/$program"
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
ok "the spec file lists all of it" test -z "$(not_packed)"
doc=$work/dest/usr/share/doc/kdump
ok "README is there" cmp "$top/README.md" "$doc/README.md"
for page in "$top"/docs/*.md; do
	ok "and ${page##*/}, where README says" cmp "$page" "$doc/docs/${page##*/}"
done
ok "example configurations" diff -r "$top/docs/examples" "$doc/examples"
links()
{
	grep -oE '\]\([a-zA-Z0-9/._-]+\.md\)' "$1" | tr -d '])(' | while read -r to; do
		[ -e "$(dirname "$1")/$to" ] || { echo "$1 leads to $to"; return 1; }
	done
}
for page in "$doc"/*.md "$doc"/docs/*.md; do
	ok "links of ${page##*/}" links "$page"
done
ok "no place-holder is left in it" sh -c "! grep -rlI '@[a-z]*@' $work/dest --include=*.service --include=*.rules --include=kdump"
ok "a kdump.conf" cp "$top/docs/examples/nfs.conf" "$work/dest/etc/kdump.conf"
ok "is kept by the next installation" install install
ok "indeed" cmp "$top/docs/examples/nfs.conf" "$work/dest/etc/kdump.conf"
ok "make uninstall" install uninstall
ok "leaves kdump.conf alone" test "$(find "$work/dest" ! -type d)" = "$work/dest/etc/kdump.conf"
finish
