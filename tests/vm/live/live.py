# live.py DUMP VMLINUX - what drgn finds in a dump of a kernel that went on running
import struct
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


def in_file(path, va, size):
    """Bytes of vmlinux at an address it was linked for."""
    with open(path, "rb") as f:
        head = f.read(64)
        phoff, phnum = struct.unpack_from("<Q", head, 32)[0], struct.unpack_from("<H", head, 56)[0]
        f.seek(phoff)
        for load in struct.iter_unpack("<IIQQQQQQ", f.read(56 * phnum)):
            if load[0] == 1 and load[3] <= va < load[3] + load[5]:
                f.seek(load[2] + va - load[3])
                return f.read(size)
    return b""


# Types of the kernel never change, and have no addresses: a page that differs was read wrong.
moved = prog.symbol("_text").address - 0xffffffff81000000
start, stop = (prog.symbol("__%s_BTF" % end).address for end in ("start", "stop"))
want, got = in_file(sys.argv[2], start - moved, stop - start), prog.read(start, stop - start)
wrong = [i for i in range(0, stop - start, 4096) if want[i:i + 4096] != got[i:i + 4096]]
print("wrong", len(wrong), "of", (stop - start) // 4096)
print("log", get_dmesg(prog).decode().count("live: the kernel log has this line"))
