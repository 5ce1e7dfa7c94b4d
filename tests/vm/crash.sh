# crash.sh - sourced, after lib.sh and image.sh: boot a kernel, load a capture image into it, crash it.
# The capture image is a parameter, so the same crash serves the raw copy, our collector with a
# disk, NFS or ssh target, or an image that kdumpctl built.

crash_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The disk and network a capture image usually wants; names a kernel lacks cost nothing.
VM_MODULES="virtio_pci virtio_blk virtio_net virtio_rng ext4"
VM_CAPTURE_CMDLINE="console=ttyS0 nr_cpus=1 irqpoll reset_devices nokaslr panic=1 oops=panic"

# guest_program NAME DIR - compile guest/NAME.c into a static DIR/NAME.
guest_program()
{
	gcc -static -Os -Wall -Wextra -o "$2/$1" "$crash_here/guest/$1.c" ||
		die "compiling $1 failed; run tests/setup/deps.sh vm"
}

# capture_image OUT ROOT VERSION INIT [SOURCE:DEST]... - an image of ours for the capture kernel.
capture_image()
{
	local out=$1 root=$2 version=$3 init=$4 work pair
	shift 4
	work=$(mktemp -d)
	image_new "$work" "$init"
	image_modules "$work" "$root" "$version" $VM_MODULES
	for pair; do
		image_file "$work" "${pair%%:*}" "${pair#*:}"
	done
	image_pack "$work" "$out"
	rm -rf "$work"
}

# crash_image OUT ROOT VERSION VMLINUZ CAPTURE - the first kernel's image, capture kernel inside.
crash_image()
{
	local out=$1 root=$2 version=$3 vmlinuz=$4 capture=$5 work
	work=$(mktemp -d)
	image_new "$work" "$crash_here/guest/crash-init"
	# The balloon only here: in the capture kernel it would take the little memory there is.
	image_modules "$work" "$root" "$version" $VM_MODULES virtio_balloon
	guest_program workload "$work/bin"
	guest_program kexec-load "$work/bin"
	image_file "$work" "$vmlinuz" capture/vmlinuz 644
	image_file "$work" "$capture" capture/initrd 644
	echo "${VM_CAPTURE_APPEND-} $VM_CAPTURE_CMDLINE" >"$work/capture/cmdline"
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

# crash_run DIR VMLINUZ IMAGE QEMU-ARG... - both boots, console in DIR/console.log. Further disks
# are vdc and on. A balloon takes 32 MiB, so that there are offline pages. VM_CRASHKERNEL (192M), VM_MIB (workload), VM_DEADLINE (600 s), VM_APPEND.
crash_run()
{
	local dir=$1 vmlinuz=$2 image=$3
	shift 3
	crash_disks "$dir"
	VM_MONITOR="balloon $(($(mem_mib "${VM_MEM:-1G}") - 32))" vm_run "$dir/console.log" "${VM_DEADLINE:-600}" -kernel "$vmlinuz" -initrd "$image" \
		-device virtio-balloon-pci \
		-append "console=ttyS0 crashkernel=${VM_CRASHKERNEL:-192M} panic=5 oops=panic \
printk.devkmsg=on kdt.mib=${VM_MIB:-512} ${VM_APPEND-}" \
		$(vm_disk "$dir/ext4.img") $(vm_disk "$dir/swap.img") "$@" || return 1
	rm "$dir/ext4.img" "$dir/swap.img"
}
