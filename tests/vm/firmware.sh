# firmware.sh - sourced, after machine.sh: a machine that boots by UEFI with Secure Boot on
#
#     service_new trixie 6.12; firmware_new; ...; machine_start DEADLINE
#
# Microsoft's keys in the firmware, Debian's shim, its grub and its kernel, each checked by the
# one before it: what an installed Debian does. Nothing is enrolled, nothing is switched off.

firmware_code=/usr/share/OVMF/OVMF_CODE_4M.ms.fd
firmware_vars=/usr/share/OVMF/OVMF_VARS_4M.ms.fd

# firmware_new - for the machine of machine_new; its kernel is put on a partition for the firmware.
firmware_new()
{
	local esp=$machine/esp.img tmp=$machine/signed
	. "$machine_here/../setup/apt.sh"
	apt_fetch trixie "$tmp" shim-signed grub-efi-amd64-signed
	dpkg-deb -x "$tmp"/shim-signed_*.deb "$tmp"
	dpkg-deb -x "$tmp"/grub-efi-amd64-signed_*.deb "$tmp"
	truncate -s 64M "$esp"
	mkfs.vfat -F 32 -n ESP "$esp" >/dev/null || die "making the firmware's partition failed"
	mmd -i "$esp" ::EFI ::EFI/BOOT ::EFI/debian
	mcopy -i "$esp" "$tmp/usr/lib/shim/shimx64.efi.signed" ::EFI/BOOT/BOOTX64.EFI
	mcopy -i "$esp" "$tmp/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed" \
		::EFI/BOOT/grubx64.efi
	mcopy -i "$esp" "$vmlinuz" ::vmlinuz || die "filling the firmware's partition failed"
	cp "$firmware_vars" "$machine/vars.fd"
	machine_firmware=firmware_boot
}

# firmware_boot CMDLINE - instead of QEMU's own loading of the kernel; called by machine_start.
firmware_boot()
{
	printf 'linux /vmlinuz %s\nboot\n' "$1" >"$machine/grub.cfg"
	mcopy -o -i "$machine/esp.img" "$machine/grub.cfg" ::EFI/debian/grub.cfg ||
		die "writing grub.cfg failed"
	machine_boot=(-machine "q35,smm=on,sata=off" -global driver=cfi.pflash01,property=secure,value=on
		-drive "if=pflash,format=raw,unit=0,readonly=on,file=$firmware_code"
		-drive "if=pflash,format=raw,unit=1,file=$machine/vars.fd"
		-drive "if=none,id=esp,format=raw,cache=unsafe,file=$machine/esp.img"
		-device "virtio-blk-pci,drive=esp,bootindex=0")
}
