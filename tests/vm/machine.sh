# machine.sh - sourced, after lib.sh: a whole Debian machine in QEMU that a test builds, runs and looks into.
#
#     machine_new 6.12                       a folder, a root file system of rootfs.sh to spoil
#     machine_put FILE DEST / machine_text   files into the root, before it starts
#     machine_disk data 1G ext4              further disks; the guest knows them by serial and label
#     machine_net NETNS TAP [MAC]            a network card on a tap device of that namespace
#     machine_start DEADLINE                 boots; machine_until, machine_type, machine_monitor
#     machine_wait                           until it ended by itself, or the deadline passed
#     machine_console REGEX, disk_open NAME  what it said, what it left
#
# Everything lies in $machine and goes with machine_end. One machine at a time in one shell.

machine_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
machine= machine_pid= machine_reboots= machine_helpers= machine_firmware=
. "$machine_here/crash.sh" # guest_program and the names of the options
. "$machine_here/arch.sh"
VM_CPU=Nehalem VM_CRASHKERNEL=128M
[ "$VM_ARCH" = amd64 ] || VM_CPU=max VM_CRASHKERNEL=192M

# machine_suite SERIES - the Debian whose root goes with a kernel.
machine_suite()
{
	case $1 in
	6.1) echo bookworm ;;
	*) echo trixie ;;
	esac
}

# machine_new SERIES [PACKAGE...] - sets series, version, vmlinuz, modules (kernel.sh) and machine.
machine_new()
{
	local facts image
	machine_end
	facts=$("$machine_here/kernel.sh" "$1") || return 1
	eval "$facts"
	image=$("$machine_here/rootfs.sh" "${MACHINE_SUITE:-$(machine_suite "$1")}" "$@") || return 1
	machine=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/kdump-vm-XXXXXX")
	mkdir -p "$machine/mnt"
	cp --sparse=always "$image" "$machine/root.img" || die "copying the root file system failed"
	machine_qemu=(-drive "if=none,id=root,format=raw,cache=unsafe,file=$machine/root.img"
		-device nvme,serial=root,drive=root)
	machine_in=() machine_reboots= machine_cmdline= machine_helpers= machine_firmware=
	disk_mount "$machine/root.img" "$machine/mnt/root" rw
}

# machine_put FILE DEST [MODE] - into the root file system.
machine_put()
{
	install -D -m "${3:-755}" "$1" "$machine/mnt/root$2" || die "copying $1 to $2 failed"
}

# machine_text DEST [MODE] - standard input becomes a file of the root file system.
machine_text()
{
	mkdir -p "$(dirname "$machine/mnt/root$1")"
	cat >"$machine/mnt/root$1" && chmod "${2:-644}" "$machine/mnt/root$1"
}

# machine_programs - our programs where the package puts them, and the helpers of the tests.
machine_programs()
{
	local build=${BUILD:-$machine_here/../../build/gcc} program
	for program in kdump-collect kdump-config kdump-image kdumpctl; do
		[ ! -e "$build/$program" ] || machine_put "$build/$program" "/usr/sbin/$program"
	done
	machine_put "$build/kdump-capture" /usr/lib/kdump/kdump-capture
	machine_put "$build/selftest.core" /usr/lib/kdump/selftest.core 644
	mkdir -p "$machine/mnt/root/kdt/bin"
	guest_program kexec-load "$machine/mnt/root/kdt/bin"
}

# machine_disk NAME SIZE [FSTYPE|none [virtio|scsi|nvme]] - NAME is serial, label and file name.
machine_disk()
{
	local name=$1 file=$machine/$1.img fs=${3:-none}
	truncate -s "$2" "$file"
	case $fs in
	none) ;;
	xfs) mkfs.xfs -q -L "$name" "$file" ;;
	btrfs) mkfs.btrfs -q -L "$name" "$file" ;;
	*) "mkfs.$fs" -q -F -L "$name" "$file" ;;
	esac || die "making a disk of $2 with $fs failed"
	machine_drive "$name" "format=raw,file=$file" "${4:-virtio}"
}

