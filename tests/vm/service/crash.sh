#!/bin/bash
# crash.sh - install, enable, crash, and crash again: an administrator does nothing else, on both Debians
. "$(dirname "$0")/lib.sh"

# debian SUITE KERNEL - two crashes in a row, then the package goes and leaves only the dumps.
debian()
{
	service_new "$1" "$2"
	steps <<-'E'
		count() { [ "$(kdumpctl list | grep -c ' complete ')" = "$1" ]; }
		listed() { kdumpctl list; kdumpctl list --json >/tmp/list && python3 -c 1 2>/dev/null; count "$1"; }
		journal() { journalctl -b -u kdump -o export; journalctl -b -o export | grep -q MESSAGE_ID; }
		step_1()
		{
			find / -xdev -not -path '/kdt/*' -not -path '/var/log/*' -not -path '/tmp/*' | sort >/kdt/before
			check "the package installs" dpkg -i /kdt/kdump.deb
			check "its files are whole" dpkg -V kdump
			check "enable --now" systemctl enable --now kdump
			check "the service is active" systemctl is-active kdump
			check "status is 0" exits 0 kdumpctl status
			took "start when loaded" kdumpctl start
			kdumpctl stop
			took "start with nothing changed" kdumpctl start
			kdumpctl stop
			rm -f /boot/*kdump.img /var/lib/kdump/*kdump.img
			took "start with an image to build" kdumpctl start
			check "the service runs on" systemctl restart kdump
			check "a capture kernel is loaded" grep -qx 1 /sys/kernel/kexec_crash_loaded
			check "the image is for root alone" test "$(stat -c %a "$(find /boot /var/lib/kdump -name '*kdump*.img' | head -n 1)")" = 600
			crash
		}
		step_2()
		{
			check "armed again after the reboot" exits 0 kdumpctl status
			check "list shows one dump" listed 1
			check "the panic is named" words_of "sysrq" kdumpctl list
			check "the journal has the report" sh -c 'journalctl -b | grep -iE "kdump.*(crash|panic)"'
			journalctl -b -u kdump --no-pager | sed 's/^/# /'
			crash
		}
		words_of() { local re=$1; shift; exits 0 "$@" && words "$re"; }
		step_3()
		{
			check "armed after the second crash" exits 0 kdumpctl status
			check "list shows two dumps" listed 2
			check "show tells of one" exits 0 kdumpctl show
			check "estimate" exits 0 kdumpctl estimate
			cat /tmp/words
			check "stop" exits 0 kdumpctl stop
			check "not operational is 3" exits 3 kdumpctl status
			check "start" exits 0 kdumpctl start
			check "the package goes" dpkg --purge kdump
			check "nothing is loaded any more" grep -qx 0 /sys/kernel/kexec_crash_loaded
			find / -xdev -not -path '/kdt/*' -not -path '/var/log/*' -not -path '/tmp/*' | sort >/kdt/after
			check "nothing is left but the dumps" sh -c '! diff /kdt/before /kdt/after |
				grep "^>" | grep -vE "/var/(crash|cache|tmp|lib/(dpkg|systemd))"'
			done_all
		}
	E
	service_run 900
	for dump in "$(disk_open root)"/var/crash/*; do
		ok "$1: ${dump##*/}: crash opens it" dump_opens vmcore
		ok "$1: ${dump##*/}: files and modes" dump_has vmcore vmcore-dmesg.txt kexec-dmesg.log kdump-status.json
	done
}

for kernel in $(kernels 6.1 6.12); do
	debian "$(suite_of "$kernel")" "$kernel"
done
finish
