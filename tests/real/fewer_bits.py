#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""fewer_bits.py CORE OUT - an arm64 core, described as by a kernel that was built for the bits it used

A kernel that is built for 52 bits of address and runs on a processor without them uses 48 (47 with
pages of 16 KiB); nothing in memory differs from a kernel built for those, but for two lines of
vmcoreinfo: VA_BITS, and PHYS_OFFSET, which is relative to VA_BITS. makedumpfile reads the copy, and
refuses the core. Exit status 1: the core used all the bits that its kernel was built for.
"""
import re
import subprocess
import sys

NOTES = 65536  # the notes are at the start


def number(text, name):
    found = re.search(rb"NUMBER\(%s\)=(0x[0-9a-f]+|[0-9]+)\n" % name, text)
    return found, int(found.group(1), 0)


def put(text, found, value):
    assert len(value) == len(found.group(1)), "a line of vmcoreinfo would change its length"
    return text[: found.start(1)] + value + text[found.end(1):]


def main(core, out):
    with open(core, "rb") as f:
        text = f.read(NOTES)
    at_built, built = number(text, b"VA_BITS")
    at_offset, offset = number(text, b"PHYS_OFFSET")
    used = 64 - number(text, b"TCR_EL1_T1SZ")[1]
    if used == built:
        return 1
    subprocess.run(["cp", "--sparse=always", core, out], check=True)
    text = put(text, at_built, b"%d" % used)
    text = put(text, at_offset, b"0x%x" % ((offset + (1 << built) - (1 << used)) % (1 << 64)))
    with open(out, "r+b") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
