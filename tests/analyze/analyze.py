#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""analyze.py - gcc -fanalyzer and clang-tidy over the programs; what they say must have a reason

    analyze.py [--jobs N] [--only gcc|tidy] CPPFLAG... -- FILE...

Each line of allowed.list beside it is a check, a regular expression of paths, and why what the check
says there is no fault. A warning without such a line fails; so does a line that no warning needs, when
all files were looked at. The analyzer of gcc looks at C alone, one file at a time: known.h tells it what
it cannot see.
"""
import concurrent.futures
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CHECKS = "-*,bugprone-*,cert-*,concurrency-*"
WARNING = re.compile(r"^(?:\S*/)?((?:collector|config|initramfs|systemd)/\S+?):(\d+):\d+: (?:warning|error): (.*) \[([^]]+)\]$")
SILENT = ["collector/base/err.c"]  # defines what known.h replaces


def gcc(flags, path):
    known = [] if path in SILENT else ["-include", HERE + "/known.h"]
    return ["gcc", *known, *flags, "-std=gnu11", "-fsigned-char", "-O2", "-pthread", "-fanalyzer",
            "-fdiagnostics-plain-output", "-c", "-o", "/dev/null", path]


def tidy(flags, path):
    return ["clang-tidy", "-quiet", "-checks=" + CHECKS, path, "--", *flags, "-std=gnu11", "-fsigned-char"]


def say(command):
    """The warnings of a run: (path, line, text, check)."""
    r = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    found = set()
    for line in r.stdout.splitlines():
        m = WARNING.match(line)
        if m:
            found.add((m[1], int(m[2]), m[3], m[4].split(",")[0].removeprefix("-W")))
        elif " error: " in line:
            sys.exit("analyze: %s\n%s" % (" ".join(command), line))
    return found


def allowed():
    with open(HERE + "/allowed.list") as f:
        lines = [line.split(None, 2) for line in f if line.strip() and not line.startswith("#")]
    for line in lines:
        if len(line) != 3:
            sys.exit("analyze: allowed.list: a check, paths and a reason are needed: %s" % " ".join(line))
    return [(check, re.compile(path + "$")) for check, path, _ in lines]


def main():
    words = sys.argv[1:]
    jobs, only = os.cpu_count(), None
    while words and words[0] in ("--jobs", "--only"):
        jobs, only = (int(words[1]), only) if words[0] == "--jobs" else (jobs, words[1])
        words = words[2:]
    flags, files = words[:words.index("--")], words[words.index("--") + 1:]
    commands = [make(flags, f) for name, make in (("gcc", gcc), ("tidy", tidy)) if only in (None, name) for f in files]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        found = sorted(set().union(*pool.map(say, commands)))
    rules, used, bad = allowed(), set(), 0
    for path, line, text, check in found:
        mine = [i for i, rule in enumerate(rules) if rule[0] == check and rule[1].match(path)]
        used.update(mine)
        if not mine:
            bad += 1
            print("%s:%d: %s [%s]" % (path, line, text, check), flush=True)
    for i, (check, path) in enumerate(rules):
        if i not in used and only is None and len(files) > 100:
            bad += 1
            print("allowed.list: no warning needs this line any more: %s %s" % (check, path.pattern))
    print("analyze: %d files, %d warnings with a reason, %d without" % (len(files), len(found) - bad, bad))
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
