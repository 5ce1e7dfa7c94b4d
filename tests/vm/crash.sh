# crash.sh - sourced, after lib.sh and image.sh: boot a kernel, load a capture image into it, crash it.
# The capture image is a parameter, so the same crash serves the raw copy, our collector with a
# disk, NFS or ssh target, or an image that kdumpctl built.

crash_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

VM_SERIES=6.1 VM_MEM=1G VM_CPUS=1 VM_CPU=max VM_CRASHKERNEL=192M VM_DEADLINE=
VM_OPTIONS="[--kernel 5.10|6.1|6.12|7.x] [--mem 1G] [--cpus 1] [--cpu max|Nehalem]
  [--crashkernel 192M] [--deadline SECONDS]
  --cpu max has 5-level page tables, Nehalem has 4-level ones"

# The disk and network a capture image usually wants; names a kernel lacks cost nothing.
VM_MODULES="virtio_pci virtio_blk virtio_net virtio_rng ext4"
VM_CAPTURE_CMDLINE="console=ttyS0 nr_cpus=1 irqpoll reset_devices nokaslr panic=1 oops=panic"

# vm_option NAME VALUE - set one of the options every crashing script has; 1 when it is not one.
vm_option()
{
	case $1 in
	--kernel) VM_SERIES=$2 ;;
	--mem) VM_MEM=$2 ;;
	--cpus) VM_CPUS=$2 ;;
	--cpu) VM_CPU=$2 ;;
	--crashkernel) VM_CRASHKERNEL=$2 ;;
	--deadline) VM_DEADLINE=$2 ;;
	*) return 1 ;;
	esac
}

# guest_program NAME DIR - compile guest/NAME.c into a static DIR/NAME.
guest_program()
{
	gcc -static -Os -Wall -Wextra -o "$2/$1" "$crash_here/guest/$1.c" ||
		die "compiling $1 failed; run tests/setup/deps.sh vm"
}

# capture_image OUT INIT [SOURCE:DEST]... - an image of ours for the capture kernel, with
# VM_MODULES. $modules and $version are those of kernel.sh, here and below.
capture_image()
{
	local out=$1 init=$2 work pair
	shift 2
	work=$(mktemp -d)
	image_new "$work" "$init"
	image_file "$work" "$crash_here/guest/common" common
	image_modules "$work" "$modules" "$version" $VM_MODULES
	for pair; do
		image_file "$work" "${pair%%:*}" "${pair#*:}"
	done
	image_pack "$work" "$out"
	rm -rf "$work"
}

# crash_image OUT CAPTURE - the first kernel's image; capture kernel and CAPTURE image inside.
crash_image()
{
	local out=$1 capture=$2 work
	work=$(mktemp -d)
	image_new "$work" "$crash_here/guest/crash-init"
	image_file "$work" "$crash_here/guest/common" common
	# The balloon only here: in the capture kernel it would take the little memory there is.
	image_modules "$work" "$modules" "$version" $VM_MODULES virtio_balloon
	guest_program workload "$work/bin"
	guest_program kexec-load "$work/bin"
	image_file "$work" "$vmlinuz" capture/vmlinuz 644
	image_file "$work" "$capture" capture/initrd 644
	echo "$VM_CAPTURE_CMDLINE ${VM_CAPTURE_APPEND-}" >"$work/capture/cmdline"
	image_pack "$work" "$out"
	rm -rf "$work"
}

# crash_disks DIR - vda: ext4 with files to read (clean page cache); vdb: swap.
crash_disks()
{
	local dir=$1 fill=$1/fill/prefilled i
	mkdir -p "$fill"
	for i in 1 2 3 4; do
		seq -f "prefilled file $i line %.0f" 1 150000 >"$fill/$i"
	done
	truncate -s 256M "$dir/ext4.img"
	truncate -s 64M "$dir/swap.img"
	mkfs.ext4 -q -d "$dir/fill" "$dir/ext4.img" || die "making the ext4 disk failed"
	rm -rf "$dir/fill"
}

# crash_run DIR CAPTURE QEMU-ARG... - both boots, console in DIR/console.log. Further disks are
# vdc and on. 0 only when the capture kernel ran and the VM ended by itself before the deadline.
# A balloon takes 32 MiB, so that there are offline pages; the workload is sized by the memory.
crash_run()
{
	local dir=$1 capture=$2 mem rc=0
	shift 2
	mem=$(mem_mib "$VM_MEM")
	crash_disks "$dir"
	crash_image "$dir/first.img" "$capture"
	VM_MONITOR="balloon $((mem - 32))" \
		vm_run "$dir/console.log" "${VM_DEADLINE:-$((300 + mem / 4))}" \
		-kernel "$vmlinuz" -initrd "$dir/first.img" -device virtio-balloon-pci \
		-append "console=ttyS0 crashkernel=$VM_CRASHKERNEL panic=5 oops=panic \
printk.devkmsg=on kdt.mib=$(((mem - 192) * 5 / 8)) ${VM_APPEND-}" \
		$(vm_disk "$dir/ext4.img") $(vm_disk "$dir/swap.img") "$@" || rc=1
	rm -f "$dir/ext4.img" "$dir/swap.img" "$dir/first.img"
	[ "$(grep -ac 'Linux version' "$dir/console.log")" -ge 2 ] && return "$rc"
	say "the capture kernel did not start; the console is in $dir/console.log"
	return 1
}

# capture_said DIR WORD - what a guest printed as "capture: WORD VALUE", e.g. status.
capture_said()
{
	tr -d '\r' <"$1/console.log" | sed -n "s/^capture: $2 //p" | tail -n 1
}
