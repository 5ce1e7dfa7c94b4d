#!/bin/bash
# secure-boot.sh - a machine with Secure Boot: armed with the signed kernel, its crash is saved; an unsigned one is refused
. "$(dirname "$0")/lib.sh"
. "$here/firmware.sh"

service_new trixie 6.12
firmware_new
# The same kernel without its signature, and one whose signature is not that of its bytes.
cp -L "$vmlinuz" "$work/unsigned"
sbattach --remove "$work/unsigned" || die "taking the signature away failed"
machine_put "$work/unsigned" "/boot/unsigned-$version" 644
cp -L "$vmlinuz" "$work/forged"
printf 'X' | dd of="$work/forged" bs=1 seek=100000 conv=notrunc 2>/dev/null
machine_put "$work/forged" "/boot/forged-$version" 644
steps <<'E'
kernel() { printf 'KDUMP_IMG=%s\n' "$1" >/etc/sysconfig/kdump; }
refused()
{
	check "$1: start is refused" exits 1 kdumpctl start
	check "$1: for its signature" words 'signed'
	check "$1: with the file" words "/boot/$1-"
	check "$1: by Secure Boot" words 'Secure Boot'
	check "$1: with the remedy" words 'signed kernel of the distribution.*mokutil'
	check "$1: status is 3" exits 3 kdumpctl status
}
step_1()
{
	check "the kernel knows of Secure Boot" sh -c 'dmesg | grep -i "secure boot enabled"'
	check "it is locked down" grep -F '[integrity]' /sys/kernel/security/lockdown
	dpkg -i /kdt/kdump.deb
	check "armed" systemctl enable --now kdump
	check "status is 0" exits 0 kdumpctl status
	check "it names Secure Boot" words 'Secure Boot'
	check "and how it was loaded" words 'kexec_file_load'
	check "status --json is 0" exits 0 kdumpctl status --json
	check "and says the same" words '"secure_boot": *true'
	crash
}
step_2()
{
	check "armed again after the reboot" exits 0 kdumpctl status
	check "list shows the dump" exits 0 kdumpctl list
	check "as complete" words 'complete'
	mkdir -p /etc/sysconfig
	kdumpctl stop
	kernel unsigned
	refused unsigned
	kernel forged
	refused forged
	kernel vmlinuz
	echo 'KEXEC_ARGS="-c"' >>/etc/sysconfig/kdump
	check "kexec_load, which takes unsigned ones, is not tried" exits 0 kdumpctl start
	check "status is 0" exits 0 kdumpctl status
	done_all
}
E
service_run 900
one_whole_dump "under Secure Boot" "$(disk_open root)/var/crash"
finish
