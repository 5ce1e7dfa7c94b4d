#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# guest_dump.py KERNEL DIR [QEMU-OPTION...] - boot KERNEL without a root file system, and when it has
# panicked have QEMU save its memory into DIR: elf, elf-paging, kdump-zlib and, where this QEMU has
# them, kdump-lzo and kdump-snappy. Prints the name of each dump that was made.
import json
import os
import socket
import subprocess
import sys
import time

PANIC_SECONDS = 240
KINDS = [("elf", "elf", False), ("elf-paging", "elf", True), ("kdump-zlib", "kdump-zlib", False),
         ("kdump-lzo", "kdump-lzo", False), ("kdump-snappy", "kdump-snappy", False)]


def start(kernel, folder, options):
    return subprocess.Popen(
        ["qemu-system-x86_64", "-m", "512", "-smp", "2", "-display", "none", "-no-reboot",
         "-kernel", kernel, "-append", "console=ttyS0 panic=0",
         "-serial", f"file:{folder}/console", "-qmp", f"unix:{folder}/qmp,server=on,wait=off"]
        + options)


def wait_for_panic(folder, guest):
    end = time.time() + PANIC_SECONDS
    while time.time() < end and guest.poll() is None:
        time.sleep(0.5)
        try:
            with open(f"{folder}/console", "rb") as console:
                if b"end Kernel panic" in console.read():
                    return
        except FileNotFoundError:
            pass
    sys.exit("guest_dump.py: the guest did not panic")


class Monitor:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(120)
        self.socket.connect(path)
        self.file = self.socket.makefile("rw")
        self.file.readline()  # the greeting
        self.run("qmp_capabilities")

    # True if it worked. Events in between are not for us.
    def run(self, name, **arguments):
        self.file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "return" in answer or "error" in answer:
                return "return" in answer


def save(monitor, folder, kind):
    name, form, paging = kind
    arguments = {"paging": paging, "protocol": f"file:{folder}/{name}"}
    if form != "elf":
        arguments["format"] = form
    if monitor.run("dump-guest-memory", **arguments):
        print(name)


def main():
    kernel, folder, options = sys.argv[1], sys.argv[2], sys.argv[3:]
    os.makedirs(folder, exist_ok=True)
    guest = start(kernel, folder, options)
    try:
        wait_for_panic(folder, guest)
        monitor = Monitor(f"{folder}/qmp")
        monitor.run("stop")  # a kernel that panicked still counts: all dumps are of one moment
        for kind in KINDS:
            save(monitor, folder, kind)
    finally:
        guest.kill()
        guest.wait()


if __name__ == "__main__":
    main()
