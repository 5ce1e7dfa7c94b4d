#!/bin/bash
# no-memory.sh - without a reservation, or with one that is too small, everybody is told so beforehand
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
VM_CRASHKERNEL=
steps <<'E'
step_1()
{
	systemctl is-system-running --wait >/dev/null
	sysctl -q -w kernel.panic_on_oops=0
	dpkg -i /kdt/kdump.deb
	check "none: installing switches nothing on" test "$(sysctl -n kernel.panic_on_oops)" = 0
	check "none: enable --now does not look like success" exits 1 systemctl enable --now kdump
	check "none: systemd says so" words 'Job for kdump.service failed'
	check "none: it is enabled all the same" systemctl is-enabled kdump
	check "none: systemctl status is 3" exits 3 systemctl status kdump
	check "none: and has reason and remedy" words 'NOT armed: no memory is reserved.*reset-crashkernel'
	check "none: nothing is switched on" test "$(sysctl -n kernel.panic_on_oops)" = 0
	check "none: start is refused" exits 1 kdumpctl start
	check "none: with the remedy" words 'crashkernel'
	check "none: status is 3" exits 3 kdumpctl status
	check "none: and says why" words 'crashkernel|reserv'
	systemctl reboot
	sleep 60
}
step_2()
{
	check "none: the service is not a failure of the boot" sh -c '! systemctl --failed | grep kdump'
	check "none: it was skipped" sh -c 'systemctl show -p Result kdump | grep exec-condition'
	check "none: and the journal says why" sh -c 'journalctl -b -u kdump | grep "not armed: no memory is reserved"'
	done_all
}
E
service_run 300

service_new trixie 6.12
VM_CRASHKERNEL=48M
steps <<'E'
step_1()
{
	dpkg -i /kdt/kdump.deb
	systemctl enable --now kdump || :
	check "48M: start is refused" exits 1 kdumpctl start
	check "48M: the size is named" words '48 ?M'
	check "48M: with the remedy" words 'crashkernel=|kdumpctl estimate'
	check "48M: status is 3" exits 3 kdumpctl status
	check "48M: estimate warns" exits 1 kdumpctl estimate
	check "48M: in words" words 'warning|too small'
	done_all
}
E
service_run 300
finish
