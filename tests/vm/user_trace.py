# user_trace.py DUMP VMLINUX PROGRAM - the user stack of PROGRAM's process, by drgn: a function a line.
# The registers come from the kernel's stack, memory through the page tables of the process.
import os
import sys

import drgn
from drgn.helpers.linux.mm import access_remote_vm
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import task_state_to_char

dump, vmlinux, program = sys.argv[1:4]
kernel = drgn.Program()
kernel.set_core_dump(dump)
kernel.load_debug_info([vmlinux])
name = os.path.basename(program).encode()
task = next(t for t in for_each_task(kernel)
            if t.comm.string_() == name and task_state_to_char(t) == "D")
frame = kernel.stack_trace(task)[-1]
registers = frame.registers()

user = drgn.Program(kernel.platform)
user.add_memory_segment(
    0, 1 << 47, lambda address, count, offset, physical: access_remote_vm(task.mm, address, count))
# Not position-independent: it lies where its file says.
module = user.extra_module(program, create=True)
module.address_range = (0x400000, 0x10000000)
module.try_file(program)
# struct pt_regs in the order of the kernel, with what drgn knows of the outermost frame.
order = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs rflags rsp ss").split()
raw = b"".join(registers.get(r, 0).to_bytes(8, "little") for r in order)
u64 = user.int_type("unsigned long", 8, False)
members = [drgn.TypeMember(u64, r, i * 64) for i, r in enumerate(order)]
regs = drgn.Object.from_bytes_(user, user.struct_type("pt_regs", len(raw), members), raw)
for f in user.stack_trace(regs):
    print(f.name)
