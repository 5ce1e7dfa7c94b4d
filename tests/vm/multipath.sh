# multipath.sh - sourced, after service/lib.sh: dumps go to ext4 behind two paths, by an image of others
#
#     multipath_machine MAKER SUITE KERNEL PACKAGE...; multipath_run

# machine_paths NAME SIZE COUNT - one disk that the guest sees that often, each on a controller of its own.
machine_paths()
{
	local path
	truncate -s "$2" "$machine/$1.img"
	for path in $(seq "$3"); do
		machine_qemu+=(-drive "if=none,id=$1$path,format=raw,cache=unsafe,file.locking=off,file=$machine/$1.img"
			-device "virtio-scsi-pci,id=bus-$1$path"
			-device "scsi-hd,bus=bus-$1$path.0,id=dev-$1$path,drive=$1$path,serial=$1,wwn=0x5000c50015ea71ac,share-rw=on")
	done
}

one_path_less() { machine_monitor "device_del bus-data1"; }

# multipath_machine MAKER SUITE KERNEL PACKAGE... - the service makes its image with dracut or mkinitramfs.
multipath_machine()
{
	VM_MEM=2G VM_CRASHKERNEL=512M
	echo "maker=$1" >"$work/maker"
	shift
	service_new "$@" multipath-tools
	machine_put "$work/maker" /kdt/maker
	machine_paths data 1G 2
	printf 'defaults {\n\tfind_multipaths yes\n\tuser_friendly_names yes\n}\n' | machine_text /etc/multipath.conf
	multipath_steps
}

multipath_steps()
{
	steps <<'E'
# paths NR - so many are in the map, within ten seconds.
paths()
{
	local i
	for i in $(seq 20); do
		[ "$(ls /sys/block/dm-0/slaves | grep -c sd)" = "$1" ] && return
		sleep 0.5
	done
	multipathd show paths
	return 1
}
step_1()
{
	udevadm settle
	check "both paths are in the map" paths 2
	mkfs.ext4 -q -L mp /dev/mapper/mpatha && mkdir -p /mnt/data && udevadm settle
	echo "LABEL=mp /mnt/data ext4 nofail,x-systemd.device-timeout=30 0 0" >>/etc/fstab
	systemctl daemon-reload
	check "mounted" mount /mnt/data
	mkdir /mnt/data/dumps
	install_package
	printf 'ext4 LABEL=mp\npath /dumps\n' >/etc/kdump.conf
	. /kdt/maker
	refused_alone "$maker" "a multipath device"
	arm_with "$maker"
	image_kept
	crash
}
step_2()
{
	dumped
	check "with the image that was there" image_same
	mkdir /kdt/dumps && mv /mnt/data/dumps/* /kdt/dumps/
	pause
	check "one path is left" paths 1
	crash
}
step_3()
{
	dumped
	check "with the image that was there" image_same
	done_all
}
E
}

# multipath_run - two crashes, the second with one path.
multipath_run()
{
	machine_start 3000
	ok "the image was made and the first crash is over" machine_until 'guest: step 2' 1800
	at_each_pause one_path_less
	service_results
	ok "no path was taken for the disk" says_not 'may be one of its paths'
	one_whole_dump "by two paths" "$(disk_open root)/kdt/dumps"
	ok "it was the map that was mounted" grep -q 'EXT4-fs (dm-0): mounted' "$dump/kexec-dmesg.log"
	one_whole_dump "by one path" "$(disk_open data)/dumps"
	ok "it was the map again" grep -q 'EXT4-fs (dm-0): mounted' "$dump/kexec-dmesg.log"
}
