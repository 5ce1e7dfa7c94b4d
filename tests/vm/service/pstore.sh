#!/bin/bash
# pstore.sh - a panic of a machine that was not armed: firmware or memory keeps the log, the next boot lists it
. "$(dirname "$0")/lib.sh"

# A table of ACPI with its own memory.
with_erst()
{
	machine_qemu+=(-object "memory-backend-file,id=erst,mem-path=$machine/erst,size=64K,share=on"
		-device acpi-erst,memdev=erst)
}

# A piece of memory that no kernel uses, and that a reset does not clear.
with_ramoops()
{
	machine_cmdline="$machine_cmdline memmap=1M\$0x10000000"
	echo ramoops | machine_text /etc/modules-load.d/ramoops.conf
	echo "options ramoops mem_address=0x10000000 mem_size=0x100000 record_size=0x8000" |
		machine_text /etc/modprobe.d/ramoops.conf
}

the_steps()
{
	cat <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	check "armed" systemctl enable --now kdump
	check "the boot is watched" systemctl is-active kdump-boot
	check "there is a backend of pstore" sh -c 'cat /sys/module/pstore/parameters/backend | grep BACKEND'
	check "stopped by hand" kdumpctl stop
	sysctl -w kernel.panic=1
	crash
}
step_2()
{
	check "the boot after it" systemctl is-active kdump-boot
	check "the journal has it by its id" sh -c 'journalctl -b MESSAGE_ID=6d0a3b5e0fa84dcb9a1f7c52e8b94d16 | grep "kdump was not armed: kdump was stopped"'
	check "status repeats it" sh -c 'kdumpctl status | grep "last crash without a dump: .*sysrq_handle_crash"'
	check "list has its log" sh -c 'kdumpctl list | grep "sysrq_handle_crash"'
	check "show finds it" sh -c 'kdumpctl show last | grep "/var/lib/kdump/pstore/pstore-20"'
	check "the log ends with the panic" sh -c 'tail -n 5 /var/lib/kdump/pstore/pstore-*/vmcore-dmesg-incomplete.txt | grep -E "Kernel panic|end Kernel panic|Kernel Offset"'
	systemctl reboot
}
step_3()
{
	check "a reboot in good order" systemctl is-active kdump-boot
	check "is no crash" sh -c '! journalctl -b MESSAGE_ID=6d0a3b5e0fa84dcb9a1f7c52e8b94d16 | grep armed'
	done_all
}
E
}

for backend in ${PSTORE_BACKENDS:-erst ramoops}; do
	echo "# $backend"
	service_new trixie 6.12
	with_$backend
	the_steps | sed "s/BACKEND/$backend/" | steps
	service_run 600
done
finish
