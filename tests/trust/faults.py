# SPDX-License-Identifier: GPL-2.0-or-later
"""faults.py - how the faults of a case reach a program: [(letter, offset, what)] through an overlay"""


def spread(core, faults):
    """The same memory may stand in the file twice: a fault is put into each copy."""
    result = set(faults)
    for letter, off, what in faults:
        for a in core.loads:
            for b in core.loads:
                at = off - a[2] + a[4]
                if letter in "we" and a[2] <= off < a[2] + a[5] and b[4] <= at < b[4] + b[5]:
                    result.add((letter, at - b[4] + b[2], what))
    return sorted(result, key=lambda f: (f[0], f[1]))


def overlay(build, core, folder, faults):
    """The settings of env(1) with which a program reads core with these faults; folder keeps the list."""
    with open(folder + "/faults", "w") as out:
        for letter, off, what in faults:
            out.write("%s %x %s\n" % (letter, off, what.hex() if letter == "w" else "%x" % what))
    return ["LD_PRELOAD=" + build + "/tests/trust/overlay.so", "OVERLAY_FILE=" + core.path,
            "OVERLAY_FAULTS=" + folder + "/faults", "ASAN_OPTIONS=verify_asan_link_order=0"]
