#!/usr/bin/env python3
# headers.py - which headers of the log parser stand in no kernel at hand
#
# headers.py HEADERS.DEF VMLINUX... prints the words of each row that no kernel can have printed:
# neither one of its strings nor two of them together ("sysrq: " and "Trigger a crash") hold them.
# A word with a '*' stands for what the kernel puts in.

import re
import sys

ROW = re.compile(r'^HEADER\("((?:[^"\\]|\\.)*)",', re.M)
LEAST = 5  # bytes of each half: shorter ones are found everywhere


def strings(path):
    """Texts of several words: names of symbols and types are the larger part of a vmlinux."""
    with open(path, "rb") as f:
        found = re.findall(rb"[\x20-\x7e]{6,}", f.read())
    return b"\n".join({s for s in found if b" " in s})


def stands(text, words):
    parts = [re.escape(p) for p in re.split(rb"\S*\*\S*", words)]
    return re.search(rb"[^\n]*".join(parts), text) is not None


def printed(text, words):
    if stands(text, words):
        return True
    cuts = range(LEAST, len(words) - LEAST)
    return any(stands(text, words[:i]) and stands(text, words[i:]) for i in cuts)


def main():
    with open(sys.argv[1]) as f:
        rows = [r.replace("\\\"", "\"").encode() for r in ROW.findall(f.read())]
    kernels = [strings(path) for path in sys.argv[2:]]
    if not rows or not kernels:
        sys.exit("headers.py: no rows, or no kernels")
    print("rows", len(rows))
    for row in rows:
        if not any(printed(k, row.strip()) for k in kernels):
            print("absent", row.decode())


main()
