#!/bin/sh
# estimate.sh - estimate adds up memory and disk and warns; showmem
. "$(dirname "$0")/lib.sh"

# answer KEPT WRITTEN - of a machine of 1 GiB; bytes.
answer()
{
	cat >"$root/answer" <<-E
		{ "level": 31, "page_size": 4096, "seconds": 0.5, "memory": { "peak_anonymous": 3145728 },
		  "pages": { "zero": 2560, "cache": 5120, "cache_private": 256, "user": 25600, "free": 128000, "unreadable": 1 },
		  "bytes": { "ram": 1073741824, "kept": $1, "written": $2 } }
	E
}

estimate()
{
	kdumpctl --collector "$root/bin/collector" "$@" estimate
}

# mib KEY... - of the JSON last said, in MiB.
mib()
{
	echo $(($(json "$@") >> 20))
}

# small_disk - the target has 22 MB, a few of them taken by the file system itself.
device=
trap 'umount -q "$root/var/crash"; [ -z "$device" ] || losetup -d "$device"; rm -rf "$work"' EXIT
small_disk()
{
	truncate -s 22M "$work/small.img"
	device=$(losetup -f --show "$work/small.img") || { echo "Bail out! no loop device"; exit 1; }
	mkfs.ext4 -q -F -m 0 "$device"
	mount "$device" "$root/var/crash" || { echo "Bail out! no mount"; exit 1; }
}

root_new
ok "showmem" exits 0 kdumpctl showmem
ok "says how much" says "^kdump: Reserved 128MB memory for crash kernel$"
ok "and no more" silent_on CMA
printf '0x100000000-0x11fffffff\n' | put /sys/kernel/kexec/crash_cma_ranges
ok "showmem with CMA" exits 0 kdumpctl showmem
ok "says it" says "and 512MB of CMA"
rm -r "$root/sys/kernel/kexec"
echo 0 | put /sys/kernel/kexec_crash_size
ok "showmem of nothing" exits 0 kdumpctl showmem
ok "is 0" says "Reserved 0MB"
echo 134217728 | put /sys/kernel/kexec_crash_size

# Stands for kdump-collect: what is in the file "answer", or a failure with "complaint".
program collector <<'E'
echo "$*" >"$root/collector-arguments"
[ ! -s "$root/complaint" ] || { cat "$root/complaint" >&2; exit 1; }
cat "$root/answer"
E
printf 'virtiofs crash\nextra_modules virtio_net\n' | config
ok "an image" exits 0 kdumpctl start
cat >>"$root/proc/iomem" <<'E'
  01000000-01ffffff : Kernel code
  02000000-02ffffff : Kernel rodata
  03000000-033fffff : Kernel data
E
printf 'path /var/crash\nforce_no_rebuild 1\ncore_collector makedumpfile -F -l -d 31\n' | config
answer 209715200 52428800
ok "estimate" exits 0 estimate
ok "asks the collector as it is set" is /collector-arguments "--mem-usage --json -l -d 31 /proc/kcore"
ok "what is reserved" says "^Reserved crashkernel: +128M$"
ok "the kernel, and what its start takes" says "^Kernel image size: +79M$"
ok "the memory" says "^Memory in use: +1024M of RAM seen$"
ok "zero pages" says "^  zero +10M$"
ok "cache" says "^  cache +20M$"
ok "user" says "^  user +100M$"
ok "free" says "^  free +500M$"
ok "kept" says "^Kept at level 31 *: +200M$"
ok "the dump" says "^Dump size: +50M$"
ok "room" says "^Free on the target: +[0-9]+M .*/var/crash\)$"
ok "no warning" silent_on WARNING
ok "estimate --json" exits 0 estimate --json
need=$(json memory need)
ok "the sum is that of its parts" test "$need" = \
	$(($(json memory kernel) + $(json memory modules) + $(json memory image) + $(json memory runtime)))
ok "the image is counted packed and unpacked" test "$(json memory image)" -gt "$(($(stat -c %s "$(image)") * 2))"
stored=$("$build/kdump-image" show "$(image)" | awk '$3 ~ /\.ko/ { sum += $2 } END { print sum }')
ok "modules count unpacked" test "$(json memory modules)" = "$((stored * 5 / 2))" -a "$stored" -gt 10000
ok "so does the collector: 3 MB and its own" test "$(mib memory runtime)" = 6
ok "the default is more than a quarter above" json_is 134217728 memory recommended
ok "pages" json_is 25600 dump pages user
ok "unreadable ones too" json_is 1 dump pages unreadable
ok "size" json_is 52428800 dump size
ok "measured" json_is true dump compression_measured
ok "no error" json_is null dump_error
ok "no warnings" json_is "[]" warnings
ok "a crash will be saved" json_is true probably_saved

