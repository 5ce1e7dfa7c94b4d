# lib.sh - sourced by tests/vm/arm64/*.sh: as service/lib.sh, for arm64 machines and their package
#
# "make deb CROSS=aarch64-linux-gnu-" makes the package. Debian's kernels for arm64 lack
# kexec_file_load, so kexec-tools load the capture kernel; file-load.sh has kernels with it.

VM_ARCH=arm64
crash_function=sysrq_handle_crash # where the log says that the kernel died
. "$(dirname "${BASH_SOURCE[0]}")/../service/lib.sh"

# arm64_ext4 SERIES [HOW] - a machine whose dumps go to an ext4 disk; its steps as arm64_steps [HOW].
arm64_ext4()
{
	service_new "$(suite_of "$1")" "$1" kexec-tools
	machine_disk data 1G ext4
	config <<-E
		ext4 LABEL=data
		path /dumps
		timeout device=60 mount=60
	E
	arm64_steps "${2-}"
	more_guest 'mount_data() { mkdir -p /mnt/data; mount /dev/disk/by-label/data /mnt/data; mkdir -p /mnt/data/dumps; }'
}

# arm64_steps [HOW] - install, start, crash; after the reboot: armed, listed. HOW the capture kernel is loaded.
arm64_steps()
{
	machine_text /kdt/how <<<"${1:-program kexec}"
	machine_text /kdt/function <<<"$crash_function"
	steps <<-'E'
		# optional NAME - a part that only some tests have.
		optional() { ! declare -F "$1" >/dev/null || "$1"; }
		words_of() { local re=$1; shift; exits 0 "$@" && words "$re"; }
		step_1()
		{
			check "the package installs" dpkg -i /kdt/kdump.deb
			check "its files are whole" dpkg -V kdump
			optional mount_data
			took "enable --now" systemctl enable --now kdump
			check "the service is active" systemctl is-active kdump
			check "a capture kernel is loaded" grep -qx 1 /sys/kernel/kexec_crash_loaded
			check "status is 0" exits 0 kdumpctl status
			check "loaded by $(cat /kdt/how)" words "loaded by.*$(cat /kdt/how)"
			sed 's/^/guest: # /' /tmp/words
			exits 0 kdumpctl estimate
			sed 's/^/guest: # /' /tmp/words
			check "all but the crash is tried" exits 0 kdumpctl test
			sed 's/^/guest: # /' /tmp/words
			optional more_checks
			optional before_crash
			crash
		}
		step_2()
		{
			optional mount_data
			check "armed again after the reboot" exits 0 kdumpctl status
			check "the panic is listed" words_of sysrq kdumpctl list
			sed 's/^/guest: # /' /tmp/words
			check "show names the function" words_of "$(cat /kdt/function)" kdumpctl show last
			done_all
		}
	E
}

# arm64_compared - the machine of arm64_ext4 crashes; its dump has the pages of the whole /proc/vmcore.
arm64_compared()
{
	with_reference
	service_run 1800
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	arm64_dump
	reference_cut
	ok "$kernel: every page is right" dump_same vmcore
}

# arm64_root_modules NAME... - a kernel whose drivers of the root disk are modules boots by an initramfs of ours.
arm64_root_modules()
{
	cat >"$machine/init" <<-'E'
		#!/bin/sh
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		mount -t devtmpfs dev /dev
		while read -r module; do insmod "/modules/$module"; done </modules/order
		until mount /dev/nvme0n1 /mnt; do sleep 1; done
		umount /proc /sys
		mount --move /dev /mnt/dev
		exec switch_root /mnt /sbin/init
	E
	image_new "$machine/early" "$machine/init"
	image_modules "$machine/early" "$modules" "$version" "$@"
	image_pack "$machine/early" "$machine/early.cpio"
	machine_qemu+=(-initrd "$machine/early.cpio")
}

# arm64_page_size BYTES - the machine has pages of that size, and 100 MiB more than others are reserved.
arm64_page_size()
{
	VM_CRASHKERNEL=2G-4G:356M
	more_guest 'more_checks()
{
	check "pages of '"$1"' bytes" test "$(getconf PAGE_SIZE)" = '"$1"'
	check "the default of crashkernel=" words_of "^2G-4G:356M," kdumpctl get-default-crashkernel
	check "it is reserved" grep -qx $((356 << 20)) /sys/kernel/kexec_crash_size
}'
}

# opens FILE - drgn reads the dump and knows what it is.
opens()
{
	local found
	found=$("$oracle/drgn" -q -c "$dump/$1" --no-default-symbols \
		-e 'print(prog["UTS_RELEASE"].string_().decode(), prog.platform.arch.name)' 2>&1)
	[ "$found" = "$version AARCH64" ] || { echo "$found"; return 1; }
}

# names_function FILE - the report of a dump, made on this machine.
names_function()
{
	"$build/kdump-report" "$dump/$1" >"$work/report" 2>&1
	grep -q "$crash_function" "$work/report" || { head -n 60 "$work/report"; return 1; }
}

# cmdline_fits - the capture kernel got arm64's parameters, none of x86.
cmdline_fits()
{
	local line
	line=$(grep -m 1 'Kernel command line:' "$dump/kexec-dmesg.log")
	echo "$line"
	[[ $line == *nr_cpus=1* && $line == *reset_devices* ]] &&
		! [[ $line =~ acpi_no_memhotplug|hest_disable|disable_cpu_apicid|pcie_ports|mce=|ttyS0 ]]
}

# arm64_dump - all that a complete dump is.
arm64_dump()
{
	ok "$series: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	ok "$series: status says complete" status_is state '^complete$'
	ok "$series: the log is whole" grep -q 'sysrq: Trigger a crash' "$dump/vmcore-dmesg.txt"
	ok "$series: the command line is arm64's" cmdline_fits
	ok "$series: report saved" dump_has vmcore-report.txt vmcore-report.json
	ok "$series: drgn opens it" opens vmcore
	ok "$series: the report names the function" names_function vmcore
}
