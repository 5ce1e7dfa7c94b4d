#!/bin/sh
# crash.sh - crash says the same of our dump as of the raw vmcore; drgn where crash cannot (7.x)
. "$(dirname "$0")/lib.sh"

cat >"$work/cmds" <<'E'
sys
bt -a
ps
log
mod
mount
net
files
vm
timer
runq -g
kmem -i
kmem -s
quit
E
cat >"$work/tasks.py" <<'E'
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.printk import get_dmesg
print(prog["UTS_RELEASE"].string_().decode())
for task in for_each_task(prog):
    print(task.pid.value_(), task.comm.string_().decode())
print(prog.crashed_thread().stack_trace())
print(get_dmesg(prog).decode())
E

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	rm -f "$work/dump"
	ok "$v: dump" "$collect" -z -d 31 "$dir/vmcore" "$work/dump"
	case $v in
	7.*) ok "$v: drgn sees the same tasks, stack and log" reads_same drgn_says sysrq_handle_crash "$dir/vmcore" "$work/dump" ;;
	*) ok "$v: crash says the same" reads_same crash_says sysrq_handle_crash "$dir/vmcore" "$work/dump" ;;
	esac
done
finish
