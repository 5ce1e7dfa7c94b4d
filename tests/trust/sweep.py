# SPDX-License-Identifier: GPL-2.0-or-later
"""
sweep.py - what goes wrong in the calls of a program's output, drawn and tried; for output.py and service.py

A case is (call, number, what), as fail.c takes it: an error's name, "short", or a signal's number in
place of call "any", or at a time ("time", in milliseconds). judges: key -> Judge, with counts (calls of
each kind in an undisturbed run) and took (its seconds).
"""
import argparse
import collections
import concurrent.futures
import errno
import os
import random
import signal

from ended import PATIENCE, SECONDS

AGAIN = ("+",)  # this call and all later ones
ONCE = ("",)
BOTH = ("", "+")
FAULTS = {  # what goes wrong in a call of each kind, once or from then on
    "write": [("ENOSPC", BOTH), ("EDQUOT", AGAIN), ("EIO", BOTH), ("EFBIG", AGAIN), ("EPIPE", AGAIN), ("EINTR", ONCE),
              ("short", BOTH)],
    "sync": [("EIO", BOTH), ("ENOSPC", AGAIN), ("EDQUOT", ONCE), ("EINTR", ONCE)],
    "range": [("EIO", BOTH), ("ENOSPC", ONCE), ("EINTR", ONCE)],
    "rename": [("EIO", BOTH), ("ENOSPC", ONCE), ("EDQUOT", ONCE), ("EINTR", ONCE)],
    "mkdir": [("EIO", ONCE), ("ENOSPC", ONCE), ("EDQUOT", ONCE), ("EINTR", ONCE)],
    "truncate": [("EIO", BOTH), ("ENOSPC", ONCE), ("EFBIG", ONCE), ("EINTR", ONCE)],
    "allocate": [("ENOSPC", AGAIN), ("EDQUOT", ONCE), ("EIO", ONCE), ("EFBIG", ONCE), ("EINTR", ONCE)],
    "create": [("ENOSPC", ONCE), ("EDQUOT", ONCE), ("EIO", ONCE), ("EINTR", ONCE)],
    "close": [("EIO", ONCE), ("ENOSPC", ONCE), ("EDQUOT", ONCE)],
    "link": [("EIO", ONCE), ("ENOSPC", ONCE)],
    "unlink": [("EIO", ONCE)],
    "mode": [("EIO", ONCE)],
}
HARMLESS = {("write", "EINTR"), ("write", "short"), ("sync", "EINTR"), ("range", "EINTR"), ("allocate", "EINTR")}


def error_text(name):
    """What a message has to say of an error."""
    return os.strerror(getattr(errno, name))


def plan(case):
    """The case as the injector takes it."""
    call, nr, what = case
    word = what if what == "short" else "s%d" % what if signalled(call) else "%d" % getattr(errno, what)
    return "%s:%s:%s" % (call, nr, word)


def signalled(call):
    return call in ("any", "time")


def everyone(one, judges, cases, seconds=SECONDS):
    """one(judge, case, seconds) of each case: (fault, line); those not through in time last, each by itself."""
    slow = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, result in zip(cases, pool.map(lambda c: one(judges[c[0]], c[1], seconds), cases)):
            if result[0] == "hang":
                slow.append(case)
            else:
                yield result
    for case in slow:
        yield one(judges[case[0]], case[1], PATIENCE * SECONDS)


def all_faults(judges):
    for key, judge in judges.items():
        for call, faults in FAULTS.items():
            for nr in range(1, judge.counts[call] + 1):
                for what, ways in faults:
                    for way in ways:
                        yield key, (call, "%d%s" % (nr, way), what)


def signals(judges, call, nr, seed):
    """In place of any call; by time: from the start to a little after the end."""
    draw = random.Random(seed)
    each = list(judges)
    for _ in range(nr):
        key = draw.choice(each)
        last = judges[key].counts["any"] if call == "any" else int(1100 * judges[key].took)
        yield key, (call, str(draw.randint(1, max(1, last))), draw.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT)))


def chosen(judges, o):
    if o.case:
        call, nr, what = o.case.split(":")
        return [(key, (call, nr, int(what) if signalled(call) else what)) for key in judges]
    faults = list(all_faults(judges))
    if o.cases and o.cases < len(faults):
        faults = random.Random(o.seed).sample(faults, o.cases)
    return faults + list(signals(judges, "any", o.kills, o.seed)) + list(signals(judges, "time", o.moments, o.seed))


def parser():
    p = argparse.ArgumentParser()
    p.add_argument("--build", required=True)
    p.add_argument("--cases", type=int, default=0, help="0: all")
    p.add_argument("--kills", type=int, default=200)
    p.add_argument("--moments", type=int, default=200)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--writer", default="")
    p.add_argument("--case")
    return p


def judged(judge_of, writers):
    """Writer -> its Judge; each makes an undisturbed run first."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(writers, pool.map(judge_of, writers)))


def report(name, o, judges, results):
    """Print what failed (the one case asked for in any case) and the sums; the exit status."""
    failed, begun = collections.Counter(), 0
    for fault, line in results:
        begun += 1
        if fault or o.case:
            print(line, flush=True)
            failed[fault] += bool(fault)
    print("%s: %d cases of %d writers, seed %d: %d failed" % (name, begun, len(judges), o.seed, sum(failed.values())))
    for fault, nr in failed.most_common():
        print("    %5d  %s" % (nr, fault))
    return 1 if sum(failed.values()) else 0
