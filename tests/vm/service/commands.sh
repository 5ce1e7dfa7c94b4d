#!/bin/bash
# commands.sh - every command of kdumpctl, good and bad use, on a machine with a real reservation
. "$(dirname "$0")/lib.sh"

service_new trixie 6.12
steps <<'E'
json() { exits 0 "$@" --json && head -c 1 /tmp/words | grep -q '[[{]'; }
step_1()
{
	dpkg -i /kdt/kdump.deb
	check "status before the start is 3" exits 3 kdumpctl status
	sysctl -q -w kernel.panic_on_oops=0 kernel.panic=0
	check "the service arms" systemctl start kdump
	# The machine is booted with panic=5: that key is its administrator's.
	check "and sets what nobody decided on" test "$(sysctl -n kernel.panic_on_oops kernel.panic | tr '\n' ' ')" = "1 0 "
	check "status says so" exits 0 kdumpctl status
	check "in words" words 'panic_on_oops: 1 .set by kdump, was 0.'
	check "and what is left alone, with the reason" words "panic: 0 .left to the kernel's command line."
	check "the service disarms" systemctl stop kdump
	check "and puts back what was there" test "$(sysctl -n kernel.panic_on_oops kernel.panic | tr '\n' ' ')" = "0 0 "
	took "start with a fresh image" kdumpctl start
	check "start" exits 0 kdumpctl start
	check "start again is no error" exits 0 kdumpctl start
	took "start with nothing changed" kdumpctl restart
	check "status" exits 0 kdumpctl status
	check "status --json" json kdumpctl status
	check "reload" exits 0 kdumpctl reload
	check "restart" exits 0 kdumpctl restart
	check "rebuild" exits 0 kdumpctl rebuild
	check "showmem" exits 0 kdumpctl showmem
	check "showmem says 128" words 128
	took "estimate" kdumpctl estimate
	check "estimate" exits 0 kdumpctl estimate
	check "estimate --json" json kdumpctl estimate
	check "check-config" exits 0 kdumpctl check-config
	check "list without a dump" exits 0 kdumpctl list
	check "list --json" json kdumpctl list
	check "show without a dump" exits 1 kdumpctl show
	check "get-default-crashkernel" exits 0 kdumpctl get-default-crashkernel
	check "it is a crashkernel= value" words '^[0-9A-Z:,-]+$'
	check "test is a dry run" exits 0 kdumpctl test
	check "the machine still stands and is armed" exits 0 kdumpctl status
	check "propagate without an ssh target" exits 1 kdumpctl propagate
	check "stop" exits 0 kdumpctl stop
	check "stop again is no error" exits 0 kdumpctl stop
	check "status after the stop is 3" exits 3 kdumpctl status
	check "no command" exits 1 kdumpctl
	check "an unknown command" exits 1 kdumpctl strat
	check "is answered with the one that is meant" words "did you mean 'start'"
	check "too many words" exits 1 kdumpctl start now
	echo "no such key" >>/etc/kdump.conf
	check "check-config with a mistake" exits 1 kdumpctl check-config
	check "says where" words 'kdump.conf:[0-9]+'
	check "start with a mistake" exits 1 kdumpctl start
	sed -i '$d' /etc/kdump.conf
	check "start after it" exits 0 kdumpctl start
	done_all
}
E
service_run 500
finish
