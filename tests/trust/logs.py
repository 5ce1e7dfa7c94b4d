#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""logs.py - what is kept of a damaged kernel log, by our collector and by makedumpfile

    logs.py --build BUILD [--cases N] [--seed S] [--case K] [--table FILE] VMCORE...

Each case puts one of the faults in the kernel log (kinds.py) into one VMCORE, through an overlay. A
true line is one that both print of the undamaged core. Ours has to keep as many true lines as
makedumpfile does, to end by itself and in time, and to print a log that is no larger than
LARGEST times the ring. With --case, the lines that only makedumpfile keeps are shown;
--table adds what came out to a page. makedumpfile, which needs a third of a second, is stopped where it hangs.
"""
import argparse
import collections
import concurrent.futures
import os
import random
import re
import subprocess
import sys
import tempfile

from core import Core
from ended import PATIENCE, SECONDS, ended
from faults import overlay, spread
from kinds import KINDS

HERE = os.path.dirname(os.path.abspath(__file__))
LARGEST = 40 * (1 << 17)


def ours(build, core, to):
    return [build + "/kdump-collect", "-q", "--dump-dmesg", core, to]


def theirs(build, core, to):
    return ["makedumpfile", "--dump-dmesg", core, to]


def log_of(build, words, core, faults):
    """(exit status, text) of a program's log; faults None: the undamaged core."""
    with tempfile.TemporaryDirectory(prefix="trust-") as folder:
        setting = overlay(build, core, folder, faults) if faults is not None else []
        to = folder + "/log"
        command = ["env", *setting, *words(build, core.path, to)]
        if words is theirs:
            command.insert(0, HERE + "/../oracle/run")
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 start_new_session=True)
        status = ended(child, SECONDS / 3 if words is theirs else PATIENCE * SECONDS)
        if not os.path.exists(to):
            return status, b""
        with open(to, "rb") as f:
            return status, f.read()


def lines(text):
    """How often each line is there, but for who logged it: only ours prints that."""
    return collections.Counter(re.sub(rb"^(\[[ 0-9.]+\] )\[ *[CT][0-9]+\] ", rb"\1", line)
                               for line in text.split(b"\n") if line.strip())


class Case:
    def __init__(self, build, cores, seed, number):
        r = random.Random("%d/%d" % (seed, number))
        names = sorted(n for n in KINDS if n.startswith("log-"))
        self.number, self.name, self.core = number, names[number % len(names)], cores[number // len(names) % len(cores)]
        self.faults = spread(self.core, KINDS[self.name](self.core, r))
        self.build = build

    def run(self, whole):
        """(fault or None, true lines that ours keeps, that makedumpfile keeps, did that hang, lines that only that keeps)"""
        status, text = log_of(self.build, ours, self.core, self.faults)
        their_status, other = log_of(self.build, theirs, self.core, self.faults)
        true, their = lines(text) & whole[self.core], lines(other) & whole[self.core]
        nr, their_nr = sum(true.values()), sum(their.values())
        fault = "hang" if status is None else "exit %d" % status if status not in (0, 1) else \
            "a log of %d bytes" % len(text) if len(text) > LARGEST else \
            "makedumpfile keeps more" if their_nr > nr else None
        return fault, nr, their_nr, their_status is None, their - true


def arguments():
    p = argparse.ArgumentParser()
    p.add_argument("--build", required=True)
    p.add_argument("--cases", type=int, default=24)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--case", type=int)
    p.add_argument("--table")
    p.add_argument("vmcore", nargs="+")
    return p.parse_args()


def baselines(build, cores):
    """The true lines of each core."""
    whole = {}
    for core in cores:
        logs = []
        for program in (ours, theirs):
            status, text = log_of(build, program, core, None)
            logs.append(lines(text))
            if status != 0 or sum(logs[-1].values()) < 100:
                sys.exit("logs: %s: no log of the undamaged core: exit status %s" % (core.path, status))
        whole[core] = logs[0] & logs[1]
        # Of the lines that the tests put there it garbles those that are not ASCII, and some of several.
        if sum((logs[1] - whole[core]).values()) > 5:
            sys.exit("logs: %s: of the undamaged log, makedumpfile has other lines: %s" % (core.path, logs[1] - whole[core]))
    return whole


def write_table(path, a, results):
    """results: case and what its run() returned."""
    rows = collections.defaultdict(collections.Counter)
    for case, (fault, nr, their_nr, hung, _) in results:
        for name in (case.name, "all"):
            rows[name].update(cases=1, ours=nr, failed=fault is not None, theirs=their_nr, hung=hung)
    with open(path, "a") as out:
        out.write("\n## Damaged kernel logs\n\nWritten by `tests/trust/logs.py --cases %d --seed %d`. True lines: those that both print of\n"
                  "the undamaged vmcore.\n\n| fault | cases | ours: true lines | ours: failed | makedumpfile: true lines | "
                  "makedumpfile: hangs |\n|---|---|---|---|---|---|\n" % (a.cases, a.seed))
        for name in sorted(rows, key=lambda n: (n == "all", n)):
            r = rows[name]
            out.write("| %s | %d | %d | %d | %d | %d |\n" % (name, r["cases"], r["ours"], r["failed"], r["theirs"], r["hung"]))


def main():
    a = arguments()
    build = os.path.abspath(a.build)
    cores = [Core(os.path.abspath(p)) for p in a.vmcore]
    whole = baselines(build, cores)
    cases = [Case(build, cores, a.seed, n) for n in (range(a.cases) if a.case is None else [a.case])]
    results = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, result in zip(cases, pool.map(lambda c: c.run(whole), cases)):
            results.append((case, result))
            if result[0] or a.case is not None:
                print("case %d, %s of %s: %s; true lines: %d, by makedumpfile %d" %
                      (case.number, case.name, case.core.path, *result[:3]), flush=True)
            for line in result[4] if a.case is not None else ():
                print("    " + line.decode(errors="replace"))
    bad = sum(r[0] is not None for _, r in results)
    print("logs: %d cases, seed %d: %d true lines, by makedumpfile %d; %d failed" %
          (len(cases), a.seed, sum(r[1] for _, r in results), sum(r[2] for _, r in results), bad))
    if a.table:
        write_table(a.table, a, results)
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
