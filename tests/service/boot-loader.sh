#!/bin/sh
# boot-loader.sh - get-default-crashkernel, reset-crashkernel and what packages run, with each boot loader
. "$(dirname "$0")/lib.sh"

root_new
ok "get-default-crashkernel succeeds without an argument" exits 0 kdumpctl get-default-crashkernel
ok "get-default-crashkernel prints one line" says '^[0-9A-Z:,-]+$'
default=$(cat "$work/words")
ok "get-default-crashkernel kdump prints the same" test "$(kdumpctl get-default-crashkernel kdump)" = "$default"
ok "get-default-crashkernel --distribution succeeds" exits 0 kdumpctl get-default-crashkernel --distribution
ok "get-default-crashkernel --distribution prints Red Hat's value" says "2G-64G:256M"
ok "get-default-crashkernel fadump succeeds" exits 0 kdumpctl get-default-crashkernel fadump
ok "get-default-crashkernel refuses another mechanism" exits 1 kdumpctl get-default-crashkernel other
ok "get-default-crashkernel names the other mechanism" says "'other' is neither kdump nor fadump"
: | put /dev/sev-guest
ok "get-default-crashkernel succeeds on an encrypted machine" exits 0 kdumpctl get-default-crashkernel
ok "get-default-crashkernel adds 64 MB on an encrypted machine" says "^1G-4G:192M,"
rm "$root/dev/sev-guest"

ok "reset-crashkernel fails without a boot loader" exits 1 kdumpctl reset-crashkernel
ok "reset-crashkernel says to do it by hand without a boot loader" says "by hand"
for hook in "_reset-crashkernel-after-update" "_reset-crashkernel-for-installed_kernel 9"; do
	# shellcheck disable=SC2086
	ok "$hook succeeds without a boot loader" exits 0 kdumpctl $hook
	ok "$hook prints nothing without a boot loader" silent_on .
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
ok "reset-crashkernel succeeds with GRUB" exits 0 kdumpctl reset-crashkernel
ok "reset-crashkernel prints the line that other programs know" says "Updated crashkernel=$default for kernel=ALL. Please reboot"
ok "reset-crashkernel writes GRUB's drop-in" grep -q "crashkernel=$default" "$root/etc/default/grub.d/kdump.cfg"
ok "reset-crashkernel puts the value into GRUB's menu" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=$default"
ok "reset-crashkernel runs update-grub once" is /updated ran
ok "reset-crashkernel succeeds with the same value" exits 0 kdumpctl reset-crashkernel
ok "reset-crashkernel says that the value is set already" says "crashkernel=$default is already set for kernel=ALL"
ok "reset-crashkernel does not run update-grub for the same value" is /updated ran
ok "reset-crashkernel succeeds with --value" exits 0 kdumpctl reset-crashkernel --value=512M,high
ok "reset-crashkernel writes the value of --value" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
for value in lots 1G-2G 2G-1G:64M 64M,up ""; do
	ok "reset-crashkernel refuses the value '$value'" exits 1 kdumpctl reset-crashkernel --value="$value"
	ok "reset-crashkernel names the value '$value'" says "crashkernel=$value"
done
for case in 64=64M 64,high=64M 192@16M=192M 512,cma=512M 1G-:256=256M 1024-:128M=1024G 1-4:128M=none; do
	ok "reset-crashkernel refuses ${case%=*}, which lacks a unit" exits 1 kdumpctl reset-crashkernel --value="${case%=*}"
	[ "${case#*=}" = none ] || ok "reset-crashkernel says what to write instead of ${case%=*}" says "without a unit is .* bytes; write ${case#*=}$"
