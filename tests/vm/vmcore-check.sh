#!/bin/bash
# vmcore-check.sh FOLDER - is a vmcore of vmcore.sh what tests believe it is? Prints TAP.
# Asks crash, drgn and makedumpfile of the sid tree; needs the kernel's -dbg package.
set -u
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
oracle=$here/../oracle

[ -e "${1-}/meta" ] || die "usage: vmcore-check.sh FOLDER, one that vmcore.sh printed"
folder=$(cd "$1" && pwd)
. "$folder/meta"
core=$folder/vmcore
vmlinux=$("$oracle/vmlinux" "$version") || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. "$here/../tap.sh"

# kernel_says LINE - a line of the kernel's configuration.
kernel_says()
{
	local root=$KDUMP_TEST_CACHE/kernels/$version/root
	grep -qsx "$1" "$root/boot/config-$version" "$root/usr/lib/modules/$version/config"
}

# The last PT_LOAD ends where the file does.
elf_whole()
{
	local type offset va pa filesz end=0
	while read -r type offset va pa filesz _; do
		[ "$type" = LOAD ] && end=$((offset + filesz > end ? offset + filesz : end))
	done < <(readelf -lW "$core")
	echo "segments end at $end, the guest said $size bytes"
	[ "$end" = "$size" ] && [ "$(stat -c %s "$core")" = "$size" ]
}

# crash 9.0 stops on the modules of 7.x; without them it starts.
crash_run()
{
	local options=
	[ "$kernel" != 7.x ] || options=--no_modules
	printf '%s\n' sys log quit >"$work/cmds"
	"$oracle/crash" $options -s -i "$work/cmds" "$vmlinux" "$core" >"$work/crash.out" 2>&1
}

crash_says()
{
	grep -a -e "$1" "$work/crash.out"
}

# From mark to mark: nine lines in all, the empty record and the text's own lines included.
log_complete()
{
	local lines
	lines=$("$oracle/drgn" -q -c "$core" -s "$vmlinux" "$here/vmcore-log.py" |
		sed -n '/kdump-test: marker begin/,/kdump-test: marker end/p')
	echo "$lines"
	[ "$(echo "$lines" | wc -l)" = 9 ] && echo "$lines" | grep -q 'Grüße, 漢字, ±½, 🙂' &&
		echo "$lines" | grep -qx '\[[ 0-9.]*\] *'
}

drgn_run()
{
	"$oracle/drgn" -q -c "$core" -s "$vmlinux" "$here/vmcore-facts.py" >"$work/drgn.out" 2>&1
}

drgn_says()
{
	grep -x -e "$1" "$work/drgn.out" || { cat "$work/drgn.out"; return 1; }
}

ok "the ELF file is whole" elf_whole
ok "crash opens it" crash_run
ok "crash: release" crash_says "RELEASE: $version"
ok "crash: panic" crash_says "PANIC: .*sysrq triggered crash"
ok "crash: log" crash_says "kdump-test: marker end"
ok "drgn opens it" drgn_run
ok "drgn: $cpus CPUs" drgn_says "cpus $cpus"
# 5-level tables: a choice that Debian's 5.10 declined, and no choice any more in 7.x.
levels=4
[ "$cpu" != max ] || kernel_says "# CONFIG_X86_5LEVEL is not set" || levels=5
ok "drgn: $levels-level page tables" drgn_says "levels $levels"
ok "drgn: KASLR moved the kernel" drgn_says "kaslr [1-9][0-9]*"
ok "drgn: the crashing stack" drgn_says "stack .*sysrq_handle_crash.*"
ok "drgn: the log with all its records" log_complete
for state in zero anon thp hugetlb file private swapcache buddy buddy-content offline slab; do
	ok "drgn: pages that are $state" drgn_says "pages $state [1-9][0-9]*"
done
! kernel_says CONFIG_MEMORY_FAILURE=y ||
	ok "drgn: a poisoned page" drgn_says "pages hwpoison [1-9][0-9]*"
finish
exit "$failed"
