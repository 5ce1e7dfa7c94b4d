# lib.sh - sourced by tests/real/*.sh: TAP output, a work folder, the real vmcores
#
# A script tests one promise of kdump-collect on every vmcore of $VMCORES (folders
# made by tests/vm/vmcore.sh). Nothing is skipped: a missing tool is a failure.

set -u
real=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$real/../.." && pwd)
oracle=$top/tests/oracle
build=${BUILD:-$top/build/gcc}
collect=$build/kdump-collect
dumpcmp=$build/tests/tools/dumpcmp
[ -n "${VMCORES:-}" ] || VMCORES=$("$top/tests/vm/each.sh" "${VMCORE_SET:-check}" echo) || exit 1

work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/real-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
. "$top/tests/tap.sh"

# exits WANT COMMAND... - true if the command exits with WANT; its words stay in $work/words
exits() {
	want=$1
	shift
	"$@" >"$work/words" 2>&1
	got=$?
	[ "$got" = "$want" ] || { echo "exit $got, not $want: $*"; cat "$work/words"; return 1; }
}

# says PATTERN - the words of the last exits() hold the pattern
says() {
	grep -q -- "$1" "$work/words" || { echo "not said: $1"; cat "$work/words"; return 1; }
}

# version DIR - kernel version of a vmcore folder
version() {
	cat "$1/kernel-version"
}

# What readers show: crash by the commands of $work/cmds, drgn by $work/tasks.py, with $vmlinux.
# crash_says FILE, drgn_says FILE - crash's, less the line that names the file.
crash_says() {
	"$oracle/crash" -s -i "$work/cmds" "$vmlinux" "$1" 2>&1 | grep -v 'DUMPFILE:'
}

drgn_says() {
	"$oracle/drgn" -q -c "$1" -s "$vmlinux" "$work/tasks.py" 2>&1
}

# reads_same READER WORD FILE OTHER - it shows the same of both. A reader that fails on both alike
# proves nothing, so the word must be in what it shows of the first.
reads_same() {
	"$1" "$3" >"$work/first.txt"
	"$1" "$4" >"$work/other.txt"
	grep -q "$2" "$work/first.txt" || { echo "of $3: "; tail "$work/first.txt"; return 1; }
	diff "$work/first.txt" "$work/other.txt"
}
