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
ok "start builds an image before the outlook is tested" exits 0 kdumpctl start
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
ok "restart succeeds with enough space" exits 0 with_collector restart
ok "restart warns of the kept image alone" only_kept
ok "test passes with enough space and memory" exits 0 with_collector test
ok "test prints how much memory is needed" says "^ok +memory: 128 MB reserved, about [89][0-9] MB needed$"
ok "test prints how much space a dump would need" says "^ok +space: a dump taken now would need 57 MB of [0-9]+$"
ok "test passes without a measure of the dump" exits 0 kdumpctl --collector /no/such test
ok "test says that the size of a dump was not measured" says "^ok +space: [0-9]+ MB free; size of a dump not measured: "

truncate -s 22M "$work/small.img"
device=$(losetup -f --show "$work/small.img") || { echo "Bail out! no loop device"; exit 1; }
mkfs.ext4 -q -F -m 0 "$device"
mount "$device" "$root/var/crash" || { echo "Bail out! no mount"; exit 1; }
small="a dump taken now would need 57 MB, path.* has 1[0-9] MB free: a crash will probably not be saved completely"
ok "test fails with too little space" exits 1 with_collector test
ok "test says how much space is missing" says "^FAILED +space: $small"
ok "test does not claim that all steps passed" silent_on "all steps passed"
ok "test says that the target can be written" says "^ok +target: "
ok "restart succeeds with too little space" exits 0 with_collector restart
ok "restart warns of too little space" says "WARNING: armed, but $small"
ok "restart arms the machine with too little space" is /sys/kernel/kexec_crash_loaded 1
ok "status works with too little space" exits 0 kdumpctl status
ok "status repeats the warning of too little space" says "$small"
ok "status --json works with too little space" exits 0 kdumpctl status --json
ok "status --json has the warning of too little space" json warnings 0
ok "reload succeeds with too little space" exits 0 with_collector reload
ok "reload warns of too little space" says "WARNING: armed, but $small"
echo "min_free 5G" >>"$root/etc/kdump.conf"
ok "test fails when min_free is more than there is" exits 1 with_collector test
ok "test says how much min_free and the target have" says "^FAILED +space: min_free requires 5120 MB to stay free, and path.* has 1[0-9] MB free"
ok "restart succeeds when min_free is more than there is" exits 0 with_collector restart
ok "restart warns of min_free" says "WARNING: armed, but min_free requires 5120 MB"
ok "restart succeeds with a collector that cannot measure" exits 0 kdumpctl --collector /no/such restart
ok "restart warns of min_free without a measure" says "WARNING: armed, but min_free requires 5120 MB"
umount "$root/var/crash"
sed -i /min_free/d "$root/etc/kdump.conf"

# A device of its own, mounted somewhere or not at all.
node "$device"
printf 'ext4 %s\npath /\nforce_no_rebuild 1\n' "$device" | config
mount "$device" "$root/var/crash"
ok "restart succeeds with too little space on a mounted device" exits 0 with_collector restart
ok "restart warns of too little space on a mounted device" says "WARNING: armed, but a dump taken now would need 57 MB, ext4 .* has 1[0-9] MB free"
umount "$root/var/crash"
wipefs -qa "$device"
printf 'raw %s\nforce_no_rebuild 1\n' "$device" | config
ok "test fails with a raw device that is too small" exits 1 with_collector test
ok "test says how large the raw device is" says "^FAILED +space: a dump taken now would need 57 MB, raw .* has 0 MB free|raw .* is full"
printf 'path /var/crash\nforce_no_rebuild 1\n' | config

# 68M were never enough.
echo 71303168 | put /sys/kernel/kexec_crash_size
memory="68 MB are reserved, but this kernel and image need [89][0-9] MB: a crash will probably not be saved; set crashkernel=128M"
ok "test fails with too little memory" exits 1 with_collector test
ok "test says how much memory is needed and what to set" says "^FAILED +memory: $memory"
ok "restart succeeds with too little memory" exits 0 with_collector restart
ok "restart warns of too little memory" says "WARNING: armed, but $memory"
ok "status works with too little memory" exits 0 kdumpctl status
ok "status repeats the warning of too little memory" says "$memory"
echo 134217728 | put /sys/kernel/kexec_crash_size
ok "restart succeeds with enough memory again" exits 0 with_collector restart
ok "restart warns of the kept image alone again" only_kept
ok "status works with enough memory again" exits 0 kdumpctl status
ok "status has no warning with enough memory" silent_on "crash will probably"
finish
