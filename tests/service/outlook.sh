#!/bin/sh
# outlook.sh - space and memory that do not suffice: start arms and warns, test fails
. "$(dirname "$0")/lib.sh"

device=
trap 'umount -q "$root/var/crash"; [ -z "$device" ] || losetup -d "$device"; rm -rf "$work"' EXIT

# with_collector COMMAND - kdumpctl with a collector that finds 57 MB to write.
with_collector()
{
	kdumpctl --collector "$root/bin/collector" "$@"
}

# The image is kept by force_no_rebuild, which is said; no other warning.
only_kept()
{
	warnings=$(grep -c WARNING "$work/words")
	says "WARNING: .*was not built from the current kdump.conf, and force_no_rebuild keeps it" &&
		{ [ "$warnings" = 1 ] || { cat "$work/words"; return 1; }; }
}

root_new
program collector <<'E'
case $* in *--check-params*) exit 0 ;; esac
cat <<A
{ "level": 31, "page_size": 4096, "seconds": 0.5, "memory": { "peak_anonymous": 3145728 }, "pages": {},
  "bytes": { "ram": 1073741824, "kept": 209715200, "written": 59768832 } }
A
E
ok "an image" exits 0 kdumpctl start
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
ok "start with space" exits 0 with_collector restart
ok "warns of the kept image alone" only_kept
ok "test" exits 0 with_collector test
ok "the memory" says "^ok +memory: 128 MB reserved, about [89][0-9] MB needed$"
ok "the space" says "^ok +space: a dump taken now would need 57 MB of [0-9]+$"
ok "without a measure" exits 0 kdumpctl --collector /no/such test
ok "nothing is claimed" says "^ok +space: [0-9]+ MB free; size of a dump not measured: "

truncate -s 22M "$work/small.img"
device=$(losetup -f --show "$work/small.img") || { echo "Bail out! no loop device"; exit 1; }
mkfs.ext4 -q -F -m 0 "$device"
mount "$device" "$root/var/crash" || { echo "Bail out! no mount"; exit 1; }
small="a dump taken now would need 57 MB, path.* has 1[0-9] MB free: a crash will probably not be saved completely"
ok "test with too little space" exits 1 with_collector test
ok "fails for it" says "^FAILED +space: $small"
ok "does not claim that all steps passed" silent_on "all steps passed"
ok "the target can be written all the same" says "^ok +target: "
ok "start" exits 0 with_collector restart
ok "arms, with a warning" says "WARNING: armed, but $small"
ok "it is armed" is /sys/kernel/kexec_crash_loaded 1
ok "and status has the warning" exits 0 kdumpctl status
ok "too" says "$small"
ok "as JSON" exits 0 kdumpctl status --json
ok "too" json warnings 0
ok "reload" exits 0 with_collector reload
ok "warns as well" says "WARNING: armed, but $small"
echo "min_free 5G" >>"$root/etc/kdump.conf"
ok "min_free that is not there" exits 1 with_collector test
ok "fails" says "^FAILED +space: min_free requires 5120 MB to stay free, and path.* has 1[0-9] MB free"
ok "start" exits 0 with_collector restart
ok "arms, with a warning" says "WARNING: armed, but min_free requires 5120 MB"
ok "a collector that cannot measure" exits 0 kdumpctl --collector /no/such restart
ok "is no reason not to warn" says "WARNING: armed, but min_free requires 5120 MB"
umount "$root/var/crash"
sed -i /min_free/d "$root/etc/kdump.conf"

# A device of its own, mounted somewhere or not at all.
node "$device"
printf 'ext4 %s\npath /\nforce_no_rebuild 1\n' "$device" | config
mount "$device" "$root/var/crash"
ok "start with a mounted device" exits 0 with_collector restart
ok "warns" says "WARNING: armed, but a dump taken now would need 57 MB, ext4 .* has 1[0-9] MB free"
umount "$root/var/crash"
wipefs -qa "$device"
printf 'raw %s\nforce_no_rebuild 1\n' "$device" | config
ok "a raw device" exits 1 with_collector test
ok "has its size" says "^FAILED +space: a dump taken now would need 57 MB, raw .* has 0 MB free|raw .* is full"
printf 'path /var/crash\nforce_no_rebuild 1\n' | config

# 68M were never enough.
echo 71303168 | put /sys/kernel/kexec_crash_size
memory="68 MB are reserved, but this kernel and image need [89][0-9] MB: a crash will probably not be saved; set crashkernel=128M"
ok "test with too little memory" exits 1 with_collector test
ok "fails for it" says "^FAILED +memory: $memory"
ok "start" exits 0 with_collector restart
ok "arms, with a warning" says "WARNING: armed, but $memory"
ok "status" exits 0 kdumpctl status
ok "repeats it" says "$memory"
echo 134217728 | put /sys/kernel/kexec_crash_size
ok "with enough" exits 0 with_collector restart
ok "there is no other warning than of the kept image" only_kept
ok "and status" exits 0 kdumpctl status
ok "has none" silent_on "crash will probably"
finish
