#!/bin/bash
# sizes.sh [ROW...] - how large images are and how little memory they need: the table of docs/sizes.md
# sizes.sh try TARGET SIZE - one attempt, with the figures that estimate is made of
# Rows: ext4 6.1 7.x nfs ssh large theirs; all of them without an argument. About a minute for each
# attempt. VM_KERNELS=6.1 is another kernel for all rows.
. "$(dirname "$0")/service/lib.sh"

STEP=4 # MiB; the least reservation is found to this precision
KERNEL=6.12

# meminfo - what the capture kernel has left when it is up; the hook and its shell take 2 MB of it.
meminfo()
{
	machine_text /kdt/meminfo 755 <<-'E'
		#!/bin/sh
		while read -r line; do echo "guest: $line"; done </proc/meminfo
	E
	more_config "kdump_pre /kdt/meminfo"
}

# ours TARGET RESERVATION - one crash with our image; the console stays in $work/console.
ours()
{
	VM_CRASHKERNEL=$2
	capture_new "$KERNEL"
	case $1 in
	ext4 | large) data_ext4 2G ;;
	nfs) data_nfs 4 ;;
	ssh) data_ssh ;;
	esac
	[ "$1" != large ] || machine_memory ram reserve=off
	sed -i '/^core_collector/d' "$machine/mnt/root/etc/kdump.conf"
	more_config "core_collector makedumpfile $([ "$1" != ssh ] || echo -F) -z -d 31"
	# After the load: what estimate thinks of this machine, to hold against what is found.
	more_guest 'ready() { { kdumpctl estimate; grep Kernel /proc/iomem; } | sed "s/^/guest: estimate: /"; }'
	[ -z "${MEMINFO-}" ] || meminfo
	capture_run "${DEADLINE:-240}" >"$work/said" 2>&1
	machine_text_of >"$work/console"
	machine_console 'kdump: the dump is complete' &&
		! machine_console 'Out of memory: Killed process|NO COMPLETE DUMP'
}

# least COMMAND... LOW HIGH - the least multiple of STEP at which COMMAND... SIZE is true, in $size.
# Never in a subshell: the machines belong to this one.
least()
{
	local low=${*: -2:1} high=${*: -1} middle command=("${@:1:$#-2}")
	size="more than ${high}M"
	"${command[@]}" "${high}M" || return 1
	cp "$work/console" "$work/console.good"
	while [ $((high - low)) -gt "$STEP" ]; do
		middle=$(((low + high) / 2 / STEP * STEP))
		if "${command[@]}" "${middle}M"; then
			high=$middle
			cp "$work/console" "$work/console.good"
		else
			low=$middle
		fi
		say "${command[*]} ${middle}M: least is in ($low, $high]"
	done
	size=${high}M
}

# said NAME - figures of the run that last went well.
said()
{
	case $1 in
	needed) sed -n 's/^guest: estimate: Needed in all: *\([0-9]*M\).*/\1/p' "$work/console.good" ;;
	image) sed -n 's/^guest: image \([0-9]*\) bytes/\1/p' "$work/console.good" | head -n 1 |
		awk '{ printf "%.2f MiB", $1 / 1048576 }' ;;
	first) sed -n 's/.*first pages are written, \([0-9.]* s\) after.*/\1/p' "$work/console.good" ;;
	whole) sed -n 's/^kdump: reboot, \([0-9.]* s\) after.*/\1/p' "$work/console.good" ;;
	esac
}

# row NAME TARGET WANTED-IMAGE WANTED-RESERVATION LOW HIGH
row()
{
	local size
	least ours "$2" "$5" "$6" || cp "$work/console" "$work/console.good"
	echo "| $1 | $(said image) | $3 | $size | $(said needed) | $4 | $(said first) | $(said whole) |"
}

# theirs_prepare - a root file system where Debian's kdump-tools has built its image already.
theirs_prepare()
{
	VM_CRASHKERNEL=192M
	package=/dev/null
	service_new trixie 6.12 kdump-tools makedumpfile kexec-tools initramfs-tools zstd
	sed -i 's/^USE_KDUMP=.*/USE_KDUMP=1/' "$machine/mnt/root/etc/default/kdump-tools"
	steps <<-'E'
		step_1()
		{
			echo "guest: image $(stat -Lc %s /var/lib/kdump/initrd.img) bytes"
			systemd-analyze blame | sed -n 's/^ *\(.*\) kdump-tools.service/guest: start \1/p'
			done_all
		}
		step_2() { crash; }
	E
	machine_start 900
	service_wait >&2
	cp "$machine/console.log" "$work/theirs.first"
	cp --sparse=always "$machine/root.img" "$work/theirs.img"
}

theirs()
{
	VM_CRASHKERNEL=$1
	service_new trixie 6.12 kdump-tools makedumpfile kexec-tools initramfs-tools zstd
	machine_reboots=
	disk_umount "$machine/mnt/root"
	cp --sparse=always "$work/theirs.img" "$machine/root.img"
	machine_start 420
	machine_wait >"$work/said" 2>&1
	machine_text_of >"$work/console"
	[ -n "$(find "$(disk_open root)/var/crash" -name 'dump.2*')" ]
}

theirs_row()
{
	local size start STEP=16
	theirs_prepare
	least theirs 112 192
	start=$(tr -d '\r' <"$work/theirs.first" | sed -n 's/^guest: start //p')
	tr -d '\r' <"$work/theirs.first" >"$work/console.good"
	echo "| Debian's kdump-tools, local disk, -c | $(said image) | | $size | | | | |"
	echo
	echo "The first start of kdump-tools, which builds its image, took $start."
}

# try TARGET SIZE - does it work, and what was there to work with?
try()
{
	local rc=0
	ours "$1" "$2" || rc=1
	grep -aE '^guest: |Memory: [0-9]+K/|Linux version|Out of memory|NO COMPLETE|complete$' \
		"$work/console"
	echo "$KERNEL $1 $2: $([ "$rc" = 0 ] && echo complete || echo no dump)"
	return "$rc"
}

if [ "${1-}" = try ]; then
	KERNEL=${VM_KERNELS:-$KERNEL}
	try "$2" "$3"
	exit
fi
rows=${*:-ext4 6.1 7.x nfs ssh large theirs}
cat <<'E'
# Sizes

Printed by `tests/vm/sizes.sh`: Debian 13 with its cloud kernel 6.12 (another where it says so),
1 GiB (64 GiB where it says so), one CPU (Nehalem), QEMU without KVM. "Least reservation" is the smallest `crashkernel=`, in steps of
4 MiB (kdump-tools: 16 MiB), with which a complete, filtered dump (`-z -d 31`) came out; "estimate" is
what `kdumpctl estimate` on that machine says is needed.

| target | image | goal | least reservation | estimate | goal | /init to first page | /init to reboot |
|---|---|---|---|---|---|---|---|
E
for row in $rows; do
	case $row in
	ext4) row "virtio disk, ext4" ext4 "2.5 MB" 80M 56 80 ;;
	6.1 | 7.x) KERNEL=$row row "virtio disk, ext4, kernel $row" ext4 "2.5 MB" 80M 56 88 ;;
	nfs) row "virtio net, NFS 4" nfs "3.5 MB" 96M 64 96 ;;
	ssh) row "virtio net, ssh" ssh "9 MB" 112M 64 112 ;;
	large) VM_MEM=64G DEADLINE=600 row "virtio disk, ext4, 64 GiB" large "2.5 MB" 96M 64 96 ;;
	theirs) theirs_row ;;
	*) die "there is no row $row; the rows are: ext4 6.1 7.x nfs ssh large theirs" ;;
	esac
done
