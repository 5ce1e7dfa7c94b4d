#!/bin/sh
# luks.sh - an encrypted target: one that a person would have to unlock is refused before the crash
. "$(dirname "$0")/lib.sh"

root_new
truncate -s 20M "$work/header"
printf secret >"$work/passphrase"
cryptsetup -q luksFormat --type luks2 --pbkdf argon2id --pbkdf-force-iterations 4 \
	--pbkdf-memory 102400 "$work/header" "$work/passphrase" || exit 1
truncate -s 64M "$work/disk"
mkfs.ext4 -q "$work/disk"
below=$(losetup -f --show "$work/header") && loop=$(losetup -f --show "$work/disk") || exit 1
trap 'losetup -d "$loop" "$below"; rm -rf "$work"' EXIT

# The file system lies on a mapping, and that on the device with the header.
number=$(lsblk -dno MAJ:MIN "$loop" | tr -d ' ')
uuid=$(cryptsetup luksUUID "$work/header")
block=/sys/devices/virtual/block
echo "$number" | put "$block/${loop##*/}/dev"
echo "CRYPT-LUKS2-$(echo "$uuid" | tr -d -)-crash" | put "$block/${loop##*/}/dm/uuid"
echo crash | put "$block/${loop##*/}/dm/name"
lsblk -dno MAJ:MIN "$below" | tr -d ' ' | put "$block/${below##*/}/dev"
node "$loop"
mkdir -p "$root$block/${loop##*/}/slaves" "$root/sys/dev/block" "$root/mnt/data/dumps"
ln -s "../../${below##*/}" "$root$block/${loop##*/}/slaves/${below##*/}"
ln -s "$root$block/${loop##*/}" "$root/sys/dev/block/$number"
echo "30 22 $number / /mnt/data rw - ext4 $loop rw" >>"$root/proc/self/mountinfo"
echo "ext4 $loop" | config
distro_image "$root/distro.img"
program dracut <<'E'
echo >"$root/dracut-ran"
for word; do image=$file file=$word; done
cp "$root/distro.img" "$image"
E
echo | put /usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh

