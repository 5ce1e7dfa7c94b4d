#!/usr/bin/env python3
# lacp.py BRIDGE TAP... - a switch's end of an aggregated link (802.3ad), for host kernels without bonds:
# a tap is a port of the bridge only while the far end says that it collects.
import select, socket, struct, subprocess, sys

ETH_P_ALL, SLOW, LACP, PACKET_OUTGOING = 3, 0x8809, 1, 4
COLLECTING, ALL_IS_WELL = 0x10, 0x3F  # active, fast, aggregates, in sync, collects, distributes
system = bytes.fromhex("020000000ad0")
bridge, taps = sys.argv[1], sys.argv[2:]


class Port:
    def __init__(self, number, tap):
        self.number, self.tap, self.joined = number, tap, True
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.wire.bind((tap, 0))
        self.far_end = bytes(18)  # system, key and port of the other side, as it says itself
        self.join(False)

    def fileno(self):
        return self.wire.fileno()

    def join(self, joined):
        if joined != self.joined:
            print(self.tap, "joins" if joined else "is blocked", flush=True)
            subprocess.run(["ip", "link", "set", self.tap] +
                           (["master", bridge] if joined else ["nomaster"]), check=True)
        self.joined = joined

    def say(self):
        own = struct.pack("!H6sHHHB3x", 65535, system, 1, 255, self.number, ALL_IS_WELL)
        pdu = bytes([LACP, 1, 1, 20]) + own + bytes([2, 20]) + self.far_end + bytes([3, 16]) + bytes(66)
        try:
            self.wire.send(bytes.fromhex("0180c2000002") + system + struct.pack("!H", SLOW) + pdu)
        except OSError:  # nobody has the other end of the tap open
            pass

    def hear(self):
        frame, source = self.wire.recvfrom(65536)
        if source[2] == PACKET_OUTGOING or frame[12:15] != struct.pack("!HB", SLOW, LACP):
            return
        self.far_end = frame[18:36]
        self.join(bool(self.far_end[14] & COLLECTING))
        self.log()


ports = [Port(1 + i, tap) for i, tap in enumerate(taps)]
while True:
    ready = select.select(ports, [], [], 1)[0]
    for port in ready or ports:
        port.hear() if ready else port.log()
