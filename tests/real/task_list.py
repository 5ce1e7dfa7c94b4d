# task_list.py VMCORE VMLINUX - each task as drgn has it, in the form of `ksyms tasks`, but for the end
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_possible_cpu
from drgn.helpers.linux.percpu import per_cpu
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import task_state_to_char

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def frames(task):
    return ["%#x" % f.pc for f in prog.stack_trace(task) if not f.is_inline and f.pc >> 63]


tasks = {t.value_(): t for t in for_each_task(prog)}
for cpu in for_each_possible_cpu(prog):
    idle = per_cpu(prog["runqueues"], cpu).idle
    tasks[idle.value_()] = idle
init = prog["init_task"].address_of_()
tasks[init.value_()] = init
for task in tasks.values():
    words = ["%#x" % task.value_(), str(task.pid.value_()), task_state_to_char(task)]
    if not task.on_cpu:
        words += frames(task)
    print(" ".join(words))
