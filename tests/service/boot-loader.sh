#!/bin/sh
# boot-loader.sh - get-default-crashkernel, reset-crashkernel and what packages run, with each boot loader
. "$(dirname "$0")/lib.sh"

root_new
ok "the default" exits 0 kdumpctl get-default-crashkernel
ok "is one line" says '^[0-9A-Z:,-]+$'
default=$(cat "$work/words")
ok "kdump says the same" test "$(kdumpctl get-default-crashkernel kdump)" = "$default"
ok "that of distributions" exits 0 kdumpctl get-default-crashkernel --distribution
ok "is another" says "2G-64G:256M"
ok "fadump" exits 0 kdumpctl get-default-crashkernel fadump
ok "neither kdump nor fadump" exits 1 kdumpctl get-default-crashkernel other
ok "is told" says "'other' is neither kdump nor fadump"
: | put /dev/sev-guest
ok "an encrypted machine" exits 0 kdumpctl get-default-crashkernel
ok "gets 64 MB more" says "^1G-4G:192M,"
rm "$root/dev/sev-guest"

ok "no boot loader" exits 1 kdumpctl reset-crashkernel
ok "is told" says "by hand"
for hook in "_reset-crashkernel-after-update" "_reset-crashkernel-for-installed_kernel 9"; do
	# shellcheck disable=SC2086
	ok "$hook without one" exits 0 kdumpctl $hook
	ok "is no matter" silent_on .
done

echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' | put /etc/default/grub
program update-grub <<'E'
echo ran >>"$root/updated"
[ ! -e "$root/broken" ] || { echo "cannot find a device for /" >&2; exit 1; }
. "$root/etc/default/grub"
[ ! -e "$root/etc/default/grub.d/kdump.cfg" ] || . "$root/etc/default/grub.d/kdump.cfg"
echo "linux /vmlinuz ro $GRUB_CMDLINE_LINUX_DEFAULT" >"$root/boot/grub/grub.cfg"
E
mkdir -p "$root/boot/grub"
ok "reset" exits 0 kdumpctl reset-crashkernel
ok "in the words others know" says "Updated crashkernel=$default for kernel=ALL. Please reboot"
ok "is in GRUB's drop-in" grep -q "crashkernel=$default" "$root/etc/default/grub.d/kdump.cfg"
ok "and in the menu" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=$default"
ok "update-grub ran" is /updated ran
ok "again" exits 0 kdumpctl reset-crashkernel
ok "says so" says "crashkernel=$default is already set for kernel=ALL"
ok "changes nothing" is /updated ran
ok "another value" exits 0 kdumpctl reset-crashkernel --value=512M,high
ok "is there" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
for value in lots 1G-2G 2G-1G:64M 64M,up ""; do
	ok "the value '$value'" exits 1 kdumpctl reset-crashkernel --value="$value"
	ok "is told" says "crashkernel=$value"
done
for case in 64=64M 64,high=64M 192@16M=192M 512,cma=512M 1G-:256=256M 1024-:128M=1024G 1-4:128M=none; do
	ok "a unit that was forgotten: ${case%=*}" exits 1 kdumpctl reset-crashkernel --value="${case%=*}"
	[ "${case#*=}" = none ] || ok "is told, with what to write" says "without a unit is .* bytes; write ${case#*=}$"
done
ok "too little for any kernel" exits 1 kdumpctl reset-crashkernel --value=8M
ok "is told" says "crashkernel=8M: 8192 KB are too small for a kernel"
ok "more than the machine has" exits 1 kdumpctl reset-crashkernel --value=64G
ok "is told" says "crashkernel=64G is more than the 1023 MB of this machine"
ok "it changed nothing" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
: | put /boot/vmlinuz-1
ok "a kernel that is not there" exits 1 kdumpctl reset-crashkernel --kernel=/nope --value=500M
ok "is told, with those that are" says "there is no kernel '/nope'; there is ALL, /boot/vmlinuz-1, /boot/vmlinuz-6"
ok "by its release" exits 1 kdumpctl reset-crashkernel --kernel=1 --value=500M
ok "it changed nothing" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
ok "one kernel alone" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1 --value=500M
ok "is not possible here" says "WARNING: GRUB has a single command line; it is changed for all"
ok "--distribution" exits 0 kdumpctl reset-crashkernel --distribution
ok "takes that default" says "Updated crashkernel=2G-64G:256M"
case $(uname -m) in
ppc64*)	ok "fadump" exits 0 kdumpctl reset-crashkernel --fadump=nocma --value=768M
	ok "is in the menu" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=768M fadump=nocma" ;;
