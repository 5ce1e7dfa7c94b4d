#!/bin/bash
# collect.sh - time, size and memory of kdump-collect beside makedumpfile, as ratios
#
# One vmcore of 8 GiB in the page cache, both outputs on a tmpfs, medians of RUNS (5) runs, the
# two taking turns so that a busy machine hurts both. makedumpfile's time is the better of none
# and two of its threads. "limit" is the codec alone over the same pages, in memory.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build/gcc}
runs=${RUNS:-5}
vmcore=${1:-$("$top/tests/vm/each.sh" bench echo)/vmcore}
out=$(mktemp -d /var/tmp/kdump-bench-XXXXXX)
trap 'umount "$out" 2>/dev/null; rm -rf "$out"' EXIT
mount -t tmpfs -o size=10g none "$out"
tree=$("$top/tests/oracle/tree.sh")
mkdir -p "$out/times"

# The rival runs inside its tree without our wrapper's own start-up time being counted. With
# threads it aborts now and then, because its threads load libgcc_s while they end: load it first.
cat >"$out/rival" <<'E'
#!/bin/sh
log=$1; shift
export LD_PRELOAD=libgcc_s.so.1
s=$(date +%s%N)
makedumpfile "$@" >"$log.out" 2>&1 || { echo "bench: makedumpfile $* failed:" >&2; tail -n 3 "$log.out" >&2; exit 1; }
e=$(date +%s%N)
echo $(((e - s) / 1000)) >>"$log"
E
chmod +x "$out/rival"

rival() { # LOG ARG...
	"$top/tests/oracle/run" "$out/rival" "$@"
}

ours() { # LOG ARG...
	local log=$1 s e
	shift
	s=$(date +%s%N)
	"$build/kdump-collect" -q -f "$@" || exit 1
	e=$(date +%s%N)
	echo $(((e - s) / 1000)) >>"$log"
}

median() {
	sort -n "$1" | sed -n "$(((runs + 1) / 2))p"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.3f", a / b; else printf "-" }'
}

limit() { # LOG CODEC - what the codec alone takes for the pages of our last dump
	"$build/tests/bench/codec_limit" "$out/dump" "$2" 1 | awk '{ printf "%d\n", $2 * 1e6 }' >>"$1"
}

# bench NAME LETTER LEVEL CODEC - all of one line of the table. One dump is there at a time.
bench() {
	local name=$1 flag=$2 level=$3 codec=$4 t=$out/times/$1 i best n theirs one two limit
	for ((i = 0; i < runs; i++)); do
		rival "$t.r2" "$flag" -d "$level" --num-threads 2 -f "$vmcore" "$out/dump"
		rival "$t.r0" "$flag" -d "$level" -f "$vmcore" "$out/dump"
		theirs=$(stat -c %s "$out/dump")
		rm "$out/dump"
		ours "$t.o1" "$flag" -d "$level" --threads 1 "$vmcore" "$out/dump"
		rm "$out/dump"
		ours "$t.o2" "$flag" -d "$level" --threads 2 "$vmcore" "$out/dump"
		[ "$level" = 0 ] || limit "$t.limit" "$codec"
	done
	best=$(median "$t.r0")
	n=$(median "$t.r2")
	[ "$n" -ge "$best" ] || best=$n
	one=$(median "$t.o1") two=$(median "$t.o2") limit=0
	# Of all memory the limit would be the time of minutes of reading through libkdumpfile.
	[ "$level" = 0 ] || limit=$(median "$t.limit")
	printf '%-10s %9.3f %7s %7s %9s %9s %8s\n' "$name" \
		"$(awk -v t="$best" 'BEGIN { print t / 1e6 }')" \
		"$(ratio "$one" "$best")" "$(ratio "$two" "$best")" \
		"$(ratio "$one" "$limit")" "$(ratio "$two" "$limit")" \
		"$(ratio "$(stat -c %s "$out/dump")" "$theirs")"
	rm -f "$out/dump"
}

level_of() { # d31-l: 31
	echo "$1" | sed 's/^d\([0-9]*\)-.*/\1/'
}

anonymous() { # ARG... - KiB of private memory of one run
	"$build/kdump-collect" -q -f "$@" --json="$out/json" "$vmcore" "$out/dump"
	echo "$(($(sed -n 's/.*"peak_anonymous":\([0-9]*\).*/\1/p' "$out/json") / 1024))"
}

# sealing - what encryption adds to -l -d 31, in time and memory.
sealing() {
	local key=$out/key recipient n i t=$out/times/seal
	recipient=$("$build/kdumpctl" -q keygen "$key" 2>/dev/null)
	for n in 1 2; do
		for ((i = 0; i < runs; i++)); do
			ours "$t.p$n" -l -d 31 --threads $n "$vmcore" "$out/dump"
			ours "$t.s$n" -l -d 31 --threads $n --encrypt-to "$recipient" "$vmcore" "$out/dump"
		done
		printf 'encrypted / not, %s threads: %s\n' $n "$(ratio "$(median "$t.s$n")" "$(median "$t.p$n")")"
	done
	printf 'private memory for encryption: %s KiB\n' \
		"$(($(anonymous -l -d 31 --threads 1 --encrypt-to "$recipient") - $(anonymous -l -d 31 --threads 1)))"
}

verify() { # THREADS LOG
	local s e
	s=$(date +%s%N)
	"$build/kdump-collect" -q --verify --threads "$1" "$out/dump" || exit 1
	e=$(date +%s%N)
	echo $(((e - s) / 1000)) >>"$2"
}

# verifying - --verify of a -z -d 31 dump beside decompression alone.
verifying() {
	local i t=$out/times/verify
	"$build/kdump-collect" -q -f -z -d 31 "$vmcore" "$out/dump"
	for ((i = 0; i < runs; i++)); do
		verify 1 "$t.o1"
		verify 2 "$t.o2"
		"$build/tests/bench/codec_limit" --decompress "$out/dump" zstd 1 |
			awk '{ printf "%d\n", $2 * 1e6 }' >>"$t.limit"
	done
	printf 'verify / decompression alone: %s, two threads / one: %s\n' \
		"$(ratio "$(median "$t.o1")" "$(median "$t.limit")")" \
		"$(ratio "$(median "$t.o2")" "$(median "$t.o1")")"
}

memory() {
	local n
	for n in 1 2; do
		"$build/kdump-collect" -q -f -l -d 31 --threads $n --json="$out/json" "$vmcore" "$out/dump"
		printf 'private memory, %s threads: %s KiB\n' $n \
			"$(($(sed -n 's/.*"peak_anonymous":\([0-9]*\).*/\1/p' "$out/json") / 1024))"
	done
	sed -n 's/.*"total":\([0-9]*\).*"Scanning memory","seconds":\([0-9.]*\).*/\1 \2/p' "$out/json" |
		awk '{ if ($2 > 0) printf "page frames classified: %.0f million/s\n", $1 / $2 / 1e6 }'
}

cat "$vmcore" >/dev/null
echo "vmcore: $vmcore"
printf '%-10s %9s %7s %7s %9s %9s %8s\n' work rival/s one/r two/r one/limit two/limit size/r
for line in ${WORKS:-d31-l d31-c d31-z d0-z d0-l}; do
	case $line in
	*-l) bench "$line" -l "$(level_of "$line")" lzo ;;
	*-c) bench "$line" -c "$(level_of "$line")" zlib ;;
	*-z) bench "$line" -z "$(level_of "$line")" zstd ;;
	esac
done
memory
sealing
verifying
echo "of $tree's makedumpfile; one/r: our one thread / rival, two/r: two threads; limit: codec alone, one thread"
