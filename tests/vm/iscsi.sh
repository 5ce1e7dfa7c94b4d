# iscsi.sh - sourced, after service/lib.sh: dumps go to ext4 on an iSCSI disk, by an image of others
#
#     iscsi_machine MAKER SUITE KERNEL PACKAGE...; iscsi_run

# The server goes just before the crash and is back as soon as the capture gave up, for the next boot.
server_away_for_a_crash()
{
	servers_kill iscsi
	(
		exec >/dev/null 2>&1
		machine_until 'did not appear' 300 && servers_iscsi "$machine/iscsi.img"
	) &
}

# iscsi_machine MAKER SUITE KERNEL PACKAGE... - the service makes its image with dracut or mkinitramfs.
iscsi_machine()
{
	local maker=$1
	shift
	VM_MEM=2G VM_CRASHKERNEL=512M
	service_new "$@" open-iscsi
	data_servers
	truncate -s 1G "$machine/iscsi.img"
	mkfs.ext4 -q -F -L lun "$machine/iscsi.img"
	mkdir "$machine/lun"
	disk_mount "$machine/iscsi.img" "$machine/lun" rw
	mkdir "$machine/lun/dumps"
	disk_umount "$machine/lun"
	servers_iscsi "$machine/iscsi.img" || die "the iSCSI server does not start"
	# The address comes from a program that dracut does not know.
	machine_text /etc/systemd/system/kdt-net.service <<-'E'
	[Unit]
	DefaultDependencies=no
	Wants=sys-subsystem-net-devices-eth0.device
	After=sys-subsystem-net-devices-eth0.device
	Before=network-online.target
	[Service]
	Type=oneshot
	RemainAfterExit=yes
	ExecStart=/bin/sh -c "ip addr add 10.11.0.2/24 dev eth0 && ip link set eth0 up"
	E
	mkdir -p "$machine/mnt/root/etc/systemd/system/network-online.target.wants"
	ln -s ../kdt-net.service "$machine/mnt/root/etc/systemd/system/network-online.target.wants/"
	echo "maker=$maker IQN=$servers_iqn SECRET=$servers_secret" | machine_text /kdt/iscsi
	printf '#!/bin/sh\necho "hook: status $1"\n' | machine_text /kdt/hook 755
	iscsi_steps
}

iscsi_steps()
{
	steps <<'E'
. /kdt/iscsi
node() { iscsiadm -m node -T "$IQN" -p 10.11.0.1 "$@"; }
login()
{
	iscsiadm -m discovery -t st -p 10.11.0.1 && node -o update -n node.startup -v automatic &&
		node -o update -n node.session.auth.authmethod -v CHAP &&
		node -o update -n node.session.auth.username -v kdump &&
		node -o update -n node.session.auth.password -v "$SECRET" && node --login &&
		udevadm wait -t 60 /dev/disk/by-label/lun
}
step_1()
{
	check "logged in" login
	echo "LABEL=lun /mnt/data ext4 _netdev,nofail,x-systemd.device-timeout=30 0 0" >>/etc/fstab
	systemctl daemon-reload
	check "mounted" mount /mnt/data
	install_package
	printf 'ext4 LABEL=lun\npath /dumps\nkdump_post /kdt/hook\ntimeout device=60\n' >/etc/kdump.conf
	refused_alone "$maker" "an iSCSI disk"
	arm_with "$maker"
	crash
}
step_2()
{
	dumped
	pause
	crash
}
# That it is reached is the result: the machine came back by itself.
step_3()
{
	check "armed, with the server back" exits 0 kdumpctl status
	done_all
}
E
}

# iscsi_run - two crashes, the second with the server away.
iscsi_run()
{
	machine_start 3000
	ok "the image was made and the first crash is over" machine_until 'guest: step 2' 1800
	at_each_pause server_away_for_a_crash
	service_results
	ok "the hook was in the image" says 'hook: status 0'
	ok "the disk that did not come was given up" says 'the disk .* did not appear'
	disk_mount "$machine/iscsi.img" "$machine/lun" rw
	at_end "disk_umount $machine/lun"
	one_whole_dump "over iSCSI" "$machine/lun/dumps"
}