*)	ok "fadump elsewhere than on ppc64" exits 1 kdumpctl reset-crashkernel --fadump=nocma --value=768M
	ok "is refused" says "--fadump is for ppc64; the firmware of .* does not support it"
	ok "and changes nothing" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=2G-64G:256M,64G-:512M" ;;
esac

: | put /broken
ok "update-grub fails" exits 1 kdumpctl reset-crashkernel
ok "is told" says "update-grub: exit status [0-9]+: cannot find a device for /"
rm "$root/broken"
ok "after that" exits 0 kdumpctl reset-crashkernel
ok "it is not taken for done" says "Updated crashkernel=$default"
ok "the menu has it" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=$default"

# What kdump-tools left behind.
echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=384M-:128M"' |
	put /etc/default/grub.d/kdump-tools.cfg
ok "the file of another program" exits 0 kdumpctl reset-crashkernel --value=512M
ok "is named" says "WARNING: /etc/default/grub.d/kdump-tools.cfg also sets crashkernel=384M-:128M"
ok "and stays" test -e "$root/etc/default/grub.d/kdump-tools.cfg"

: | put /updated
ok "an administrator's value stays on update" exits 0 kdumpctl _reset-crashkernel-after-update
ok "silently" silent_on .
ok "indeed" grep -q "crashkernel=512M" "$root/etc/default/grub.d/kdump.cfg"
ok "a new kernel" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "has it by the menu" silent_on .
ok "update-grub is for others to run" is /updated ""
ok "wrong options" exits 1 kdumpctl reset-crashkernel --kernal=ALL
ok "are named" says "'--kernal=ALL' is not an option; did you mean '--kernel'"
ok "a word too much" exits 1 kdumpctl reset-crashkernel ALL
ok "wrong fadump" exits 1 kdumpctl reset-crashkernel --fadump=maybe
ok "--reboot is only named" exits 0 kdumpctl reset-crashkernel --reboot
ok "and not followed" says "reboot yourself"
for hook in _reset-crashkernel-after-update _purge; do
	ok "$hook with a word too much" exits 1 kdumpctl "$hook" now
done
for hook in _reset-crashkernel-for-installed_kernel _remove-kernel; do
	ok "$hook without a kernel" exits 1 kdumpctl "$hook"
done
ok "purge" exits 0 kdumpctl _purge
ok "takes the drop-in away" test ! -e "$root/etc/default/grub.d/kdump.cfg"
ok "and out of the menu" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet"

# The administrator's file is a program; a shell says what it means before and after.
meaning()
{
	sh -c '. "$1"; echo "$GRUB_DISTRIBUTOR|$GRUB_CMDLINE_LINUX|$GRUB_CMDLINE_LINUX_DEFAULT"' - \
		"$root/etc/default/grub" | tr -s '\n ' ' ' | sed 's/ *| */|/g'
}
mkdir -p "$root/srv"
cat >"$root/srv/grub" <<'E'
GRUB_DISTRIBUTOR=`( echo "a  (b)" )` # its name
GRUB_CMDLINE_LINUX_DEFAULT="quiet dyndbg=\"file x.c +p\"
  crashkernel=256M \
  loglevel=3"
GRUB_CMDLINE_LINUX='a="b c"'" crashkernel=1G,high crashkernel=72M,low"
E
chmod 640 "$root/srv/grub"
rm "$root/etc/default/grub"
ln -s ../../srv/grub "$root/etc/default/grub"
ok "a value over several lines, with quotes" exits 0 kdumpctl reset-crashkernel --value=512M
ok "is taken out, and no more" test "$(meaning)" = \
	'a (b)|a="b c"|quiet dyndbg="file x.c +p" loglevel=3 '
ok "comments stay" grep -q '# its name' "$root/srv/grub"
ok "the link stays" test -L "$root/etc/default/grub"
ok "so does the mode" test "$(stat -c %a "$root/srv/grub")" = 640
cat >"$root/srv/grub" <<'E'
if [ -e /dev/kvm ]; then
	GRUB_CMDLINE_LINUX="crashkernel=256M"
