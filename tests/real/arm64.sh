#!/bin/sh
# arm64.sh - an arm64 vmcore, filtered and read by this machine, whatever it is; x86_64's and arm64's by both machines
#
# ARM64_KERNELS (6.12) names the kernels that crash: 6.1, 6.12, 6.12-16k, 7.x; and on which CPU, if not
# on QEMU's "max": 6.12/cortex-a57. Their cores are made once. Programs for arm64 that CROSS= built run
# by emulation, where they are built.
VMCORES=none
. "$(dirname "$0")/lib.sh"

cross=$top/build/aarch64-linux-gnu-gcc
sysroot=$("$top/tests/setup/sysroot.sh" --where aarch64-linux-gnu)

# emulated ARG... - QEMU calculates pointer authentication bit by bit, at each call: ten times as long as the rest.
emulated() {
	qemu-aarch64-static -cpu cortex-a57 "$@"
}

# native PROGRAM ARG... - ours, built for arm64.
native() {
	program=$1
	shift
	emulated -L "$sysroot" "$cross/$program" "$@"
}

# oracle ARG... - sid's makedumpfile for arm64; it does not work but on arm64.
oracle() {
	emulated -L "$tree" "$tree/usr/bin/makedumpfile" "$@"
}

# both CORE WHAT - each program on this machine and on arm64: a dump, a dump of the dump, the report, byte for byte.
both() {
	ok "$2: filtered on arm64" native kdump-collect -q -l -d 31 "$1" "$work/theirs"
	ok "$2: filtered here" "$collect" -q -l -d 31 "$1" "$work/ours"
	ok "$2: the same dump" cmp "$work/ours" "$work/theirs"
	rm -f "$work/theirs"
	both_again "$2" -c -d 31
	both_again "$2" -E -d 31
	both_say "$2: the same report" kdump-report "$work/ours"
	both_say "$2: the same report as JSON" kdump-report --json "$work/ours"
	both_say "$2: the same log" kdump-collect -q --dump-dmesg "$work/ours" /dev/stdout
	rm -f "$work/ours"
}

# both_again WHAT OPTION... - of $work/ours, which is a dump.
both_again() {
	what="$1: filtered again by ${2}"
	shift
	rm -f "$work/again.theirs" "$work/again.ours"
	ok "$what on arm64" native kdump-collect -q "$@" "$work/ours" "$work/again.theirs"
	ok "$what here" "$collect" -q "$@" "$work/ours" "$work/again.ours"
	ok "$what: the same" cmp "$work/again.ours" "$work/again.theirs"
	rm -f "$work/again.theirs" "$work/again.ours"
}

# both_say WHAT PROGRAM ARG...
both_say() {
	what=$1
	shift
	native "$@" >"$work/said.theirs" 2>&1
	program=$1
	shift
	"$build/$program" "$@" >"$work/said.ours" 2>&1
	ok "$what" cmp "$work/said.ours" "$work/said.theirs"
	ok "$what, and it is not empty" test -s "$work/said.ours"
}

# Its tree.
oracle_tree() {
	tree=$("$top/tests/oracle/arm64-tree.sh") && [ -x "$tree/usr/bin/makedumpfile" ]
}

drgn_release() {
	"$oracle/drgn" -q -c "$1" --no-default-symbols \
		-e 'print(prog["UTS_RELEASE"].string_().decode(), prog.platform.arch.name)' 2>&1
}

whole_level() {
	"$collect" --message-level 12 -l -d 31 --json="$work/json" "$1" "$work/dump" >"$work/words" 2>&1
	[ $? = 0 ] && grep -q '"level": *31' "$work/json" && ! grep -q 'looked like pages to drop' "$work/words" ||
		{ cat "$work/words"; return 1; }
	cp "$work/words" "$work/first.words"
}

# reason_alone DUMP - 6.1 shows no symbols of data, so there are no tasks; the log is there, and nothing is made up.
reason_alone() {
	"$build/kdump-report" "$1" >"$work/report" 2>&1
	grep -q 'Reason  *sysrq: Trigger a crash' "$work/report" &&
		grep -q 'Backtraces: the CPUs cannot be read from this dump' "$work/report" ||
		{ head -n 40 "$work/report"; return 1; }
}

# image_pages FILE - pages that are kept since they lie in the kernel's image, as the program said (D9).
image_pages() {
	sed -n 's/^\([0-9]*\) pages in the kernel image or beside stacks.*/\1/p' "$1" | grep . || echo 0
}

# same_again - a dump has no segment of the image any more, so those pages may go when it is filtered again.
same_again() {
	"$dumpcmp" sets "$work/dump" "$work/again" >"$work/diff" && return 0
	cat "$work/diff"
	tail -n 1 "$work/diff" | grep -q ", $(image_pages "$work/first.words") only in the first, 0 only"
}

# cpu_of KERNEL/CPU - the option of vmcore.sh.
cpu_of() {
	case $1 in */*) echo --cpu "${1#*/}" ;; esac
}

# The stack of the panic, to user space and back to the crash, as the kernel printed it.
stack_whole() {
	"$build/kdump-report" "$1" >"$work/report" 2>&1
	sed -n '/where the kernel died/,/(user space)/p' "$work/report" | sed 's/+.*//' | tr -d ' ' >"$work/stack"
	cat "$work/stack"
	for name in vpanic sysrq_handle_crash __handle_sysrq vfs_write el0_svc '(userspace)'; do
		grep -qxF -e "$name" "$work/stack" || { echo "no $name"; return 1; }
	done
	# Registers of the program that wrote to sysrq-trigger: write(2) is number 64, in x8.
	grep -q ' x8 0000000000000040' "$work/report" && ! grep -q 'cannot be followed' "$work/report"
}

