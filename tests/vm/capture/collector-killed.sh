#!/bin/bash
# collector-killed.sh - the collector dies in the middle: log kept, core readable, named incomplete
. "$(dirname "$0")/lib.sh"

# The kernel's own killer: sysrq f takes whom it would take when memory runs out.
oom_kill()
{
	machine_until 'Saving pages' 120 || return 1
	machine_monitor "chardev-send-break con"
	sleep 1 # the key must not be there before the break
	printf f >&"$machine_keys"
}

capture_new 6.12
data_ext4 2G
more_config "core_collector makedumpfile -d 0" "max_unfiltered 0"
more_guest 'CMDLINE=sysrq_always_enabled'
with_reference
capture_start 240
ok "the kernel was told to kill" oom_kill
ok "the machine rebooted by itself" capture_wait
ok "it killed the collector, first of all" says 'Killed process [0-9]+ \((makedumpfile|kdump-co|collect)'
ok "one dump directory" dump_dir "$(disk_open data)/dumps"
ok "log saved" log_saved
ok "the core is named incomplete" dump_has vmcore-incomplete
ok "and only so" dump_lacks vmcore
ok "what it has is right, and readers open it" dump_partial vmcore-incomplete
ok "the console says what ended it" says 'kdump: .*([Kk]illed|SIGKILL|signal 9)'
ok "the status says partial" status_is state '^partial$'
finish
