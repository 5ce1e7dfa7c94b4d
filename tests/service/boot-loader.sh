#!/bin/sh
# boot-loader.sh - get-default-crashkernel, reset-crashkernel and what packages run, with GRUB and grubby
. "$(dirname "$0")/lib.sh"

root_new
ok "the default" exits 0 kdumpctl get-default-crashkernel
ok "is one line" says '^[0-9A-Z:,-]+$'
default=$(cat "$work/words")
ok "kdump says the same" test "$(kdumpctl get-default-crashkernel kdump)" = "$default"
ok "that of distributions" exits 0 kdumpctl get-default-crashkernel --distribution
ok "is another" says "2G-64G:256M"
ok "neither kdump nor fadump" exits 1 kdumpctl get-default-crashkernel other
ok "no boot loader" exits 1 kdumpctl reset-crashkernel
ok "is told" says "by hand"

echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' | put /etc/default/grub
program update-grub <<'E'
echo ran >>"$root/updated"
E
ok "reset" exits 0 kdumpctl reset-crashkernel
ok "in the words others know" says "Updated crashkernel=$default for kernel=ALL. Please reboot"
ok "is in GRUB's drop-in" grep -q "crashkernel=$default" "$root/etc/default/grub.d/kdump.cfg"
ok "update-grub ran" is /updated ran
ok "again" exits 0 kdumpctl reset-crashkernel
ok "changes nothing" is /updated ran
ok "another value" exits 0 kdumpctl reset-crashkernel --value=512M,high
ok "is there" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
ok "a wrong value" exits 1 kdumpctl reset-crashkernel --value=lots
ok "is told" says "crashkernel=lots"
ok "an administrator's value stays on update" exits 0 kdumpctl _reset-crashkernel-after-update
ok "indeed" grep -q "crashkernel=512M,high" "$root/etc/default/grub.d/kdump.cfg"
ok "wrong options" exits 1 kdumpctl reset-crashkernel --kernal=ALL
ok "wrong fadump" exits 1 kdumpctl reset-crashkernel --fadump=maybe
ok "--reboot is only named" exits 0 kdumpctl reset-crashkernel --reboot
ok "and not followed" says "reboot by yourself"
ok "purge" exits 0 kdumpctl _purge
ok "takes the drop-in away" test ! -e "$root/etc/default/grub.d/kdump.cfg"
rm "$root/bin/update-grub"

program grubby <<'E'
echo "$*" >>"$root/grubby-calls"
case $* in
*--info*vmlinuz-9*) echo 'args="ro"' ;;
*--info*) echo 'args="ro crashkernel=256M"' ;;
esac
E
ok "grubby" exits 0 kdumpctl reset-crashkernel --kernel=/boot/vmlinuz-1
ok "is called" grep -qx -- "--update-kernel=/boot/vmlinuz-1 --args=crashkernel=$default" "$root/grubby-calls"
ok "a new kernel" exits 0 kdumpctl _reset-crashkernel-for-installed_kernel 9
ok "gets what the others have" grep -qx -- "--update-kernel=/boot/vmlinuz-9 --args=crashkernel=256M" "$root/grubby-calls"

: >"$root/boot/initramfs-9kdump.img"
: >"$root/boot/initramfs-91kdump.img"
ok "a kernel goes" exits 0 kdumpctl _remove-kernel 9
ok "its image too" test ! -e "$root/boot/initramfs-9kdump.img"
ok "no other" test -e "$root/boot/initramfs-91kdump.img"
finish
