# tpm.sh - sourced, after machine.sh: a TPM 2.0 for the machine, as swtpm emulates it
#
# Its state lies beside the disks: reboots of one machine_start keep it.

machine_tpm()
{
	local dir=$machine/tpm
	mkdir -p "$dir"
	swtpm socket --tpm2 --tpmstate "dir=$dir" --ctrl "type=unixio,path=$dir/socket" \
		>"$dir/log" 2>&1 &
	machine_helpers="$machine_helpers $!"
	until [ -S "$dir/socket" ]; do
		kill -0 $! 2>/dev/null || die "swtpm ended: $(cat "$dir/log")"
		sleep 0.1
	done
	machine_qemu+=(-chardev "socket,id=tpm,path=$dir/socket" -tpmdev emulator,id=tpm0,chardev=tpm
		-device tpm-tis,tpmdev=tpm0)
	# rootfs.sh has udev look at what most tests need, and this is not of it.
	sed -i 's/^ExecStart=-udevadm.*/& --subsystem-match=tpm --subsystem-match=tpmrm/' \
		"$machine/mnt/root/etc/systemd/system/systemd-udev-trigger.service.d/test.conf"
}
