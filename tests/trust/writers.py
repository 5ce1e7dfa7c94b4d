# SPDX-License-Identifier: GPL-2.0-or-later
"""writers.py - every way in which kdump-collect writes a file, and what it reads for that"""
import os
import subprocess

from outputs import Dump, Flat, Json, Member, Sealed, SealedText, Text


class Writer:
    """
    command: words, with {out} for the folder; outputs: names in it, with their kinds; force: they are
    there before; whole: plans with which it ends well, the undisturbed one last.
    """

    def __init__(self, name, command, outputs, stdin=None, stdout=None, force=False, whole=("any:0:0",)):
        self.name, self.command, self.outputs = name, command, outputs
        self.stdin, self.stdout, self.force, self.whole = stdin, stdout, force, whole

    def words(self, folder):
        return [w.replace("{out}", folder) for w in self.command]


def prepare(tools, core, folder):
    """Inputs that are made of the core: a stream, a split dump, sealed files."""
    made = {name: os.path.join(folder, name) for name in ("stream", "elf-stream", "a", "b", "sealed", "log.age", "dump")}
    collect = [tools.collect, "-q", "-d", "31"]
    recipient = subprocess.run(["age-keygen", "-y", tools.key], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.strip()
    for name, flags in (("stream", ["-z"]), ("elf-stream", ["-E"])):
        with open(made[name], "wb") as out:
            subprocess.run(collect + flags + ["-F", core], check=True, stdout=out)
    for words in (["--split", "-z", core, made["a"], made["b"]], ["-z", core, made["dump"]],
                  ["--encrypt-to", recipient, "-z", core, made["sealed"]],
                  ["--encrypt-to", recipient, "--dump-dmesg", core, made["log.age"]]):
        subprocess.run(collect + words, check=True)
    return made, recipient


def threaded(tools, core, recipient):
    """Writers that use threads: each is run with one and with two."""
    collect, dump = [tools.collect, "-d", "31"], Dump(tools)
    to, seal = "{out}/dump", ["--encrypt-to", recipient]
    pair = ["{out}/a", "{out}/b"]
    yield Writer("kdump", collect + ["-z", core, to], {"dump": dump})
    yield Writer("kdump over an old one", collect + ["-f", "-l", core, to], {"dump": dump}, force=True)
    yield Writer("elf", collect + ["-E", core, to], {"dump": dump})
    yield Writer("plain", [tools.collect, "-d", "0", core, to], {"dump": dump})
    yield Writer("plain elf", [tools.collect, "-d", "0", "-E", core, to], {"dump": dump})
    yield Writer("levels", [tools.collect, "-d", "1,31", "-c", core, to], {"dump": dump},
                 whole=("write:1:28", "any:0:0"))
    yield Writer("flat file", collect + ["-z", "-F", core], {"stream": Flat(tools)}, stdout="file")
    yield Writer("flat pipe", collect + ["-z", "-F", core], {"stream": Flat(tools)}, stdout="pipe")
    yield Writer("flat elf", collect + ["-E", "-F", core], {"stream": Flat(tools)}, stdout="file")
    yield Writer("split", collect + ["-z", "--split", core] + pair, {"a": Member(tools), "b": Member(tools)})
    yield Writer("sealed", collect + seal + ["-z", core, to], {"dump": Sealed(tools)})
    yield Writer("sealed pipe", collect + seal + ["-z", "-F", core], {"stream": Sealed(tools)}, stdout="pipe")


def single(tools, core, made, recipient):
    collect, dump = tools.collect, Dump(tools)
    to, text = "{out}/dump", {"text": Text()}
    opened = [collect, "--decrypt", "-i", tools.key]
    yield Writer("reassemble", [collect, "--reassemble", made["a"], made["b"], to], {"dump": dump})
    yield Writer("rearrange", [collect, "-R", to], {"dump": dump}, stdin=made["stream"])
    yield Writer("rearrange elf", [collect, "-R", to], {"dump": dump}, stdin=made["elf-stream"])
    yield Writer("encrypt", [collect, "--encrypt", "--encrypt-to", recipient, made["dump"], to], {"dump": SealedText(tools)})
    yield Writer("decrypt", opened + [made["sealed"], to], {"dump": dump})
    yield Writer("decrypt text", opened + [made["log.age"], "{out}/text"], text)
    yield Writer("dmesg", [collect, "--dump-dmesg", core, "{out}/text"], text)
    yield Writer("dmesg over an old one", [collect, "-f", "--dump-dmesg", core, "{out}/text"], text, force=True)
    yield Writer("dmesg to standard output", [collect, "--dump-dmesg", core, "-"], text, stdout="file")
    yield Writer("dmesg sealed", [collect, "--encrypt-to", recipient, "--dump-dmesg", core, "{out}/text"],
                 {"text": SealedText(tools)})
    yield Writer("vmcoreinfo", [collect, "-g", "{out}/text", core], text)
    yield Writer("summary", [collect, "-d", "31", "--dry-run", "--json={out}/text", core], {"text": Json()})
    if tools.reports:
        yield Writer("report", [collect, "--report", core, "{out}/text"], {"text": Text(), "text.json": Text()})


def writers(tools, core, folder):
    made, recipient = prepare(tools, core, folder)
    for w in threaded(tools, core, recipient):
        for nr in ("1", "2"):
            yield Writer("%s, %s thread%s" % (w.name, nr, "s" * (nr > "1")), [w.command[0], "--threads", nr] + w.command[1:],
                         w.outputs, w.stdin, w.stdout, w.force, w.whole)
    yield from single(tools, core, made, recipient)