done
ok "reset-crashkernel refuses a value too small for a kernel" exits 1 kdumpctl reset-crashkernel --value=8M
ok "reset-crashkernel says that 8M is too small" says "crashkernel=8M: 8192 KB are too small for a kernel"
ok "reset-crashkernel refuses more than the machine has" exits 1 kdumpctl reset-crashkernel --value=64G
ok "reset-crashkernel says how much the machine has" says "crashkernel=64G is more than the 1023 MB of this machine"
ok "refused values leave the drop-in as it was" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
: | put /boot/vmlinuz-1
ok "reset-crashkernel refuses a kernel that is missing" exits 1 kdumpctl reset-crashkernel --kernel=/nope --value=500M
ok "reset-crashkernel lists the kernels that are there" says "there is no kernel '/nope'; there is ALL, /boot/vmlinuz-1, /boot/vmlinuz-6"
ok "reset-crashkernel refuses a kernel by its release" exits 1 kdumpctl reset-crashkernel --kernel=1 --value=500M
ok "refused kernels leave the drop-in as it was" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
ok "reset-crashkernel succeeds for one kernel with GRUB" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1 --value=500M
ok "reset-crashkernel warns that GRUB has a single command line" says "WARNING: GRUB has a single command line; it is changed for all"
ok "reset-crashkernel --distribution succeeds" exits 0 kdumpctl reset-crashkernel --distribution
ok "reset-crashkernel --distribution sets Red Hat's value" says "Updated crashkernel=2G-64G:256M"
case $(uname -m) in
ppc64*)	ok "reset-crashkernel --fadump succeeds on ppc64" exits 0 kdumpctl reset-crashkernel --fadump=nocma --value=768M
	ok "reset-crashkernel --fadump puts fadump= into the menu" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=768M fadump=nocma" ;;
*)	ok "reset-crashkernel refuses --fadump elsewhere than on ppc64" exits 1 kdumpctl reset-crashkernel --fadump=nocma --value=768M
	ok "reset-crashkernel says which firmware has no fadump" says "--fadump is for ppc64; the firmware of .* does not support it"
	ok "a refused --fadump leaves the menu as it was" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=2G-64G:256M,64G-:512M" ;;
esac

: | put /broken
ok "reset-crashkernel fails when update-grub fails" exits 1 kdumpctl reset-crashkernel
ok "reset-crashkernel gives update-grub's reason" says "update-grub: exit status [0-9]+: cannot find a device for /"
rm "$root/broken"
ok "reset-crashkernel succeeds after update-grub failed" exits 0 kdumpctl reset-crashkernel
ok "reset-crashkernel does not take a failed update for done" says "Updated crashkernel=$default"
ok "reset-crashkernel updates the menu after a failed update" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet crashkernel=$default"

# What kdump-tools left behind.
echo 'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=384M-:128M"' |
	put /etc/default/grub.d/kdump-tools.cfg
ok "reset-crashkernel succeeds beside another program's drop-in" exits 0 kdumpctl reset-crashkernel --value=512M
ok "reset-crashkernel warns of another program's drop-in" says "WARNING: /etc/default/grub.d/kdump-tools.cfg also sets crashkernel=384M-:128M"
ok "reset-crashkernel leaves another program's drop-in" test -e "$root/etc/default/grub.d/kdump-tools.cfg"

: | put /updated
ok "_reset-crashkernel-after-update succeeds with a value of --value" exits 0 kdumpctl _reset-crashkernel-after-update
ok "_reset-crashkernel-after-update prints nothing" silent_on .
ok "_reset-crashkernel-after-update keeps an administrator's value" grep -q "crashkernel=512M" "$root/etc/default/grub.d/kdump.cfg"
ok "_reset-crashkernel-for-installed_kernel succeeds with GRUB" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "_reset-crashkernel-for-installed_kernel prints nothing with GRUB" silent_on .
ok "_reset-crashkernel-for-installed_kernel does not run update-grub" is /updated ""
ok "reset-crashkernel refuses a misspelt option" exits 1 kdumpctl reset-crashkernel --kernal=ALL
ok "reset-crashkernel suggests the option that is meant" says "'--kernal=ALL' is not an option; did you mean '--kernel'"
ok "reset-crashkernel refuses an argument without an option" exits 1 kdumpctl reset-crashkernel ALL
ok "reset-crashkernel refuses a wrong value of --fadump" exits 1 kdumpctl reset-crashkernel --fadump=maybe
ok "reset-crashkernel accepts --reboot" exits 0 kdumpctl reset-crashkernel --reboot
ok "reset-crashkernel says that it does not reboot" says "reboot yourself"
for hook in _reset-crashkernel-after-update _purge; do
	ok "$hook refuses an argument too many" exits 1 kdumpctl "$hook" now
