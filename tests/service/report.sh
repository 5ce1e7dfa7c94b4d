#!/bin/sh
# report.sh - kdump-report on logs: the command line, and how often it names what a person named
. "$(dirname "$0")/lib.sh"

report() { "$build/kdump-report" "$@"; }

cat >"$work/log" <<'L'
[    1.000001] BUG: kernel NULL pointer dereference, address: 0000000000000008
[    1.000002] CPU: 1 PID: 7 Comm: rmmod Tainted: G           OE      6.1.0-18-amd64 #1
[    1.000003] RIP: 0010:memcpy+0x1/0x2
[    1.000004] Call Trace:
[    1.000005]  bad_read+0x1/0x2 [bad]
[    1.000006]  vfs_read+0x1/0x2
[    1.000007] Kernel panic - not syncing: Fatal exception
L
field() { report --json --log "$work/log" | python3 -c "import json,sys; print(json.load(sys.stdin)$1)"; }
is() { got=$(field "$1") && [ "$got" = "$2" ] || { echo "$1 is '$got', not '$2'"; return 1; }; }

ok "JSON names the guilty function behind a helper" is "['function']" bad_read
ok "JSON names the guilty module" is "['module']" bad
ok "JSON says that the kernel died of it" is "['fatal']" True
ok "JSON has the stack, innermost first" is "['trace']" "['memcpy', 'bad_read', 'vfs_read']"
ok "JSON names the process that died" is "['process']" rmmod
ok "JSON has the number of the CPU" is "['cpu']" 1
ok "JSON has a fingerprint of 16 digits" test "$(field "['fingerprint']" | tr -d '\n' | wc -c)" = 16
ok "kdump-report prints text for people" exits 0 report --log "$work/log"
ok "the text names the guilty function" says "Function +bad_read"
ok "kdump-report reads a log from standard input" sh -c "'$build/kdump-report' --log - <'$work/log' | grep -q bad_read"
ok "kdump-report without a log is wrong usage" exits 2 report --json
ok "kdump-report without a log says what to write" says "write --log FILE"
ok "kdump-report takes an unknown option for wrong usage" exits 2 report --bogus
ok "kdump-report names the unknown option" says "'--bogus' is not an option; see"
ok "kdump-report refuses a misspelt option" exits 2 report --jsn
ok "kdump-report suggests the right spelling" says "'--jsn' is not an option, did you mean --json"
ok "kdump-report refuses --log without a file" exits 2 report --log
ok "kdump-report says that --log needs a file" says "--log needs the name of a file"
ok "kdump-report fails with a missing log" exits 1 report --log "$work/none"
ok "kdump-report names the missing log" says "read the log .*none: No such file"
: >"$work/log"
ok "JSON has no reason for an empty log" is "['reason']" ""
printf '[    0.000000] Linux version 6.1.0\n[    1.0] all is well\n' >"$work/log"
ok "JSON has no reason for a log of a healthy boot" is "['reason']" ""
ok "JSON does not call a healthy boot fatal" is "['fatal']" False

if [ -n "${OOPS_CORPUS-}" ]; then
	python3 "$OOPS_CORPUS/../score.py" "$OOPS_CORPUS" "$build/kdump-report" --json --log >"$work/score"
	sed 's/^/# /' "$work/score"
	share=$(sed -n 's/^all: same function .* = \([0-9]*\)\..*/\1/p' "$work/score")
	ok "kdump-report names the function a person named, in 85 of 100 real logs" test "${share:-0}" -ge 85
	ok "kdump-report is silent where nothing is wrong" grep -qE 'nothing is wrong ([0-9]+)/\1$' "$work/score"
else
	echo "# SKIPPED: real logs with titles; OOPS_CORPUS=DIR says where they are"
fi
finish