# machine_drive NAME WHAT [BUS] - a disk from any -drive arguments. machine_cache: QEMU's mode of it.
machine_drive()
{
	local name=$1 bus=${3:-virtio}
	machine_qemu+=(-drive "if=none,id=$name,cache=${machine_cache:-unsafe},discard=unmap,detect-zeroes=unmap,$2")
	case $bus in
	virtio) machine_qemu+=(-device "virtio-blk-pci,id=dev-$name,serial=$name,drive=$name") ;;
	nvme) machine_qemu+=(-device "nvme,id=dev-$name,serial=$name,drive=$name") ;;
	scsi)
		machine_qemu+=(-device "virtio-scsi-pci,id=bus-$name"
			-device "scsi-hd,bus=bus-$name.0,id=dev-$name,serial=$name,drive=$name")
		;;
	*) die "machine_drive: no bus $bus" ;;
	esac
}

# machine_net NETNS TAP [MAC] - QEMU runs inside the namespace, where the tap device is.
machine_net()
{
	machine_in=(ip netns exec "$1")
	machine_qemu+=(-netdev "tap,id=net0,ifname=$2,script=no,downscript=no"
		-device "virtio-net-pci,netdev=net0,mac=${3:-52:54:00:12:34:56}")
}

# machine_share DIR TAG - a folder of the host by virtiofs; the machine's memory becomes shareable.
machine_share()
{
	local socket=$machine/virtiofs.$2
	/usr/lib/qemu/virtiofsd --socket-path="$socket" -o source="$1" -o sandbox=chroot \
		>"$machine/virtiofsd.log" 2>&1 &
	machine_helpers="$machine_helpers $!"
	machine_memory memfd share=on
	machine_qemu+=(-chardev "socket,id=fs-$2,path=$socket"
		-device "vhost-user-fs-pci,chardev=fs-$2,tag=$2")
	while [ ! -S "$socket" ]; do
		kill -0 $! 2>/dev/null || die "virtiofsd ended: $(cat "$machine/virtiofsd.log")"
		sleep 0.1
	done
}

# machine_memory ram|memfd OPTION - another kind of memory of VM_MEM, e.g. ram reserve=off.
machine_memory()
{
	machine_qemu+=(-object "memory-backend-$1,id=mem,size=$VM_MEM,$2" -machine memory-backend=mem)
}

# machine_poke ADDRESS TEXT - write into the running machine's physical memory, through gdb's protocol.
machine_poke()
{
	python3 "$machine_here/poke.py" "$machine/gdb" "$1" "$2"
}

# machine_start DEADLINE [INIT] - boots in the background; INIT is its first program [systemd].
# A reboot ends it unless machine_reboots=yes. Uses VM_MEM, VM_CPUS, VM_CPU, VM_CRASHKERNEL.
machine_start()
{
	local crash=${VM_CRASHKERNEL-128M} ends=-no-reboot cmdline
	disk_umount "$machine/mnt/root"
	[ "$machine_reboots" != yes ] || ends=
	mkfifo "$machine/keys" "$machine/mon.in" "$machine/mon.out"
	exec {machine_keys}<>"$machine/keys" {machine_mon}<>"$machine/mon.out"
	[ ! -e "$machine/console.log" ] || mv "$machine/console.log" "$machine/console.before"
	# On a busy host the emulated timer is late, for which kernels of amd64 panic at once.
	cmdline="root=/dev/nvme0n1 rw rootwait console=$(vm_serial) panic=5 no_timer_check \
${crash:+crashkernel=$crash} ${2:+init=$2} $machine_cmdline"
	machine_boot=(-kernel "$vmlinuz" -append "$cmdline")
	[ -z "$machine_firmware" ] || "$machine_firmware" "$cmdline"
	machine_started=$(date +%s)
	timeout -k 10 "$1" "${machine_in[@]}" $(vm_qemu) -nodefaults \
		-no-user-config -display none $ends -m "${VM_MEM:-1G}" -smp "${VM_CPUS:-1}" \
		-cpu "$(vm_cpu Nehalem)" -chardev stdio,id=con,signal=off -serial chardev:con \
		-chardev "pipe,id=mon,path=$machine/mon" -mon chardev=mon -device virtio-rng-pci \
		-chardev "socket,id=gdb,path=$machine/gdb,server=on,wait=off" -gdb chardev:gdb \
		"${machine_boot[@]}" "${machine_qemu[@]}" \
		<&"$machine_keys" >>"$machine/console.log" 2>"$machine/qemu.err" &
	machine_pid=$!
}

