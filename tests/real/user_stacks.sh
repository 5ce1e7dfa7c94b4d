#!/bin/sh
# user_stacks.sh - --keep-user-stacks keeps, at level 31, what drgn needs for the stacks of threads that ran
. "$(dirname "$0")/lib.sh"
pages="$oracle/run python3 $real/user_stacks.py"

# kept DIR - the pages are in the dump with the bytes of the core, and counted.
kept() {
	$pages "$1/vmcore" "$vmlinux" >"$work/raw" && [ -s "$work/raw" ] || { echo "no thread was running"; return 1; }
	exits 0 "$collect" --keep-user-stacks -f -l -d 31 --json="$work/json" "$1/vmcore" "$work/dump" || return 1
	$pages "$work/dump" "$vmlinux" >"$work/kept" || return 1
	diff "$work/raw" "$work/kept" || return 1
	[ "$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["pages"]["user_stacks"])' "$work/json")" -gt 0 ] ||
		{ echo "not counted"; return 1; }
}

# Else the option would be tested with pages that are kept in any case.
dropped() {
	exits 0 "$collect" -f -l -d 31 "$1/vmcore" "$work/dump" || return 1
	$pages "$work/dump" "$vmlinux" >"$work/kept" || return 1
	grep -q ' -$' "$work/kept" || { cat "$work/kept"; echo "level 31 alone keeps all of them"; return 1; }
}

# The report's promise: excluded and remaining pages add up.
adds_up() {
	exits 0 "$collect" --keep-user-stacks --dry-run --json="$work/json" -d 31 "$1/vmcore" || return 1
	python3 - "$work/json" <<-'P'
		import json, sys
		p = json.load(open(sys.argv[1]))["pages"]
		out = sum(p[k] for k in ("zero", "cache", "cache_private", "user", "free", "hwpoison", "offline", "unused_vm"))
		sys.exit(0 if out + p["kept"] + p["unreadable"] == p["ram"] else "%d and %d of %d" % (out, p["kept"], p["ram"]))
	P
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	ok "$v: stacks and ELF headers of running threads are in the dump" kept "$dir"
	ok "$v: without the option they are not" dropped "$dir"
	ok "$v: excluded and remaining pages add up" adds_up "$dir"
done
finish
