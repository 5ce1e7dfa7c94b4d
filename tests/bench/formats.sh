#!/bin/bash
# formats.sh [VMCORE [OTHER]] - time of work on dumps that are there, beside makedumpfile, as ratios
#
# A dump of level 1 in LZO, made by makedumpfile of the bench's vmcore, is filtered again; streams are
# put together, split dumps reassembled, ELF cores made. All on a tmpfs, medians of RUNS (5) runs, the
# two taking turns; makedumpfile's time is the better of none and two of its threads where it has them.
# OTHER is a vmcore of a workload of another kind. WORKS chooses among the lines. cpu/r compares what
# one thread of ours and makedumpfile without threads take of a CPU: on a busy machine it holds, and
# the times do not.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$top/build/gcc}
runs=${RUNS:-5}
vmcore=${1:-$("$top/tests/vm/each.sh" bench echo)/vmcore}
other=${2:-$("$top/tests/vm/each.sh" ci echo | sed -n '/6\.12/p')/vmcore}
out=$(mktemp -d /var/tmp/kdump-bench-XXXXXX)
trap 'umount "$out" 2>/dev/null; rm -rf "$out"' EXIT
mount -t tmpfs -o size=10g none "$out"
mkdir "$out/times"

cat >"$out/rival" <<'S'
#!/bin/sh
export LD_PRELOAD=libgcc_s.so.1
log=$1 in=$2
shift 2
s=$(date +%s%N)
makedumpfile "$@" <"$in" >"$log.out" 2>&1 || { echo "bench: makedumpfile $* failed:" >&2; tail -n 3 "$log.out" >&2; exit 1; }
e=$(date +%s%N)
times >"$log.cpu"
cpu=0
{ read -r t; read -r t; } <"$log.cpu"
for t in $t; do # 0m0.12s
	m=${t%m*} t=${t#*m}
	t=${t%s}
	f=$(printf '%.6s' "${t#*.}000000")
	cpu=$((cpu + m * 60000000 + ${t%.*} * 1000000 + 1$f - 1000000))
done
echo "$(((e - s) / 1000)) $cpu" >>"$log"
S
chmod +x "$out/rival"

rival() { # LOG INPUT ARG...
	"$top/tests/oracle/run" "$out/rival" "$@"
}

ours() { # LOG INPUT ARG...
	local log=$1 in=$2 TIMEFORMAT='%R %U %S'
	shift 2
	{ time "$build/kdump-collect" -q "$@" <"$in" 2>"$out/said"; } 2>"$out/time" ||
		{ cat "$out/said" >&2; exit 1; }
	awk '{ print $1 * 1e6, ($2 + $3) * 1e6 }' "$out/time" >>"$log"
}

median() { # FILE COLUMN
	awk -v n="$2" '{ print $n }' "$1" | sort -n | sed -n "$(((runs + 1) / 2))p"
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.3f", a / b; else printf "-" }'
}

# once rival|ours LOG INPUT ARG... - one run; its result is removed.
once() {
	"$@" "$out/result"
	rm "$out/result"
}

# line NAME THREADS INPUT ARG... - one of the table. THREADS: who has some; both, ours or none.
line() {
	local name=$1 threads=$2 in=$3 t=$out/times/$1 i best n two=-
	shift 3
	case " ${WORKS:-$name} " in *" $name "*) ;; *) return 0 ;; esac
	rm -f "$t".*
	for ((i = 0; i < runs; i++)); do
		once rival "$t.r" "$in" "$@"
		[ "$threads" != both ] || once rival "$t.r2" "$in" --num-threads 2 "$@"
		if [ "$threads" = none ]; then
			once ours "$t.o1" "$in" "$@"
		else
			once ours "$t.o1" "$in" --threads 1 "$@"
			once ours "$t.o2" "$in" --threads 2 "$@"
		fi
	done
	best=$(median "$t.r" 1)
	if [ "$threads" = both ]; then
		n=$(median "$t.r2" 1)
		[ "$n" -ge "$best" ] || best=$n
	fi
	[ "$threads" = none ] || two=$(ratio "$(median "$t.o2" 1)" "$best")
	printf '%-12s %9.3f %7s %7s %7s\n' "$name" "$(awk -v t="$best" 'BEGIN { print t / 1e6 }')" \
		"$(ratio "$(median "$t.o1" 1)" "$best")" \
		"$two" "$(ratio "$(median "$t.o1" 2)" "$(median "$t.r" 2)")"
}

# bound NAME INPUT - what dd takes for as many bytes as -R, of makedumpfile's time of a CPU: nobody
# writes them with less.
bound() {
	local name=$1 in=$2 t=$out/times/$1 i TIMEFORMAT='%R %U %S'
	[ -e "$out/times/rearrange.r" ] || return 0
	for ((i = 0; i < runs; i++)); do
		{ time dd if="$in" of="$out/result" bs=128K iflag=count_bytes \
			count="$(stat -c %s "$out/flat")" 2>/dev/null; } 2>"$out/time"
		awk '{ print $1 * 1e6, ($2 + $3) * 1e6 }' "$out/time" >>"$t"
		rm "$out/result"
	done
	printf '%-28s %23s\n' "$name" "$(ratio "$(median "$t" 2)" "$(median "$out/times/rearrange.r" 2)")"
}

# sizes - what -e saves.
sizes() {
	"$build/kdump-collect" -q -z -d 31 "$vmcore" "$out/whole"
	"$build/kdump-collect" -q -e -z -d 31 "$vmcore" "$out/less"
	printf -- '-e -z -d 31: %s of the size without -e\n' \
		"$(ratio "$(stat -c %s "$out/less")" "$(stat -c %s "$out/whole")")"
	rm "$out/whole" "$out/less"
}

cat "$vmcore" "$other" >/dev/null
rival "$out/times/made" /dev/null -l -d 1 "$vmcore" "$out/dump"
"$build/kdump-collect" -q -l -d 1 -F "$vmcore" >"$out/flat"
rival "$out/times/made" /dev/null --split -l -d 1 "$vmcore" "$out/part1" "$out/part2"
printf 'dump of level 1: %s bytes\n' "$(stat -c %s "$out/dump")"
printf '%-12s %9s %7s %7s %7s\n' work rival/s one/r two/r cpu/r
line d1-z both /dev/null -z -d 31 "$out/dump"
line d1-l both /dev/null -l -d 31 "$out/dump"
line rearrange none "$out/flat" -R
bound copied-by-dd "$out/flat"
bound written-by-dd /dev/zero
line reassemble ours /dev/null --reassemble "$out/part1" "$out/part2"
line elf ours /dev/null -E -d 31 "$vmcore"
line other-l both /dev/null -l -d 31 "$other"
sizes
