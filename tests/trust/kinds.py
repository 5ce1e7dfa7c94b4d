# SPDX-License-Identifier: GPL-2.0-or-later
"""kinds.py - the kinds of fault; each draws one for a core and a generator: [(letter, offset, what)]"""
import os
import re
import struct

KINDS = {}


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


def put(off, data):
    return [("w", off, data)]


def noise(r, off, length):
    return put(off, r.randbytes(length))


def header(c, r, field, value):
    n = r.randrange(c.phnum)
    return put(c.phoff + 56 * n + field, struct.pack("<Q", value(c.headers[n], r)))


@kind
def elf_header(c, r):
    return noise(r, r.randrange(64), 1)


@kind
def header_offset(c, r):
    return header(c, r, 8, lambda h, r: r.choice([0, 1 << 62, h[2] + 4096, r.getrandbits(64)]))


@kind
def header_virtual(c, r):
    return header(c, r, 16, lambda h, r: r.choice([0, h[3] ^ 1 << r.randrange(64), r.getrandbits(64)]))


@kind
def header_physical(c, r):
    return header(c, r, 24, lambda h, r: r.choice([1 << r.randrange(30, 64), h[4] + 4096, r.getrandbits(64)]))


@kind
def header_size(c, r):
    return header(c, r, r.choice([32, 40]), lambda h, r: r.choice([0, 1, 1 << 62, h[5] * 2, h[5] // 2]))


@kind
def header_count(c, r):
    return put(56, struct.pack("<H", r.choice([0, 1, c.phnum + 1, 0xFFFF, 0xFFFE])))


@kind
def header_type(c, r):
    return put(c.phoff + 56 * r.randrange(c.phnum), struct.pack("<I", r.choice([0, 1, 4, r.getrandbits(32)])))


@kind
def note_length(c, r):
    return put(c.notes[0] + r.choice([0, 4, 8]), struct.pack("<I", r.choice([0, 0x7FFFFFFF, 0xFFFFFFFF, 17])))


@kind
def notes_zero(c, r):
    return put(c.notes[0], bytes(c.notes[1]))


@kind
def note_registers(c, r):
    return noise(r, c.notes[0] + 20, 336)


def info_line(c, r, word, values):
    lines = [l for l in c.info[1].split(b"\n") if l.startswith(word)]
    line = r.choice(lines)
    at = c.info[0] + c.info[1].index(line) + line.index(b"=") + 1
    length = len(line) - line.index(b"=") - 1
    return put(at, r.choice(values).encode().ljust(length, b"\n")[:length])


@kind
def info_bit(c, r):
    at = r.randrange(len(c.info[1]))
    return put(c.info[0] + at, bytes([c.info[1][at] ^ 1 << r.randrange(8)]))


@kind
def info_line_torn(c, r):
    """What readers split lines and names at, where a line begins or in the page size."""
    starts = [m.start() for m in re.finditer(rb"^", c.info[1], re.M)]
    page_size = c.info[1].index(b"PAGESIZE=") + len("PAGESIZE=")
    at = r.choice([r.choice(starts), page_size + r.randrange(4)])
    return put(c.info[0] + at, r.choice([b".", b"\n", b"=", b"\0", b"9"]))


@kind
def info_size(c, r):
    return info_line(c, r, b"SIZE(", ["0", "-1", "99999999", "7"])


@kind
def info_offset(c, r):
    return info_line(c, r, b"OFFSET(", ["-8", "9999999", "1", "9"])


@kind
def info_number(c, r):
    return info_line(c, r, b"NUMBER(", ["0", "-1", "63", "99999999"])


@kind
def info_symbol(c, r):
    return info_line(c, r, b"SYMBOL(", ["0", "f" * 16, "ffffffff80000000", "%016x" % r.getrandbits(64)])


@kind
def info_line_gone(c, r):
    lines = [l for l in c.info[1].split(b"\n") if l]
    line = r.choice(lines)
    return put(c.info[0] + c.info[1].index(line), b"#" * len(line))


@kind
def info_zero(c, r):
    return put(c.info[0], bytes(len(c.info[1])))


def table_entry(c, r):
    maps = c.mem_map(r.choice(c.section_entries()))
    tables = c.tables(maps + 64 * 4096 * r.randrange(16))
    return r.choice(tables[:-1]) if tables else c.at_virtual(c.symbol("swapper_pg_dir")) + 8 * r.randrange(512)


@kind
def table_entry_zero(c, r):
    return put(table_entry(c, r), bytes(8))


@kind
def table_entry_noise(c, r):
    return noise(r, table_entry(c, r), 8)


@kind
def table_loop(c, r):
    root = c.values.get("NUMBER(phys_base)", "0")
    top = c.symbol("swapper_pg_dir") - 0xFFFFFFFF80000000 + int(root)
    return put(table_entry(c, r), struct.pack("<Q", top & ~4095 | 0x63))


@kind
def table_page_noise(c, r):
    return noise(r, table_entry(c, r) & ~4095, 4096)


@kind
def sections_zero(c, r):
    return put(r.choice(c.section_entries()), bytes(16))


@kind
def sections_noise(c, r):
    return noise(r, r.choice(c.section_entries()), 8)


@kind
def sections_page_noise(c, r):
    return noise(r, c.section_entries()[0] & ~4095, 4096)


def struct_page(c, r):
    """Mostly a struct page of the kernel's own image."""
    start, end = (a // 4096 for a in c.image)
    entry = r.choice(c.section_entries())
    for _ in range(8):
        at = c.at_virtual(c.mem_map(entry) + 64 * r.randrange(start, end))
        if at is not None:
            return at
    return c.section_entries()[0]


@kind
def pages_noise(c, r):
    return noise(r, struct_page(c, r) & ~4095, 4096 * r.choice([1, 4, 16]))


@kind
def pages_zero(c, r):
    return put(struct_page(c, r) & ~4095, bytes(4096 * r.choice([1, 4, 16])))


@kind
def pages_ones(c, r):
    return put(struct_page(c, r) & ~4095, b"\xff" * 4096)


@kind
def page_field(c, r):
    return noise(r, (struct_page(c, r) & ~63) + 8 * r.randrange(8), 8)


@kind
def page_looks_free(c, r):
    at = struct_page(c, r) & ~63
    free = struct.pack("<i", int(c.values["NUMBER(PAGE_BUDDY_MAPCOUNT_VALUE)"]))
    field = next(c.offset(n) for n in ("page._mapcount", "page._refcount") if "OFFSET(%s)" % n in c.values)
    return put(at + field, free) + put(at + c.offset("page.private"), struct.pack("<Q", r.randrange(64)))


def listed_page(c, r):
    """A free page on the list of a CPU: where it is in the file, and the address of its struct page."""
    base, lru = c.mem_map(c.section_entries()[0]), c.offset("page.lru")
    last = max(h[4] + h[5] for h in c.loads) >> 12
    for _ in range(4000):
        va = base + 64 * r.randrange(last)
        at = c.at_virtual(va)
        if at is None or c.word(at + c.offset("page._mapcount")) != 0xFFFFFFFF:  # _refcount is behind it
            continue
        following = c.word(at + lru) - lru
        if following != va and base <= following < base + 64 * last and following % 64 == 0:
            back = c.at_virtual(following)
            if back is not None and c.word(back + lru + 8) == va + lru:
                return at, va
    return struct_page(c, r) & ~63, base


@kind
def free_list_link(c, r):
    """A list of free pages leads to the kernel's image, back to itself, or anywhere."""
    at, va = listed_page(c, r)
    lru, base = c.offset("page.lru"), c.mem_map(c.section_entries()[0])
    image = base + 64 * r.randrange(c.image[0] >> 12, c.image[1] >> 12)
    to = r.choice([image + lru, va + lru, r.randrange(1 << 64)])
    return put(at + lru, struct.pack("<Q", to))


def ring(c):
    return c.pointer(c.symbol("prb"))


@kind
def log_ring_head(c, r):
    return noise(r, c.at_virtual(ring(c)) + 8 * r.randrange(10), 8)


def ring_array(c, name):
    return c.at_virtual(c.pointer(ring(c) + c.offset("prb_desc_ring." + name)))


@kind
def log_descriptors(c, r):
    return noise(r, ring_array(c, "descs") + 24 * r.randrange(256), 24 * r.choice([1, 16]))


@kind
def log_infos(c, r):
    return noise(r, ring_array(c, "infos") + 88 * r.randrange(256), 88 * r.choice([1, 16]))


def ring_text(c):
    return c.at_virtual(c.pointer(ring(c) + c.offset("printk_ringbuffer.text_data_ring") + c.offset("prb_data_ring.data")))


@kind
def log_text(c, r):
    return noise(r, ring_text(c) + r.randrange(65536), 256)


@kind
def log_descriptors_gone(c, r):
    return put(ring_array(c, "descs") + 24 * r.randrange(256), r.choice([b"\0", b"\xff", b"\x5a"]) * (24 * r.choice([32, 256])))


def bits_of_entries(c, r, array, size, used):
    """One bit in the first used bytes of some of a ring's entries."""
    faults = []
    for n in r.sample(range(400), 40):
        at = ring_array(c, array) + size * n + r.randrange(used)
        faults += put(at, bytes([c.read(at, 1)[0] ^ 1 << r.randrange(8)]))
    return faults


@kind
def log_descriptor_bits(c, r):
    return bits_of_entries(c, r, "descs", 24, 24)


@kind
def log_info_bits(c, r):
    return bits_of_entries(c, r, "infos", 88, 24)


@kind
def log_text_gone(c, r):
    return put(ring_text(c) + 4096 * r.randrange(8), bytes(4096 * r.choice([1, 2])))


@kind
def log_text_bits(c, r):
    faults = []
    for at in r.sample(range(40000), 60):
        at += ring_text(c)
        faults += put(at, bytes([c.read(at, 1)[0] ^ 1 << r.randrange(8)]))
    return faults


@kind
def log_ring_sizes(c, r):
    """Powers of two that are not the ring's: of the descriptors, or of the text."""
    at = c.at_virtual(ring(c)) + r.choice([c.offset("printk_ringbuffer.desc_ring") + c.offset("prb_desc_ring.count_bits"),
                                            c.offset("printk_ringbuffer.text_data_ring") +
                                            c.offset("prb_data_ring.size_bits")])
    return put(at, struct.pack("<I", r.choice([0, 3, 10, 15, 20, 24, 31, 1 << 31])))


@kind
def log_ring_ids(c, r):
    """The first or the last record is another one."""
    name = r.choice(["head_id", "tail_id"])
    at = c.at_virtual(ring(c)) + c.offset("printk_ringbuffer.desc_ring") + c.offset("prb_desc_ring." + name)
    return put(at, struct.pack("<Q", (c.word(at) + r.choice([-1, 1]) * r.choice([1, 100, 1 << 12, 1 << 40])) & (1 << 62) - 1))


@kind
def utsname(c, r):
    return noise(r, c.at_virtual(c.symbol("init_uts_ns")), 400)


def any_page(c, r):
    load = r.choice(c.loads)
    return load[2] + 4096 * r.randrange(load[5] // 4096)


@kind
def torn_page(c, r):
    return put(any_page(c, r) + 512 * r.randrange(1, 8), bytes(512))


@kind
def unreadable_page(c, r):
    return [("e", any_page(c, r), 4096)]


@kind
def unreadable_pages(c, r):
    return [("e", any_page(c, r), 4096 * r.choice([16, 256])) for _ in range(4)]


@kind
def unreadable_table(c, r):
    return [("e", table_entry(c, r) & ~4095, 4096)]


@kind
def unreadable_struct_pages(c, r):
    return [("e", struct_page(c, r) & ~4095, 4096)]


@kind
def short_reads(c, r):
    return [("s", r.choice([1024, 4096, 5000]), 0)]


@kind
def cut_short(c, r):
    return [("t", os.path.getsize(c.path) * r.randrange(1, 10) // 10 & ~4095, 0)]
