#!/bin/bash
# run.sh - machines that died in many ways: the report says so, and its stacks are drgn's with debuginfo
#
# VM_KERNELS and VM_HOWS choose; usual: each Debian kernel, each way of kdt_crash.c, and oom.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../../.." && pwd)
export BUILD=${BUILD:-$top/build/gcc}
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/report-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. "$here/../../tap.sh"

# has WHAT PYTHON - the condition holds of the report r; c is the CPU that died.
has()
{
	python3 - "$work/json" "$1" "$2" <<'P'
import json, sys
r = json.load(open(sys.argv[1]))
c = [cpu for cpu in r["backtraces"]["cpus"] if cpu["died"]][0]
calls = " ".join(frame.split("+")[0].split(".")[0] for frame in c.get("frames", []))
if not eval(sys.argv[3]):
    sys.exit("%s: not %s\n%s" % (sys.argv[2], sys.argv[3], json.dumps(r, indent=1)[:4000]))
P
}

# What each way to die must be called: reason, guilty function, and what is behind it.
expected()
{
	case $how in
	null)
		has reason '"NULL pointer dereference" in r["reason"] and r["function"] == "kdt_null_inner"' &&
			has stack 'calls.startswith("kdt_null_inner kdt_null ") and c["end"] == "user"'
		;;
	bug)
		has reason '"kernel BUG at" in r["reason"] and r["function"] == "kdt_bug"' &&
			has stack 'calls.startswith("kdt_bug ") and c["end"] == "user"'
		;;
	deadlock)
		has reason '"blocked for more than" in r["reason"] and r["function"] == "kdt_take_second"' &&
			has locks '[len(d["pids"]) for d in r["locks"]["deadlocks"] if d["certain"]] == [2]' &&
			has symbols 'sorted(w["symbol"] for w in r["locks"]["waits"]) == ["kdt_lock_a [kdt_crash]", "kdt_lock_b [kdt_crash]"]' &&
			grep -qE '^  Deadlock: kdt-lock-[12] \(pid [0-9]+\) waits for the mutex kdt_lock_[ab] \[kdt_crash\], held by kdt-lock-[12] \(pid [0-9]+\), which waits for the mutex kdt_lock_[ab] \[kdt_crash\], held by kdt-lock-[12] \(pid [0-9]+\)\.$' "$work/text"
		;;
	rwsem)
		has reason '"blocked for more than" in r["reason"] and r["function"] == "kdt_writer"' &&
			grep -qE '^  kdt-rw-2 \(pid [0-9]+\) waits for the rwsem kdt_rwsem \[kdt_crash\], held by 1 reader, the last to come was kdt-rw-1 \(pid [0-9]+\), which waits for no lock \(state S\)$' "$work/text"
		;;
	soft)
		has reason '"soft lockup" in r["reason"] and r["function"] == "kdt_spin"' &&
			has stack '" kdt_spin kthread" in calls and " watchdog_timer_fn " in calls'
		;;
	irq)
		has reason '"panic in an interrupt" in r["reason"] and r["function"] == "kdt_in_interrupt"' &&
			has stack '"panic kdt_in_interrupt " in calls and " kdt_interrupt kdt_init do_one_initcall " in calls and c["end"] == "user"'
		;;
	stack)
		has reason '"stack" in r["reason"] and r["function"] == "kdt_recurse"' &&
			has stack '"kdt_recurse kdt_recurse kdt_recurse" in calls' &&
			grep -qE '^    \(the same [0-9]+ times more\)$' "$work/text"
		;;
	oom)
		has reason '"panic_on_oom" in r["reason"] or "out of memory" in r["reason"].lower()' &&
			has stack '" out_of_memory " in calls and c["end"] == "user" and c["comm"] == "tail"' &&
			has processes 'r["processes"]["largest"][0]["comm"] == "tail"'
		;;
	esac
}

report()
{
	timeout 60 "$BUILD/kdump-report" "$1" >"$2/text" &&
		timeout 60 "$BUILD/kdump-report" --json "$1" >"$2/json" &&
		python3 -m json.tool "$2/json" >/dev/null
}

like_drgn()
{
	"$top/tests/oracle/run" python3 "$here/stacks.py" "$dir/vmcore" "$vmlinux" "$dir/kdt_crash.ko" "$work/json"
}

