# report_parts.py - two sides of tests/real/report_parts.sh, a fact a line
#
#   kdump-report --json DUMP | report_parts.py ours
#   report_parts.py drgn VMCORE VMLINUX
import json
import sys

NODE = {
    "anonymous": "NR_ANON_MAPPED", "file": "NR_FILE_PAGES", "shared": "NR_SHMEM",
    "dirty": "NR_FILE_DIRTY", "writeback": "NR_WRITEBACK",
    "slab_reclaimable": "NR_SLAB_RECLAIMABLE_B", "slab_unreclaimable": "NR_SLAB_UNRECLAIMABLE_B",
    "page_tables": "NR_PAGETABLE", "kernel_stacks": "NR_KERNEL_STACK_KB",
    "unevictable": "NR_UNEVICTABLE",
}
NAMES = ["total", "free", *NODE, "huge", "huge_free"]


def show(memory, slabs, processes, modules):
    for name in NAMES:
        print("memory", name, memory[name])
    for slab in sorted(slabs, key=lambda s: (-s[1], s[0]))[:50]:
        print("slab", *slab)
    for process in sorted(processes):
        print("process", *process)
    for module in sorted(modules):
        print("module", *module)


def ours():
    report = json.load(sys.stdin)
    memory, processes = report["memory"], report["processes"]["largest"]
    assert not report["slabs"]["cut"] and not report["modules"]["cut"]
    classes = ["free", "anonymous", "file", "slab_reclaimable", "slab_unreclaimable",
               "page_tables", "kernel_stacks", "huge", "other"]
    assert sum(memory[c] for c in classes) == memory["total"]
    show(memory,
         [(s["name"], s["bytes"], s["objects"], s["object_size"]) for s in report["slabs"]["largest"]],
         [(p["pid"], p["comm"], p["resident_pages"], p["anonymous_pages"], p["swapped_pages"])
          for p in processes],
         [(m["name"], m["size"], m["taints"] or "-") for m in report["modules"]["list"]])


def drgn_says():
    import drgn
    from drgn.helpers.linux.cpumask import for_each_possible_cpu
    from drgn.helpers.linux.list import list_for_each_entry
    from drgn.helpers.linux.percpu import per_cpu_ptr
    from drgn.helpers.linux.pid import for_each_task
    prog = drgn.Program()
    prog.set_core_dump(sys.argv[2])
    prog.load_debug_info([sys.argv[3]])
    page = prog["PAGE_SIZE"].value_()

    def counter(name):
        unit = 1024 if name.endswith("_KB") else page
        in_node = any(e.name == name for e in prog.type("enum node_stat_item").enumerators)
        n = prog["vm_node_stat" if in_node else "vm_zone_stat"][prog.constant(name)]
        return max(n.counter.value_(), 0) * unit

    memory = {name: counter(enumerator) for name, enumerator in NODE.items()}
    memory["free"] = counter("NR_FREE_PAGES")
    memory["total"] = prog["_totalram_pages"].counter.value_() * page

    sizes = [prog["hstates"][i] for i in range(prog["hugetlb_max_hstate"].value_())]
    for key, member in ("huge", "nr_huge_pages"), ("huge_free", "free_huge_pages"):
        memory[key] = sum((h.member_(member).value_() << h.order.value_()) * page for h in sizes)

    slabs = []
    for cache in list_for_each_entry("struct kmem_cache", prog["slab_caches"].address_of_(), "list"):
        try:
            nodes = [cache.node[i] for i in range(prog["nr_node_ids"].value_())]
        except AttributeError:
            nodes = [cache.per_node[i].node for i in range(prog["nr_node_ids"].value_())]
        nodes = [n for n in nodes if n]
        order = cache.oo.x.value_() >> 16
        slabs.append((cache.name.string_().decode(),
                      sum(n.nr_slabs.counter.value_() for n in nodes) * (page << order),
                      sum(n.total_objects.counter.value_() for n in nodes),
                      cache.size.value_()))

    def rss(mm, i):
        try:
            return mm.rss_stat.count[i].counter.value_()
        except AttributeError:
            pass
        percpu = mm.rss_stat[i]
        return percpu.count.value_() + sum(per_cpu_ptr(percpu.counters, cpu)[0].value_()
                                           for cpu in for_each_possible_cpu(prog))

    processes = []
    for task in for_each_task(prog):
        if task.mm and task.pid == task.tgid and not task.flags.value_() & 0x200000:
            n = [max(rss(task.mm, i), 0) for i in range(4)]
            processes.append((task.pid.value_(), task.comm.string_().decode(),
                              n[0] + n[1] + n[3], n[1], n[2]))
    processes.sort(key=lambda p: -p[2])

    modules = []
    for mod in list_for_each_entry("struct module", prog["modules"].address_of_(), "list"):
        try:
            size = mod.core_layout.size.value_() + mod.init_layout.size.value_()
        except AttributeError:
            size = sum(m.size.value_() for m in mod.mem)
        taints = "".join(chr(f.c_true.value_()) for i, f in enumerate(prog["taint_flags"])
                         if mod.taints.value_() >> i & 1)
        modules.append((mod.name.string_().decode(), size, taints or "-"))
    show(memory, slabs, processes[:10], modules)


ours() if sys.argv[1] == "ours" else drgn_says()
