#!/bin/bash
# insitu.sh [MEMORY] - both programs in one capture kernel of a large guest: times and their ratio
#
# MEMORY (64G) of which the guest touches little (reserve=off), 4-level page tables, one CPU, -l -d 31 -F
# to a raw virtio disk, ROUNDS (3) in turn in the same boot; the medians are compared. Ours without
# and with -e: what this saves of time and size. 256G takes 5 GiB of the host, 4 of them for mem_map.
# Who comes first in a boot meets memory and code that the emulator has not seen yet: TURNS
# (ours,less,rival) is their order, and may leave some out.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build/gcc}
out=$(mktemp -d /var/tmp/kdump-insitu-XXXXXX)
trap 'rm -rf "$out"' EXIT
mem=${1:-64G} rounds=${ROUNDS:-3} turns=${TURNS:-ours,less,rival}

# rival_files - SOURCE:DEST of makedumpfile and its libraries, out of the sid tree
rival_files() {
	local tree lib
	tree=$("$top/tests/oracle/tree.sh")
	echo "$(readlink -f "$tree/usr/bin/makedumpfile"):rival/makedumpfile"
	for lib in $("$top/tests/oracle/run" /lib64/ld-linux-x86-64.so.2 --list /usr/bin/makedumpfile |
		sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[ \t]*\(\/[^ ]*\) (.*/\1/p'); do
		echo "$(readlink -f "$tree/$lib"):${lib#/}"
	done
}

files=()
for pair in "$build/tests/bench/collect_static:ours" $(rival_files); do
	files+=(--file "$pair")
done
truncate -s 4G "$out/raw"
VM_APPEND=kdt.mib=1024 \
VM_QEMU="-object memory-backend-ram,id=ram,size=$mem,reserve=off -machine memory-backend=ram" \
	"$top/tests/vm/crash-with.sh" --out "$out" --init "$top/tests/bench/insitu-init" \
	"${files[@]}" --disk "$out/raw" --kernel 6.1 --mem "$mem" --cpu Nehalem --cpus 1 \
	--crashkernel 256M --deadline 1500 --append "kdt.rounds=$rounds kdt.turns=$turns" || { tail -n 30 "$out/console.log" >&2; exit 1; }

tr -d '\r' <"$out/console.log" | grep -a "^phases\|^capture:"
median() { # WHO
	tr -d '\r' <"$out/console.log" | sed -n "s/^capture: $1 //p" | sort -n | sed -n "$(((rounds + 1) / 2))p"
}
has() # WHO
{
	case ,$turns, in *",$1,"*) ;; *) return 1 ;; esac
}

# compare WHO NAME - its time, and that as a ratio to makedumpfile's
compare()
{
	has "$1" || return 0
	awk -v t="$(median "$1")" -v r="$rival" -v name="$2" 'BEGIN {
		printf "%s %.2f s%s\n", name, t / 100, r ? sprintf(", ratio %.3f", t / r) : "" }'
}

rival=$(median rival)
echo "$mem guest, in its capture kernel, -l -d 31 -F to a raw disk:"
compare rival makedumpfile
compare ours ours
compare less "ours with -e"
if has ours && has less; then
	awk -v o="$(median ours-bytes)" -v l="$(median less-bytes)" 'BEGIN {
		printf "size %d bytes, with -e %d: %.3f\n", o, l, l / o }'
fi
