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
ok "its module" is "['module']" bad
ok "that the kernel died of it" is "['fatal']" True
ok "the stack, innermost first" is "['trace']" "['memcpy', 'bad_read', 'vfs_read']"
ok "the process" is "['process']" rmmod
ok "the CPU" is "['cpu']" 1
ok "a fingerprint of 16 digits" test "$(field "['fingerprint']" | tr -d '\n' | wc -c)" = 16
ok "text for people" exits 0 report --log "$work/log"
ok "names the function" says "Function +bad_read"
ok "from standard input" sh -c "'$build/kdump-report' --log - <'$work/log' | grep -q bad_read"
ok "no log is wrong usage" exits 2 report --json
ok "and says what to write" says "write --log FILE"
ok "an unknown option is wrong usage" exits 2 report --bogus
ok "is named" says "'--bogus' is not an option; see"
ok "a misspelt one" exits 2 report --jsn
ok "has a suggestion" says "'--jsn' is not an option, did you mean --json"
ok "an option without its value" exits 2 report --log
ok "says what it needs" says "--log needs the name of a file"
ok "a log that is not there" exits 1 report --log "$work/none"
ok "is named" says "read the log .*none: No such file"
: >"$work/log"
ok "nothing wrong in an empty log" is "['reason']" ""
printf '[    0.000000] Linux version 6.1.0\n[    1.0] all is well\n' >"$work/log"
ok "nor where there is good news alone" is "['reason']" ""
ok "which is not fatal" is "['fatal']" False

if [ -n "${OOPS_CORPUS-}" ]; then
	python3 "$OOPS_CORPUS/../score.py" "$OOPS_CORPUS" "$build/kdump-report" --json --log >"$work/score"
	sed 's/^/# /' "$work/score"
	share=$(sed -n 's/^all: same function .* = \([0-9]*\)\..*/\1/p' "$work/score")
	ok "the function a person named, in 85 of 100 real logs" test "${share:-0}" -ge 85
	ok "silent where nothing is wrong" grep -qE 'nothing is wrong ([0-9]+)/\1$' "$work/score"
else
	echo "# SKIPPED: real logs with titles; OOPS_CORPUS=DIR says where they are"
fi
finish