# target [OPTION...] - kdump.conf; crypttab - standard input becomes that; nothing is built yet.
target() { { printf 'ext4 %s\npath /dumps\n' "$loop"; [ $# = 0 ] || echo "dracut_args $*"; } | config; }
crypttab() { put /etc/crypttab; rm -f "$root/dracut-ran" "$(image)"; }

# refused TEXT REGEX - start is, with these words, before minutes are spent on an image.
refused()
{
	ok "$1" exits 1 kdumpctl restart
	ok "$1: is told" says "crash stays locked in the capture kernel: .*$2"
	ok "$1: dracut is not asked" test ! -e "$root/dracut-ran"
}

# The volume's slots are in the loop device's cache, too.
header_changed() { blockdev --flushbufs "$below"; }

# token SLOT PIN [PCRS]
token()
{
	cryptsetup token remove --token-id 0 "$work/header" 2>/dev/null
	printf '{"type":"systemd-tpm2","keyslots":["%s"],"tpm2-pin":%s,"tpm2-pcrs":[%s],%s}' "$1" "$2" \
		"${3-7}" '"tpm2-blob":"AAAA","tpm2-policy-hash":"00"' >"$work/token"
	cryptsetup token import --token-id 0 --json-file "$work/token" "$work/header" || exit 1
	header_changed
}

target
refused "no crypttab" "no line in /etc/crypttab.*passphrase"
ok "the remedy is told" says "systemd-cryptenroll --tpm2-device=auto $below"
echo "other UUID=00000000-0000-0000-0000-000000000000 /key" | crypttab
refused "another volume's line" "no line in /etc/crypttab"
printf '# crash\n\ncrash UUID=%s none nofail\n' "$uuid" | crypttab
refused "a passphrase" "no key.*passphrase"
echo "crash UUID=$uuid - tpm2-device=auto" | crypttab
refused "a TPM that has no key" "tpm2-device=, but no key slot has a key"
echo '{"type":"clevis","keyslots":["0"],"jwe":{}}' >"$work/token"
cryptsetup token import --token-id 1 --json-file "$work/token" "$work/header" || exit 1
header_changed
echo "crash UUID=$uuid none" | crypttab
ok "clevis answers for a person" exits 0 kdumpctl restart
ok "it is for a person to try" says "clevis.*test --crash"
cryptsetup token remove --token-id 1 "$work/header"
echo "crash UUID=$uuid - tpm2-device=auto" | crypttab
token 0 true
refused "a TPM that wants a PIN" "asks for a PIN"
token 0 false
refused "a slot that takes more memory than there is" "slot 0 takes 100 MiB .*128 MB"
ok "the remedy is a command" says "luksConvertKey --key-slot 0 --pbkdf pbkdf2 $below"
printf '0x100000000-0x107ffffff\n' | put /sys/kernel/kexec/crash_cma_ranges
ok "with CMA for programs it fits" exits 0 kdumpctl restart
rm "$root/sys/kernel/kexec/crash_cma_ranges" "$(image)"
cryptsetup -q luksAddKey --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
	--key-file "$work/passphrase" "$work/header" "$work/passphrase" || exit 1
token 1 false
ok "the TPM's slot takes little" exits 0 kdumpctl restart
ok "the slot of the passphrase is nobody's business" silent_on "locked"
ok "dracut made the image" says "built by dracut"
ok "test asks the TPM" exits 1 kdumpctl test
ok "which has no such key" says "FAILED  unlocked without a person: the TPM does not unlock crash: [^ ]"
rm "$root/dracut-ran"
ok "nothing changed" exits 0 kdumpctl restart
ok "nothing is built" test ! -e "$root/dracut-ran"
token 1 false 7,11
echo "another UUID=$uuid none tpm2-device=auto" | crypttab
ok "a line by another name is found by its UUID" exits 0 kdumpctl restart
ok "a PCR that a running system changes is warned of" says "may stay locked.*PCR 10, 11 or 15"
cryptsetup token remove --token-id 0 "$work/header"
header_changed
rm "$root/dracut-ran"
refused "the TPM's key was taken back, with an image made before" "no key slot has a key"
ok "and it is not loaded anew" says "; this machine is still armed with the configuration of 20"
kdumpctl stop >/dev/null
refused "the same, and nothing is loaded" "no key slot has a key"
ok "and nothing is after it" exits 3 kdumpctl status
token 1 false
for option in noauto fido2-device=auto pkcs11-uri=auto keyscript=/bin/key; do
	echo "crash UUID=$uuid none tpm2-device=auto,$option" | crypttab
	refused "the option $option" "noauto|person|keyscript"
done
echo "crash LABEL=crypt none tpm2-device=auto" | crypttab
refused "a device that dracut does not find" "LABEL=crypt"

# A key file.
echo "crash UUID=$uuid /etc/keys/crash luks" | crypttab
refused "a key file that is not there" "/etc/keys/crash does not exist"
echo key | put /etc/keys/crash
refused "a key file that does not go into the image" "/etc/keys/crash is not in the image"
ok "with the remedy" says "dracut_args --install /etc/keys/crash"
echo '#install_items+=" /etc/keys/crash "' | put /etc/dracut.conf
refused "a key file in a remark" "/etc/keys/crash is not in the image"
echo ' install_items+=" /etc/keys/crash "' | put /etc/dracut.conf.d/keys.conf
ok "dracut.conf.d puts it in" exits 0 kdumpctl restart
rm "$root/etc/dracut.conf.d/keys.conf"
target --install /etc/keys/crash
ok "dracut_args put it in" exits 0 kdumpctl restart
ok "a slot that is tried before takes too much: told" says "may stay locked.*slot 0.*key-slot="
echo "crash UUID=$uuid /etc/keys/crash key-slot=1" | crypttab
ok "the slot is named" exits 0 kdumpctl restart
ok "all is well" silent_on "locked"
ok "test tries the key" exits 1 kdumpctl test
ok "and finds that it is another" says "FAILED  unlocked without a person: /etc/keys/crash does not unlock crash"
printf secret | put /etc/keys/crash
kdumpctl test >"$work/words" 2>&1
ok "the right one" says "ok      unlocked without a person: crash"
echo "crash UUID=$uuid /etc/keys/crash key-slot=0" | crypttab
refused "the wrong slot is named" "slot 0 takes 100 MiB"
echo "crash UUID=$uuid /etc/keys/crash key-slot=5" | crypttab
refused "an empty slot is named" "slot 5, which is empty"
echo "crash UUID=$uuid /dev/urandom swap" | crypttab
refused "a key that is gone" "/dev/urandom, which differs after each boot"
target --install /etc/cryptsetup-keys.d/crash.key
echo "crash UUID=$uuid" | crypttab
echo key | put /etc/cryptsetup-keys.d/crash.key
ok "a key file where systemd looks for one" exits 0 kdumpctl restart

# initramfs-tools.
rm "$root/bin/dracut"
echo | put /usr/share/initramfs-tools/hooks/kdump-capture
program mkinitramfs <<'E'
cp "$root/distro.img" "$2"
E
target
echo "crash UUID=$uuid /etc/keys/crash initramfs,key-slot=1" | crypttab
refused "initramfs-tools without its part" "install cryptsetup-initramfs"
echo | put /usr/share/initramfs-tools/hooks/cryptroot
printf '# KEYFILE_PATTERN=x\nKEYFILE_PATTERN=\n' | put /etc/cryptsetup-initramfs/conf-hook
refused "initramfs-tools: a key file that does not go in" "KEYFILE_PATTERN=/etc/keys/crash"
echo 'KEYFILE_PATTERN="/etc/keys/*"' | put /etc/cryptsetup-initramfs/conf-hook
echo "crash UUID=$uuid /etc/keys/crash luks" | crypttab
refused "initramfs-tools: a line that it leaves out" "option initramfs"
echo "crash UUID=$uuid none initramfs,tpm2-device=auto" | crypttab
refused "initramfs-tools: a TPM" "does not support TPMs; install dracut"
echo "crash UUID=$uuid /etc/keys/crash initramfs,key-slot=1" | crypttab
ok "initramfs-tools: a key file" exits 0 kdumpctl restart
echo "crash UUID=$uuid none initramfs,keyscript=/bin/key" | crypttab
ok "initramfs-tools: a script" exits 0 kdumpctl restart
finish
