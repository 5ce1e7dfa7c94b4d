# stacks.py VMCORE VMLINUX MODULE REPORT.json - does drgn, with debuginfo, have what the report has?
# Every CPU's running task and every task in D state: frame for frame, by function. Differences that
# are none: drgn shows the crash handler, which the report leaves out, and functions that the
# compiler put into others; it names the whole of a system call's entry, the report its last label.
# Then the lists: all tasks with their state; all modules with size, taint flags and state.
import json
import re
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_online_cpu
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import cpu_curr, idle_task, task_state_to_char

core, vmlinux, module, report = sys.argv[1:]
prog = drgn.Program()
prog.set_core_dump(core)
prog.load_debug_info([vmlinux, module])
report = json.load(open(report))
bad = 0
modules = {module.name.string_().decode(): module for module in
           list_for_each_entry("struct module", prog["modules"].address_of_(), "list")}

# Before 6.4 drgn does not know where the init code of a module is.
for one in prog.modules():
    init = getattr(modules.get(one.name), "init_layout", None) if one.name in modules else None
    if init is not None and init.size:
        start = init.base.value_()
        one.address_ranges = [*one.address_ranges, (start, start + init.size.value_())]

# Labels inside of functions in assembler, several at the same place; the name that module_init()
# gives to a function.
SAME = {"entry_SYSCALL_64": ("entry_SYSCALL_64_after_hwframe", "entry_SYSCALL_64_safe_stack"),
        "secondary_startup_64": ("common_startup_64", "secondary_startup_64_no_verify"),
        "asm_call_on_stack": ("asm_call_irq_on_stack", "asm_call_sysvec_on_stack"),
        "init_module": ("kdt_init",)}


def name_of(frame):
    name = re.sub(r"^\? ", "", frame)
    return re.sub(r"\+0x[0-9a-f]+/0x[0-9a-f]+( \[\w+\])?$", "", name)


def drgn_stack(task):
    names = []
    for frame in prog.stack_trace(task):
        if frame.is_inline or not frame.pc >> 63:
            continue
        try:
            name = frame.symbol().name
        except LookupError:
            name = hex(frame.pc)
        names.append(name)
    if "__crash_kexec" in names:
        names = names[names.index("__crash_kexec") + 1:]
    return names


def compare(what, entry, task):
    global bad
    ours = [name_of(frame) for frame in entry.get("frames", [])]
    theirs = drgn_stack(task)
    guessed = [frame for frame in entry.get("frames", []) if frame.startswith("?")]
    same = len(ours) == len(theirs) > 1 and all(
        a == b or a in SAME.get(b, ()) for a, b in zip(ours, theirs))
    if same and not guessed:
        return
    bad = 1
    print("%s, pid %s (end: %s)" % (what, entry.get("pid"), entry.get("end")))
    for i in range(max(len(ours), len(theirs))):
        a, b = (names[i] if i < len(names) else "" for names in (ours, theirs))
        print("  %s %-40s %s" % (" " if a == b else "!", a, b))
    print("  guessed:", guessed)


def task_of(entry):
    return drgn.Object(prog, "struct task_struct *", int(entry["task"], 16))


cpus = {entry["cpu"]: entry for entry in report["backtraces"]["cpus"]}
if sorted(cpus) != sorted(for_each_online_cpu(prog)):
    bad = 1
    print("CPUs:", sorted(cpus))
for nr, entry in cpus.items():
    if task_of(entry) != cpu_curr(prog, nr):
        bad = 1
        print("CPU %d ran" % nr, cpu_curr(prog, nr).pid, "and not", entry["pid"])
    if entry["registers"] and not entry["in_user_space"]:
        compare("CPU %d" % nr, entry, cpu_curr(prog, nr))

blocked = {int(entry["task"], 16): entry for entry in report["backtraces"]["blocked"]}
really = {task.value_(): task for task in for_each_task(prog) if task_state_to_char(task) == "D" and
          not task.on_cpu}
if sorted(blocked) != sorted(really):
    bad = 1
    print("blocked:", blocked.keys(), "and not", really.keys())
for at in set(blocked) & set(really):
    compare("blocked", blocked[at], really[at])

tasks = sorted((task.pid.value_(), task_state_to_char(task)) for task in for_each_task(prog))
ours = sorted((task["pid"], task["state"]) for task in report["tasks"]["list"] if task["pid"])
if tasks != ours:
    bad = 1
    print("tasks:", sorted(set(tasks) ^ set(ours)))


def module_facts(one):
    try:
        size = one.core_layout.size.value_() + one.init_layout.size.value_()
    except AttributeError:
        size = sum(memory.size.value_() for memory in one.mem)
    taints = "".join(chr(flag.c_true.value_()) for i, flag in enumerate(prog["taint_flags"])
                     if one.taints.value_() >> i & 1)
    state = {"MODULE_STATE_COMING": "coming", "MODULE_STATE_GOING": "going"}
    return size, taints, state.get(one.state.format_(type_name=False), "live")


theirs = {name: module_facts(one) for name, one in modules.items()}
ours = {one["name"]: (one["size"], one["taints"], one["state"]) for one in report["modules"]["list"]}
if theirs != ours or "O" not in ours.get("kdt_crash", (0, "O"))[1]:
    bad = 1
    print("modules:", sorted(set(theirs.items()) ^ set(ours.items())))
sys.exit(bad)