# same_as DUMP [LESS] - its report is that of the vmcore, but for members named by LESS.
same_as()
{
	mkdir -p "$work/other" && report "$1" "$work/other" || return 1
	python3 - "$work/json" "$work/other/json" "${2-}" <<'P'
import json, sys
a, b = (json.load(open(name)) for name in sys.argv[1:3])
a["machine"].pop("ram"), b["machine"].pop("ram") # a filtered dump does not tell
for name in sys.argv[3].split():
    a.pop(name, None), b.pop(name, None)
for key in sorted(set(a) | set(b)):
    if a.get(key) != b.get(key):
        sys.exit("%s: %s\n  and not %s" % (key, json.dumps(b.get(key))[:1500], json.dumps(a.get(key))[:1500]))
P
}

# A dump that was cut at its half: why, and the stack of who died.
cut_shows()
{
	"$BUILD/tests/tools/dumpcut" "$work/dump" "$work/cut" 50 && mkdir -p "$work/other" &&
		report "$work/cut" "$work/other" || return 1
	python3 - "$work/json" "$work/other/json" <<'P'
import json, sys
a, b = (json.load(open(name)) for name in sys.argv[1:3])
died = [[cpu.get("frames") for cpu in r["backtraces"]["cpus"] if cpu["died"]] for r in (a, b)]
for key in "reason", "function", "fingerprint", "trace", "locks":
    assert a[key] == b[key], (key, b[key])
assert died[0] == died[1] and died[0], died
P
}

damaged_info()
{
	cp --reflink=auto --sparse=always "$dir/vmcore" "$work/core" &&
		python3 "$top/tests/real/strip_info.py" "$work/core" 'NUMBER\(PAGE' >/dev/null && same_as "$work/core"
}

# A bug has the same fingerprint on each kernel and boot, and no other bug has it.
fingerprints_fit()
{
	python3 - "$work/fingerprints" <<'P'
import collections, sys
of_way, of_print = (collections.defaultdict(set) for i in range(2))
for line in open(sys.argv[1]):
    kernel, way, fingerprint = line.split()
    of_way[way].add(fingerprint)
    of_print[fingerprint].add(way)
bad = [names for names in [*of_way.values(), *of_print.values()] if len(names) != 1]
if bad or not of_way:
    sys.exit("%s in\n%s" % (bad, open(sys.argv[1]).read()))
P
}

# Made in the capture kernel, with no accelerator: the limits of a report there.
in_capture()
{
	cat "$dir/report"
	# busybox takes the kernel's KiB for pages of 4 KiB.
	awk -F= '$1 == "status" { ok += $2 == 0 }
		$1 == "kib" { ok += $2 > 0 && $2 / 4 <= 8192 }
		$1 == "time" { split($2, t, /[m s]+/); ok += t[1] * 60 + t[2] <= 2 + slack }
		END { exit ok != 3 }' slack="${REPORT_SLACK:-2}" "$dir/report"
}

note_fingerprint()
{
	echo "$kernel $how $(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["fingerprint"])' "$work/json")" \
		>>"$work/fingerprints"
}

for kernel in ${VM_KERNELS:-5.10 6.1 6.12 7.x}; do
	for how in ${VM_HOWS:-null bug deadlock rwsem soft irq stack oom}; do
		name="$kernel, $how"
		dir=$("$here/vmcore.sh" "$kernel" "$how") || { ok "$name: a vmcore" false; continue; }
		vmlinux=$("$top/tests/oracle/vmlinux" "$(cat "$dir/kernel-version")") || exit 1
		rm -f "$work/dump" "$work/core" "$work/cut"
		ok "$name: a report" report "$dir/vmcore" "$work"
		ok "$name: says why" expected
		ok "$name: has a fingerprint" note_fingerprint
		ok "$name: stacks and tasks are drgn's" like_drgn
		ok "$name: a dump of level 31" "$BUILD/kdump-collect" -q -l -d 31 "$dir/vmcore" "$work/dump"
		ok "$name: has the same report" same_as "$work/dump"
		ok "$name: half of it says why" cut_shows
		ok "$name: damaged vmcoreinfo changes nothing" damaged_info
		ok "$name: in the capture kernel, in bounds" in_capture
	done
done
ok "one fingerprint for each bug, whatever the kernel" fingerprints_fit
finish
exit "$failed"
