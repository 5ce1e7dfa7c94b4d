# SPDX-License-Identifier: GPL-2.0-or-later
"""ended.py - how long a program may take"""
import os
import select
import signal

SECONDS = float(os.environ.get("TRUST_SECONDS", "10"))
PATIENCE = 6  # times as long for a case that is tried again by itself: the machine may have been busy


def ended(child, seconds):
    """The exit status of a child that leads a session; None: it and its children were killed."""
    end = os.pidfd_open(child.pid)  # wait() with a limit sleeps between looks, a third of a case
    try:
        poll = select.poll()
        poll.register(end, select.POLLIN)
        if poll.poll(1000 * seconds):
            return child.wait()
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None
    finally:
        os.close(end)
