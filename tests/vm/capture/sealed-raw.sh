#!/bin/bash
# sealed-raw.sh - encrypt_to and a raw device: nothing is in clear, and the stream of recorded length opens
. "$(dirname "$0")/lib.sh"
. "$here/sealed.sh"

# raw_split DIR - what the capture wrote: the stream by its length, the small files by their names.
raw_split()
{
	mkdir -p "$1"
	python3 - "$machine/data.img" "$1" <<'P'
import os, struct, sys
f = open(sys.argv[1], "rb")
f.seek(-4096, 2)
t = f.read(4096)
magic, version, state, size, when, nr, pad = struct.unpack_from("<8sIIQQII", t)
assert magic == b"KDUMPRAW" and version == 1 and state == 2, t[:40]
def copy(name, off, size):
    f.seek(off)
    with open(os.path.join(sys.argv[2], name), "wb") as out:
        while size:
            data = f.read(min(size, 1 << 20))
            assert data, name
            size -= out.write(data)
copy("vmcore.age", 0, size)
for i in range(nr):
    name, off, size = struct.unpack_from("<64sQQ", t, 40 + i * 80)
    copy(name.rstrip(b"\0").decode(), off, size)
P
}

for kernel in $(kernels 6.12); do
	capture_new "$kernel"
	machine_disk data 1G
	sealed_key
	config <<-C
		raw /dev/disk/by-id/virtio-data
		$sealed_stream
		encrypt_to $recipient
	C
	guest </dev/null
	markers_plant
	ok "$kernel: the crash was captured and the machine rebooted" capture_run 240
	ok "$kernel: the search reads the console" found_in console -- "$machine/console.log"
	ok "$kernel: no marker on any disk or on the console" hidden_here
	dump=$work/raw
	ok "$kernel: what is on the device has its length recorded" raw_split "$dump"
	ok "$kernel: no file in clear" only_sealed
	sealed_opened "$kernel"
done
finish
