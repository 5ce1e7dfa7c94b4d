# SPDX-License-Identifier: GPL-2.0-or-later
"""outputs.py - what a file that kdump-collect left is worth, by its kind

Each kind has digest(path): what of it must be equal to an undisturbed run's, None when it is not
whole; and part(path): None, or what is wrong with a file that is called incomplete.
"""
import hashlib
import json
import os
import shutil
import struct
import subprocess
import tempfile

MARKED = 8  # DUMP_DH_COMPRESSED_INCOMPLETE
ELF_MARKED = 1  # in e_flags


def call(*command, stdin=None):
    with open(stdin or os.devnull, "rb") as given:
        return subprocess.run(command, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def read(path, size=-1):
    with open(path, "rb") as f:
        return f.read(size)


class Tools:
    def __init__(self, build, ram, key):
        self.build, self.ram, self.key = build, ram, key
        self.collect = build + "/kdump-collect"

    def pages(self, path):
        """Frame to hash; None: libkdumpfile does not open it."""
        r = call(self.build + "/tests/tools/dumpimage", path, "%x" % self.ram[0], "%x" % self.ram[1])
        return dict(l.split() for l in r.stdout.decode().splitlines()) if r.returncode == 0 else None


def marked(path):
    head = read(path, 428)
    if head[:4] == b"\x7fELF":
        return len(head) >= 64 and bool(struct.unpack_from("<I", head, 48)[0] & ELF_MARKED)
    return len(head) == 428 and bool(struct.unpack_from("<i", head, 424)[0] & MARKED)


def maps_end(path):
    """Where the headers and maps of a dump end; below, it holds no page."""
    head = read(path, 464)
    if head[:4] == b"\x7fELF" and len(head) >= 64:
        offset, size, nr = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
        table = read(path)[offset:offset + size * nr]
        return min((struct.unpack_from("<Q", table, at + 8)[0] for at in range(0, len(table) - 15, size)
                    if struct.unpack_from("<I", table, at)[0] == 1), default=0) if len(table) == size * nr else 1 << 60
    if len(head) < 464:
        return 1 << 60
    block, sub, maps = struct.unpack_from("<iiI", head, 428)
    return (1 + sub + maps) * block + 1


class Dump:
    sealed = False

    def __init__(self, tools, first=None):
        self.tools, self.first = tools, first

    def pages(self, path):
        return self.tools.pages(path)

    def digest(self, path):
        if marked(path):
            return None
        pages = self.pages(path)
        return None if pages is None else sha(repr(sorted(pages.items())).encode())

    def part(self, path, whole, killed=False):
        if killed and os.path.getsize(path) < maps_end(path):
            return None
        pages = self.pages(path)
        if pages is None:
            return "an incomplete dump does not open"
        if not marked(path):
            return "an incomplete dump has no mark"
        missing = "%x" % zero_hash()
        wrong = [p for p, h in pages.items() if whole and whole.get(p) != h and h != missing]
        torn = killed and read(path, 4) == b"\x7fELF"  # the file may end within a page
        return "a page of an incomplete dump is wrong" if len(wrong) > torn else None

    def contents(self, path):
        return self.pages(path)


def zero_hash():
    """What dumpimage prints of a page of zeros."""
    h = 0xcbf29ce484222325
    for _ in range(4096 // 8):
        h = h * 0x100000001b3 & (1 << 64) - 1
        h ^= h >> 32
    return h


class Member(Dump):
    """One file of a split dump: libkdumpfile wants all of them, so that it is judged by itself."""

    def digest(self, path):
        return None if marked(path) else sha(read(path))

    def pages(self, path):
        r = call(self.tools.collect, "--verify", path)
        return {} if r.returncode in (0, 3) or b"of a split dump" in r.stderr + r.stdout else None


class Inner:
    """A dump inside something else: taken out, and judged then."""
    sealed = False

    def __init__(self, tools):
        self.tools, self.dump = tools, Dump(tools)

    def opened(self, path, judge):
        folder = tempfile.mkdtemp(prefix="trust-")
        try:
            status = self.take_out(path, folder + "/d")
            whole, part = folder + "/d", folder + "/d-incomplete"
            return judge(status, whole if os.path.exists(whole) else None, part if os.path.exists(part) else None)
        finally:
            shutil.rmtree(folder)

    def digest(self, path):
        return self.opened(path, lambda status, whole, part: self.dump.digest(whole) if status == 0 and whole else None)

    def part(self, path, whole, killed=False):
        def judge(status, full, part):
            if status == 0 or full:
                return "what is inside an incomplete file is called whole"
            return self.dump.part(part, whole, killed) if part else None
        return self.opened(path, judge)

    def contents(self, path):
        return self.opened(path, lambda status, whole, part: self.dump.pages(whole))


class Flat(Inner):
    def take_out(self, path, to):
        return call(self.tools.collect, "-q", "-R", to, stdin=path).returncode


class Sealed(Inner):
    sealed = True

    def take_out(self, path, to):
        return call(self.tools.collect, "-q", "--decrypt", "--salvage", "-i", self.tools.key, path, to).returncode


class SealedText(Sealed):
    """Text inside: what was taken out is read as it is."""

    def digest(self, path):
        return self.opened(path, lambda status, whole, part: sha(read(whole)) if status == 0 and whole else None)

    def contents(self, path):
        return self.opened(path, lambda status, whole, part: read(whole))

    def part(self, path, whole, killed=False):
        def judge(status, full, part):
            if status == 0 or full:
                return "what is inside an incomplete file is called whole"
            return None if not part or whole.startswith(read(part)) else "an incomplete text is wrong"
        return self.opened(path, judge)


class Json:
    """Figures change from run to run: what can be read is whole."""
    sealed = False

    def digest(self, path):
        try:
            return "json" if json.loads(read(path)) else None
        except ValueError:
            return None

    def contents(self, path):
        return None

    def part(self, path, whole, killed=False):
        return None


class Text:
    sealed = False

    def digest(self, path):
        return sha(read(path))

    def contents(self, path):
        return read(path)

    def part(self, path, whole, killed=False):
        return None if whole.startswith(read(path)) else "an incomplete text is wrong"
