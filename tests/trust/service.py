#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""service.py - every writer of kdumpctl and kdump-image, with an output that fails, and killed

    service.py --build BUILD [--cases N] [--kills N] [--moments N] [--seed S] [--writer NAME] [--case WORD]
               [--capture PROGRAM]

Each case runs one command on a made-up root (service_roots.sh) of its own and lets one system call
that changes something below this root go wrong (fail.c), as output.py does. After it

- each file of the root is as it was, or as an undisturbed run leaves it: nothing between, nothing else;
- the exit status is 0 only if all of them are new, or the error was printed as a warning;
- an error that was not harmless is named;
- the same command without a fault then leaves what an undisturbed run leaves.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from ended import PATIENCE, SECONDS, ended
from outputs import sha
from sweep import HARMLESS, chosen, error_text, everyone, judged, parser, plan, report, signalled

HERE = os.path.dirname(os.path.abspath(__file__))
NOISE = re.compile(r"(/proc|/sys/|/run/kdump/private/|/lib/modules|/device\.img$|/dev/)")
LEFT = re.compile(r"(^|/)(\.[^/]+\.(new|part|[A-Za-z0-9]{6})|[^/]+\.new|\.kdump-raw/.*|[^/]*-incomplete)$")
MOVED = "/var/lib/kdump/boot.json"  # renamed before the new one is written
KEYGENS = re.compile(r"/keys/key\.new(\.pub)?$")  # ssh-keygen writes them, and gives up where a signal ends a call
RECORD = r"/\.(crash|lost)\.json\.new$"  # of a start that was killed: the next crash writes it anew
WHOLE = "whole: "
# Times, and hashes: of a configuration that names the device of the case.
VARIES = re.compile(r"\b1[6-9][0-9]{8}\b|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}|\b[0-9a-f]{32,128}\b")


class Writer:
    """
    A command on a root; must: a part of each path that an undisturbed run changes; again: the command
    that mends what a fault left; once: what is not tried a second time.
    """

    def __init__(self, name, words, must, again=None, once=None):
        self.name, self.words, self.must = name, words, must
        self.again, self.once = again or words, re.compile(once or "$^")


def writers(build, capture):
    ctl = [build + "/kdumpctl", "--root", "@ROOT@", "--capture", capture, "--collector",
           build + "/kdump-collect"]
    image = [build + "/kdump-image", "build", "--root", "@ROOT@", "--config", "@ROOT@/etc/kdump.conf", "--kernel",
             "@KERNEL@", "--capture", capture, "--sysfs", "@ROOT@/sys", "--proc", "@ROOT@/proc", "--dev",
             "@ROOT@/dev", "--inputs", "@ROOT@/inputs", "--output", "@ROOT@/image"]
    reset = ctl + ["reset-crashkernel", "--kernel=ALL", "--value=320M"]
    return [Writer("drop-in", reset, ["/etc/default/grub.d/kdump.cfg"]),
            Writer("grub", reset, ["/etc/default/grub", "/etc/default/grub.d/kdump.cfg"]),
            Writer("entries", reset, ["/boot/loader/entries/1.conf", "/etc/kernel/cmdline"]),
            Writer("convert", ctl + ["convert"], ["/etc/kdump.conf"]),
            Writer("image", image, ["/image", "/inputs"]),
            Writer("start", ctl + ["start"], ["/boot/initramfs-", "/run/kdump/armed.json"], ctl + ["restart"]),
            Writer("after-crash", ctl + ["start"], ["vmcore-dmesg.txt", "kdump-verified.json", "kdump-added.json"],
                   ctl + ["restart"], "/vmcore-dmesg.txt$|/(kdump-verified|kdump-added|crash|lost).json$|" + RECORD),
            Writer("raw", ctl + ["start"], ["/vmcore", "/vmcore-dmesg.txt"], ctl + ["restart"], "/(kdump-added|crash).json$|-1/|" + RECORD),
            Writer("propagate", ctl + ["propagate"], ["/keys/key", "/keys/key.pub"]),
            Writer("public-key", ctl + ["propagate"], ["/keys/key.pub"])]


def content(path, relative, names):
    """What of a file must be equal from run to run; names: text that stands for other text."""
    if os.path.islink(path):
        return "-> " + os.readlink(path).replace(*next(iter(names.items())))
    with open(path, "rb") as f:
        data = f.read()
    for name, other in names.items():
        data = data.replace(name.encode(), other.encode())
    if relative == "/keys/key":
        return "key" if subprocess.run(["ssh-keygen", "-y", "-P", "", "-f", path], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL).returncode == 0 else sha(data)
    if relative == "/keys/key.pub":
        return "key" if re.fullmatch(rb"ssh-ed25519 \S+( kdump capture)?\n", data) else sha(data)
    if relative.endswith(".json"):
        try:
            return WHOLE + VARIES.sub("0", json.dumps(json.loads(data), sort_keys=True))
        except ValueError:
            return sha(data)
    return sha(data)


