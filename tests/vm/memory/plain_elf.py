#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# plain_elf.py CORE - move the program headers of QEMU's core to where makedumpfile looks: behind the ELF header.
# QEMU writes its section headers there, and the program headers behind them.
import os
import struct
import sys

EHDR, PHDR = 64, 56
PHOFF, SHOFF, EHSIZE, PHNUM, SHENTSIZE = 32, 40, 52, 56, 58


def main():
    os.chmod(sys.argv[1], 0o600)
    with open(sys.argv[1], "r+b") as core:
        header = bytearray(core.read(EHDR))
        at, = struct.unpack_from("<Q", header, PHOFF)
        number, = struct.unpack_from("<H", header, PHNUM)
        core.seek(at)
        programs = core.read(PHDR * number)
        data = min(struct.unpack_from("<Q", programs, PHDR * i + 8)[0] for i in range(number))
        if number == 0xffff or EHDR + len(programs) > data:
            sys.exit("plain_elf.py: the program headers do not fit behind the ELF header")
        struct.pack_into("<Q", header, PHOFF, EHDR)
        struct.pack_into("<Q", header, SHOFF, 0)
        struct.pack_into("<H", header, EHSIZE, EHDR)
        struct.pack_into("<3H", header, SHENTSIZE, 0, 0, 0)
        core.seek(0)
        core.write(header + programs)


main()
