# vmcore-log.py - drgn script: print the kernel log.
import sys

from drgn.helpers.linux.printk import get_dmesg

sys.stdout.buffer.write(get_dmesg(prog))
