#!/bin/bash
# luks-initramfs-tools.sh - a target on LUKS2 that a key file unlocks, in an image that mkinitramfs makes
. "$(dirname "$0")/lib.sh"

VM_MEM=2G VM_CRASHKERNEL=320M
service_new bookworm 6.1 initramfs-tools cryptsetup-initramfs cryptsetup-bin
machine_disk data 1G
steps <<'E'
format()
{
	mkdir -p -m 700 /etc/keys && (umask 077; head -c 32 /dev/urandom >/etc/keys/crash)
	cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$(disk data)" /etc/keys/crash
}
step_1()
{
	check "format" format
	crypttab "none luks,nofail"
	check "it can be unlocked" cryptsetup open --key-file /etc/keys/crash "$(disk data)" crash
	data_on /dev/mapper/crash
	install_package
	printf 'ext4 /dev/mapper/crash\npath /dumps\ntimeout device=60\n' >/etc/kdump.conf
	refused "a line that initramfs-tools does not look at" 'option initramfs; add it'
	crypttab "none luks,nofail,initramfs"
	refused "a passphrase" 'crash stays locked in the capture kernel: .*passphrase'
	crypttab "none luks,nofail,initramfs,tpm2-device=auto"
	refused "a TPM" 'initramfs-tools does not support TPMs; install dracut'
	crypttab "/etc/keys/crash luks,nofail,initramfs"
	refused "a key file that is not in the image" 'key file /etc/keys/crash is not in the image; KEYFILE_PATTERN='
	echo 'KEYFILE_PATTERN="/etc/keys/*"' >>/etc/cryptsetup-initramfs/conf-hook
	arm_with mkinitramfs
	image_kept
	crash
}
step_2()
{
	dumped
	dumps_to_root
	done_all
}
E
service_run 2400
ok "the capture ran beside the scripts of initramfs-tools" says 'Begin: Running /scripts/init-premount'
one_whole_dump "unlocked by the key file" "$(disk_open root)/kdt/dumps"
finish
