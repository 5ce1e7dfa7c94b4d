#!/bin/bash
# luks-key.sh - a target on LUKS2 that a key file in the image unlocks; what a person would unlock is refused
. "$(dirname "$0")/lib.sh"

VM_MEM=2G VM_CRASHKERNEL=320M
service_new trixie 6.12 dracut systemd-cryptsetup cryptsetup-bin tpm2-tools libtss2-tcti-device0t64 \
	libtss2-rc0t64
machine_disk data 1G
steps <<'E'
target() { { printf 'ext4 /dev/mapper/crash\npath /dumps\ntimeout device=60\n'; echo "$@"; } >/etc/kdump.conf; }
# The passphrase's slot takes more memory than there is for all of the capture kernel.
format()
{
	printf secret >/kdt/passphrase
	cryptsetup luksFormat -q --type luks2 --pbkdf argon2id --pbkdf-force-iterations 4 \
		--pbkdf-memory 524288 --pbkdf-parallel 1 "$(disk data)" /kdt/passphrase
}
add_key_file()
{
	mkdir -p -m 700 /etc/keys && (umask 077; head -c 32 /dev/urandom >/etc/keys/crash)
	cryptsetup luksAddKey -q --key-slot 5 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
		--key-file /kdt/passphrase "$(disk data)" /etc/keys/crash
}
# A token of the TPM, for dracut to be asked about one.
add_token()
{
	echo '{"type":"systemd-tpm2","keyslots":["5"],"tpm2-pcrs":[7],"tpm2-blob":"AAAA","tpm2-policy-hash":"00"}' |
		cryptsetup token import --token-id 0 --json-file - "$(disk data)"
}
step_1()
{
	check "format" format
	check "add a key file" add_key_file
	crypttab "/etc/keys/crash nofail,key-slot=5"
	check "it unlocks the volume" systemctl start systemd-cryptsetup@crash
	data_on /dev/mapper/crash
	install_package
	target
	refused "a key file that is not in the image" 'key file /etc/keys/crash is not in the image'
	crypttab "none nofail"
	refused "a passphrase" 'crash stays locked in the capture kernel: .*passphrase'
	crypttab "none nofail,tpm2-device=auto"
	refused "a TPM without a key" 'no key slot has a key'
	check "say there were one" add_token
	mv /usr/bin/tpm2 /kdt/
	refused "a dracut without what asks the TPM" "tpm2-tss.*can't be installed"
	crypttab "/etc/keys/crash nofail,key-slot=5"
	target dracut_args --install /etc/keys/crash
	arm_with dracut
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
one_whole_dump "unlocked by the key file" "$(disk_open root)/kdt/dumps"
finish
