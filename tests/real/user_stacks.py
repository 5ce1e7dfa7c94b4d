# user_stacks.py VMCORE VMLINUX - pages that show the user stacks of running and blocked threads,
# each with the sum of its bytes, as drgn finds them: "PID VA SUM". SUM is "-" for a page that is
# not in the core, although the process had it in memory.
import hashlib
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_online_cpu
from drgn.helpers.linux.mm import access_remote_vm, follow_phys, for_each_vma
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import cpu_curr, task_state_to_char

PAGE, STACK = 4096, 128 << 10
prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])


def threads():
    running = {cpu_curr(prog, cpu).value_() for cpu in for_each_online_cpu(prog)}
    for task in for_each_task(prog):
        if task.mm and (task.value_() in running or task_state_to_char(task) == "D"):
            yield task


def user_sp(task):
    """Of the outermost frame: drgn unwinds through the kernel's entry code."""
    frame = prog.stack_trace(task)[-1]
    return frame.sp if frame.pc < 1 << 63 else None


def pages(task, sp):
    for vma in for_each_vma(task.mm):
        start, end = vma.vm_start.value_(), vma.vm_end.value_()
        if vma.vm_file and vma.vm_pgoff == 0:
            yield start
        if start <= sp < end:
            first = (sp - 128) & ~(PAGE - 1)
            yield from range(first, min(sp + STACK, end), PAGE)


for task in threads():
    sp = user_sp(task)
    for va in pages(task, sp) if sp else ():
        try:
            follow_phys(task.mm, va)
        except drgn.FaultError:
            continue
        try:
            data = hashlib.sha256(access_remote_vm(task.mm, va, PAGE)).hexdigest()[:16]
        except drgn.FaultError:
            data = "-"
        print(task.pid.value_(), "%#x" % va, data)
