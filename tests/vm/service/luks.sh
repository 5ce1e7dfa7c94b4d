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
image() { find /boot /var/lib/kdump -name '*kdump*.img'; }
same() { [ "$(sha256sum "$(image)")" = "$(cat /kdt/image)" ]; }
said() { journalctl -b -u kdump --no-pager | tee /tmp/words | grep -qE -- "$1" || { cat /tmp/words; return 1; }; }
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
	echo "crash UUID=$(cryptsetup luksUUID "$(disk data)") none tpm2-device=auto,nofail" >/etc/crypttab
	systemctl daemon-reload
	check "the TPM unlocks it" systemctl start systemd-cryptsetup@crash
	mkfs.ext4 -q /dev/mapper/crash && mkdir -p /mnt/data && mount /dev/mapper/crash /mnt/data && mkdir /mnt/data/dumps
	echo "/dev/mapper/crash /mnt/data ext4 nofail,x-systemd.device-timeout=60 0 0" >>/etc/fstab
	dpkg -i /kdt/kdump.deb
	printf 'ext4 /dev/mapper/crash\npath /dumps\ntimeout device=60\n' >/etc/kdump.conf
	took "enable --now" systemctl enable --now kdump
	check "the service is active" systemctl is-active kdump
	check "what is in the way is told" said "encrypted"
	check "and who makes the image" said "built by dracut"
	check "status is 0" exits 0 kdumpctl status
	check "the image is for root alone" test "$(stat -c %a "$(image)")" = 600
	sha256sum "$(image)" >/kdt/image
	check "restart" systemctl restart kdump
	check "nothing changed, the image stays" same
	check "test is good" exits 0 kdumpctl test
	echo "guest: # image $(stat -c %s "$(image)") bytes"
	crash
}
step_2()
{
	check "armed again after the reboot" exits 0 kdumpctl status
	check "with the image that was there" same
	check "list shows the dump" exits 0 kdumpctl list
	check "as complete" words 'complete'
	mkdir /kdt/dumps && cp -a /mnt/data/dumps/* /kdt/dumps/
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
ok "one dump" dump_dir "$(disk_open root)/kdt/dumps"
ok "files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "status says complete" status_is state '^complete$'
ok "crash opens it" dump_opens vmcore
finish
