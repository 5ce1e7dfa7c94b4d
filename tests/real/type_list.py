# type_list.py - two sides of tests/real/types.sh
#
#   bpftool -j btf dump file VMLINUX | type_list.py all    each type, in the form of `ksyms types`
#   type_list.py fields VMCORE VMLINUX TYPES COUNT   random members of TYPES, as drgn (DWARF) has them
import json
import random
import sys

KIND = dict(INT=1, PTR=2, ARRAY=3, STRUCT=4, UNION=5, ENUM=6, FWD=7, TYPEDEF=8, VOLATILE=9,
            CONST=10, RESTRICT=11, FUNC=12, FUNC_PROTO=13, VAR=14, DATASEC=15, FLOAT=16,
            DECL_TAG=17, TYPE_TAG=18, ENUM64=19)


def all_types():
    for t in json.load(sys.stdin)["types"]:
        kind = t["kind"]
        type_id = 0 if kind == "FWD" else t.get("type_id", t.get("ret_type_id", 0))
        word = [str(t["id"]), str(KIND[kind]), t.get("name", "(anon)"), str(t.get("size", 0)),
                str(type_id), str(t.get("nr_elems", 0))]
        for m in t.get("members", []):
            word.append("%s:%u:%u:%u" % (m["name"], m["type_id"], m["bits_offset"],
                                         m.get("bitfield_size", 0)))
        mask = 0xffffffffffffffff if kind == "ENUM64" else 0xffffffff
        for v in t.get("values", []) if kind in ("ENUM", "ENUM64") else []:
            word.append("%s=%x" % (v["name"], v["val"] & mask))
        print(" ".join(word))


def walk(drgn, type_, path, depth, out):
    """Every member that can be named, through anonymous ones and two levels of named ones."""
    while type_.kind == drgn.TypeKind.TYPEDEF:
        type_ = type_.type
    if type_.kind not in (drgn.TypeKind.STRUCT, drgn.TypeKind.UNION) or type_.members is None:
        return
    for m in type_.members:
        if m.name is None:
            walk(drgn, m.type, path, depth, out)
            continue
        out.append(path + [m.name])
        if depth < 2:
            walk(drgn, m.type, path + [m.name], depth + 1, out)


def place(drgn, type_, path):
    """Bits from the start, and the last member."""
    bits = 0
    for name in path:
        while type_.kind == drgn.TypeKind.TYPEDEF:
            type_ = type_.type
        m = type_.member(name)
        bits += m.bit_offset
        type_ = m.type
    return bits, m


def fields(vmcore, vmlinux, types, count):
    import drgn
    prog = drgn.Program()
    prog.set_core_dump(vmcore)
    prog.load_debug_info([vmlinux])
    names = {}
    for line in open(types):
        word = line.split(" ")
        if word[1] in "45" and word[2] != "(anon)" and len(word) > 6:
            names.setdefault(word[2], []).append("struct " if word[1] == "4" else "union ")
    unique = sorted(n for n in names if len(names[n]) == 1)
    random.seed(types)
    for name in random.sample(unique, count):
        try:
            type_ = prog.type(names[name][0] + name)
        except LookupError:
            continue
        out = []
        walk(drgn, type_, [], 0, out)
        for path in random.sample(out, min(len(out), 20)):
            bits, m = place(drgn, type_, path)
            where = name + " " + ".".join(path)
            if m.bit_field_size is not None:
                print("%s %u:%u" % (where, bits, m.bit_field_size))
            else:
                try:
                    size = drgn.sizeof(m.type)
                except TypeError:
                    size = 0
                print("%s %u %u" % (where, bits // 8, size))


if sys.argv[1] == "all":
    all_types()
else:
    fields(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
