#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage.py - how many lines the tests ran, for each folder: coverage.py BUILD LEAST FOLDER...

BUILD was compiled with --coverage, and the tests have run. A line counts as run when any program
ran it; a source without any program that was run counts as a whole. Exit 1: a FOLDER has less than
LEAST per cent. The files that lack most are named.
"""
import collections
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile


def lines_of(notes):
    """{(file, line): was it run} of one object."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["gcov", "--json-format", os.path.abspath(notes)], cwd=folder,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in glob.glob(folder + "/*.gcov.json.gz"):
            with gzip.open(name) as f:
                for one in json.load(f)["files"]:
                    for line in one["lines"]:
                        yield (os.path.normpath(one["file"]), line["line_number"]), line["count"] > 0


def main():
    build, least, folders = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    run = {}
    for folder in folders:
        for notes in glob.glob("%s/%s/**/*.gcno" % (build, folder), recursive=True):
            for at, was in lines_of(notes):
                if at[0].startswith(folder + "/"):
                    run[at] = run.get(at, False) or was
    files, each = collections.defaultdict(lambda: [0, 0]), collections.defaultdict(lambda: [0, 0])
    for (name, _), was in run.items():
        top = next(f for f in folders if name.startswith(f + "/"))
        for count in (files[name], each[os.path.dirname(name)], each[top + ", all"]):
            count[0] += was
            count[1] += 1
    for name in sorted(each):
        print("%5.1f %%  %6d of %6d lines  %s" % (100 * each[name][0] / each[name][1], *each[name], name))
    for name, (got, of) in sorted(files.items(), key=lambda f: f[1][0] - f[1][1])[:12]:
        print("    lacks %4d of %4d lines  %s" % (of - got, of, name))
    poor = [f for f in folders if each[f + ", all"][0] * 100 < least * each[f + ", all"][1]]
    if poor:
        sys.exit("coverage: less than %g %%: %s" % (least, ", ".join(poor)))


if __name__ == "__main__":
    main()
