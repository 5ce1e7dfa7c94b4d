# live.py DUMP VMLINUX - what drgn finds in a dump of a kernel that went on running
import sys

import drgn
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.printk import get_dmesg

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])
print("release", prog["UTS_RELEASE"].string_().decode())


def name(task):
    try:
        return task.comm.string_()
    except drgn.FaultError: # it began when its page was known to be free
        return None


witness = [t for t in for_each_task(prog) if name(t) == b"live-witness"]
print("witnesses", len(witness))
for task in witness: # it sleeps: its stack does not change while it is read
    print("stack", " ".join(f.name or "?" for f in prog.stack_trace(task)))
print("log", get_dmesg(prog).decode().count("live: the kernel log has this line"))
