# reference.sh - sourced by capture/lib.sh: the whole /proc/vmcore of a machine, copied as it is beside its dump

# with_reference - keep a whole raw copy of /proc/vmcore, made by kdump_post, to compare with.
with_reference()
{
	reference=$machine/raw.img
	machine_put "$here/debian/raw-copy" /kdt/raw-copy
	machine_disk raw "$(($(mem_mib "$VM_MEM") + 64))M"
	more_config "kdump_post /kdt/raw-copy"
	also timeout hook=120
	also extra_bins /bin/busybox
	also extra_modules "virtio_pci virtio_blk"
}

# reference_cut - to its length, which the console says; the disk that it was copied to is larger.
reference_cut()
{
	local size
	size=$(machine_text_of | sed -n 's/.*raw-copy: size \([0-9]*\).*/\1/p' | tail -n 1)
	[ -z "$reference" ] || [ -z "$size" ] || truncate -s "$size" "$reference"
}
