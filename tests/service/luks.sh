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
	ok "restart refuses a locked target: $1" exits 1 kdumpctl restart
	ok "restart says why the target stays locked: $1" says "crash stays locked in the capture kernel: .*$2"
	ok "restart does not run dracut: $1" test ! -e "$root/dracut-ran"
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
ok "restart says how to enroll the TPM" says "systemd-cryptenroll --tpm2-device=auto $below"
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
ok "restart accepts clevis in place of a person" exits 0 kdumpctl restart
ok "restart says that clevis has to be tried by a crash" says "clevis.*test --crash"
cryptsetup token remove --token-id 1 "$work/header"
echo "crash UUID=$uuid - tpm2-device=auto" | crypttab
token 0 true
refused "a TPM that wants a PIN" "asks for a PIN"
token 0 false
refused "a slot that takes more memory than there is" "slot 0 takes 100 MiB .*128 MB"
ok "restart gives the command that makes the slot small" says "luksConvertKey --key-slot 0 --pbkdf pbkdf2 $below"
printf '0x100000000-0x107ffffff\n' | put /sys/kernel/kexec/crash_cma_ranges
ok "restart accepts the slot with CMA for programs" exits 0 kdumpctl restart
rm "$root/sys/kernel/kexec/crash_cma_ranges" "$(image)"
cryptsetup -q luksAddKey --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
	--key-file "$work/passphrase" "$work/header" "$work/passphrase" || exit 1
token 1 false
ok "restart accepts a slot of the TPM that takes little memory" exits 0 kdumpctl restart
ok "restart does not judge the slot of the passphrase" silent_on "locked"
ok "restart has the image built by dracut" says "built by dracut"
ok "test fails when the TPM does not unlock the volume" exits 1 kdumpctl test
ok "test says that the TPM does not unlock the volume" says "FAILED  unlocked without a person: the TPM does not unlock crash: [^ ]"
rm "$root/dracut-ran"
ok "restart accepts an unchanged encrypted target" exits 0 kdumpctl restart
ok "restart builds nothing for an unchanged target" test ! -e "$root/dracut-ran"
token 1 false 7,11
echo "another UUID=$uuid none tpm2-device=auto" | crypttab
ok "restart finds a crypttab line of another name by its UUID" exits 0 kdumpctl restart
ok "restart warns of a PCR that a running system changes" says "may stay locked.*PCR 10, 11 or 15"
cryptsetup token remove --token-id 0 "$work/header"
header_changed
rm "$root/dracut-ran"
refused "the TPM's key was taken back, with an image made before" "no key slot has a key"
ok "restart says that the machine is still armed as before" says "; this machine is still armed with the configuration of 20"
kdumpctl stop >/dev/null
refused "the same, and nothing is loaded" "no key slot has a key"
ok "status is not operational after the refusal" exits 3 kdumpctl status
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
ok "restart says how to put the key file into the image" says "dracut_args --install /etc/keys/crash"
echo '#install_items+=" /etc/keys/crash "' | put /etc/dracut.conf
refused "a key file in a remark" "/etc/keys/crash is not in the image"
echo ' install_items+=" /etc/keys/crash "' | put /etc/dracut.conf.d/keys.conf
ok "restart accepts a key file that dracut.conf.d installs" exits 0 kdumpctl restart
rm "$root/etc/dracut.conf.d/keys.conf"
target --install /etc/keys/crash
ok "restart accepts a key file that dracut_args install" exits 0 kdumpctl restart
ok "restart warns of a slot that is tried first and takes too much" says "may stay locked.*slot 0.*key-slot="
echo "crash UUID=$uuid /etc/keys/crash key-slot=1" | crypttab
ok "restart accepts a key file with its slot named" exits 0 kdumpctl restart
ok "restart does not warn when the slot is named" silent_on "locked"
ok "test fails when the key file is not the volume's" exits 1 kdumpctl test
ok "test says that the key file does not unlock the volume" says "FAILED  unlocked without a person: /etc/keys/crash does not unlock crash"
printf secret | put /etc/keys/crash
kdumpctl test >"$work/words" 2>&1
ok "test passes with the right key file" says "ok      unlocked without a person: crash"
echo "crash UUID=$uuid /etc/keys/crash key-slot=0" | crypttab
refused "the wrong slot is named" "slot 0 takes 100 MiB"
echo "crash UUID=$uuid /etc/keys/crash key-slot=5" | crypttab
refused "an empty slot is named" "slot 5, which is empty"
echo "crash UUID=$uuid /dev/urandom swap" | crypttab
refused "a key that is gone" "/dev/urandom, which differs after each boot"
target --install /etc/cryptsetup-keys.d/crash.key
echo "crash UUID=$uuid" | crypttab
echo key | put /etc/cryptsetup-keys.d/crash.key
ok "restart finds a key file where systemd looks for one" exits 0 kdumpctl restart

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
ok "restart accepts a key file with initramfs-tools" exits 0 kdumpctl restart
echo "crash UUID=$uuid none initramfs,keyscript=/bin/key" | crypttab
ok "restart accepts a key script with initramfs-tools" exits 0 kdumpctl restart
finish
