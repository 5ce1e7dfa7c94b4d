#!/bin/sh
# service_roots.sh FOLDER - made-up roots for service.py: one in FOLDER for each writer of kdumpctl
#
# The path of a root stands as @ROOT@ in its configuration, and in the second line of its programs.
# What the programs that stand for others write is outside the root: their faults are not ours.
set -eu
folder=$1
. "$(dirname "$0")/../service/lib.sh"
: "${root:?}" "${work:?}"

# keep NAME - the root as it is now is where the writer NAME begins.
keep()
{
	cp -a "$root" "$folder/$1"
}

# done_well NAME - a program that does nothing.
done_well()
{
	echo 'exit 0' | program "$1"
}

dump_made()
{
	dump=$root/var/crash/127.0.0.1-$(date -d '+1 minute' +%Y-%m-%d-%H:%M:%S)
	mkdir -p "$dump"
	"$build/kdump-collect" -q -d 31 -c "$build/selftest.core" "$dump/vmcore"
	echo 'Reason       by the capture' >"$dump/vmcore-report.txt"
	echo '{"version":1,"state":"complete","errors":[]}' >"$dump/kdump-status.json"
	python3 "$here/trust/service_dump.py" manifest "$dump"
	touch -d '+1 minute' "$dump"/*
}

root_new
done_well update-grub
done_well wall
program kexec <<'E'
case $* in *" -u"*) echo 0 ;; *) echo 1 ;; esac >"$root.loaded"
E
ln -sf ../../../root.loaded "$root/sys/kernel/kexec_crash_loaded"
echo 0 >"$root.loaded"
keep image
printf 'virtiofs crash\nkeep_dumps 3\n' | config
keep start

echo 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"' | put /etc/default/grub
keep drop-in
echo 'GRUB_CMDLINE_LINUX="ro crashkernel=256M"' | put /etc/default/grub
keep grub
rm -r "${root:?}/etc/default"
echo "ro quiet" | put /etc/kernel/cmdline
for entry in 1 2 "$version"; do
	printf 'version %s\nlinux /vmlinuz-%s\noptions ro crashkernel=256M\n' "$entry" "$entry" |
		put "/boot/loader/entries/$entry.conf"
done
keep entries
rm -r "${root:?}/boot/loader" "${root:?}/etc/kernel" "${root:?}/etc/sysconfig"

config <"$here/../config/kdump.conf"
put /usr/lib/kdump/kdump.conf <"$here/../config/kdump.conf"
printf '%s\n' 'USE_KDUMP=1' 'KDUMP_COREDIR="/srv/crash"' 'SSH="kdump@server"' 'MAKEDUMP_ARGS="-c -d 31"' \
	'KDUMP_NUM_DUMPS=5' "KDUMP_KERNELVER=$version" | put /etc/default/kdump-tools
keep convert
rm -r "${root:?}/etc/default" "${root:?}/usr/lib/kdump"
echo "KDUMP_KERNELVER=$version" | put /etc/sysconfig/kdump

# A dump of the last boot: the capture saved no log of it.
printf 'virtiofs crash\n' | config
exits 0 kdumpctl start >/dev/null || cat "$work/words"
printf 'path /var/crash\nforce_no_rebuild 1\n' | config
echo next-boot | put /proc/sys/kernel/random/boot_id
echo 0 >"$root.loaded"
dump_made
keep after-crash
rm -rf "${root:?}/var/crash" "${root:?}/var/lib/kdump" "${root:?}/run/kdump" "$(image)"
mkdir "$root/var/crash"

# A dump on a raw device; service.py makes the device of the file.
python3 "$here/trust/service_dump.py" raw "$root/device.img" "$build"
printf 'raw @DEVICE@\npath /var/crash\nforce_no_rebuild 1\n' | config
(cd "$root/etc" && echo kdump.conf | cpio -o -H newc --quiet >"$(image)")
keep raw
rm "${root:?}/device.img" "$(image)"

# An ssh target that accepts whatever key it is shown.
printf 'ssh kdump@server.example\npath /crash\nsshkey @ROOT@/keys/key\nforce_no_rebuild 1\n' | config
done_well ssh
keep propagate
mkdir -m 700 "$root/keys"
ssh-keygen -q -t ed25519 -N "" -C "kdump capture" -f "$root/keys/key"
rm "${root:?}/keys/key.pub"
keep public-key
