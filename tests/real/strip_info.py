# strip_info.py CORE KEEP - in place, spoil each line of the core's vmcoreinfo note that does not
# match the regular expression KEEP, in such a way that its length stays. Prints how many.
# strip_info.py CORE --types - in place, spoil the beginning of each BTF.
# strip_info.py CORE --symbols VMLINUX - in place, spoil the tokens that names of symbols are made of.
import mmap
import re
import struct
import subprocess
import sys

core = open(sys.argv[1], "r+b")


def in_file(path, name, size):
    """Bytes of a vmlinux at a symbol."""
    symbols = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    va = int(re.search(r"^([0-9a-f]+) . %s$" % name, symbols, re.M).group(1), 16)
    with open(path, "rb") as f:
        head = f.read(64)
        f.seek(struct.unpack_from("<Q", head, 32)[0])
        for load in struct.iter_unpack("<IIQQQQQQ", f.read(56 * struct.unpack_from("<H", head, 56)[0])):
            if load[0] == 1 and load[3] <= va < load[3] + load[5]:
                f.seek(load[2] + va - load[3])
                return f.read(size)
    sys.exit("%s is in no segment" % name)


if sys.argv[2] == "--symbols":
    index = in_file(sys.argv[3], "kallsyms_token_index", 512)
    image = mmap.mmap(core.fileno(), 0)
    found, at = 0, image.find(index)
    while at >= 0:
        image[at:at + len(index)] = b"#" * len(index)
        found, at = found + 1, image.find(index, at + 1)
    sys.exit(found == 0)
if sys.argv[2] == "--types":
    # A core has the image twice: its segment and the RAM around it may overlap.
    image = mmap.mmap(core.fileno(), 0)
    at = image.find(b"\x9f\xeb\x01\x00")
    while at >= 0:
        image[at:at + 4] = b"####"
        at = image.find(b"\x9f\xeb\x01\x00", at + 1)
    sys.exit(0)
keep = re.compile(sys.argv[2].encode())
head = core.read(1 << 16)
note = head.index(b"VMCOREINFO\0")
start = head.index(b"OSRELEASE=", note)
end = head.index(b"\0", start)
spoiled = 0
out = []
for line in head[start:end].split(b"\n"):
    if line and not keep.match(line):
        line = b"#" * len(line)
        spoiled += 1
    out.append(line)
core.seek(start)
core.write(b"\n".join(out))
print(spoiled)
