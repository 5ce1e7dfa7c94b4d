#!/usr/bin/env python3
# secrets.py SEED... -- FILE|DIRECTORY... - where the markers of these seeds stand; 1: nowhere
#
# A marker is the SHA-256 of "kdump-test-" and its seed, so no script and no command line has it: who
# has it read the memory of the machine that made it. Holes of sparse files are left out.
import hashlib, os, sys

CHUNK = 16 << 20


def marker(seed):
    return hashlib.sha256(b"kdump-test-" + seed.encode()).hexdigest().encode()


def parts(fd, size):
    """(offset, bytes) of what is no hole, each with the end of the one before it."""
    at = 0
    while at < size:
        try:
            at = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:
            return
        end = os.lseek(fd, at, os.SEEK_HOLE)
        while at < end:
            data = os.pread(fd, min(CHUNK, end - at) + 64, at)
            if not data:
                return
            yield at, data
            at += min(CHUNK, end - at)


def search(path, markers, found):
    fd = os.open(path, os.O_RDONLY)
    for at, data in parts(fd, os.fstat(fd).st_size):
        for seed, text in markers.items():
            where = data.find(text)
            if where >= 0 and (seed, path) not in found:
                found[seed, path] = at + where
    os.close(fd)


def files(path):
    if not os.path.isdir(path):
        return [path]
    return [os.path.join(top, name) for top, _, names in os.walk(path) for name in names
            if os.path.isfile(os.path.join(top, name))]


cut = sys.argv.index("--")
markers = {seed: marker(seed) for seed in sys.argv[1:cut]}
places = [name for path in sys.argv[cut + 1:] for name in files(path)]
found = {}
if not markers or not places:
    sys.exit("secrets.py: nothing to look for, or nowhere: %s" % sys.argv[1:])
for name in places:
    search(name, markers, found)
for (seed, name), offset in sorted(found.items()):
    print("the marker of %s is in %s at %d" % (seed, name, offset))
print("looked into %d files" % len(places))
missing = [seed for seed in markers if seed not in {s for s, _ in found}]
print("not found: %s" % " ".join(missing))
sys.exit(0 if not missing else 1 if len(missing) == len(markers) else 2)
