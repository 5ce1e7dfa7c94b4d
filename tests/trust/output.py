#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""output.py - every writer of kdump-collect, with an output that fails, and killed

    output.py --build BUILD [--core CORE] [--cases N] [--kills N] [--moments N] [--seed S] [--writer NAME] [--case WORD]

Each case runs one writer (writers.py) and lets one system call of its output go wrong (fail.c): every
call of every kind, each with every error; --cases takes so many of them, drawn with the seed. --kills
sends SIGKILL, SIGTERM or SIGINT in place of a call, --moments at any time of the run. The program must end in time and by itself, with
the exit status that what it leaves deserves and a message that names file, call and error. A final
name stands for exactly what an undisturbed run writes. What is called incomplete says so in its
header as well, opens, and holds no wrong page. No other file stays. The input is the core of the
self-test, or the important pages of CORE; without one there is nothing to report on.
"""
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

import outputs
import writers
from ended import PATIENCE, SECONDS, ended
from sweep import HARMLESS, chosen, error_text, everyone, judged, parser, plan, report, signalled

MARK = "-incomplete"
NAMES = {  # words of a message for the call
    "write": "write|written", "sync": "sync|saved", "range": "write back|sync", "rename": "rename|named",
    "truncate": "lengthen|size|truncate", "allocate": "reserve", "create": "create|open|replace", "close": "close|write",
    "link": "rename|named", "unlink": "replace|remove|rename", "mkdir": "create|make", "mode": "mode",
}


class Run:
    """One run of a writer with a plan for the injector: what came out, and where."""

    def __init__(self, tools, writer, plan, old, seconds=PATIENCE * SECONDS):
        self.seconds = seconds
        # A name that was given cannot be taken back when renames fail for good: a mark has to do.
        self.stuck = plan.startswith("rename:") and "+" in plan
        self.folder = tempfile.mkdtemp(prefix="trust-")
        self.out = self.folder + "/out"
        os.mkdir(self.out)
        for name in writer.outputs if writer.force else ():
            with open(os.path.join(self.out, name), "wb") as f:
                f.write(old)
        command = [tools.build + "/tests/trust/fail", self.out, self.folder + "/log", plan] + writer.words(self.out)
        self.status, self.words = self.execute(command, writer)
        self.faults, self.counts = self.read_log()

    def execute(self, command, writer):
        stdout = open(os.path.join(self.out, "stream" if "stream" in writer.outputs else "text"), "wb") if writer.stdout \
            else open(os.devnull, "wb")
        reader = None
        with open(writer.stdin or os.devnull, "rb") as given, open(self.folder + "/words", "w+b") as words, stdout:
            sink = stdout
            if writer.stdout == "pipe":
                reader = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=stdout)
                sink = reader.stdin
            child = subprocess.Popen(command, stdin=given, stdout=sink, stderr=words, start_new_session=True)
            if reader:
                reader.stdin.close()
            status = ended(child, self.seconds)
            if reader:
                reader.wait()
            words.seek(0)
            return status, words.read().decode(errors="replace")

    def read_log(self):
        faults, counts = [], {}
        with open(self.folder + "/log") as log:
            for line in log:
                words = line.rstrip("\n").split(" ", 2)
                if len(words) == 3:
                    faults.append(words[2])
                else:
                    counts[words[0]] = int(words[1])
        return faults, counts

    def close(self):
        shutil.rmtree(self.folder)


class Judge:
    def __init__(self, tools, writer, core):
        self.tools, self.writer = tools, writer
        self.old = outputs.read(core, 1 << 20)
        self.digests = {name: set() for name in writer.outputs}
        self.whole = {}
        for plan in writer.whole:
            begun = time.monotonic()
            self.learn(Run(tools, writer, plan, self.old))
            self.took = time.monotonic() - begun

    def learn(self, run):
        """What a run that ends well leaves."""
        self.counts = run.counts
        for name, kind in self.writer.outputs.items():
            path = os.path.join(run.out, name)
            digest = kind.digest(path)
            if run.status != 0 or digest is None:
                sys.exit("output: %s does not work undisturbed: %s\n%s" % (self.writer.name, run.status, run.words))
            self.digests[name].add(digest)
            self.whole[name] = kind.contents(path)
        run.close()

    def part_fault(self, name, path, killed):
        """Killed behind its last byte, or sealed, a file is whole under the careful name."""
        kind = self.writer.outputs[name]
        fault = kind.part(path, self.whole[name], killed)
        whole = fault and (killed or kind.sealed) and kind.digest(path) in self.digests[name]
        return None if whole else fault

    def path_fault(self, run, name, killed):
        """(is the final name there, what is wrong)"""
        kind, path = self.writer.outputs[name], os.path.join(run.out, name)
        if os.path.exists(path + MARK):
            fault = self.part_fault(name, path + MARK, killed)
            if fault:
                return False, fault
        if not os.path.exists(path):
            return False, None
        if run.stuck and "split" in self.writer.name and outputs.marked(path):
            return False, self.part_fault(name, path, killed)
        if self.writer.force and outputs.read(path) == self.old:
            return False, None
        if self.writer.stdout:  # the name is the shell's: what is in it tells
            whole = os.path.getsize(path) > 0 and kind.digest(path) in self.digests[name]
            return whole, None if whole or os.path.getsize(path) == 0 else kind.part(path, self.whole[name], True)
        return True, None if kind.digest(path) in self.digests[name] else "a final name is not whole"

    def names(self, run, killed):
        """(how many final names are there, what is wrong)"""
        nr, fault = 0, None
        for name in self.writer.outputs:
            there, wrong = self.path_fault(run, name, killed)
            nr += there
            fault = fault or wrong
        known = set(self.writer.outputs) | {n + MARK for n in self.writer.outputs}
        strange = [n for n in os.listdir(run.out) if n not in known]
        return nr, fault or ("a file stays: %s" % strange if strange else None)

    def status_fault(self, run, nr):
        left = [n for n in os.listdir(run.out) if n.endswith(MARK)]
        if run.status == 0 and nr != len(self.writer.outputs):
            return "exit 0 without the final name"
        if run.status == 3 and not left and not self.writer.stdout:
            return "exit 3 and nothing is left"
        if run.status not in (0, 1, 3):
            return "exit %s" % run.status
        if run.status != 0 and nr == len(self.writer.outputs) and not self.writer.stdout:
            return "exit %d, and the final name is there" % run.status
        return "a file of a split dump has its name, and the dump failed" if "split" in self.writer.name and \
            0 < nr < len(self.writer.outputs) else None

    def words_fault(self, run, call, what):
        if what == "short":
            return None
        if error_text(what) not in run.words:
            return "the message does not name the error"
        if not any(re.search(r"\b%s\b" % n, run.words) for n in self.writer.outputs) and not self.writer.stdout:
            return "the message does not name the file"
        return None if re.search(NAMES[call], run.words) else "the message does not name the call"

    def judge(self, run, call, at, what):
        if run.status is None:
            return "hang"
        if "Sanitizer" in run.words or "runtime error" in run.words:
            return "sanitizer"
        if run.status >= 124:
            return "crash"
        nr, fault = self.names(run, what != "short" and "+" in str(at))
        fault = fault or self.status_fault(run, nr)
        if fault or not run.faults:
            return fault or ("exit %d without a fault" % run.status if run.status else None)
        if run.status == 0:
            return None
        return "a harmless fault ends it" if (call, what) in HARMLESS else self.words_fault(run, call, what)

    def judge_killed(self, run, number):
        if run.status is None:
            return "hang"
        nr, fault = self.names(run, True)
        if fault:
            return fault
        if run.status == 0 and nr != len(self.writer.outputs):
            return "exit 0 without the final name"
        return None if run.status in (0, 128 + number) else "exit %d after signal %d" % (run.status, number)


def one(judge, case, seconds):
    call, nr, what = case
    run = Run(judge.tools, judge.writer, plan(case), judge.old, seconds)
    try:
        fault = judge.judge_killed(run, what) if signalled(call) else judge.judge(run, call, nr, what)
        return fault, "%s | %s:%s:%s | exit %s | %s | %s" % (judge.writer.name, call, nr, what, run.status, fault,
                                                           run.words.strip().replace("\n", " / ")[-900:])
    finally:
        run.close()


def ram(core):
    """From where to where a core's memory is compared."""
    head = outputs.read(core, 65536)
    if head[:4] != b"\x7fELF":
        return 16 << 20, 24 << 20  # libkdumpfile is slow: a part of it
    nr = struct.unpack_from("<H", head, 56)[0]
    loads = [struct.unpack_from("<IIQQQQQQ", head, 64 + 56 * i) for i in range(nr)]
    return min(l[4] for l in loads if l[0] == 1), max(l[4] + l[6] for l in loads if l[0] == 1)


def main():
    p = parser()
    p.add_argument("--core")
    o = p.parse_args()
    o.build = os.path.abspath(o.build)
    made = tempfile.mkdtemp(prefix="trust-")
    core = os.path.abspath(o.build + "/selftest.core")
    if o.core:  # its important pages: it need not be copied whole a thousand times
        core = made + "/core"
        subprocess.run([o.build + "/kdump-collect", "-q", "-z", "-d", "31", o.core, core], check=True)
    subprocess.run(["age-keygen", "-o", made + "/key"], check=True, stderr=subprocess.DEVNULL)
    tools = outputs.Tools(o.build, ram(core), made + "/key")
    tools.reports = bool(o.core)
    try:
        each = [w for w in writers.writers(tools, core, made) if o.writer in w.name]
        judges = judged(lambda w: Judge(tools, w, core), each)
        return report("output", o, judges, everyone(one, judges, chosen(judges, o)))
    finally:
        shutil.rmtree(made)


if __name__ == "__main__":
    sys.exit(main())
