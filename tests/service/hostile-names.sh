#!/bin/sh
# hostile-names.sh - what others put beside the dumps neither reaches a terminal raw nor passes as a dump
. "$(dirname "$0")/lib.sh"

root_new
config <<'C'
path /var/crash
C
crash=$root/var/crash
# A directory and files whose names have ESC, BEL, newline and C1 (U+009B is CSI).
evil=$(printf '127.0.0.1-2026-11-21-14:03:22\033]0;title\007\n\302\2332J')
mkdir "$crash/$evil"
printf 'KDUMP   ' >"$crash/$evil/vmcore"
printf '[    1.0] Kernel panic - not syncing: \033[31mred\007\302\2332J\n' >"$crash/$evil/vmcore-dmesg.txt"
printf '{"state": "partial", "errors": ["\\u001b[2J\\u0007"]}\n' >"$crash/$evil/kdump-status.json"

raw='[\x01-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]'
harmless()
{
	! LC_ALL=C grep -qaP "$raw" "$work/words" || { od -c "$work/words" | head -20; return 1; }
}
for command in list "show last" "list --json" "show --json last" test start; do
	# shellcheck disable=SC2086 # words of a command line
	kdumpctl $command >"$work/words" 2>&1 </dev/null
	ok "$command prints no control character of a name, a log or an error" harmless
done
ok "show names the dump in one line" exits 0 kdumpctl show last
ok "show prints a mark in place of each control character" says '^Dump +/var/crash/127.0.0.1-2026-11-21-14:03:22\?\]0;title'
ok "show offers no command that cannot be typed" silent_on 'crash /'

rm -rf "${crash:?}"/*
mkdir "$crash/127.0.0.1-2026-11-22-10:00:00"
truncate -s 1G "$crash/127.0.0.1-2026-11-22-10:00:00/vmcore"
ok "list accepts a sparse file of zeros" exits 0 kdumpctl list
ok "list calls a file of zeros incomplete" says 'incomplete'
ok "list says that the file has only zeros" says 'vmcore begins with zeros: its content is lost or was never written'

rm -rf "${crash:?}"/*
for i in $(seq 1 1005); do
	mkdir "$crash/127.0.0.1-2026-11-22-10:00:00.$i"
	echo "[    1.0] one line" >"$crash/127.0.0.1-2026-11-22-10:00:00.$i/vmcore-dmesg.txt"
done
ok "list shows the first thousand of more dumps" exits 0 kdumpctl list
ok "list warns that there are more than 1000 dumps" says 'WARNING: .* has more than 1000 dumps; only some of them are shown'
finish
