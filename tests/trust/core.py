# SPDX-License-Identifier: GPL-2.0-or-later
"""core.py - where things are in an undamaged vmcore of x86_64: headers, notes, kernel data"""
import os
import re
import struct

PRESENT, HUGE, ADDRESS = 1, 0x80, 0x000FFFFFFFFFF000


class Core:
    def __init__(self, path):
        self.path = path
        self.file = open(path, "rb")
        head = self.read(0, 64)
        self.phoff, self.phnum = struct.unpack_from("<Q", head, 32)[0], struct.unpack_from("<H", head, 56)[0]
        self.headers = [struct.unpack("<IIQQQQQQ", self.read(self.phoff + 56 * i, 56)) for i in range(self.phnum)]
        self.loads = [h for h in self.headers if h[0] == 1]
        self.notes = next((h[2], h[5]) for h in self.headers if h[0] == 4)
        text = self.read(*self.notes)
        start = text.index(b"OSRELEASE=")
        self.info = (self.notes[0] + start, text[start:].split(b"\0")[0])
        self.values = dict(re.findall(r"^([^=\n]+)=(.*)$", self.info[1].decode(), re.M))
        image = next(h for h in self.loads if h[3] >= 0xFFFFFFFF80000000)
        self.image = (image[4], image[4] + image[5])
        self.image_va = image[3]
        self.structs = None

    def read(self, off, length):
        return os.pread(self.file.fileno(), length, off)  # cases are drawn by several threads

    def symbol(self, name):
        return int(self.values["SYMBOL(%s)" % name], 16)

    def offset(self, name):
        return int(self.values["OFFSET(%s)" % name])

    def at_physical(self, physical):
        for h in self.loads:
            if h[4] <= physical < h[4] + h[5]:
                return h[2] + physical - h[4]
        return None

    def at_virtual(self, virtual):
        """The offset in the file of a kernel address; None: it is not in the dump."""
        for h in self.loads:
            if h[3] <= virtual < h[3] + h[5]:
                return h[2] + virtual - h[3]
        tables = self.tables(virtual)
        return tables[-1] if tables else None

    def tables(self, virtual):
        """Offsets of the entries that map an address, from the top, then that of the byte itself."""
        five = self.values.get("NUMBER(pgtable_l5_enabled)") == "1"
        at = self.at_virtual(self.symbol("swapper_pg_dir"))
        found = []
        for shift in ([48] if five else []) + [39, 30, 21, 12]:
            found.append(at + 8 * (virtual >> shift & 511))
            entry = self.word(found[-1])
            last = shift == 12 or (shift < 39 and entry & HUGE)
            base = entry & ADDRESS & ~((1 << shift) - 1 if last else 4095)
            at = self.at_physical(base + (virtual & (1 << shift) - 1 if last else 0))
            if not entry & PRESENT or at is None:
                return []
            if last:
                return found + [at]
        return []

    def word(self, off):
        return struct.unpack("<Q", self.read(off, 8))[0]

    def pointer(self, virtual):
        return self.word(self.at_virtual(virtual))

    def section_entries(self):
        """Offsets of the entries of mem_section that stand for memory of the first root."""
        value = self.symbol("mem_section")
        root = self.pointer(value) if value < 0xFFFFFFFF80000000 else self.pointer(self.pointer(value))
        size = int(self.values["SIZE(mem_section)"])
        at = self.at_virtual(root)
        return [at + size * i for i in range(4096 // size) if self.word(at + size * i) & 2]

    def image_structs(self):
        """Offset in the file to address, of each page that holds struct pages of the kernel image."""
        if self.structs is None:
            size, base = int(self.values["SIZE(page)"]), self.mem_map(self.section_entries()[0])
            first, last = (base + (at >> 12) * size & ~4095 for at in self.image)
            pages = ((self.at_virtual(va), va) for va in range(first, last + 4096, 4096))
            self.structs = {at: va for at, va in pages if at is not None}
        return self.structs

    def mem_map(self, entry):
        """The address of the struct page of frame 0, as an entry of mem_section has it."""
        return self.word(entry) & ~0x3F