# machine_wait - until QEMU ended; 124 when it was ended by the deadline. Sets machine_seconds.
machine_wait()
{
	local rc=0
	wait "$machine_pid" || rc=$?
	machine_pid=
	machine_seconds=$(($(date +%s) - machine_started))
	exec {machine_keys}>&- {machine_mon}>&-
	rm -f "$machine/keys" "$machine/mon.in" "$machine/mon.out"
	[ "$rc" = 0 ] || sed 's/^/qemu: /' "$machine/qemu.err"
	return "$rc"
}

# machine_until REGEX SECONDS - until the console has it; 1 when it did not come or QEMU is gone.
machine_until()
{
	local end=$(($(date +%s) + $2))
	until machine_console "$1"; do
		[ "$(date +%s)" -lt "$end" ] && kill -0 "$machine_pid" 2>/dev/null || return 1
		sleep 0.3
	done
}

# machine_type TEXT - keys for the serial console; machine_monitor COMMAND - for QEMU's monitor.
machine_type()
{
	printf '%s\n' "$1" >&"$machine_keys"
}

machine_monitor()
{
	printf '%s\n' "$1" >"$machine/mon.in"
}

# machine_stop - for a machine that is to stay where it is, e.g. halted.
machine_stop()
{
	[ -z "$machine_pid" ] || kill "$machine_pid" 2>/dev/null || true
	machine_wait >/dev/null 2>&1 || true
}

# machine_cut - the power goes: QEMU gets no chance to write anything out, nor does the guest.
machine_cut()
{
	kill -9 "$(pgrep -P "$machine_pid" -f qemu-system)" || return 1
	machine_wait >/dev/null 2>&1 || true
}

# machine_text_of - the console without what terminals need.
machine_text_of()
{
	tr -d '\r' <"$machine/console.log"
}

# machine_console REGEX - did it say so? Carriage returns are taken out before.
machine_console()
{
	machine_text_of | grep -aqE -- "$1"
}

# disk_mount FILE DIR ro|rw - through a loop device.
disk_mount()
{
	mkdir -p "$2"
	mount -o "loop,$3" "$1" "$2" || die "mounting $1 failed"
}

# Another test's mount namespace may hold a copy of the mount for as long as it likes, so that umount
# alone neither writes everything out nor keeps it from writing later; read-only, it is finished.
disk_umount()
{
	! mountpoint -q "$1" || { mount -o remount,ro "$1" && umount "$1"; } ||
		die "unmounting $1 failed"
}

# disk_open NAME - mounts a disk of the machine that ended, "root" too; prints the folder.
# rw, so that a journal is replayed whatever the file system.
disk_open()
{
	mountpoint -q "$machine/mnt/$1" || disk_mount "$machine/$1.img" "$machine/mnt/$1" rw
	echo "$machine/mnt/$1"
}

disk_close()
{
	disk_umount "$machine/mnt/$1"
}

# machine_end - away with it, whatever state it is in.
machine_end()
{
	local dir
	[ -n "$machine" ] || return 0
	[ -z "$machine_pid" ] || machine_stop
	[ -z "$machine_helpers" ] || kill $machine_helpers 2>/dev/null || true
	for dir in "$machine"/mnt/*; do
		[ ! -d "$dir" ] || disk_umount "$dir"
	done
	rm -rf --one-file-system "$machine"
	machine=
}
