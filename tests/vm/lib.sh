# lib.sh - sourced by the VM scripts: cache, errors, and running QEMU under a deadline.
# The pieces a test of its own puts together: image.sh (initramfs), crash.sh (two boots).

: "${KDUMP_TEST_CACHE:=/var/cache/kdump-tests}"
: "${VM_ARCH:=amd64}" # of the machines that crash: amd64 or arm64, as Debian names them
export KDUMP_TEST_CACHE VM_ARCH

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

say()
{
	echo "${0##*/}: $*" >&2
}

# cache_tmp KIND - a new folder on the cache's file system, so that publishing is one rename.
# What a killed run left behind goes after a day.
cache_tmp()
{
	mkdir -p "$KDUMP_TEST_CACHE/$1"
	find "$KDUMP_TEST_CACHE/$1" -maxdepth 1 -name '.tmp.*' -mtime +0 -exec rm -rf {} +
	mktemp -d "$KDUMP_TEST_CACHE/$1/.tmp.XXXXXX"
}

# cache_publish TMP FINAL - readers see all of it or nothing. A loser of a race drops its copy.
cache_publish()
{
	local tmp=$1 final=$2
	chmod 755 "$tmp"
	if ! mv -T "$tmp" "$final" 2>/dev/null; then
		[ -e "$final" ] || die "publishing $final: renaming $tmp failed; is the disk full?"
		rm -rf "$tmp"
	fi
}

# mem_mib 1G - 1024
mem_mib()
{
	echo $(($(numfmt --from=iec "$1") / 1048576))
}

# vm_qemu - the emulator of VM_ARCH and the options that its machine takes.
vm_qemu()
{
	case $VM_ARCH in
	amd64) echo qemu-system-x86_64 -accel tcg ;;
	arm64) echo qemu-system-aarch64 -accel tcg -machine virt,gic-version=max ;;
	*) die "VM_ARCH=$VM_ARCH: the architectures are amd64 and arm64" ;;
	esac
}

# vm_serial - the kernel's name of the first serial port.
vm_serial()
{
	case $VM_ARCH in
	arm64) echo ttyAMA0 ;;
	*) echo ttyS0 ;;
	esac
}

# vm_cpu [DEFAULT] - VM_CPU as QEMU takes it: its own pointer authentication is many times faster than
# the architected one.
vm_cpu()
{
	local cpu=${VM_CPU:-${1:-max}}
	[ "$VM_ARCH$cpu" != arm64max ] || cpu=max,pauth-impdef=on
	echo "$cpu"
}

# vm_once LOG DEADLINE QEMU-ARG... - one boot for vm_run.
vm_once()
{
	local log=$1 deadline=$2
	shift 2
	# In the foreground, so that an interrupt from the terminal reaches QEMU too.
	printf '%s\n' "${VM_MONITOR-}" |
		timeout --foreground -k 10 "$deadline" $(vm_qemu) -nodefaults \
			-no-user-config -display none -no-reboot -m "${VM_MEM:-1G}" \
			-smp "${VM_CPUS:-1}" -cpu "$(vm_cpu)" -serial "file:$log" \
			-device virtio-rng-pci -monitor stdio ${VM_QEMU-} "$@" >/dev/null
}

# vm_emulator_failed LOG - with several emulated CPUs, one of them may run into the breakpoint that the
# kernel sets while it patches its own code at boot, after it is gone for the others: the kernel dies
# in its first seconds (2 of 32 boots of 6.12 and 7.x). A breakpoint never is what a test asks for.
vm_emulator_failed()
{
	[ "${VM_CPUS:-1}" -gt 1 ] && grep -aq 'int3: 0000 \[#' "$1"
}

# vm_run LOG DEADLINE QEMU-ARG... - boots, serial console into LOG; 124 when the deadline passed.
# Uses VM_MEM (1G), VM_CPUS (1), VM_CPU (max), VM_QEMU (more arguments) and VM_MONITOR (lines for
# QEMU's monitor at the start). A reset ends QEMU (-no-reboot), a kexec does not.
vm_run()
{
	local rc=0 try
	for try in 1 2 3; do
		rc=0
		vm_once "$@" || rc=$?
		vm_emulator_failed "$1" || break
		say "the emulator lost a CPU while the kernel patched itself (boot $try)"
	done
	[ "$rc" != 124 ] || say "the VM did not end within $2 s"
	return "$rc"
}

# vm_disk FILE - QEMU arguments for a raw virtio disk, in order vda, vdb...; zeros stay holes.
vm_disk()
{
	echo "-drive if=virtio,format=raw,cache=unsafe,discard=unmap,detect-zeroes=unmap,file=$1"
}
