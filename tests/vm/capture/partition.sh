#!/bin/bash
# partition.sh - targets named by what the partition table calls them: PARTLABEL= with ext4, PARTUUID= raw
. "$(dirname "$0")/lib.sh"

ours=5de3a1c2-0000-4000-8000-0123456789ab other=5de3a1c2-0000-4000-8000-0123456789ac

# two_parts NAME UUID LABEL - a disk whose second partition, of 900 MiB, is called so.
two_parts()
{
	machine_disk "$1" 1G
	sfdisk -q "$machine/$1.img" <<-E || die "partitioning failed"
		label: gpt
		start=2048, size=16384, name=first
		start=18432, size=1843200, uuid=$2, name="$3"
	E
}

# part NAME - that partition, as a file of its own.
part()
{
	tail -c +$((18432 * 512 + 1)) "$machine/$1.img" | head -c $((900 << 20)) |
		cp --sparse=always /dev/stdin "$machine/part.img"
}

# The decoy is the first disk that the kernel finds.
for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	two_parts decoy "$other" other
	two_parts data "$ours" "crash dumps"
	mkfs.ext4 -q -F -E offset=$((18432 * 512)) "$machine/data.img" 900M || die "mkfs failed"
	config <<-'E'
		ext4 PARTLABEL=crash\x20dumps
		path /dumps
	E
	guest <<-'E'
		prepare()
		{
			mkdir -p /mnt/data
			mount "PARTLABEL=crash dumps" /mnt/data || fail mount
			mkdir /mnt/data/dumps
		}
	E
	with_reference
	ok "$kernel: PARTLABEL: the machine rebooted by itself" capture_run 240
	part data
	ok "$kernel: PARTLABEL: one dump" dump_dir "$(disk_open part)/dumps"
	dump_good "$kernel: PARTLABEL"

	capture_new "$kernel"
	two_parts decoy "$other" other
	two_parts data "$ours" raw
	config <<-E
		raw PARTUUID=$ours
	E
	guest <<-'E'
		prepare() { cat /proc/partitions; }
	E
	with_reference
	ok "$kernel: PARTUUID: the machine rebooted by itself" capture_run 240
	part data
	dump=$work
	ok "$kernel: PARTUUID: the stream is whole" "$build/kdump-collect" -R "$work/vmcore" <"$machine/part.img"
	ok "$kernel: PARTUUID: every page is right" dump_same vmcore
	ok "$kernel: PARTUUID: crash opens it" dump_opens vmcore
	ok "$kernel: PARTUUID: the partition table is as it was" sfdisk -q --verify "$machine/data.img"
	rm -f "$work/vmcore"
done
finish
