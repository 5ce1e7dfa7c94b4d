#!/bin/bash
# lockdown.sh - a kernel that loads nothing unsigned, and one told to load nothing: the reason is named
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
machine_cmdline="$machine_cmdline lockdown=integrity"
steps <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	systemctl enable --now kdump
	if [ "$(cat /sys/kernel/kexec_crash_loaded)" = 1 ]; then
		check "lockdown: signed, so loaded, and status is 0" exits 0 kdumpctl status
	else
		check "lockdown: start is refused" exits 1 kdumpctl start
		check "lockdown: the reason is named" words 'lockdown|sign|Secure Boot'
		check "lockdown: status is 3" exits 3 kdumpctl status
	fi
	done_all
}
E
service_run 300

service_new trixie 6.12
steps <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	sysctl -q -w kernel.kexec_load_disabled=1
	check "load disabled: start is refused" exits 1 kdumpctl start
	check "load disabled: the switch is named" words 'kexec_load_disabled'
	check "load disabled: status is 3" exits 3 kdumpctl status
	check "load disabled: the unit has failed, loudly" sh -c '! systemctl enable --now kdump'
	done_all
}
E
service_run 300
finish