done
for hook in _reset-crashkernel-for-installed_kernel _remove-kernel; do
	ok "$hook refuses a call without a kernel" exits 1 kdumpctl "$hook"
done
ok "_purge succeeds with GRUB" exits 0 kdumpctl _purge
ok "_purge removes the drop-in" test ! -e "$root/etc/default/grub.d/kdump.cfg"
ok "_purge takes the value out of GRUB's menu" is /boot/grub/grub.cfg "linux /vmlinuz ro quiet"

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
ok "reset-crashkernel accepts a value over several lines" exits 0 kdumpctl reset-crashkernel --value=512M
ok "reset-crashkernel removes crashkernel= alone from such a value" test "$(meaning)" = \
	'a (b)|a="b c"|quiet dyndbg="file x.c +p" loglevel=3 '
ok "reset-crashkernel keeps comments in /etc/default/grub" grep -q '# its name' "$root/srv/grub"
ok "reset-crashkernel keeps /etc/default/grub a link" test -L "$root/etc/default/grub"
ok "reset-crashkernel keeps the mode of the linked file" test "$(stat -c %a "$root/srv/grub")" = 640
cat >"$root/srv/grub" <<'E'
if [ -e /dev/kvm ]; then
	GRUB_CMDLINE_LINUX="crashkernel=256M"
fi
E
cp "$root/srv/grub" "$work/before"
ok "reset-crashkernel refuses a file that only a shell understands" exits 1 kdumpctl reset-crashkernel --value=300M
ok "reset-crashkernel says what to write by hand" says "/etc/default/grub is not changed; by hand, replace any crashkernel= .* by crashkernel=300M: line 1 has a command"
ok "the refused /etc/default/grub stays as it was" cmp "$root/srv/grub" "$work/before"
ok "the drop-in stays as it was beside a refused file" grep -q crashkernel=512M "$root/etc/default/grub.d/kdump.cfg"
printf 'GRUB_CMDLINE_LINUX=ro\nGRUB_CMDLINE_LINUX+=" crashkernel=256M"\n' >"$root/srv/grub"
ok "reset-crashkernel refuses += in /etc/default/grub" exits 1 kdumpctl reset-crashkernel --value=300M
ok "reset-crashkernel says that not every shell supports +=" says "by hand, replace any crashkernel= .* by crashkernel=300M: line 2: not every shell supports '\+='"
printf 'GRUB_TIMEOUT=1\n' >"$root/srv/grub"
cp "$root/etc/default/grub.d/kdump.cfg" "$work/drop-in"
echo 'GRUB_TIMEOUT=5' >>"$root/etc/default/grub.d/kdump.cfg"
cp "$root/etc/default/grub.d/kdump.cfg" "$work/before"
ok "reset-crashkernel refuses a drop-in with more in it" exits 1 kdumpctl reset-crashkernel --value=300M
ok "reset-crashkernel says what to add to the drop-in by hand" says "kdump.cfg is not changed; .* add crashkernel=300M by hand"
ok "the refused drop-in stays as it was" cmp "$root/etc/default/grub.d/kdump.cfg" "$work/before"
cp "$work/drop-in" "$root/etc/default/grub.d/kdump.cfg"
rm -r "$root/bin/update-grub" "$root/etc/default"

