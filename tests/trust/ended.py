# SPDX-License-Identifier: GPL-2.0-or-later
"""ended.py - how long a program may take"""
import os
import signal
import subprocess

SECONDS = float(os.environ.get("TRUST_SECONDS", "10"))
PATIENCE = 6  # times as long for a case that is tried again by itself: the machine may have been busy


def ended(child, seconds):
    """The exit status of a child that leads a session; None: it and its children were killed."""
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None
