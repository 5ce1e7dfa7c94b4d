#!/bin/bash
# demo.sh - the main job on real input: panic a kernel, collect its dump, look at it
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
collect=${BUILD:-$top/build/gcc}/kdump-collect
out=$(mktemp -d /var/tmp/kdump-demo-XXXXXX)
trap 'rm -rf "$out"' EXIT

echo "== A Debian 6.1 kernel boots in QEMU, panics, and its raw /proc/vmcore is copied out"
folder=$("$top/tests/vm/vmcore.sh" --kernel 6.1)
ls -lh "$folder/vmcore"

echo "== kdump-collect --dump-dmesg: the last lines of the kernel log"
"$collect" --dump-dmesg "$folder/vmcore" "$out/vmcore-dmesg.txt"
tail -n 25 "$out/vmcore-dmesg.txt"

echo "== kdump-collect -z -d 31"
"$collect" -z -d 31 "$folder/vmcore" "$out/vmcore"
ls -lh "$out/vmcore"

echo "== crash on the dump"
printf 'sys\nbt\nquit\n' >"$out/cmds"
"$top/tests/oracle/crash" -s -i "$out/cmds" \
	"$("$top/tests/oracle/vmlinux" "$(cat "$folder/kernel-version")")" "$out/vmcore"
