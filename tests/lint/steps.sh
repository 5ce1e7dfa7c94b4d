#!/bin/sh
# steps.sh - every deadline of a capture comes from capture_step(), but for those named here
#
# A wait with a deadline of its own is missing in initramfs/capture/step.h, and so in the test that
# makes each step hang, fail and die.
cd "$(dirname "$0")/../.." || exit 99

awk '
FNR == NR { allowed[$1 " " $2] = 1; next }
match($0, /deadline_(in|in_ms|limit)\([^)]*\)/) {
	call = substr($0, RSTART, RLENGTH)
	gsub(/ /, "", call)
	if (!((FILENAME " " call) in allowed)) {
		print FILENAME ":" FNR ": " call ": begin a step with capture_step(), or name it in " \
		      "tests/lint/steps.list with the reason"
		bad = 1
	}
}
END { exit bad }' tests/lint/steps.list initramfs/capture/*.c initramfs/capture/save/*.c
