#!/usr/bin/env python3
# vlan.py TAP ID PORT - the far end of a VLAN, for host kernels without any: between QEMU's
# "-netdev dgram" (we are PORT, it is PORT + 1) and a tap device, with the tag taken off and put on.
import fcntl, select, socket, struct, sys

tap_name, vlan, port = sys.argv[1].encode(), int(sys.argv[2]), int(sys.argv[3])
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000

tap = open("/dev/net/tun", "r+b", buffering=0)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", tap_name, IFF_TAP | IFF_NO_PI))
wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
wire.bind(("127.0.0.1", port))
tag = struct.pack("!HH", 0x8100, vlan)

while True:
    for ready in select.select([tap, wire], [], [])[0]:
        if ready is tap:
            frame = tap.read(65536)
            try:
                wire.sendto(frame[:12] + tag + frame[12:], ("127.0.0.1", port + 1))
            except ConnectionRefusedError:
                pass
        else:
            frame = wire.recv(65536)
            if frame[12:14] == tag[:2] and struct.unpack("!H", frame[14:16])[0] & 0xFFF == vlan:
                tap.write(frame[:12] + frame[16:])