def tree(root, device=None):
    """Path below the root to content, of each file that is not the system's."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            relative = path[len(root):]
            if not NOISE.match(relative):
                found[relative] = content(path, relative, {root: "@ROOT@", os.path.basename(device or root + "@"): "@DEVICE@"})
    return found


class Root:
    """A copy of a made-up root."""

    def __init__(self, template):
        self.folder = tempfile.mkdtemp(prefix="trust-")
        self.path = self.folder + "/root"
        self.device = None
        subprocess.run(["cp", "-a", template, self.path], check=True)
        with open(self.path + ".loaded", "w") as f:
            f.write("0\n")  # what is loaded, and /proc, are the kernel's business: outside
        os.rename(self.path + "/proc", self.path + ".proc")
        os.symlink("../root.proc", self.path + "/proc")
        if os.path.exists(self.path + "/device.img"):
            self.attach()
        for program in os.listdir(self.path + "/bin"):
            self.replace("/bin/" + program, r"^root=.*$", "root=" + self.path)
        self.replace("/etc/kdump.conf", "@ROOT@", self.path)
        self.replace("/etc/kdump.conf", "@DEVICE@", self.device or "")

    def replace(self, path, old, new):
        with open(self.path + path) as f:
            text = f.read()
        with open(self.path + path, "w") as f:
            f.write(re.sub(old, new, text, flags=re.M))

    def attach(self):
        self.device = subprocess.run(["losetup", "-f", "--show", self.path + "/device.img"], check=True,
                                     stdout=subprocess.PIPE, text=True).stdout.strip()
        subprocess.run(["cp", "-a", self.device, self.path + "/dev/"], check=True)

    def tree(self):
        return tree(self.path, self.device)

    def wiped(self):
        """Is nothing of the dump on its device any more?"""
        if not self.device:
            return False
        with open(self.device, "rb") as f:
            return f.read(12) != b"makedumpfile"

    def run(self, build, words, plan, seconds=PATIENCE * SECONDS):
        """(exit status; None: killed after seconds, what it printed, calls that went wrong, counts)"""
        kernel = next(n for n in os.listdir(self.path + "/boot") if n.startswith("vmlinuz-"))[len("vmlinuz-"):]
        words = [w.replace("@ROOT@", self.path).replace("@KERNEL@", kernel) for w in words]
        environment = dict(os.environ, PATH=self.path + "/bin:" + os.environ["PATH"])
        log = self.folder + "/log"
        apart = ["sh", "-c", 'exec "$@" >"$0" 2>&1', self.folder + "/words"]  # what is printed is no output that fails
        child = subprocess.Popen([build + "/tests/trust/fail", self.path, log, plan] + apart + words,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True, env=environment)
        status = ended(child, seconds)
        with open(self.folder + "/words", "a+b") as out:
            out.seek(0)
            text = out.read().decode(errors="replace")
        with open(log) as f:
            lines = [line.rstrip("\n").split(" ", 2) for line in f]
        return status, text, [l[2] for l in lines if len(l) == 3], {l[0]: int(l[1]) for l in lines if len(l) == 2}

    def close(self):
        if self.device:
            subprocess.run(["losetup", "-d", self.device], check=True)
        shutil.rmtree(self.folder)


class Judge:
    def __init__(self, build, templates, writer):
        self.build, self.writer, self.template = build, writer, templates + "/" + writer.name
        first, second = self.undisturbed(), self.undisturbed()
        self.old, self.new, self.counts, self.took = first
        self.free = {p for p in set(self.new) | set(second[1]) if self.new.get(p) != second[1].get(p)}
        changed = [p for p in self.new if self.new[p] != self.old.get(p)]
        for must in writer.must:
            if not any(must in p for p in changed):
                sys.exit("service: %s does not write %s; it changes %s" % (writer.name, must, changed))

    def undisturbed(self):
        root = Root(self.template)
        try:
            old, begun = root.tree(), time.monotonic()
            status, text, _, counts = root.run(self.build, self.writer.words, "any:0:0")
            if status != 0:
                sys.exit("service: %s does not work undisturbed: %s\n%s" % (self.writer.name, status, text))
            return old, root.tree(), counts, time.monotonic() - begun
        finally:
            root.close()

    def same(self, path, a, b):
        return a == b or (path in self.free and a is not None and b is not None)

    def strange(self, now, killed):
        """A file that is neither as it was nor as it should be."""
        for path in sorted(set(self.old) | set(self.new) | set(now)):
            there = now.get(path)
            if self.same(path, there, self.old.get(path)) or self.same(path, there, self.new.get(path)):
                continue
            if killed and path not in self.new and LEFT.search(path):
                continue
            if there and there.startswith(WHOLE) or path == MOVED:  # a record that is written several times
                continue
            return "neither old nor new: " + path
        return None

    def lacks(self, now):
        """What an undisturbed run would have left otherwise."""
        return [p for p in sorted(set(self.old) | set(self.new) | set(now)) if not self.same(p, now.get(p), self.new.get(p))]

    def first_fault(self, root, now, run, call, what):
        status, text, faults, _ = run
        killed = signalled(call)
        if status is None:
            return "hang"
        if "Sanitizer" in text or "runtime error" in text:
            return "sanitizer"
        if status >= 124 and not (killed and status == 128 + what):
            return "crash: exit %d" % status
        fault, lacks = self.strange(now, killed), self.lacks(now)
        if fault or killed:
            said = status != 0 or "WARNING" in text  # a child was killed
            return fault or ("exit 0 without " + lacks[0] if lacks and not said else None)
        if call == "close" and any(f.startswith(root.path + "/dev/") for f in faults):
            return None  # it stays open here, as it never does
        if root.wiped() and any(p.endswith("/vmcore") for p in lacks):
            return "the device is wiped, and the dump is not there"
        if not faults:
            return "exit %d without a fault" % status if status else None
        if (call, what) in HARMLESS and not any(KEYGENS.search(f) for f in faults):
            return None if status == 0 and not lacks else "a harmless fault ends it"
        if (status != 0 or lacks) and what != "short" and error_text(what) not in text:
            return "exit %d, %s, and the error is not named" % (status, "without " + lacks[0] if lacks else "all there")
        return None

    def judge(self, root, plan, call, what, seconds):
        """(what is wrong or None, exit status, calls that went wrong, what was printed)"""
        run = root.run(self.build, self.writer.words, plan, seconds)
        fault, text = self.first_fault(root, root.tree(), run, call, what), run[1]
        if not fault:
            status, again, _, _ = root.run(self.build, self.writer.again, "any:0:0")
            lacks = [p for p in self.lacks(root.tree()) if not self.writer.once.search(p)]
            if signalled(call):  # a part in a dump's directory goes when that dump is looked at again
                lacks = [p for p in lacks if not (p.startswith("/var/crash/") and LEFT.search(p))]
            text += " // again: " + again
            fault = "again: exit %s" % status if status != 0 else "again: without " + lacks[0] if lacks else None
        return fault, run[0], run[2], text


def one(judge, case, seconds):
    call, nr, what = case
    root = Root(judge.template)
    try:
        fault, status, faults, text = judge.judge(root, plan(case), call, what, seconds)
        text = text.strip().replace("\n", " / ")[-1500:].replace(root.path, "")
        return fault, "%s | %s:%s:%s | %s | exit %s | %s | %s" % (judge.writer.name, call, nr, what, fault, status,
                                                                [f.replace(root.path, "") for f in faults][:3], text)
    finally:
        root.close()


def main():
    p = parser()
    p.add_argument("--capture", help="a static program, which BUILD lacks if it has a sanitizer")
    o = p.parse_args()
    o.build = os.path.abspath(o.build)
    o.capture = os.path.abspath(o.capture or o.build + "/kdump-capture")
    for name in ("JOURNAL_STREAM", "NOTIFY_SOCKET"):
        os.environ.pop(name, None)
    os.environ.update(KDUMP_TEST_APART="1", BUILD=o.build, CAPTURE=o.capture)
    made = tempfile.mkdtemp(prefix="trust-")
    try:
        subprocess.run(["sh", HERE + "/service_roots.sh", made], check=True)
        each = [w for w in writers(o.build, o.capture) if o.writer in w.name]
        judges = judged(lambda w: Judge(o.build, made, w), each)
        return report("service", o, judges, everyone(one, judges, chosen(judges, o), 3 * SECONDS))
    finally:
        shutil.rmtree(made)


def apart():
    """The journal of this machine is not to hear of crashes that were none."""
    if os.path.isdir("/run/systemd/journal") and "KDUMP_TEST_APART" not in os.environ:
        os.environ["KDUMP_TEST_APART"] = "1"
        os.execvp("unshare", ["unshare", "-m", "sh", "-c", 'mount -t tmpfs apart /run/systemd/journal && exec "$@"', "-",
                              sys.executable] + sys.argv)


if __name__ == "__main__":
    apart()
    sys.exit(main())
