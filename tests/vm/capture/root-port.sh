#!/bin/bash
# root-port.sh - a disk behind a PCIe root port, whose driver is built into the kernel and is no module
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	truncate -s 1G "$machine/data.img"
	mkfs.ext4 -q -F -L data "$machine/data.img" || die "mkfs failed"
	machine_qemu+=(-machine q35 -device pcie-root-port,id=port1,chassis=1
		-drive "if=none,id=data,cache=unsafe,format=raw,file=$machine/data.img"
		-device virtio-blk-pci,bus=port1,serial=data,drive=data)
	config <<-'E'
		ext4 LABEL=data
		path /dumps
	E
	guest <<-'E'
		prepare()
		{
			mount_disk data /mnt/data
			mkdir -p /mnt/data/dumps
			for name in /sys/bus/pci/drivers/pcieport/module; do
				echo "pcieport's module: $(readlink "$name")"
			done
		}
	E
	with_reference
	ok "$kernel: the machine rebooted by itself" capture_run 400
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	dump_good "$kernel"
done
finish
