#!/bin/sh
# luks-root.sh - root on LUKS: where dumps can go is told; encrypted ones on /boot need no key and are moved away
. "$(dirname "$0")/lib.sh"

root_new
key=age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn72
loops= nodes=
trap 'umount -q "$root/var/crash" "$root/boot"; for l in $loops; do losetup -d "$l"; done; rm -f $nodes; rm -rf "$work"' EXIT

# disk FILE SIZE DIRECTORY [ext4] - a loop device, $loop, and what the kernel says of it below /sys/devices:
# $sys. Its name is $name, its number $number. Not in "virtual" it gets a node of another name: loop devices
# are no targets.
disk()
{
	truncate -s "$2" "$work/$1"
	[ -z "${4-}" ] || mkfs.ext4 -q "$work/$1" || exit 1
	loop=$(losetup -f --show "$work/$1") || exit 1
	loops="$loops $loop"
	number=$(lsblk -dno MAJ:MIN "$loop" | tr -d ' ')
	name=${loop##*/}
	case $3 in
	virtual/*) ;;
	*)
		name=kdt$$$1
		cp -a "$loop" "/dev/$name" || exit 1
		nodes="$nodes /dev/$name"
		;;
	esac
	sys=/sys/devices/$3/$name
	echo "$number" | put "$sys/dev"
	echo $(($(blockdev --getsize64 "$loop") / 512)) | put "$sys/size"
	mkdir -p "$root/sys/dev/block" "$root/sys/class/block" "$root$sys/slaves" "$root$sys/holders"
	ln -sfn "$root$sys" "$root/sys/dev/block/$number"
	ln -sfn "$root$sys" "$root/sys/class/block/$name"
	node "$loop"
}

# The root file system lies on a mapping, and that on a device with a LUKS header.
pci=pci0000:00/0000:00:04.0/virtio0/block
truncate -s 20M "$work/locked"
printf secret >"$work/passphrase"
cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$work/locked" \
	"$work/passphrase" || exit 1
disk locked 20M "$pci"
header=$name
disk mapping 64M virtual/block ext4
echo "CRYPT-LUKS2-$(cryptsetup luksUUID "$work/locked" | tr -d -)-cryptroot" | put "$sys/dm/uuid"
echo cryptroot | put "$sys/dm/name"
ln -s "$root/sys/class/block/$header" "$root$sys/slaves/$header"
echo "22 1 $number / / rw,relatime - ext4 $loop rw" | put /proc/self/mountinfo

# Two partitions: /boot, and one that nobody uses.
disk boot 200M "$pci" ext4
boot=$loop bootsys=$sys
uuid=$(blkid -o value -s UUID "$work/boot")
mv "$root/boot" "$root/boot.files" && mkdir "$root/boot"
mount "$loop" "$root/boot" && cp -a "$root/boot.files/." "$root/boot/" || exit 1
echo "30 22 $number / /boot rw - ext4 /dev/$name rw" >>"$root/proc/self/mountinfo"
disk spare 300M "$pci"
spare=/dev/$name spare_loop=$loop
echo 1 | put "$sys/partition"

next_start()
{
	echo 0 >"$root/sys/kernel/kexec_crash_loaded"
	exits 0 kdumpctl start
}

refused()
{
	echo 0 >"$root/sys/kernel/kexec_crash_loaded"
	exits 1 kdumpctl start
}

# before A B - of the words of the last exits, those of A come first.
before()
{
	a=$(grep -nE -- "$1" "$work/words" | head -n 1 | cut -d: -f1)
	b=$(grep -nE -- "$2" "$work/words" | head -n 1 | cut -d: -f1)
	[ -n "$a" ] && [ -n "$b" ] && [ "$a" -lt "$b" ] || { cat "$work/words"; return 1; }
}

# Where dumps can go.
echo "path /var/crash" | config
ok "a locked root without another place does not arm" refused
ok "a locked root is named as the reason" says "not armed: .*(encrypted|device)"
ok "the places follow the reason" before "not armed" "no disk has to be unlocked \(cryptroot: encrypted\)"
ok "a free partition is the first place" says "1\. encrypted, to the free partition $spare \(300 MB.*set \"raw $spare\" and \"encrypt_to PUBLIC-KEY\""
ok "/boot is the second place" says "2\. encrypted, to /boot \([0-9]+ MB free.*\"mkdir -p /boot/var/crash\".*\"ext4 UUID=$uuid\", \"path /var/crash\" and \"encrypt_to PUBLIC-KEY\""
ok "the partition comes before /boot" before "1\. " "2\. "
ok "/boot comes before NFS" before "2\. " "3\. to an NFS server: \"nfs HOST:/EXPORT\""
ok "NFS comes before ssh" before "3\. " "4\. by ssh: \"ssh USER@HOST\""
ok "what PUBLIC-KEY is, is explained" says "PUBLIC-KEY is the public half of a key pair that is made on another"
printf 'path /var/crash\nencrypt_to %s\n' "$key" | config
ok "with a key in kdump.conf a locked root does not arm either" refused
ok "a key that is there is not asked for" silent_on PUBLIC-KEY
printf 'path /var/crash\n' | config
mkfs.ext4 -q "$spare"
ok "without a free partition a locked root does not arm" refused
ok "a partition with a file system is no free one" says "1\. encrypted, to a partition without a file system: none is free here"
fallocate -l 180M "$root/boot/ballast" 2>/dev/null
ok "with a full /boot a locked root does not arm" refused
ok "a full /boot is no place" says "2\. encrypted, to /boot: not now, since [0-9]+ MB are free there"
rm -f "$root/boot/ballast"
echo "CRYPT-LUKS2-00-boot" | put "$bootsys/dm/uuid"
ok "with an encrypted /boot a locked root does not arm" refused
ok "an encrypted /boot is no place" says "2\. encrypted, to /boot: not here"
rm -r "$root$bootsys/dm"
echo "virtiofs crash" | config
ok "start arms with a target that is not encrypted" next_start
ok "start does not list other places for a target that works" silent_on "no disk has to be unlocked"

# Encrypted, to /boot: our own image, without anything that unlocks.
printf 'ext4 %s\npath /var/crash\nencrypt_to %s\n' "$boot" "$key" | config
mkdir -p "$root/boot/var/crash"
program dracut <<'X'
echo >"$root/dracut-ran"
X
echo | put /usr/lib/dracut/modules.d/99kdump-capture/module-setup.sh
echo "cryptroot UUID=00 /etc/keys/root" | put /etc/crypttab
echo key-of-the-disk | put /etc/keys/root
ok "start arms with encrypted dumps to /boot" next_start
ok "no other program makes the image for /boot" test ! -e "$root/dracut-ran"
ok "start does not warn of encrypted dumps" silent_on "keys will lie"
unpack_image "$(image)" "$work/image"

nothing()
{
	found=$(find "$work/image" | grep -iE "$1")
	[ -z "$found" ] || { echo "$found"; return 1; }
}
ok "the image for /boot has nothing that unlocks" nothing 'crypt(setup|tab)|dm-crypt|tpm|keys|luks'
ok "the image for /boot has no key of the disk" sh -c '! grep -rqa key-of-the-disk "$1"' - "$work/image"
ok "the image for /boot has the public key" grep -q "^seal_to $key\$" "$work/image/etc/kdump/plan"
ok "a single dump may stay on /boot" grep -qx "	keep-one" "$work/image/etc/kdump/plan"

# The same for the free partition.
wipefs -qa "$spare"
config_was=$(cat "$root/etc/kdump.conf")
printf 'raw %s\nencrypt_to %s\n' "$spare_loop" "$key" | config
rm -rf "$work/image"
ok "start arms with encrypted dumps to a partition" next_start
ok "no other program makes the image for a partition" test ! -e "$root/dracut-ran"
unpack_image "$(image)" "$work/image"
ok "the image for a partition has nothing that unlocks" nothing 'crypt(setup|tab)|dm-crypt|tpm|keys|luks'
ok "the image for a partition has the public key" grep -q "^seal_to $key\$" "$work/image/etc/kdump/plan"
echo "$config_was" | config

# After a crash.
dump=127.0.0.1-2026-11-28-10:20:30
there=$root/var/crash/$dump
saved()
{
	for one in vmcore.age vmcore-dmesg.txt.age; do
		head -c "${1-3000000}" /dev/urandom | put "/boot/var/crash/$dump/$one"
	done
	echo '{ "version": 1, "errors": [ ] }' | put "/boot/var/crash/$dump/kdump-status.json"
	chmod 700 "$root/boot/var/crash/$dump"
	rm -rf "$work/original" && cp -a "$root/boot/var/crash/$dump" "$work/original"
}

left() { [ "$(ls -A "$root/boot/var/crash")" = "${1-}" ] || { ls -lA "$root/boot/var/crash"; return 1; }; }
moved() { diff -r "$work/original" "${1-$there}" && left; }

rm -rf "$root"/var/crash/*
saved
ok "list finds a dump on /boot" exits 0 kdumpctl list
ok "list calls the dump on /boot complete" says " complete "
ok "start succeeds with a dump on /boot" next_start
ok "start says where it moved the dump from /boot" says "dump .*/boot/var/crash/$dump was moved to /var/crash/$dump"
ok "a moved dump has all its bytes" moved
ok "a moved dump is for root alone" test "$(stat -c %a "$there" "$there/vmcore.age" | tr '\n' ' ')" = "700 600 "
ok "a moved dump keeps its time" test ! "$there/vmcore.age" -nt "$work/original/vmcore.age"
ok "list finds a moved dump" exits 0 kdumpctl list
ok "list shows where the moved dump is" says "/var/crash"
ok "list shows a moved dump once" test "$(grep -c "2026-11-28 10:20:30 *complete" "$work/words")" = 1
ok "show finds a moved dump" exits 0 kdumpctl show last
ok "show says where the moved dump is" says "/var/crash/$dump"
ok "a second start succeeds after the move" next_start
ok "a second start has nothing to move" silent_on "was moved"

# Interrupted: before the copy was whole, before the original was gone, while it went.
rm -rf "$root"/var/crash/*
saved
mkdir -p "$root/var/crash/.kdump-boot" && head -c 1000 "$root/boot/var/crash/$dump/vmcore.age" >"$root/var/crash/.kdump-boot/vmcore.age"
ok "start succeeds after half a copy" next_start
ok "half a copy is made anew" moved
ok "half a copy does not stay" test "$(ls -A "$root/var/crash")" = "$dump"
rm -rf "$root"/var/crash/*
saved
cp -a "$root/boot/var/crash/$dump" "$there"
ok "start succeeds after a copy whose original stayed" next_start
ok "the original that stayed is removed" moved
ok "the copy is not made twice" test "$(ls -A "$root/var/crash")" = "$dump"
rm -rf "$root"/var/crash/*
mkdir "$root/boot/var/crash/.kdump-moved" && echo rest >"$root/boot/var/crash/.kdump-moved/vmcore.age"
ok "start succeeds after half a removal" next_start
ok "the rest of an original is removed" left
ok "the rest of an original is no dump" test -z "$(ls -A "$root/var/crash")"
saved
cp -a "$root/boot/var/crash/$dump" "$there"
printf "another dump" | dd of="$there/vmcore.age" bs=1 seek=1000 conv=notrunc 2>/dev/null
ok "start succeeds with another dump of that name" next_start
ok "a dump of a name that is taken gets another" moved "$there-1"
ok "the other dump stays as it was" sh -c '! cmp -s "$1/vmcore.age" "$2/vmcore.age"' - "$there" "$work/original"

# Interrupted after the copy under that name, and then after kdumpctl added to it.
for more in '' kdump-verified.json kdump-added.json; do
	saved
	rm -rf "$there-1"
	cp -a "$root/boot/var/crash/$dump" "$there-1"
	[ -z "$more" ] || echo '{}' >"$there-1/$more"
	ok "start succeeds after a copy under a second name${more:+ with $more}" next_start
	ok "the copy is named${more:+ with $more}" says "dump .*/boot/var/crash/$dump was moved to /var/crash/$dump-1"
	ok "the original is removed${more:+ with $more}" left
	ok "the copy is not made once more${more:+ with $more}" test "$(ls "$root/var/crash")" = "$dump
$dump-1"
done

# Killed at any moment: one of both is whole, and the next start ends it.
whole_somewhere()
{
	diff -rq "$work/original" "$there" || diff -rq "$work/original" "$root/boot/var/crash/$dump"
}

# killed SECONDS... - after so many a start is killed, and another follows.
killed()
{
	for seconds; do
		rm -rf "$root"/var/crash/* "$root"/var/crash/.kdump* "$root"/boot/var/crash/* "$root"/boot/var/crash/.kdump*
		saved 15000000
		echo 0 >"$root/sys/kernel/kexec_crash_loaded"
		(exec "$build/kdumpctl" --root "$root" --capture "$build/kdump-capture" \
			--collector "$build/kdump-collect" start >/dev/null 2>&1) &
		sleep "$seconds"
		kill -9 $! 2>/dev/null && stopped=$((stopped + 1))
		wait $!
		whole_somewhere || { echo "after $seconds"; ls -lA "$root/boot/var/crash" "$root/var/crash"; return 1; }
		next_start && moved && [ "$(ls -A "$root/var/crash")" = "$dump" ] || { echo "after $seconds"; return 1; }
	done
}

stopped=0
ok "a dump is never lost by a killed start" killed 0.01 0.02 0.03 0.04 0.05 0.06 0.07 0.08 0.1 0.12 0.15 0.2
ok "some of the starts were killed" test "$stopped" -gt 3

# What cannot be moved stays.
rm -rf "$root"/var/crash/*
mount -t tmpfs -o size=2m none "$root/var/crash" || echo "Bail out! no tmpfs"
saved
ok "start succeeds without space for the dump" next_start
ok "start warns that the dump stays for want of space" says "WARNING: the dump .*$dump stays there: the dump has 5 MB, and /var/crash has [12] MB free; free some space"
ok "the dump without space stays" diff -r "$work/original" "$root/boot/var/crash/$dump"
ok "nothing half-made is in its place" test -z "$(ls -A "$root/var/crash")"
ok "list finds what stayed on /boot" exits 0 kdumpctl list
ok "list calls what stayed complete" says "2026-11-28 10:20:30 +complete"
umount "$root/var/crash"
ln -s /etc/passwd "$root/boot/var/crash/$dump/link"
ok "start succeeds with a link in the dump" next_start
ok "start warns that a dump with a link stays" says "WARNING: the dump .*$dump stays there: .*link"
ok "a dump with a link stays" left "$dump"
ok "nothing of the link is copied" test -z "$(ls -A "$root/var/crash")"
rm "$root/boot/var/crash/$dump/link"
ok "start succeeds when all is well again" next_start
ok "start moves the dump when all is well again" moved

# keep_dumps counts dumps where they are moved to, and min_free frees space there.
me=0123456789abcdef0123456789abcdef
echo "$me" | put /etc/machine-id

# earlier YEAR [MACHINE] - a whole dump of that year in /var/crash.
earlier()
{
	head -c 500000 /dev/urandom | put "/var/crash/127.0.0.1-$1-01-01-00:00:00/vmcore.age"
	printf '{"version":1,"state":"complete","machine_id":"%s","errors":[]}\n' "${2-$me}" |
		put "/var/crash/127.0.0.1-$1-01-01-00:00:00/kdump-status.json"
}

years() { ls "$root/var/crash" | sed 's/^127.0.0.1-\(....\)-.*/\1/' | tr '\n' ' '; }

rm -rf "$root"/var/crash/*
earlier 2021 && earlier 2022 && earlier 2023 && earlier 2020 fedcba9876543210fedcba9876543210
saved
sed -i 's/"version": 1,/"version":1,"machine_id":"'$me'",/' "$root/boot/var/crash/$dump/kdump-status.json"
{ echo "$config_was" && echo "keep_dumps 2"; } | config
ok "start succeeds with keep_dumps" next_start
ok "start says which old dumps it removed" says "removed the old dump 127.0.0.1-2021-01-01-00:00:00"
ok "keep_dumps counts the moved dump, and not that of another machine" \
	test "$(years)" = "2020 2023 2026 "
ok "keep_dumps takes the dump from /boot" left

rm -rf "$root"/var/crash/*
mount -t tmpfs -o size=8m none "$root/var/crash" || echo "Bail out! no tmpfs"
for year in 2021 2022 2023 2024 2025; do earlier $year; done
saved
ok "start succeeds on a disk that is nearly full, with keep_dumps" next_start
ok "start makes space for the dump within keep_dumps" says "was moved to"
ok "the newest ones stay" test "$(years)" = "2025 2026 "
echo "$config_was" | config
rm -rf "$root"/var/crash/*
for year in 2021 2022 2023 2024 2025; do earlier $year; done
saved
ok "start succeeds on a disk that is nearly full" next_start
ok "without keep_dumps nothing is removed, and the dump stays" left "$dump"
ok "without keep_dumps all old dumps stay" test "$(years)" = "2021 2022 2023 2024 2025 "
{ echo "$config_was" && echo "min_free 1M"; } | config
ok "start succeeds with min_free" next_start
ok "min_free takes the oldest ones, as many as are in the way" test "$(years)" = "2025 2026 "
umount "$root/var/crash"
echo "$config_was" | config

# What is no dump of the capture's, or not encrypted.
mkdir -p "$root/boot/var/crash/by-hand" && echo x >"$root/boot/var/crash/by-hand/vmcore"
ok "start succeeds with a directory of another program" next_start
ok "start leaves a directory of another program on /boot" left by-hand
rm -r "$root/boot/var/crash/by-hand"
saved
printf 'ext4 %s\npath /var/crash\n' "$boot" | config
ok "start succeeds without encrypt_to" next_start
ok "start leaves dumps on /boot without encrypt_to" left "$dump"
ok "start warns of dumps in clear" says "WARNING: the disks of this machine are encrypted, and their keys will lie in each dump, .*set encrypt_to in .*kdump.conf"
finish
