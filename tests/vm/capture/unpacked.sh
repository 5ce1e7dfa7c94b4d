#!/bin/bash
# unpacked.sh - an image that does not fit into the memory of the capture kernel: said, and the rest works
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	VM_CRASHKERNEL=224M
	data_ext4
	# Behind everything else in the image, and larger than what is left for files.
	more_guest 'UNPACKED=45%'
	echo '#!/bin/sh' | machine_text /usr/ballast 755
	truncate -s 220M "$machine/mnt/root/usr/ballast"
	also extra_bins /usr/ballast
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: the kernel could not unpack the image" says 'Initramfs unpacking failed: write error'
	ok "$kernel: the console says what to do" says 'kdump: the capture image is incomplete: .*set a larger crashkernel='
	ok "$kernel: one dump" dump_dir "$(disk_open data)/dumps"
	ok "$kernel: it is complete" status_is state '^complete$'
done
finish
