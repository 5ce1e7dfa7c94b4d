# vmcore-facts.py - drgn script: facts of a vmcore, one a line, for vmcore-check.sh.
# An independent look at page states, by members and flags of struct page; no dump tool involved.
import struct
from collections import Counter

from drgn import FaultError, offsetof
from drgn.helpers.linux.cpumask import for_each_online_cpu
from drgn.helpers.linux.mm import pfn_to_page

PAGE = 4096
SECTION = 1 << 15  # pages in 128 MiB, what x86 keeps one stretch of struct pages for
LOOK_STRIDE = 16  # of the pages in question every 16th has its content looked at


def number(name, default=None):
    """An enum constant, or the default in kernels without it."""
    try:
        return prog.constant(name).value_()
    except LookupError:
        return default


def flag_mask(name):
    bit = number("PG_" + name)
    return 0 if bit is None else 1 << bit


def type_test(name, old_mask):
    """Whether a page_type says name: a byte since 6.12, cleared bits of a mask before."""
    byte = number("PGTY_" + name)
    if byte is not None:
        return lambda value: value >> 24 == byte
    if old_mask is None:
        return lambda value: False
    return lambda value: value & 0xF0000000 == 0xF0000000 and not value & old_mask


FLAGS = {name: flag_mask(name) for name in ("hwpoison", "swapcache", "private", "head", "slab",
                                            "swapbacked")}
IS_BUDDY = type_test("buddy", 0x80)
IS_OFFLINE = type_test("offline", 0x100)
IS_SLAB = type_test("slab", None)
STRUCT = prog.type("struct page")
MAPPING = offsetof(prog.type("struct page"), "mapping")
TYPE = offsetof(prog.type("struct page"), "page_type")


def struct_pages():
    """Yield (pfn, bytes of struct page); sections without memory are skipped."""
    for start in range(0, prog["max_pfn"].value_(), SECTION):
        nr = min(SECTION, prog["max_pfn"].value_() - start)
        try:
            raw = prog.read(pfn_to_page(prog, start).value_(), nr * STRUCT.size)
        except FaultError:
            continue
        for i in range(nr):
            yield start + i, raw[i * STRUCT.size:(i + 1) * STRUCT.size]


def page_states(raw):
    """The names that hold for one page, contents aside."""
    (flags,) = struct.unpack_from("<Q", raw, 0)
    (mapping,) = struct.unpack_from("<Q", raw, MAPPING)
    (page_type,) = struct.unpack_from("<I", raw, TYPE)
    states = {name for name, mask in FLAGS.items() if flags & mask}
    if IS_SLAB(page_type):
        states.add("slab")
    if IS_BUDDY(page_type):
        return {"buddy"}
    if IS_OFFLINE(page_type):
        return {"offline"}
    if "slab" in states:
        return {"slab"}
    # Tail pages reuse the word of mapping for values that are no addresses.
    if mapping >> 56 == 0xFF:
        states.add(("file", "anon", "movable", "ksm")[mapping & 3])
    if "anon" in states and "head" in states:
        states.add("thp")
    if states & {"anon", "slab"} or "file" not in states:
        states.discard("private")
    return states


def page_is_zero(pfn):
    return not any(prog.read(pfn * PAGE, PAGE, True))


def pages_count():
    """Count the states; zero and buddy-content are 1 as soon as one such page is found."""
    count, looked = Counter(), Counter()
    for pfn, raw in struct_pages():
        states = page_states(raw)
        count.update(states)
        for state, question, zero in (("anon", "zero", True), ("buddy", "buddy-content", False)):
            if state not in states or count[question]:
                continue
            looked[question] += 1
            if looked[question] % LOOK_STRIDE == 1:
                try:
                    count[question] += page_is_zero(pfn) == zero
                except FaultError:
                    pass
    return count


def vmcoreinfo():
    lines = prog["VMCOREINFO"].string_().decode(errors="replace").split("\n")
    return dict(line.split("=", 1) for line in lines if "=" in line)


info = vmcoreinfo()
print("cpus", len(list(for_each_online_cpu(prog))))
print("levels", 5 if info.get("NUMBER(pgtable_l5_enabled)") == "1" else 4)
print("kaslr", int(info.get("KERNELOFFSET", "0"), 16))
print("stack", *(frame.name for frame in prog.crashed_thread().stack_trace()))
counted = pages_count()
counted["hugetlb"] = sum(state.nr_huge_pages.value_() for state in prog["hstates"])
for name in sorted(counted):
    print("pages", name, counted[name])
