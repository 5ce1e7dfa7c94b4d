#!/bin/sh
# dracut-module.sh - what our dracut module asks dracut for: what is missing cannot stay unsaid
. "$(dirname "$0")/lib.sh"

mkdir -p "$work/modules.d/99systemd-cryptsetup" "$root/etc"
module=$here/../systemd/dracut/module-setup.sh

# asks MODULES TYPE... - for these it asks where the target lies on devices with such contents.
asks()
{
	want=$1
	shift
	got=$(bash -c '
		module=$1 dracutbasedir=$2 dracutsysrootdir=$3
		declare -A host_fs_types
		for type in "${@:4}"; do host_fs_types[/dev/$type]=$type; done
		. "$module"
		depends' - "$module" "$work" "$root" "$@" | tr '\n' ' ')
	[ "$got" = "systemd dracut-systemd fs-lib $want" ] || { echo "it asks for: $got"; return 1; }
}

ok "the dracut module asks for nothing more without encryption" asks "" ext4 LVM2_member
ok "the dracut module asks for crypt with a LUKS volume" asks "crypt systemd-cryptsetup " ext4 crypto_LUKS
echo "crash UUID=1 none tpm2-device=auto" | put /etc/crypttab
ok "the dracut module ignores the TPM of a volume that is not the target's" asks "" ext4
ok "the dracut module asks for tpm2-tss where the TPM unlocks the volume" asks "crypt systemd-cryptsetup tpm2-tss " ext4 crypto_LUKS
echo "# crash UUID=1 none tpm2-device=auto" | put /etc/crypttab
ok "the dracut module ignores a crypttab line in a comment" asks "crypt systemd-cryptsetup " ext4 crypto_LUKS
rmdir "$work/modules.d/99systemd-cryptsetup"
ok "the dracut module asks for crypt alone where systemd-cryptsetup is missing" asks "crypt " ext4 crypto_LUKS
finish
