# module_list.py VMCORE VMLINUX modules|symbols - as drgn has them, in the form of `ksyms`
import sys

import drgn
from drgn.helpers.linux.kallsyms import load_module_kallsyms
from drgn.helpers.linux.list import list_for_each_entry

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])
if sys.argv[3] == "modules":
    for mod in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
        try:
            text, size = mod.core_layout.base, mod.core_layout.size + mod.init_layout.size
        except AttributeError:
            text, size = mod.mem[0].base, sum(m.size.value_() for m in mod.mem)
        print("%s %#x %#x %u" % (mod.name.string_().decode(), mod.value_(), text.value_(), int(size)))
else:
    prog.register_symbol_finder("modules", load_module_kallsyms(prog), enable_index=0)
    prog.set_enabled_symbol_finders(["modules"])
    for symbol in prog.symbols():
        if symbol.name and symbol.address >> 63:
            print("%016x %s" % (symbol.address, symbol.name))