# Entries as files.
echo "ro quiet" | put /etc/kernel/cmdline
printf 'version 1\nlinux /vmlinuz-1\noptions ro crashkernel=%s\n' "$default" | put /boot/loader/entries/1.conf
printf 'version 9\nlinux /0abc/9/linux\noptions ro\n' | put /boot/loader/entries/9.conf
ok "reset-crashkernel succeeds when one boot entry has the value" exits 0 kdumpctl reset-crashkernel --kernel=ALL
ok "reset-crashkernel updates the entries that lack the value" says "Updated crashkernel=$default for kernel=ALL"
ok "the entry that lacked the value has it" grep -qx "options ro crashkernel=$default" "$root/boot/loader/entries/9.conf"
ok "/etc/kernel/cmdline has the value for kernels to come" is /etc/kernel/cmdline "ro quiet crashkernel=$default"
ok "reset-crashkernel succeeds when all entries have the value" exits 0 kdumpctl reset-crashkernel --kernel=ALL
ok "reset-crashkernel says that all entries have the value" says "is already set"
ok "reset-crashkernel succeeds for one boot entry" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1 --value=300M
ok "the entry of another kernel stays as it was" grep -qx "options ro crashkernel=$default" "$root/boot/loader/entries/9.conf"
printf 'version 9\nlinux /0abc/9/linux\noptions ro\n' | put /boot/loader/entries/9.conf
ok "_reset-crashkernel-for-installed_kernel succeeds with boot entries" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "the entry of the new kernel has the value of the others" grep -qx "options ro crashkernel=300M" "$root/boot/loader/entries/9.conf"
ok "reset-crashkernel refuses a kernel without a boot entry" exits 1 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-7
ok "reset-crashkernel names the kernel without a boot entry" says "no boot entry for the kernel /boot/vmlinuz-7"
ok "_reset-crashkernel-for-installed_kernel succeeds before the entry is made" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 7
ok "_reset-crashkernel-for-installed_kernel prints nothing before that" silent_on .
printf '# why\nro crashkernel=1M\nquiet\n' | put /etc/kernel/cmdline
ok "reset-crashkernel succeeds with a comment in /etc/kernel/cmdline" exits 0 kdumpctl reset-crashkernel --kernel=ALL --value=310M
ok "reset-crashkernel keeps the comment in /etc/kernel/cmdline" is /etc/kernel/cmdline "# why
ro
quiet crashkernel=310M"
printf 'linux /vmlinuz-1\noptions ro dyndbg="file x\n' | put /boot/loader/entries/1.conf
ok "reset-crashkernel refuses an entry with an open quote" exits 1 kdumpctl reset-crashkernel --kernel=ALL --value=320M
ok "reset-crashkernel names the entry with the open quote" says "1.conf is not changed; add crashkernel=320M to it by hand: .* unclosed quote"

# Without --kernel: KDUMP_KERNELVER's alone, wherever it lies.
rm -r "$root/boot/loader" "$root/etc/kernel"
printf 'version 1\nlinux /vmlinuz-1\noptions ro\n' | put /boot/loader/entries/1.conf
printf 'version %s\nlinux /vmlinuz-%s\noptions ro\n' "$version" "$version" | put /boot/loader/entries/own.conf
ok "reset-crashkernel succeeds without --kernel" exits 0 kdumpctl reset-crashkernel --value=330M
ok "reset-crashkernel without --kernel changes the running kernel" says "Updated crashkernel=330M for kernel=/boot/vmlinuz-6[^/ ]*[.] Please"
ok "the running kernel's entry has the value" grep -qx "options ro crashkernel=330M" "$root/boot/loader/entries/own.conf"
ok "the other kernel's entry has no value" grep -qx "options ro" "$root/boot/loader/entries/1.conf"
mv "$root/boot/vmlinuz-$version" "$work/kernel"
: | put "/boot/efi/0abc/$version/linux"
printf 'linux /0abc/%s/linux\noptions ro\n' "$version" | put /boot/efi/loader/entries/own.conf
rm "$root/boot/loader/entries/own.conf"
ok "reset-crashkernel succeeds with a kernel on the EFI partition" exits 0 kdumpctl reset-crashkernel --value=330M
ok "reset-crashkernel finds the kernel on the EFI partition" says "Updated crashkernel=330M for kernel=/boot/efi/0abc/6[^/ ]*/linux[.] Please"
ok "the entry on the EFI partition has the value" grep -qx "options ro crashkernel=330M" "$root/boot/efi/loader/entries/own.conf"
echo 'linux /0abc/9/linux
options ro' | put /boot/efi/loader/entries/9.conf
: | put /boot/efi/0abc/9/linux
ok "_reset-crashkernel-for-installed_kernel succeeds on the EFI partition" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "the new entry on the EFI partition has the value of the others" grep -qx "options ro crashkernel=330M" "$root/boot/efi/loader/entries/9.conf"
rm -r "$root/boot/efi"
mv "$work/kernel" "$root/boot/vmlinuz-$version"
printf 'version 9\nlinux /vmlinuz-9\noptions ro\n' | put /boot/loader/entries/9.conf
ok "_reset-crashkernel-for-installed_kernel succeeds where no entry has a value" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "the new entry has the default where no entry has a value" grep -qx "options ro crashkernel=$default" "$root/boot/loader/entries/9.conf"
cp "$root/etc/kdump.conf" "$work/kdump.conf"
printf 'virtiofs crash\nauto_reset_crashkernel no\n' | config
echo 'linux /vmlinuz-9
options ro' | put /boot/loader/entries/9.conf
ok "_reset-crashkernel-for-installed_kernel succeeds with auto_reset_crashkernel no" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "auto_reset_crashkernel no leaves the new entry as it is" grep -qx "options ro" "$root/boot/loader/entries/9.conf"
config <"$work/kdump.conf"
rm -r "$root/boot/loader"