# user_stack CORE - pages of the process that wrote to sysrq-trigger are kept.
user_stack() {
	"$collect" -q --dry-run -d 31 --keep-user-stacks --json="$work/json" "$1" 2>&1 || return 1
	grep -q '"user_stacks": *[1-9]' "$work/json" || { cat "$work/json"; return 1; }
}

# crash_opens DUMP RELEASE - sid's crash for arm64 knows the kernel and its processes. 9.0.2 does not open cores,
# raw or filtered, of kernels that are built for 52 bits of address.
crash_opens() {
	vmlinux=$(VM_ARCH=arm64 "$oracle/vmlinux" "$2") || return 1
	printf 'sys\nbt\nps\nquit\n' >"$work/cmds"
	emulated -L "$tree" "$tree/usr/bin/crash" -s -i "$work/cmds" "$vmlinux" "$1" >"$work/crash" 2>&1 </dev/null
	for words in "RELEASE: $2" ' __handle_sysrq ' '\[kthreadd\]'; do
		grep -q -- "$words" "$work/crash" || { echo "not said: $words"; head -n 40 "$work/crash"; return 1; }
	done
}

# oracle_core CORE - the core as makedumpfile takes it; false: 52 bits of address are in use with pages of 4 or
# 16 KiB, which 1.7.8 refuses (D8).
oracle_core() {
	theirs=$1
	grep -aq 'NUMBER(VA_BITS)=52' "$1" || return 0
	theirs=$work/described
	python3 "$(dirname "$0")/fewer_bits.py" "$1" "$theirs"
}

listed_pages() {
	sed -n 's/^\([0-9]*\) free pages are on lists of CPUs.*/\1/p' "$1" | grep . || echo 0
}

# same_sets CORE LEVEL THEIRS - pages differ from makedumpfile's, of the core as it takes it, only by what
# docs/differences.md has (D1: offline; D9: the image).
same_sets() {
	oracle -l -d "$2" "$3" "$work/theirs" >"$work/words" 2>&1 || { cat "$work/words"; return 1; }
	"$collect" --message-level 12 -l -d "$2" --json="$work/json" "$1" "$work/ours" >"$work/words" 2>&1 ||
		{ cat "$work/words"; return 1; }
	"$dumpcmp" sets "$work/theirs" "$work/ours" >"$work/diff" && return 0
	tail -n 1 "$work/diff" | grep -q ", $(listed_pages "$work/words") only in the first, $(image_pages "$work/words") only" && return 0
	offline=$(sed -n 's/.*"offline": *\([0-9]*\).*/\1/p' "$work/json" | head -n 1)
	tail -n 1 "$work/diff"
	[ "$2" -lt 2 ] && tail -n 1 "$work/diff" | grep -q ", $offline only in the first, 0 only"
}

cores=
for kernel in ${ARM64_KERNELS:-6.12}; do
	dir=$(VM_ARCH=arm64 "$top/tests/vm/vmcore.sh" --kernel "${kernel%%/*}" $(cpu_of "$kernel")) || {
		ok "a vmcore of $kernel" false
		continue
	}
	cores="$cores $dir"
	core=$dir/vmcore release=$(version "$dir")
	case $kernel in */*) v="$release ${kernel#*/}" ;; *) v=$release ;; esac
	ok "$v: filtered at level 31" whole_level "$core"
	ok "$v: libkdumpfile reads the same bytes" "$dumpcmp" bytes "$core" "$work/dump"
	ok "$v: drgn opens the dump" test "$(drgn_release "$work/dump")" = "$release AARCH64"
	ok "$v: filtered again it is the same" "$collect" -q -l -d 31 "$work/dump" "$work/again"
	ok "$v: the same pages" same_again
	case $kernel in
	6.1) ok "$v: the reason of the panic" reason_alone "$work/dump" ;;
	*)
		ok "$v: the stack of the panic" stack_whole "$work/dump"
		ok "$v: the stack in user space" user_stack "$core"
		;;
	esac
	rm -f "$work/log"
	"$collect" -q --dump-dmesg "$core" "$work/log"
	ok "$v: the log is whole" grep -q 'kdump-test: marker end' "$work/log"
	ok "$v: the log says why" grep -q 'sysrq: Trigger a crash' "$work/log"
	if oracle_core "$core"; then
		ok "$v: makedumpfile and crash for arm64" oracle_tree
		[ "$kernel" != 6.1 ] || ok "$v: crash opens the dump" crash_opens "$work/dump" "$release"
		for level in 0 1 2 8 16 31; do
			rm -f "$work/theirs" "$work/ours"
			ok "$v: level $level" same_sets "$core" $level "$theirs"
		done
	fi
	rm -f "$work/dump" "$work/again" "$work/theirs" "$work/ours" "$work/described"
done
if [ -n "$sysroot" ] && [ -x "$cross/kdump-collect" ]; then
	for dir in $cores $("$top/tests/vm/each.sh" check echo 2>/dev/null); do
		both "$dir/vmcore" "$(version "$dir")"
	done
fi
finish
