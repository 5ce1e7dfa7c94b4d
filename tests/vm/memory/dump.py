#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# dump.py CONSOLE CORE SECONDS QEMU-ARG... - run a machine until it has panicked, have QEMU save its memory.
# A line "memory-init: pause COMMAND" on the console gives QEMU's monitor a command.
import subprocess
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 2)[0])
import guest_dump


def console_text(path):
    try:
        with open(path, "rb") as console:
            return console.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


# The last line may not come: with PREEMPT_RT a panic waits for CPUs that do not answer.
def has_died(text):
    if "end Kernel panic" in text:
        return True
    if "Kernel panic - not syncing" in text:
        time.sleep(20)
        return True
    return False


def main():
    console, core, seconds, arguments = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    guest = subprocess.Popen(arguments + ["-serial", f"file:{console}", "-qmp", f"unix:{core}.qmp,server=on,wait=off"])
    try:
        end = time.time() + seconds
        while not has_died(console_text(console)):
            if time.time() > end or guest.poll() is not None:
                sys.exit(f"dump.py: the machine did not panic; its console is {console}")
            time.sleep(0.5)
        monitor = guest_dump.Monitor(f"{core}.qmp")
        monitor.socket.settimeout(300)
        monitor.run("stop")
        if not monitor.run("dump-guest-memory", paging=False, protocol=f"file:{core}"):
            sys.exit("dump.py: QEMU did not save the memory")
    finally:
        guest.kill()
        guest.wait()


main()
