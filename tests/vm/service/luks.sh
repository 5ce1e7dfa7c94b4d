#!/bin/bash
# luks.sh - a target on LUKS2 that the TPM unlocks: dracut's image does it without a person
. "$(dirname "$0")/lib.sh"
. "$here/tpm.sh"

VM_MEM=2G VM_CRASHKERNEL=512M
service_new trixie 6.12 dracut systemd-cryptsetup cryptsetup-bin tpm2-tools libtss2-tcti-device0t64 \
	libtss2-rc0t64
machine_tpm
machine_disk data 1G
steps <<'E'
# The passphrase's slot takes as much memory as there is for all of the capture kernel.
format()
{
	printf secret >/kdt/passphrase
	cryptsetup luksFormat -q --type luks2 --pbkdf argon2id --pbkdf-force-iterations 4 \
		--pbkdf-memory 524288 --pbkdf-parallel 1 "$1" /kdt/passphrase
}
enroll()
{
	systemd-cryptenroll --unlock-key-file=/kdt/passphrase --tpm2-device=auto --tpm2-pcrs=7 "$(disk data)"
}
step_1()
{
	check "format" format "$(disk data)"
	check "enroll the TPM" enroll
	crypttab "none tpm2-device=auto,nofail"
	check "the TPM unlocks it" systemctl start systemd-cryptsetup@crash
	data_on /dev/mapper/crash
	install_package
	printf 'ext4 /dev/mapper/crash\npath /dumps\ntimeout device=60\n' >/etc/kdump.conf
	arm_with dracut
	check "what is in the way is told" journal "encrypted"
	image_kept
	crash
}
step_2()
{
	dumped
	check "with the image that was there" image_same
	dumps_to_root
	# What the TPM measured is another now: it keeps the key, and nobody is there to type.
	check "the measurement changes" tpm2_pcrextend 7:sha256=$(echo | sha256sum | cut -d' ' -f1)
	crash
}
# That it is reached is the result: the machine came back by itself.
step_3()
{
	check "and has its measurements and its target again" mountpoint /mnt/data
	check "no second dump" test "$(ls /mnt/data/dumps | wc -l)" = 1
	done_all
}
E
service_run 1800
ok "the capture ran beside dracut's units" says 'Starting dracut-cmdline.service'
ok "the volume that stayed locked was given up" says 'the disk crash .* did not appear.*vda \(encrypted, locked\)'
one_whole_dump "unlocked by the TPM" "$(disk_open root)/kdt/dumps"
finish