fi
E
cp "$root/srv/grub" "$work/before"
ok "a file that only a shell understands" exits 1 kdumpctl reset-crashkernel --value=300M
ok "is refused, with what to write" says "/etc/default/grub is not changed; by hand, replace any crashkernel= .* by crashkernel=300M: line 1 has a command"
ok "it is as it was" cmp "$root/srv/grub" "$work/before"
ok "nothing else was begun" grep -q crashkernel=512M "$root/etc/default/grub.d/kdump.cfg"
printf 'GRUB_CMDLINE_LINUX=ro\nGRUB_CMDLINE_LINUX+=" crashkernel=256M"\n' >"$root/srv/grub"
ok "'+=', a command for some shells" exits 1 kdumpctl reset-crashkernel --value=300M
ok "is refused" says "by hand, replace any crashkernel= .* by crashkernel=300M: line 2: not every shell supports '\+='"
printf 'GRUB_TIMEOUT=1\n' >"$root/srv/grub"
cp "$root/etc/default/grub.d/kdump.cfg" "$work/drop-in"
echo 'GRUB_TIMEOUT=5' >>"$root/etc/default/grub.d/kdump.cfg"
cp "$root/etc/default/grub.d/kdump.cfg" "$work/before"
ok "our drop-in with more in it" exits 1 kdumpctl reset-crashkernel --value=300M
ok "is refused, with what to write" says "kdump.cfg is not changed; .* add crashkernel=300M by hand"
ok "it is as it was" cmp "$root/etc/default/grub.d/kdump.cfg" "$work/before"
cp "$work/drop-in" "$root/etc/default/grub.d/kdump.cfg"
rm -r "$root/bin/update-grub" "$root/etc/default"

# Entries as files.
echo "ro quiet" | put /etc/kernel/cmdline
printf 'version 1\nlinux /vmlinuz-1\noptions ro crashkernel=%s\n' "$default" | put /boot/loader/entries/1.conf
printf 'version 9\nlinux /0abc/9/linux\noptions ro\n' | put /boot/loader/entries/9.conf
ok "one entry has it, another has not" exits 0 kdumpctl reset-crashkernel --kernel=ALL
ok "is no reason to leave it" says "Updated crashkernel=$default for kernel=ALL"
ok "the other has it" grep -qx "options ro crashkernel=$default" "$root/boot/loader/entries/9.conf"
ok "so have kernels to come" is /etc/kernel/cmdline "ro quiet crashkernel=$default"
ok "again" exits 0 kdumpctl reset-crashkernel --kernel=ALL
ok "is set already" says "is already set"
ok "one kernel" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1 --value=300M
ok "not the other" grep -qx "options ro crashkernel=$default" "$root/boot/loader/entries/9.conf"
printf 'version 9\nlinux /0abc/9/linux\noptions ro\n' | put /boot/loader/entries/9.conf
ok "a new kernel" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "gets what the others have" grep -qx "options ro crashkernel=300M" "$root/boot/loader/entries/9.conf"
ok "a kernel that is not there" exits 1 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-7
ok "is named" says "no boot entry for the kernel /boot/vmlinuz-7"
ok "one whose entry is made later" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 7
ok "is no matter" silent_on .
printf '# why\nro crashkernel=1M\nquiet\n' | put /etc/kernel/cmdline
ok "a template with a comment" exits 0 kdumpctl reset-crashkernel --kernel=ALL --value=310M
ok "keeps it" is /etc/kernel/cmdline "# why
ro
quiet crashkernel=310M"
printf 'linux /vmlinuz-1\noptions ro dyndbg="file x\n' | put /boot/loader/entries/1.conf
ok "an open quote" exits 1 kdumpctl reset-crashkernel --kernel=ALL --value=320M
ok "is refused, with the entry" says "1.conf is not changed; add crashkernel=320M to it by hand: .* unclosed quote"

