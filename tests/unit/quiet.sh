#!/bin/sh
# quiet.sh PROGRAM, quiet.sh EMULATOR ARG... PROGRAM - a unit test; what it writes to standard error is shown only if it fails
# Failures are expected in many tests, and their messages would bury those of real ones. A test that
# fails leaves its memory behind: LeakSanitizer's pages about that are not shown.
# Its temporary files go with the directory that is TMPDIR for it, even if it is killed.
dir=$(mktemp -d "${TMPDIR:-/tmp}/kdump-unit-XXXXXX") || exit 99
trap 'rm -rf --one-file-system "$dir"' EXIT
log=$dir/log
TMPDIR=$dir "$@" 2>"$log"
status=$?
if [ "$status" != 0 ]; then
	echo "# $1: exit status $status; its messages:"
	sed '/ERROR: LeakSanitizer/,$d; s/^/# /' "$log" | tail -n 60
	! grep -q 'ERROR: LeakSanitizer' "$log" ||
		echo "# and memory leaks, which a failed test has, too; run it alone to see them"
fi
exit "$status"
