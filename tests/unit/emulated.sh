#!/bin/bash
# emulated.sh TRIPLET [TEST...] - unit tests of a cross build, by QEMU's user emulation; all, or those named
#
# Built without sanitizers, which need the memory map of a real machine. Programs that a test starts run by
# emulation, too, so the kernel is told of the emulator meanwhile.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
[ $# -ge 1 ] || { echo "usage: emulated.sh aarch64-linux-gnu [TEST...]" >&2; exit 2; }
triplet=$1
shift
. tests/setup/emulate.sh

# Tests that cannot run so, with their reasons: emulated.list.
without=$(sed -n 's/^\([a-z_0-9]*\) .*/\1/p' tests/unit/emulated.list)

tests=$*
if [ -z "$tests" ]; then
	tests=$(find tests/unit -name 'test_*.c' | sort)
	for name in $without; do
		tests=$(echo "$tests" | grep -v "/$name.c$")
	done
fi
QEMU_LD_PREFIX=$(tests/setup/sysroot.sh "$triplet")
export QEMU_LD_PREFIX
trap emulate_end EXIT
emulate_begin "$(dpkg-architecture -f -t "$triplet" -q DEB_HOST_ARCH 2>/dev/null)"
make -j"$(nproc)" CROSS="$triplet-" all
make -j"$(nproc)" CROSS="$triplet-" RESULT="unit-$triplet" UNIT_SRC="$(echo $tests)" unit-run
