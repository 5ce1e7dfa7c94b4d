#!/bin/bash
# sealed-ladder.sh - encrypt_to, and each step that follows one that failed: nothing in clear, what was saved opens
#
# The step after one that was killed, and a full disk: sealed-cut.sh. What our collector falls back to is
# compressed by LZO: the first kernel marker of a page, in which no three letters come twice, is in it as it was.
. "$(dirname "$0")/lib.sh"
. "$here/sealed.sh"

ladder_new()
{
	capture_new "$kernel"
	data_ext4 2G
	sealed_key
	more_config "encrypt_to $recipient" "max_unfiltered unlimited" "retry 0" "$@"
	markers_plant
}

# stepped WHAT DISK SEED... - after the crash: on DISK is one dump, all of it encrypted; in its core are these
# markers, and crash opens it.
stepped()
{
	local what=$1 disk=$2
	shift 2
	ok "$what: the search reads the console" found_in console -- "$machine/console.log"
	ok "$what: no marker on any disk or on the console" hidden_here
	ok "$what: one dump" dump_dir "$(disk_open "$disk")/dumps"
	ok "$what: the core is encrypted" dump_has vmcore.age
	ok "$what: no file in clear" only_sealed
	ok "$what: all files are those of the manifest" "$build/kdump-collect" --verify "$dump"
	ok "$what: age opens all files" sealed_open "$work/opened"
	ok "$what: --decrypt gives the bytes that age -d and -R give" sealed_same "$work/opened"
	dump=$work/opened
	ok "$what: the opened log is whole" log_saved
	ok "$what: the markers are in what was opened" has_markers "$@"
	ok "$what: crash opens the opened core" dump_opens vmcore
}

# crashes N - the first N collectors die of a fault before they have written a page.
crashes()
{
	also extra_bins /bin/busybox
	also extra_bins /kdt/faults
	more_config "kdump_pre /kdt/pre"
	machine_text /kdt/pre 755 <<-'P'
		#!/bin/sh
		busybox setsid /kdt/faults </dev/null >/dev/null 2>&1 &
	P
	{ printf '#!/bin/sh\nleft=%s\n' "$1" && cat; } <<-'P' | machine_text /kdt/faults 755
		# Without a program for each process: it must be seen while it looks through memory.
		while [ "$left" -gt 0 ]; do
			busybox usleep 10000
			for process in /proc/[0-9]*; do
				words=
				read -r words <"$process/cmdline"
				case $words in
				kdump-collect*--progress-fd*) ;;
				*) continue ;;
				esac
				kill -SEGV "${process##*/}"
				left=$((left - 1))
				while words=; read -r words <"$process/cmdline"; [ -n "$words" ]; do
					busybox usleep 10000
				done
			done
		done 2>/dev/null
	P
}

# A core in which nothing is found: the markers, and no header.
garbage()
{
	also extra_bins /bin/busybox
	more_config "kdump_pre /kdt/garbage"
	machine_text /kdt/garbage 755 <<-'P'
		#!/bin/sh
		one=$(printf kdump-test-user | busybox sha256sum)
		one="${one%% *} "
		while [ ${#one} -lt 60000 ]; do one=$one$one; done
		for i in 1 2 3 4 5 6 7 8 9; do printf '%s' "$one$one$one"; done >/garbage
		busybox mount -o bind /garbage /proc/vmcore
	P
}

# has_markers SEED... - in the opened core, when its pages are unpacked.
has_markers()
{
	"$build/kdump-collect" -q -f -d 0 "$dump/vmcore" "$work/unpacked" && found_in "$@" -- "$work/unpacked"
	local rc=$?
	rm -f "$work/unpacked"
	return "$rc"
}

copied()
{
	[ "$("$build/kdump-collect" --decrypt -i "$work/key" "$dump/vmcore.age" - | sha256sum)" = \
		"$(age -d -i "$work/key" "$dump/vmcore.age" | sha256sum)" ] &&
		age -d -i "$work/key" -o "$work/copy" "$dump/vmcore.age" && found_in user -- "$work/copy"
}

for kernel in $(kernels 6.12); do
	ladder_new "$sealed_collector"
	crashes 1
	ok "$kernel, own collector fails: the machine rebooted by itself" capture_run 300
	ok "$kernel, own collector fails: the console says what ended it" says 'kdump: .*signal 11'
	ok "$kernel, own collector fails: it is run again" says 'falling back to the collector in this image, at level 23'
	stepped "$kernel, own collector fails" data user kernel

	ladder_new "core_collector cp"
	also extra_bins /bin/cp
	ok "$kernel, another program: the machine rebooted by itself" capture_run 300
	ok "$kernel, another program: it is not run" says 'cp cannot encrypt'
	stepped "$kernel, another program" data kernel

	ladder_new "$sealed_collector"
	crashes 2
	ok "$kernel, without filter: the machine rebooted by itself" capture_run 300
	ok "$kernel, without filter: the console says so" says 'falling back to a dump without filter'
	stepped "$kernel, without filter" data user kernel

	ladder_new "$sealed_collector"
	garbage
	ok "$kernel, plain copy: the machine rebooted by itself" capture_run 300
	ok "$kernel, plain copy: the console says so" says 'falling back to a plain copy'
	ok "$kernel, plain copy: no marker on any disk or on the console" hidden_here
	ok "$kernel, plain copy: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$kernel, plain copy: no file in clear" only_sealed
	ok "$kernel, plain copy: it opens, and has the markers" copied

	ladder_new "$sealed_collector" "failure_action dump_to_rootfs"
	sed -i 's/^timeout .*/timeout device=5 mount=20/' "$machine/mnt/root/etc/kdump.conf"
	more_guest 'ready() { plant; umount /mnt/data; unplugged data; }'
	capture_start 300
	at_pause machine_monitor "device_del dev-data" || echo "# the disk was not pulled"
	ok "$kernel, dump_to_rootfs: the machine rebooted by itself" capture_wait
	stepped "$kernel, dump_to_rootfs" root user kernel
done
finish
