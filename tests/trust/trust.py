#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""trust.py - damaged vmcores, by our collector and by makedumpfile beside it

    trust.py --build BUILD [--cases N] [--minutes M] [--seed S] [--case K] [--beside] [--table FILE] VMCORE...

Each case puts one fault (kinds.py) into one VMCORE through an overlay; the file stays as it is. Ours
must end in time and by itself, leave the name and the mark in the header that its exit status
promises, and what it leaves must open in libkdumpfile. Kernel image pages that the dump of the
undamaged core holds and this one does not are counted. A case that is not through in TRUST_SECONDS
is tried again by itself with PATIENCE times as long, since the machine may have been busy: only then
it hangs. Before the cases, a core that cannot be read must not be saved, or the faults do not reach
the program. --beside runs makedumpfile on the same cases; --table writes what came out; after --minutes no further
case is begun.
"""
import argparse
import collections
import concurrent.futures
import datetime
import json
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from core import Core
from ended import PATIENCE, SECONDS, ended
from faults import overlay, spread
from kinds import KINDS

HERE = os.path.dirname(os.path.abspath(__file__))
ORACLE = os.path.join(HERE, "..", "oracle")
MARKED = 8  # DUMP_DH_COMPRESSED_INCOMPLETE
FAILED = ["crash", "hang", "sanitizer", "disagrees", "does not open", "not counted"]


def touched(core, faults):
    """Frames whose bytes the faults change: what a dump has of them is not judged."""
    frames = set()
    for letter, off, what in faults:
        length = len(what) if letter == "w" else what
        for h in core.loads:
            if letter == "t" and off < h[2] + h[5]:
                frames.update(range((h[4] + max(0, off - h[2])) // 4096, (h[4] + h[5]) // 4096))
            if letter in "we":
                start, end = max(off, h[2]), min(off + length, h[2] + h[5])
                if start < end:
                    frames.update(range((start - h[2] + h[4]) // 4096, (end - h[2] + h[4] - 1) // 4096 + 1))
    return frames


def broken(core, faults):
    """Frames of the image whose struct page says, by the fault, that the hardware reported them."""
    bit = core.values.get("NUMBER(PG_hwpoison)")
    size, flags = int(core.values["SIZE(page)"]), core.offset("page.flags")
    frames = set()
    for letter, off, what in faults if bit else ():
        for at in range(off & ~4095, off + len(what), 4096) if letter == "w" else ():
            va = core.image_structs().get(at)
            if va is None:
                continue
            page = bytearray(core.read(at, 4096))
            start, end = max(off, at), min(off + len(what), at + 4096)
            page[start - at:end - at] = what[start - off:end - off]
            base = core.mem_map(core.section_entries()[0])
            for pfn in range((va - base) // size, (va + 4095 - base) // size + 1):
                word = base + pfn * size + flags - va
                if 0 <= word <= 4088 and int.from_bytes(page[word:word + 8], "little") >> int(bit) & 1:
                    frames.add(pfn)
    return frames


def sections(tools, core):
    """Frames of the image's text, rodata, data and bss; what lies between was freed after the boot."""
    ends = [("_text", "_etext"), ("__start_rodata", "__end_rodata"), ("_sdata", "_edata"), ("__bss_start", "__bss_stop")]
    unused = "__start_bss_decrypted_unused"  # the rest of .bss is freed, too, without memory encryption
    names = {name for pair in ends for name in pair} | {unused}
    out = subprocess.run([tools + "/ksyms", core.path, "symbols"], stdout=subprocess.PIPE, text=True).stdout
    at = {line.split()[2]: int(line.split()[0], 16) for line in out.splitlines() if line.split()[2] in names}
    at["__bss_stop"] = min(at["__bss_stop"], at.get(unused, at["__bss_stop"]))
    frames = set()
    for start, end in ends:
        to = core.image[0] - core.image_va
        frames.update(range((at[start] + to) // 4096, (at[end] + to + 4095) // 4096))
    return frames


def marked(path):
    with open(path, "rb") as f:
        head = f.read(428)
    return len(head) == 428 and bool(struct.unpack_from("<i", head, 424)[0] & MARKED)


def image(tools, core, path):
    """Frame to hash of the kernel image in a dump; None: it does not open."""
    r = subprocess.run([tools + "/dumpimage", path, "%x" % core.image[0], "%x" % core.image[1]],
                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return dict(l.split() for l in r.stdout.splitlines()) if r.returncode == 0 else None


class Program:
    def __init__(self, name, command, tools, build):
        self.name, self.command, self.tools, self.build = name, command, tools, build
        self.whole = {}

    def run(self, core, folder, faults, seconds=PATIENCE * SECONDS):
        """(exit status; None: killed after seconds, what it printed)"""
        setting = []
        if faults is not None:
            setting = overlay(self.build, core, folder, faults)
        command = self.command(setting, core.path, folder)
        with open(folder + "/words", "w+b") as words:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words,
                                     start_new_session=True)
            status = ended(child, seconds)
            words.seek(0)
            return status, words.read().decode(errors="replace")

    def baseline(self, core):
        folder = tempfile.mkdtemp(prefix="trust-")
        status, words = self.run(core, folder, None)
        self.whole[core.path] = image(self.tools, core, folder + "/dump") if status == 0 else None
        shutil.rmtree(folder)
        if self.whole[core.path]:
            frames = sections(self.tools, core)
            self.whole[core.path] = {p: h for p, h in self.whole[core.path].items() if int(p, 16) in frames}
        if not self.whole[core.path]:
            sys.exit("trust: %s does not save the undamaged %s: exit status %s\n%s" %
                     (self.name, core.path, status, words))

    def control(self, core):
        """A core of which nothing can be read: whoever saves it was not given the faults."""
        with tempfile.TemporaryDirectory(prefix="trust-") as folder:
            word, _ = self.judge(core, folder, [("e", 0, os.path.getsize(core.path))])
        if word != "nothing saved":
            sys.exit("trust: %s, given %s with nothing readable: %s; the faults do not reach it" %
                     (self.name, core.path, word))

    def lost(self, core, pages, faults):
        spared = touched(core, faults) | broken(core, faults)
        return sum(1 for pfn, was in self.whole[core.path].items()
                   if int(pfn, 16) not in spared and pages.get(pfn) != was)

    def judge(self, core, folder, faults, seconds=PATIENCE * SECONDS):
        """(words for what came out, kernel image pages lost)"""
        status, words = self.run(core, folder, faults, seconds)
        whole, part = folder + "/dump", folder + "/dump-incomplete"
        left = whole if os.path.exists(whole) else part if os.path.exists(part) else None
        if status is None:
            return "hang", 0
        if "Sanitizer" in words or "runtime error" in words:
            return "sanitizer", 0
        if status < 0 or status >= 124:
            return "crash", 0
        if not left:
            return ("nothing saved" if status not in (0, 3) else "disagrees"), 0
        pages = image(self.tools, core, left)
        if self.name == "makedumpfile":
            if status != 0 or pages is None:
                return "nothing saved", 0
            return "saved", self.lost(core, pages, faults)
        if pages is None:
            return "does not open", 0
        if (status == 0) != (left == whole) or marked(left) != (left == part) or status not in (0, 3):
            return "disagrees", 0
        lost = self.lost(core, pages, faults)
        return ("saved" if status == 0 else "in part") if self.counted(folder, lost, status) else "not counted", lost

    @staticmethod
    def counted(folder, lost, status):
        """What was given up is in the summary: as pages, as a warning, or as a partial dump."""
        with open(folder + "/summary") as f:
            summary = json.load(f)
        return (summary["complete"] == (status == 0) and
                (lost == 0 or status == 3 or bool(summary["warnings"]) or summary["pages"]["unreadable"] > 0))


def draw(cores, seed, number):
    """The core, the kind and the faults of a case: by seed and number alone."""
    r = random.Random("%d/%d" % (seed, number))
    names = sorted(KINDS)
    name, core = names[number % len(names)], cores[r.randrange(len(cores))]
    return core, name, spread(core, KINDS[name](core, r))


def one(programs, cores, seed, number, seconds):
    """What came out of a case: its number, kind, core and (words, pages lost) of each program."""
    core, name, faults = draw(cores, seed, number)
    results = []
    for p in programs:
        folder = tempfile.mkdtemp(prefix="trust-")
        try:
            results.append(p.judge(core, folder, faults, seconds))
        finally:
            shutil.rmtree(folder)
    return number, name, results


def everyone(programs, cores, a):
    """The results of all cases, in the order of their numbers; slow ones last, each by itself."""
    numbers = range(a.cases) if a.case is None else [a.case]
    end = time.monotonic() + 60 * a.minutes if a.minutes else float("inf")
    slow = []

    def in_time(number):
        return one(programs, cores, a.seed, number, SECONDS) if time.monotonic() < end else None

    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for result in pool.map(in_time, numbers):
            if result is None:
                continue
            if any(word == "hang" for word, _ in result[2]):
                slow.append(result[0])
            else:
                yield result
    for number in slow:
        yield one(programs, cores, a.seed, number, PATIENCE * SECONDS)


def write_table(path, programs, counts, a, versions):
    with open(path, "w") as out:
        out.write("# Damaged vmcores\n\nWritten by `make trust CASES=%d SEED=%d` on %s; not by hand.\n%s\n"
                  "Vmcores: %s.\n\n" % (sum(c["cases"] for c in counts.values()), a.seed, datetime.date.today(), versions,
                                         ", ".join(os.path.basename(os.path.dirname(v)) for v in a.vmcore)))
        out.write("Each case is one fault in one real vmcore, the same for each program. Image pages lost: pages of\n"
                  "the kernel's image that the program's dump of the undamaged core holds, and this one does not\n"
                  "hold or holds with other bytes; pages that the fault itself changed, and those whose struct page\n"
                  "it marks as broken hardware, which are never read, are not counted. What is\n"
                  "\"in part\" says so in its name and header. Failed: %s.\n\n" % ", ".join(FAILED))
        columns = ["cases"] + ["%s: %s" % (p.name, w) for p in programs
                               for w in ("saved", "in part", "nothing", "failed", "image pages lost")]
        out.write("| fault | %s |\n|---|%s\n" % (" | ".join(columns), "---|" * len(columns)))
        for name in sorted(counts) + ["all"]:
            rows = [counts[name]] if name in counts else list(counts.values())
            total = collections.Counter()
            for row in rows:
                total.update(row)
            cells = [total["cases"]]
            for p in programs:
                cells += [total[p.name, w] for w in ("saved", "in part", "nothing saved")]
                cells += [sum(total[p.name, w] for w in FAILED), total[p.name, "lost"]]
            out.write("| %s | %s |\n" % (name, " | ".join(map(str, cells))))


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--build", required=True)
    p.add_argument("--cases", type=int, default=500)
    p.add_argument("--minutes", type=float, help="default: as long as it takes")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--case", type=int)
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--beside", action="store_true")
    p.add_argument("--table")
    p.add_argument("vmcore", nargs="+")
    return p.parse_args()


def make_programs(a):
    build = os.path.abspath(a.build)
    tools = build + "/tests/tools"

    def ours(setting, core, to):
        return ["env", *setting, build + "/kdump-collect", "-q", "--json=" + to + "/summary", "-l", "-d", "31",
                core, to + "/dump"]

    def theirs(setting, core, to):
        return [ORACLE + "/run", "env", *setting, "makedumpfile", "-l", "-d",
                "31", core, to + "/dump"]

    programs = [Program("ours", ours, tools, build)]
    return programs + ([Program("makedumpfile", theirs, tools, build)] if a.beside else [])


def version(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout.split("\n")[0]


def work_in_memory(jobs):
    """Dumps of cases go to memory where it has room: on a disk, to remove them takes a tenth of the time."""
    shm = "/dev/shm"
    if "TMPDIR" not in os.environ and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > jobs << 30:
        tempfile.tempdir = shm


def main():
    a = arguments()
    work_in_memory(a.jobs)
    programs = make_programs(a)
    cores = [Core(os.path.abspath(p)) for p in a.vmcore]
    for p in programs:
        for core in cores:
            p.baseline(core)
        p.control(cores[0])
    counts, bad = collections.defaultdict(collections.Counter), 0
    for number, name, results in everyone(programs, cores, a):
        counts[name]["cases"] += 1
        for p, (word, lost) in zip(programs, results):
            counts[name][p.name, word] += 1
            counts[name][p.name, "lost"] += lost
        word, lost = results[0]
        if word in FAILED + ["nothing saved"] or a.case is not None:  # which may be right, and is rare
            print("case %d, %s: %s, %d image pages lost; again by:" % (number, name, word, lost))
            print("    python3 tests/trust/trust.py --build %s --seed %d --case %d %s" %
                  (a.build, a.seed, number, " ".join(a.vmcore)), flush=True)
        bad += word in FAILED
    if a.table:
        versions = "Ours: %s." % version([programs[0].build + "/kdump-collect", "--version"])
        if a.beside:
            versions += " Beside: %s." % version([ORACLE + "/makedumpfile", "-v"])
        write_table(a.table, programs, counts, a, versions)
    for p in programs:
        total = sum(counts.values(), collections.Counter())
        print("trust: %s: %d cases: %s" % (p.name, total["cases"], ", ".join(
            "%s %d" % (k[1], v) for k, v in total.items() if k[0] == p.name)))
    return bad != 0


sys.exit(main())
