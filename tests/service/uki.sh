#!/bin/sh
# uki.sh - a machine whose only kernel image is a unified one on the EFI system partition
. "$(dirname "$0")/lib.sh"

# uki FILE RELEASE KERNEL_FILE - made with objcopy, as ukify and dracut make it: sections are added
# to a small PE file. The kernel's own image is such a file.
uki()
{
	printf '%s\n' "$2" >"$work/uname"
	printf 'ro quiet\n' >"$work/cmdline"
	mkdir -p "$(dirname "$root$1")"
	objcopy --add-section .uname="$work/uname" --change-section-vma .uname=0x30000000 \
		--add-section .cmdline="$work/cmdline" --change-section-vma .cmdline=0x30100000 \
		--add-section .linux="$3" --change-section-vma .linux=0x40000000 \
		"$work/stub.efi" "$root$1"
}

# A program for EFI that does nothing.
printf '.globl _start\n_start: ret\n' >"$work/stub.s"
ok "as and ld build an EFI stub" sh -c "as -o $work/stub.o $work/stub.s && ld -m i386pep --subsystem 10 -e _start -o $work/stub.efi $work/stub.o ||
	{ ld -o $work/stub.elf $work/stub.o && objcopy -O pei-x86-64 --subsystem efi-app $work/stub.elf $work/stub.efi; }"

root_new
mv "$root/boot/vmlinuz-$version" "$work/kernel"
rm "$root/boot/initrd.img-$version"
# kexec copies what it is given: the kernel that is taken out of the image is a file in memory.
program kexec <<'E'
for word; do echo "$word"; done >"$root/kexec-arguments"
case $* in *" -u"*) echo 0 >"$root/sys/kernel/kexec_crash_loaded"; exit ;; esac
for word; do :; done
cp "$word" "$root/kexec-kernel" && echo 1 >"$root/sys/kernel/kexec_crash_loaded"
E
ok "start fails without a kernel image" exits 1 kdumpctl start
ok "start says that there is no such kernel" says "there is no such kernel"

ok "a unified image can be built for another release" uki /efi/EFI/Linux/0abc-1.0-other.efi 1.0-other "$work/uname"
ok "start fails with the unified image of another release" exits 1 kdumpctl start
ok "start names the release of the other unified image" says "write one of: 1.0-other"
for esp in /efi /boot/efi /boot; do
	ok "a unified image can be built in $esp/EFI/Linux" uki "$esp/EFI/Linux/0abc-$version.efi" "$version" "$work/kernel"
	ok "start arms with the unified image in $esp/EFI/Linux" exits 0 kdumpctl start
	ok "start loads the kernel of $esp's unified image byte by byte" cmp "$work/kernel" "$root/kexec-kernel"
	ok "start records the unified image in $esp/EFI/Linux" grep -q "EFI.*Linux.*0abc-$version.efi" "$root/run/kdump/armed.json"
	ok "stop unloads the kernel of $esp's unified image" exits 0 kdumpctl stop
	rm "$root/kexec-kernel" "$root$esp/EFI/Linux/0abc-$version.efi"
done
ok "a unified image can be built by a name without the release" uki "/efi/EFI/Linux/linux.efi" "$version" "$work/kernel"
ok "start arms with a unified image by another name" exits 0 kdumpctl start
ok "start keeps the image for it in our own directory" test -e "$root/var/lib/kdump/initramfs-${version}kdump.img"
ok "stop unloads the kernel of an image by another name" exits 0 kdumpctl stop
printf 'linux /vmlinuz-1\noptions ro\n' | put /boot/loader/entries/1.conf
ok "reset-crashkernel fails for a unified image" exits 1 kdumpctl reset-crashkernel --value=300M
ok "reset-crashkernel says where a unified image's command line is" says "command line of /efi/EFI/Linux/linux.efi is in that file; add crashkernel=300M to /etc/kernel/cmdline"
ok "reset-crashkernel leaves the entries of other kernels alone" grep -qx "options ro" "$root/boot/loader/entries/1.conf"
rm -r "$root/boot/loader"
truncate -s 1M "$root/efi/EFI/Linux/linux.efi"
ok "start fails with a truncated unified image" exits 1 kdumpctl start
ok "start names the truncated image and the remedy" says "the kernel in /efi/EFI/Linux/linux.efi is cut or empty; install that kernel again"
ok "start loads nothing from a truncated image" is /sys/kernel/kexec_crash_loaded 0
ok "a kernel can be put into /boot beside the unified image" cp "$work/kernel" "$root/boot/vmlinuz-$version"
ok "start prefers the kernel in /boot" exits 0 kdumpctl start
ok "start loads the kernel in /boot as it is" grep -qx "$root/boot/vmlinuz-$version" "$root/kexec-arguments"
finish
