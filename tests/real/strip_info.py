# strip_info.py CORE KEEP - in place, spoil each line of the core's vmcoreinfo note that does not
# match the regular expression KEEP, in such a way that its length stays. Prints how many.
# strip_info.py CORE --types - in place, spoil the beginning of each BTF.
import mmap
import re
import sys

core = open(sys.argv[1], "r+b")
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
