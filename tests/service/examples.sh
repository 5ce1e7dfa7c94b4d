#!/bin/bash
# examples.sh - the example configurations pass check-config on a system as they describe it
. "$(dirname "$0")/lib.sh"

trap '[ -z "${loop-}" ] || losetup -d "$loop"; rm -rf "$work"' EXIT
examples=$here/../docs/examples

root_new
truncate -s 40M "$work/disk"
mkfs.ext4 -q -L crash -U 0f3c1a52-8a1e-4d0b-9c1c-5b8b7e1f2a34 "$work/disk"
loop=$(losetup -f --show "$work/disk") || { echo "Bail out! no loop device"; exit 1; }
for dir in by-uuid by-label by-partuuid; do
	mkdir -p "$root/dev/disk/$dir"
done
ln -s "$loop" "$root/dev/disk/by-uuid/0f3c1a52-8a1e-4d0b-9c1c-5b8b7e1f2a34"
ln -s "$loop" "$root/dev/disk/by-label/crash"
for hook in before after; do
	printf '#!/bin/sh\n' | put "/etc/kdump/hooks/$hook"
	chmod 755 "$root/etc/kdump/hooks/$hook"
done
mkdir -p "$root/usr/bin" "$root/root/.ssh"
: | put /usr/bin/logger
ssh-keygen -q -t ed25519 -N '' -f "$root/root/.ssh/kdump_id_ed25519"

ok "docs/examples has four files at least" test "$(find "$examples" -name '*.conf' | wc -l)" -ge 4
for example in "$examples"/*.conf; do
	name=${example##*/}
	# An empty partition, after those that need the file system.
	[ "$name" != raw.conf ] || continue
	config <"$example"
	ok "check-config accepts the example $name" exits 0 kdumpctl check-config
	ok "check-config has no warning for the example $name" silent_on "warning|WARNING|error"
	ok "the example $name says in a comment where to copy it" grep -q "^# Copy to /etc/kdump.conf" "$example"
done
wipefs -qa "$loop"
ln -s "$loop" "$root/dev/disk/by-partuuid/6d1e8f0a-03"
config <"$examples/raw.conf"
ok "check-config accepts the example raw.conf" exits 0 kdumpctl check-config
ok "check-config has no warning for the example raw.conf" silent_on "warning|WARNING|error"
for kind in nfs ssh raw "ext4" kdump_post encrypt_to; do
	ok "one of the examples shows the key $kind" grep -qE "^$kind " "$examples"/*.conf
done
finish