answer 209715200 0
ok "without a ratio" exits 0 estimate
ok "nothing is promised" says "Dump size: +200M \(compression not measured\)"
answer 9007199254740992 9007199254740992
ok "a dump too large" exits 1 estimate
ok "is warned of" says "WARNING: a dump taken now would need 8589934592 MB, path.* has [0-9]+ MB free: a crash will probably not be saved completely"
ok "as JSON" exits 1 estimate --json
ok "too" json_is false probably_saved
answer 209715200 52428800
echo "min_free 9000000G" >>"$root/etc/kdump.conf"
ok "min_free that is not there" exits 1 estimate
ok "is named" says "WARNING: min_free requires 9216000000 MB to stay free, and path.* has [0-9]+ MB free: a crash will probably not be saved"
sed -i /min_free/d "$root/etc/kdump.conf"
small_disk
ok "a file system too small" exits 1 estimate
ok "is warned of" says "WARNING: a dump taken now would need 50 MB, path.* has 1[0-9] MB free: a crash will probably not be saved completely"
answer 209715200 5242880
ok "a smaller dump" exits 0 estimate
echo "min_free 15M" >>"$root/etc/kdump.conf"
ok "min_free counts" exits 1 estimate
ok "and is named" says "WARNING: a dump taken now would need 5 MB, .* 1[0-9] MB free, of which min_free"
# Older dumps of this machine go first, but not the newest.
for day in 01 02; do
	mkdir "$root/var/crash/127.0.0.1-2024-05-$day-07:08:09"
	printf '\177ELF' >"$root/var/crash/127.0.0.1-2024-05-$day-07:08:09/vmcore"
done
truncate -s 60M "$root/var/crash/127.0.0.1-2024-05-02-07:08:09/vmcore"
ok "the newest dump stays" exits 1 estimate
truncate -s 60M "$root/var/crash/127.0.0.1-2024-05-01-07:08:09/vmcore"
ok "an older one would be removed" exits 0 estimate
sed -i /min_free/d "$root/etc/kdump.conf"
rm -r "$root/var/crash"/127*
dd if=/dev/zero of="$root/var/crash/full" bs=1M 2>/dev/null
ok "a full disk" exits 1 estimate
ok "is warned of" says "WARNING: path.* is full \([01] MB free\): a crash will probably not be saved"
umount "$root/var/crash"
answer 209715200 52428800

echo 62914560 | put /sys/kernel/kexec_crash_size
ok "too little reserved" exits 1 estimate
ok "in the words scripts look for" says "^WARNING: Current crashkernel size is lower than recommended size [0-9]+M\.$"
ok "is warned of" says "WARNING: 60 MB are reserved, but this kernel and image need [0-9]+ MB: .*set crashkernel=[0-9]+M"
ok "as JSON" exits 1 estimate --json
ok "too" json warnings 0
echo 100663296 | put /sys/kernel/kexec_crash_size
ok "less than recommended" exits 0 estimate
ok "is said" says "WARNING: 96 MB are reserved, 128 MB are recommended"
echo 0 | put /sys/kernel/kexec_crash_size
ok "nothing reserved" exits 1 estimate
ok "is warned of" says "WARNING: no memory is reserved; run \"kdumpctl reset-crashkernel\""
echo 33554432 | put /sys/kernel/kexec_crash_size
printf '0x100000000-0x11fffffff\n' | put /sys/kernel/kexec/crash_cma_ranges
ok "CMA" exits 1 estimate
ok "is shown" says "and CMA: +512M"
ok "does not hold the kernel" says "WARNING: 32 MB are reserved besides CMA, but kernel, modules and image need [0-9]+ MB"
echo 88080384 | put /sys/kernel/kexec_crash_size
ok "with room for the kernel" exits 0 estimate
ok "CMA is enough for the programs" silent_on WARNING
rm -r "$root/sys/kernel/kexec"
echo 134217728 | put /sys/kernel/kexec_crash_size
printf '  04000000-12ffffff : Kernel bss\n' >>"$root/proc/iomem"
ok "a larger kernel" exits 1 estimate
ok "needs more" says "set crashkernel=4[0-9][0-9]M"
sed -i /bss/d "$root/proc/iomem"

echo "kdump-collect: /proc/kcore: the kernel is locked down" >"$root/complaint"
ok "a collector that cannot measure" exits 0 estimate
ok "is told" says "Dump size: +not measured: .*the kernel is locked down"
ok "as JSON" exits 0 estimate --json
ok "there is no dump" json_is null dump
ok "but a reason" json dump_error
rm "$root/complaint"
echo "what is this" >"$root/answer"
ok "an answer that is none" exits 0 estimate
ok "is told" says "not measured: .*answer cannot be read"
ok "a collector that is not there" exits 0 kdumpctl --collector /no/such/program estimate
ok "is told" says "not measured: .*/no/such/program"
printf 'path /var/crash\nforce_no_rebuild 1\ncore_collector cp\n' | config
ok "another program as collector" exits 0 estimate
ok "cannot be asked" says "not measured: .*another program"
printf 'path /var/gone\nforce_no_rebuild 1\n' | config
ok "a directory that is gone" exits 1 estimate
ok "is told" says "WARNING: a dump could not be saved now: .*free space of /var/gone"
ok "a word too much" exits 1 estimate now
rm "$(image)"
ok "an image that cannot be built" exits 1 estimate
ok "is told" says "estimate: build the image: "
finish
