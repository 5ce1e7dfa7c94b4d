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
ok "showmem succeeds with a reservation" exits 0 kdumpctl showmem
ok "showmem prints the size of the reservation" says "^kdump: Reserved 128MB memory for crash kernel$"
ok "showmem prints no CMA where there is none" silent_on CMA
printf '0x100000000-0x11fffffff\n' | put /sys/kernel/kexec/crash_cma_ranges
ok "showmem succeeds with CMA" exits 0 kdumpctl showmem
ok "showmem prints the size of CMA" says "and 512MB of CMA"
rm -r "$root/sys/kernel/kexec"
echo 0 | put /sys/kernel/kexec_crash_size
ok "showmem succeeds without a reservation" exits 0 kdumpctl showmem
ok "showmem prints 0 without a reservation" says "Reserved 0MB"
echo 134217728 | put /sys/kernel/kexec_crash_size

# Stands for kdump-collect: what is in the file "answer", or a failure with "complaint".
program collector <<'E'
echo "$*" >"$root/collector-arguments"
[ ! -s "$root/complaint" ] || { cat "$root/complaint" >&2; exit 1; }
cat "$root/answer"
E
printf 'virtiofs crash\nextra_modules virtio_net\n' | config
ok "start builds an image before the estimates" exits 0 kdumpctl start
cat >>"$root/proc/iomem" <<'E'
  01000000-01ffffff : Kernel code
  02000000-02ffffff : Kernel rodata
  03000000-033fffff : Kernel data
E
printf 'path /var/crash\nforce_no_rebuild 1\ncore_collector makedumpfile -F -l -d 31\n' | config
answer 209715200 52428800
ok "estimate succeeds with enough memory and space" exits 0 estimate
ok "estimate calls the collector with the configured options" is /collector-arguments "--mem-usage --json -l -d 31 /proc/kcore"
ok "estimate prints what is reserved" says "^Reserved crashkernel: +128M$"
ok "estimate prints the size of the kernel at its start" says "^Kernel image size: +79M$"
ok "estimate prints the memory in use" says "^Memory in use: +1024M of RAM seen$"
ok "estimate prints the size of zero pages" says "^  zero +10M$"
ok "estimate prints the size of the cache" says "^  cache +20M$"
ok "estimate prints the size of user pages" says "^  user +100M$"
ok "estimate prints the size of free pages" says "^  free +500M$"
ok "estimate prints the size of what is kept" says "^Kept at level 31 *: +200M$"
ok "estimate prints the size of the dump" says "^Dump size: +50M$"
ok "estimate prints the free space on the target" says "^Free on the target: +[0-9]+M .*/var/crash\)$"
ok "estimate has no warning with enough memory and space" silent_on WARNING
ok "estimate --json succeeds with enough memory and space" exits 0 estimate --json
need=$(json memory need)
ok "JSON's need is the sum of its parts" test "$need" = \
	$(($(json memory kernel) + $(json memory modules) + $(json memory image) + $(json memory runtime)))
ok "JSON counts the image packed and unpacked" test "$(json memory image)" -gt "$(($(stat -c %s "$(image)") * 2))"
stored=$("$build/kdump-image" show "$(image)" | awk '$3 ~ /\.ko/ { sum += $2 } END { print sum }')
ok "JSON counts modules unpacked" test "$(json memory modules)" = "$((stored * 5 / 2))" -a "$stored" -gt 10000
ok "JSON counts the collector's memory" test "$(mib memory runtime)" = 6
ok "JSON's recommended size is a quarter above the need" json_is 134217728 memory recommended
ok "JSON has the number of user pages" json_is 25600 dump pages user
ok "JSON has the number of unreadable pages" json_is 1 dump pages unreadable
ok "JSON has the size of the dump" json_is 52428800 dump size
ok "JSON says that the compression was measured" json_is true dump compression_measured
ok "JSON has no error with a measured dump" json_is null dump_error
ok "JSON has no warnings with enough memory and space" json_is "[]" warnings
ok "JSON says that a crash will probably be saved" json_is true probably_saved

answer 209715200 0
ok "estimate succeeds without a measured ratio" exits 0 estimate
ok "estimate says that compression was not measured" says "Dump size: +200M \(compression not measured\)"
answer 9007199254740992 9007199254740992
ok "estimate fails when the dump is larger than the target" exits 1 estimate
ok "estimate warns how much space the dump would need" says "WARNING: a dump taken now would need 8589934592 MB, path.* has [0-9]+ MB free: a crash will probably not be saved completely"
ok "estimate --json fails when the dump is larger than the target" exits 1 estimate --json
ok "JSON says that a crash will probably not be saved" json_is false probably_saved
answer 209715200 52428800
echo "min_free 9000000G" >>"$root/etc/kdump.conf"
ok "estimate fails when min_free is more than there is" exits 1 estimate
ok "estimate warns of min_free" says "WARNING: min_free requires 9216000000 MB to stay free, and path.* has [0-9]+ MB free: a crash will probably not be saved"
sed -i /min_free/d "$root/etc/kdump.conf"
small_disk
ok "estimate fails with a small file system" exits 1 estimate
ok "estimate warns of the small file system" says "WARNING: a dump taken now would need 50 MB, path.* has 1[0-9] MB free: a crash will probably not be saved completely"
answer 209715200 5242880
ok "estimate succeeds when the dump fits the small file system" exits 0 estimate
echo "min_free 15M" >>"$root/etc/kdump.conf"
ok "estimate fails when dump and min_free do not fit together" exits 1 estimate
ok "estimate warns of the dump and min_free" says "WARNING: a dump taken now would need 5 MB, .* 1[0-9] MB free, of which min_free"
# Older dumps of this machine go first, but not the newest.
for day in 01 02; do
	mkdir "$root/var/crash/127.0.0.1-2024-05-$day-07:08:09"
	printf '\177ELF' >"$root/var/crash/127.0.0.1-2024-05-$day-07:08:09/vmcore"