# Without --kernel: KDUMP_KERNELVER's alone, wherever it lies.
rm -r "$root/boot/loader" "$root/etc/kernel"
printf 'version 1\nlinux /vmlinuz-1\noptions ro\n' | put /boot/loader/entries/1.conf
printf 'version %s\nlinux /vmlinuz-%s\noptions ro\n' "$version" "$version" | put /boot/loader/entries/own.conf
ok "without a kernel" exits 0 kdumpctl reset-crashkernel --value=330M
ok "it is the own one" says "Updated crashkernel=330M for kernel=/boot/vmlinuz-6[^/ ]*[.] Please"
ok "which has it" grep -qx "options ro crashkernel=330M" "$root/boot/loader/entries/own.conf"
ok "alone" grep -qx "options ro" "$root/boot/loader/entries/1.conf"
mv "$root/boot/vmlinuz-$version" "$work/kernel"
: | put "/boot/efi/0abc/$version/linux"
printf 'linux /0abc/%s/linux\noptions ro\n' "$version" | put /boot/efi/loader/entries/own.conf
rm "$root/boot/loader/entries/own.conf"
ok "a kernel on the EFI system partition" exits 0 kdumpctl reset-crashkernel --value=330M
ok "is found" says "Updated crashkernel=330M for kernel=/boot/efi/0abc/6[^/ ]*/linux[.] Please"
ok "and has it" grep -qx "options ro crashkernel=330M" "$root/boot/efi/loader/entries/own.conf"
echo 'linux /0abc/9/linux
options ro' | put /boot/efi/loader/entries/9.conf
: | put /boot/efi/0abc/9/linux
ok "a new one there" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "gets what the others have" grep -qx "options ro crashkernel=330M" "$root/boot/efi/loader/entries/9.conf"
rm -r "$root/boot/efi"
mv "$work/kernel" "$root/boot/vmlinuz-$version"
printf 'version 9\nlinux /vmlinuz-9\noptions ro\n' | put /boot/loader/entries/9.conf
ok "a new kernel where none has it" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "gets the default" grep -qx "options ro crashkernel=$default" "$root/boot/loader/entries/9.conf"
cp "$root/etc/kdump.conf" "$work/kdump.conf"
printf 'virtiofs crash\nauto_reset_crashkernel no\n' | config
echo 'linux /vmlinuz-9
options ro' | put /boot/loader/entries/9.conf
ok "auto_reset_crashkernel no" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "leaves it" grep -qx "options ro" "$root/boot/loader/entries/9.conf"
config <"$work/kdump.conf"
rm -r "$root/boot/loader"

program grubby <<'E'
echo "$*" >>"$root/grubby-calls"
case $* in
*--info*vmlinuz-9*) printf 'index=0\nkernel="/boot/vmlinuz-9"\nargs="ro"\n' ;;
*--info*) printf 'index=0\nkernel="/boot/vmlinuz-9"\nargs="ro"\nindex=3\nkernel="/boot/vmlinuz-1"\nargs="ro crashkernel=256M"\n' ;;
esac
E
ok "grubby" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1
ok "names the entry" says "Updated crashkernel=$default for kernel=/boot/vmlinuz-1, grub entry index=3$"
ok "is called" grep -qx -- "--update-kernel=/boot/vmlinuz-1 --args=crashkernel=$default" "$root/grubby-calls"
ok "a new kernel" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "gets what the others have" grep -qx -- "--update-kernel=/boot/vmlinuz-9 --args=crashkernel=256M" "$root/grubby-calls"
printf 'echo "no space left on /boot" >&2\ncase $* in --update*) exit 1 ;; esac\n' >>"$root/bin/grubby"
ok "grubby fails" exits 1 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "is told" says "crashkernel= for a new kernel: grubby: exit status [0-9]+: no space left on /boot"
ok "to an administrator too" exits 1 kdumpctl reset-crashkernel
ok "with the reason" says "reset-crashkernel: grubby: exit status [0-9]+: no space left on /boot"
printf 'virtiofs crash\nauto_reset_crashkernel no\n' | config
: >"$root/grubby-calls"
ok "after an update with auto_reset_crashkernel no" exits 0 kdumpctl _reset-crashkernel-after-update
ok "nothing is asked" is /grubby-calls ""
rm "$root/bin/grubby"

: | put /run/ostree-booted
program rpm-ostree <<'E'
[ "$*" = kargs ] && echo "ro crashkernel=256M" && exit
echo "$*" >>"$root/ostree-calls"
E
ok "rpm-ostree" exits 0 kdumpctl reset-crashkernel --value=300M
ok "is called" is /ostree-calls "kargs --delete=crashkernel=256M --append=crashkernel=300M"
ok "what it has" exits 0 kdumpctl reset-crashkernel --value=256M
ok "is not set again" says "is already set"

: >"$root/boot/initramfs-9kdump.img"
: >"$root/boot/initramfs-91kdump.img"
ok "a kernel goes" exits 0 kdumpctl _remove-kernel 9
ok "its image too" test ! -e "$root/boot/initramfs-9kdump.img"
ok "no other" test -e "$root/boot/initramfs-91kdump.img"
finish
