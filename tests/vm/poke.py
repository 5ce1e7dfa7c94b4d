# poke.py SOCKET ADDRESS TEXT - write TEXT into physical memory of a QEMU that serves gdb on SOCKET.
# hex:0102... in place of TEXT: these bytes.
# The machine stands still meanwhile and goes on afterwards.
import socket
import sys


def packets(link):
    """What QEMU says, one packet after the other, acknowledged."""
    waiting = b""
    while True:
        start, end = waiting.find(b"$"), waiting.find(b"#")
        if start >= 0 and end >= 0 and len(waiting) >= end + 3:
            yield waiting[start + 1:end].decode()
            waiting = waiting[end + 3:]
            link.sendall(b"+")
            continue
        more = link.recv(4096)
        if not more:
            sys.exit("poke: QEMU closed the connection")
        waiting += more


def ask(link, answers, body):
    """Send a command; a report that the machine has stopped may come before the answer."""
    link.sendall(b"$%s#%02x" % (body.encode(), sum(body.encode()) % 256))
    for answer in answers:
        if not answer.startswith("T"):
            return answer


path, address, text = sys.argv[1:]
with socket.socket(socket.AF_UNIX) as link:
    link.connect(path)
    link.settimeout(20)
    answers = packets(link)
    if ask(link, answers, "Qqemu.PhyMemMode:1") != "OK":
        sys.exit("poke: QEMU does not know physical addresses here")
    at = int(address, 0)
    data = bytes.fromhex(text[4:]) if text.startswith("hex:") else text.encode()
    for i in range(0, len(data), 512):
        part = data[i:i + 512]
        if ask(link, answers, "M%x,%x:%s" % (at + i, len(part), part.hex())) != "OK":
            sys.exit("poke: writing at %#x failed" % (at + i))
    ask(link, answers, "D")
