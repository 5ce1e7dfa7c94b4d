# SPDX-License-Identifier: GPL-2.0-or-later
"""service_dump.py - dumps for service_roots.sh: manifest DIRECTORY, or raw FILE BUILD"""
import ctypes
import struct
import subprocess
import sys
import time

TIME_AT = 8 + 4 + 6 * 65 + 6  # of the crash, in the header of a dump


class Sum(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


def sum_of(data):
    xxh3 = ctypes.CDLL("libxxhash.so.0").XXH3_128bits
    xxh3.restype, xxh3.argtypes = Sum, [ctypes.c_char_p, ctypes.c_size_t]
    got = xxh3(data, len(data))
    return "%016x%016x" % (got.high, got.low)


def manifest(folder):
    """The crash of the dump is of now; a manifest of what is there."""
    with open(folder + "/vmcore", "r+b") as f:
        f.seek(TIME_AT)
        f.write(struct.pack("<q", int(time.time()) + 60))
    files = []
    for name in "vmcore", "kdump-status.json":
        with open(folder + "/" + name, "rb") as f:
            data = f.read()
        files.append('{"name":"%s","size":%d,"checksum":{"kind":"whole","bytes":%d,"xxh3_128":"%s"}}' %
                     (name, len(data), len(data), sum_of(data)))
    text = '{"state":"complete","files":[%s]' % ",".join(files)
    with open(folder + "/kdump-manifest.json", "w") as f:
        f.write(text + ',"xxh3_128":"%s"}\n' % sum_of(text.encode()))


def raw(path, build, size=80 << 20):
    """What our capture leaves on a device: a stream, at its end a log and the trailer."""
    stream = subprocess.run([build + "/kdump-collect", "-q", "-d", "31", "-z", "-F", build + "/selftest.core"], check=True,
                            stdout=subprocess.PIPE).stdout
    log = b"[  1.0] Kernel panic - not syncing: on a raw device\n"
    one = b"vmcore-dmesg.txt".ljust(64, b"\0") + struct.pack("<QQ", size - (16 << 20), len(log))
    with open(path, "wb") as f:
        f.truncate(size)
        f.write(stream)
        f.seek(size - (16 << 20))
        f.write(log)
        f.seek(size - 4096)
        f.write(b"KDUMPRAW" + struct.pack("<IIQQII", 1, 2, len(stream), 1700000000, 1, 0) + one.ljust(8 * 80, b"\0") +
                b"127.0.0.1-2023-11-14-22:13:20".ljust(64, b"\0"))


if __name__ == "__main__":
    {"manifest": manifest, "raw": raw}[sys.argv[1]](*sys.argv[2:])
