#!/usr/bin/env python3
"""table.py [DEPTH] - the size of the code, as a table of Markdown: a row for each folder

Files and lines of C (.c and .h), lines of a function between its braces (median, 90th percentile
and largest), share of lines with a comment, lines of unit tests of the folder for each line of its
.c files, and how many tests they have. DEPTH: names of a path that make a row; default 2. The last
row is all of it, with the other tests' lines in scripts. Prints; never fails."""
import collections
import re
import subprocess
import sys

TOPS = ("collector", "config", "initramfs", "systemd")


def tracked(*patterns):
    return subprocess.run(["git", "ls-files", "--", *patterns], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.split()


def read(path):
    with open(path, errors="replace") as f:
        return f.read()


def functions(text):
    """Lines between the braces of each function: kernel style has both at the line's beginning."""
    start = None
    for nr, line in enumerate(text.split("\n")):
        if line == "{":
            start = nr
        elif line.startswith("}") and start is not None:
            yield nr - start - 1
            start = None


def comment_lines(text):
    """Lines with a part of a comment. Strings may have what looks like one."""
    text = re.sub(r'"(\\.|[^"\\\n])*"', '""', text)
    return len({nr for found in re.finditer(r"/\*.*?\*/", text, re.S)
                for nr in range(text.count("\n", 0, found.start()), text.count("\n", 0, found.end()) + 1)})


class Row:
    def __init__(self):
        self.files = self.lines = self.source = self.comments = self.test_lines = self.tests = 0
        self.lengths = []

    def add(self, path):
        text = read(path)
        lines = text.count("\n")
        self.files += 1
        self.lines += lines
        self.comments += comment_lines(text)
        if path.endswith(".c"):
            self.source += lines
            self.lengths.extend(functions(text))

    def add_test(self, path):
        text = read(path)
        self.test_lines += text.count("\n")
        self.tests += len(re.findall(r"^TEST\(", text, re.M))

    def percentile(self, share):
        lengths = sorted(self.lengths)
        return lengths[min(int(len(lengths) * share), len(lengths) - 1)] if lengths else 0

    def show(self, name):
        print("| %s | %d | %d | %d | %d | %d | %d | %d %% | %.2f | %d |" % (
            name, self.files, self.lines, len(self.lengths), self.percentile(0.5),
            self.percentile(0.9), self.percentile(1), 100 * self.comments / max(self.lines, 1),
            self.test_lines / max(self.source, 1), self.tests))


def folder(path, depth):
    return "/".join(path.split("/")[:-1][:depth])


depth = int(sys.argv[1]) if len(sys.argv) > 1 else 2
rows, whole = collections.defaultdict(Row), Row()
for path in tracked(*["%s/*.[ch]" % top for top in TOPS]):
    rows[folder(path, depth)].add(path)
    whole.add(path)
for path in tracked("tests/unit/*.c"):
    name = folder(path[len("tests/unit/"):], depth)
    whole.add_test(path)
    if name in rows:
        rows[name].add_test(path)
print("| folder | files | lines | functions | median | p90 | largest | comments | test lines/source | tests |")
print("|---|---|---|---|---|---|---|---|---|---|")
for name in sorted(rows):
    rows[name].show(name + "/")
whole.show("all")
others = tracked("tests/*.sh", "tests/*.py", "tests/*.[ch]")
lines = sum(read(path).count("\n") for path in others)
named = sum(len(re.findall(r"^\s*(?:\[.*(?:\|\||&&) )?ok \"", read(path), re.M))
            for path in tracked("tests/service/*.sh"))
print("\nAll test code: %d lines in %d files, %.2f for each line of source; %d named lines in tests/service."
      % (lines, len(others), lines / whole.source, named))
