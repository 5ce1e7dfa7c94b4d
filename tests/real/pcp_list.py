# pcp_list.py VMCORE VMLINUX - frames on the free lists of the CPUs, as drgn has them, one a line
import sys

import drgn
from drgn.helpers.linux.cpumask import for_each_possible_cpu
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.mm import page_to_pfn
from drgn.helpers.linux.nodemask import for_each_online_node
from drgn.helpers.linux.percpu import per_cpu_ptr

prog = drgn.Program()
prog.set_core_dump(sys.argv[1])
prog.load_debug_info([sys.argv[2]])
TYPES = prog.constant("MIGRATE_PCPTYPES").value_()
COSTLY = 3  # PAGE_ALLOC_COSTLY_ORDER, a macro
page_bits = prog["PAGE_SHIFT"].value_()


def lists(zone, cpu):
    if hasattr(zone, "per_cpu_pageset"):
        return per_cpu_ptr(zone.per_cpu_pageset, cpu).lists
    return per_cpu_ptr(zone.pageset, cpu).pcp.lists


def order(index):
    group = index // TYPES
    return group if group <= COSTLY else page_bits - 3


for nid in for_each_online_node(prog):
    for zone in prog["node_data"][nid].node_zones:
        if not zone.present_pages:
            continue
        for cpu in for_each_possible_cpu(prog):
            for index, head in enumerate(lists(zone, cpu)):
                for page in list_for_each_entry("struct page", head.address_of_(), "lru"):
                    first = page_to_pfn(page).value_()
                    for pfn in range(first, first + (1 << order(index))):
                        print(pfn)
