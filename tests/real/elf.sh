#!/bin/bash
# elf.sh - ELF cores that are filtered: the pages of the vmcore, and every reader opens them
. "$(dirname "$0")/lib.sh"

printf 'sys\nbt -a\nps\nlog\nmod\nquit\n' >"$work/cmds"
cat >"$work/tasks.py" <<'E2'
from drgn.helpers.linux.pid import for_each_task
print(prog["UTS_RELEASE"].string_().decode())
for task in for_each_task(prog):
    print(task.pid.value_(), task.comm.string_().decode())
print(prog.crashed_thread().stack_trace())
E2

# gdb reads by virtual address: the kernel's banner is where vmlinux says, as in the vmcore.
gdb_reads() {
	at=0x$(nm "$vmlinux" | awk '$3 == "linux_banner" { print $1 }') &&
		slide=0x$(head -c 65536 "$1" | strings | sed -n 's/^KERNELOFFSET=//p' | head -n 1)
	[ "$slide" != 0x ] || slide=0
	# gdb adds: addresses of the kernel are too large for the arithmetic of some shells.
	gdb -nx -batch -ex "core-file $1" -ex "x/s (unsigned long)$at + (unsigned long)$slide" 2>&1 |
		grep -q 'Linux version'
}

log_is() {
	"$collect" --dump-dmesg "$1" - | cmp - "$work/log"
}

same_pages() {
	"$dumpcmp" sets "$work/dump" "$1" && "$dumpcmp" bytes "$dir/vmcore" "$1"
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	rm -f "$work/dump" "$work/log" "$work"/core*
	"$collect" -q --dump-dmesg "$dir/vmcore" "$work/log" || exit 1
	for level in 1 31; do
		"$collect" -q -f -l -d $level "$dir/vmcore" "$work/dump" || exit 1
		ok "$v: -E -d $level" "$collect" -f -E -d $level "$dir/vmcore" "$work/core"
		ok "$v: its pages are the vmcore's, at that level" same_pages "$work/core"
	done
	ok "$v: the bytes do not depend on threads" sh -c '"$1" -q -E --threads=0 -d 31 "$2" "$3" &&
		cmp "$3" "$4"' - "$collect" "$dir/vmcore" "$work/core1" "$work/core"
	ok "$v: no virtual address is lost" sh -c 'readelf -lW "$1" | grep -q "LOAD.*0xffffffff"' - "$work/core"
	case $v in
	7.*) ok "$v: drgn says the same" reads_same drgn_says sysrq_handle_crash "$dir/vmcore" "$work/core" ;;
	*)
		ok "$v: crash says the same" reads_same crash_says sysrq_handle_crash "$dir/vmcore" "$work/core"
		ok "$v: drgn says the same" reads_same drgn_says sysrq_handle_crash "$dir/vmcore" "$work/core"
		ok "$v: makedumpfile filters it" "$oracle/makedumpfile" -l -d 31 "$work/core" "$work/core-mdf"
		ok "$v: no page of it is lost" same_pages "$work/core-mdf"
		;;
	esac
	ok "$v: gdb finds the banner" gdb_reads "$work/core"
	ok "$v: its log is that of the vmcore" log_is "$work/core"
	ok "$v: it is filtered again" "$collect" -f -l -d 31 "$work/core" "$work/core2"
	ok "$v: the same pages" same_pages "$work/core2"
	ok "$v: of a dump" "$collect" -f -E -d 31 "$work/dump" "$work/core3"
	ok "$v: the same pages" same_pages "$work/core3"
	ok "$v: with virtual addresses" gdb_reads "$work/core3"
	ok "$v: -F -E" sh -c '"$1" -q -F -E -d 31 "$2" >"$3"' - "$collect" "$dir/vmcore" "$work/core4"
	ok "$v: makedumpfile -R gives the same core" sh -c '"$1" -R "$2" <"$3" && cmp "$2" "$4"' - \
		"$oracle/makedumpfile" "$work/core5" "$work/core4" "$work/core"
	rm -f "$work"/core4 "$work"/core5
	ok "$v: we read makedumpfile -E" sh -c '"$1" -E -d 31 "$3" "$4" && "$2" -f -l -d 31 "$4" "$5"' - \
		"$oracle/makedumpfile" "$collect" "$dir/vmcore" "$work/core-theirs" "$work/core2"
	ok "$v: its pages are right" "$dumpcmp" bytes "$dir/vmcore" "$work/core2"

	# Of a dump with pages that never came: they are not in the core, and so are no zeros.
	rm -f "$work"/part*
	"$collect" -q -l -d 1 -L 60M "$dir/vmcore" "$work/part" 2>/dev/null
	ok "$v: of an incomplete dump" exits 3 "$collect" -E -d 31 "$work/part-incomplete" "$work/part-elf"
	ok "$v: no page of it is wrong" "$dumpcmp" present "$dir/vmcore" "$work/part-elf-incomplete"
	ok "$v: filtered again" exits 3 "$collect" -z -d 31 "$work/part-elf-incomplete" "$work/part-z"
	ok "$v: it has the pages of the first" "$dumpcmp" sets "$work/part-elf-incomplete" "$work/part-z-incomplete"
	ok "$v: they are right" "$dumpcmp" present "$dir/vmcore" "$work/part-z-incomplete"
	rm -f "$work"/part*

	# A disk that fills up: exit 3, the name and the header say so, and what is made of it, too.
	# Pages have fixed places in an ELF file, so a limit of its size would hit the first write.
	ok "$v: a full disk makes it partial, marked in the header, and it is filtered again" \
		unshare -m sh -c 'mkdir -p "$3" && mount -t tmpfs -o size=24m tmpfs "$3" || exit 1
		"$1" -q -E -d 31 "$2" "$3/full"; rc=$?
		[ "$rc" = 3 ] || { echo "exit $rc, not 3"; exit 1; }
		readelf -h "$3/full-incomplete" | grep "Flags:.*0x1" || { readelf -h "$3/full-incomplete"; exit 1; }
		"$1" -q -l -d 31 "$3/full-incomplete" "$4"; rc=$?
		[ "$rc" = 3 ] || { echo "exit $rc, not 3, filtered again"; exit 1; }' - \
		"$collect" "$dir/vmcore" "$work/disk" "$work/part"
	rm -f "$work/full-incomplete" "$work"/part*
done

ok "compressed pages in an ELF core: refused" exits 2 "$collect" -E -l vmcore out
ok "with the way out" says 'leave out -E, or'
ok "-E with -R: refused" exits 2 "$collect" -E -R out
ok "as makedumpfile: exit 1" exits 1 bash -c 'exec -a makedumpfile "$1" -E -l a b' - "$collect"
finish