done
truncate -s 60M "$root/var/crash/127.0.0.1-2024-05-02-07:08:09/vmcore"
ok "estimate does not count the newest dump as free space" exits 1 estimate
truncate -s 60M "$root/var/crash/127.0.0.1-2024-05-01-07:08:09/vmcore"
ok "estimate counts an older dump as free space" exits 0 estimate
sed -i /min_free/d "$root/etc/kdump.conf"
rm -r "$root/var/crash"/127*
dd if=/dev/zero of="$root/var/crash/full" bs=1M 2>/dev/null
ok "estimate fails with a full file system" exits 1 estimate
ok "estimate warns that the target is full" says "WARNING: path.* is full \([01] MB free\): a crash will probably not be saved"
umount "$root/var/crash"
answer 209715200 52428800

echo 62914560 | put /sys/kernel/kexec_crash_size
ok "estimate fails with too little reserved memory" exits 1 estimate
ok "estimate prints the line that scripts look for" says "^WARNING: Current crashkernel size is lower than recommended size [0-9]+M\.$"
ok "estimate warns how much memory is needed" says "WARNING: 60 MB are reserved, but this kernel and image need [0-9]+ MB: .*set crashkernel=[0-9]+M"
ok "estimate --json fails with too little reserved memory" exits 1 estimate --json
ok "JSON has the warning of too little memory" json warnings 0
echo 100663296 | put /sys/kernel/kexec_crash_size
ok "estimate succeeds with less than the recommended size" exits 0 estimate
ok "estimate warns that less than the recommended size is reserved" says "WARNING: 96 MB are reserved, 128 MB are recommended"
echo 0 | put /sys/kernel/kexec_crash_size
ok "estimate fails without a reservation" exits 1 estimate
ok "estimate names reset-crashkernel without a reservation" says "WARNING: no memory is reserved; run \"kdumpctl reset-crashkernel\""
echo 33554432 | put /sys/kernel/kexec_crash_size
printf '0x100000000-0x11fffffff\n' | put /sys/kernel/kexec/crash_cma_ranges
ok "estimate fails when CMA has to hold the kernel" exits 1 estimate
ok "estimate prints the size of CMA" says "and CMA: +512M"
ok "estimate warns that CMA does not hold the kernel" says "WARNING: 32 MB are reserved besides CMA, but kernel, modules and image need [0-9]+ MB"
exits 1 estimate --json
fixed=$(($(json memory kernel) + $(json memory modules) + $(json memory image)))
echo $((fixed - 1)) | put /sys/kernel/kexec_crash_size
ok "estimate fails when a byte is missing besides CMA" exits 1 estimate
echo $fixed | put /sys/kernel/kexec_crash_size
ok "estimate succeeds with CMA for the programs" exits 0 estimate
ok "estimate has no warning with CMA for the programs" silent_on WARNING
rm -r "$root/sys/kernel/kexec"
echo 134217728 | put /sys/kernel/kexec_crash_size
printf '  04000000-12ffffff : Kernel bss\n' >>"$root/proc/iomem"
ok "estimate fails with a larger kernel" exits 1 estimate
ok "estimate recommends more for a larger kernel" says "set crashkernel=4[0-9][0-9]M"
sed -i /bss/d "$root/proc/iomem"

echo "kdump-collect: /proc/kcore: the kernel is locked down" >"$root/complaint"
ok "estimate succeeds when the collector cannot measure" exits 0 estimate
ok "estimate prints why the dump was not measured" says "Dump size: +not measured: .*the kernel is locked down"
ok "estimate --json succeeds when the collector cannot measure" exits 0 estimate --json
ok "JSON has no dump without a measure" json_is null dump
ok "JSON has the reason why the dump was not measured" json dump_error
rm "$root/complaint"
echo "what is this" >"$root/answer"
ok "estimate succeeds when the collector's answer is not JSON" exits 0 estimate
ok "estimate says that the answer cannot be read" says "not measured: .*answer cannot be read"
ok "estimate succeeds without the collector" exits 0 kdumpctl --collector /no/such/program estimate
ok "estimate names the missing collector" says "not measured: .*/no/such/program"
printf 'path /var/crash\nforce_no_rebuild 1\ncore_collector cp\n' | config
ok "estimate succeeds with another program as collector" exits 0 estimate
ok "estimate says that another program is not measured" says "not measured: .*another program"
printf 'path /var/gone\nforce_no_rebuild 1\n' | config
ok "estimate fails when the directory of dumps is gone" exits 1 estimate
ok "estimate warns that a dump could not be saved now" says "WARNING: a dump could not be saved now: .*free space of /var/gone"
ok "estimate refuses an argument too many" exits 1 estimate now
rm "$(image)"
ok "estimate fails when the image cannot be built" exits 1 estimate
ok "estimate says that the image cannot be built" says "estimate: build the image: "
finish