program grubby <<'E'
echo "$*" >>"$root/grubby-calls"
case $* in
*--info*vmlinuz-9*) printf 'index=0\nkernel="/boot/vmlinuz-9"\nargs="ro"\n' ;;
*--info*) printf 'index=0\nkernel="/boot/vmlinuz-9"\nargs="ro"\nindex=3\nkernel="/boot/vmlinuz-1"\nargs="ro crashkernel=256M"\n' ;;
esac
E
ok "reset-crashkernel succeeds with grubby" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1
ok "reset-crashkernel prints grubby's index of the entry" says "Updated crashkernel=$default for kernel=/boot/vmlinuz-1, grub entry index=3$"
ok "reset-crashkernel calls grubby for the kernel" grep -qx -- "--update-kernel=/boot/vmlinuz-1 --args=crashkernel=$default" "$root/grubby-calls"
ok "_reset-crashkernel-for-installed_kernel succeeds with grubby" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "grubby gives the new kernel the value of the others" grep -qx -- "--update-kernel=/boot/vmlinuz-9 --args=crashkernel=256M" "$root/grubby-calls"
printf 'echo "no space left on /boot" >&2\ncase $* in --update*) exit 1 ;; esac\n' >>"$root/bin/grubby"
ok "_reset-crashkernel-for-installed_kernel fails when grubby fails" exits 1 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "_reset-crashkernel-for-installed_kernel gives grubby's reason" says "crashkernel= for a new kernel: grubby: exit status [0-9]+: no space left on /boot"
ok "reset-crashkernel fails when grubby fails" exits 1 kdumpctl reset-crashkernel
ok "reset-crashkernel gives grubby's reason" says "reset-crashkernel: grubby: exit status [0-9]+: no space left on /boot"
printf 'virtiofs crash\nauto_reset_crashkernel no\n' | config
: >"$root/grubby-calls"
ok "_reset-crashkernel-after-update succeeds with auto_reset_crashkernel no" exits 0 kdumpctl _reset-crashkernel-after-update
ok "auto_reset_crashkernel no does not call grubby after an update" is /grubby-calls ""
rm "$root/bin/grubby"

: | put /run/ostree-booted
program rpm-ostree <<'E'
[ "$*" = kargs ] && echo "ro crashkernel=256M" && exit
echo "$*" >>"$root/ostree-calls"
E
ok "reset-crashkernel succeeds with rpm-ostree" exits 0 kdumpctl reset-crashkernel --value=300M
ok "reset-crashkernel calls rpm-ostree with both values" is /ostree-calls "kargs --delete=crashkernel=256M --append=crashkernel=300M"
ok "reset-crashkernel succeeds with the value rpm-ostree has" exits 0 kdumpctl reset-crashkernel --value=256M
ok "reset-crashkernel says that rpm-ostree has the value" says "is already set"

: >"$root/boot/initramfs-9kdump.img"
: >"$root/boot/initramfs-91kdump.img"
ok "_remove-kernel succeeds for an old kernel" exits 0 kdumpctl _remove-kernel 9
ok "_remove-kernel removes the image of the kernel" test ! -e "$root/boot/initramfs-9kdump.img"
ok "_remove-kernel leaves the image of another kernel" test -e "$root/boot/initramfs-91kdump.img"
finish
