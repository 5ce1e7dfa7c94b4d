#!/bin/bash
# remote.sh - the service with an NFS and with an ssh target, network by systemd-networkd
. "$(dirname "$0")/lib.sh"

service_networked trixie 6.12
servers_nfs
mkdir -p "$servers_dir/export/dumps"
echo "10.11.0.1:/export /mnt/data nfs nolock,vers=4 0 0" >>"$machine/mnt/root/etc/fstab"
steps <<'E'
step_1()
{
	check "NFS: it is mounted" mountpoint /mnt/data
	dpkg -i /kdt/kdump.deb
	printf 'nfs 10.11.0.1:/export\npath /dumps\n' >/etc/kdump.conf
	check "NFS: started" systemctl enable --now kdump
	check "NFS: status is 0" exits 0 kdumpctl status
	check "NFS: test is good" exits 0 kdumpctl test
	crash
}
step_2()
{
	check "NFS: armed after the reboot" exits 0 kdumpctl status
	check "NFS: list shows the dump" exits 0 kdumpctl list
	check "NFS: complete" words ' complete '
	done_all
}
E
service_run 600
ok "NFS: one dump" dump_dir "$servers_dir/export/dumps"
ok "NFS: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
ok "NFS: crash opens it" dump_opens vmcore

service_networked bookworm 6.1
servers_ssh
data=$servers_dir/dumps
mkdir -p "$data"
machine_put "$servers_dir/ssh/id" /root/.ssh/kdump_id_rsa 600
servers_known_hosts | machine_text /root/.ssh/known_hosts
printf 'ssh root@10.11.0.1\npath %s\n' "$data" | machine_text /kdt/kdump.conf
steps <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	cp /kdt/kdump.conf /etc/kdump.conf
	check "ssh: started" systemctl enable --now kdump
	check "ssh: status is 0" exits 0 kdumpctl status
	check "ssh: test is good" exits 0 kdumpctl test
	crash
}
step_2()
{
	check "ssh: armed after the reboot" exits 0 kdumpctl status
	check "ssh: list shows the dump" exits 0 kdumpctl list
	check "ssh: by its file" words ' complete '
	done_all
}
E
service_run 600
ok "ssh: one dump" dump_dir "$data"
ok "ssh: files and modes" dump_has vmcore.flat vmcore-dmesg.txt kdump-status.json
"$build/kdump-collect" -R "$work/unflat" <"$dump/vmcore.flat" >/dev/null 2>&1
dump=$work
ok "ssh: crash opens it" dump_opens unflat
finish
