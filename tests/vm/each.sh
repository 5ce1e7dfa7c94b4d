#!/bin/bash
# each.sh check|ci|full|bench COMMAND ARG... - run COMMAND ARG... FOLDER for each vmcore of the matrix.
# Every line is run, even after a failure; the status is 1 when any failed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

[ $# -ge 2 ] || die "usage: each.sh check|ci|full|bench COMMAND ARG..."
wanted=$1
shift
case $wanted in
check | ci | bench) pattern="$wanted" ;;
full) pattern="check ci full" ;;
*) die "unknown set '$wanted'; the sets are: check ci full bench" ;;
esac

failed=0
while read -r kernel cpu mem cpus set <&3; do
	case "$kernel" in '#'* | '') continue ;; esac
	case " $pattern " in *" $set "*) ;; *) continue ;; esac
	say "$kernel, $mem, $cpus x $cpu"
	folder=$("$here/vmcore.sh" --kernel "$kernel" --cpu "$cpu" --mem "$mem" --cpus "$cpus") &&
		"$@" "$folder" || { failed=1 && say "FAILED: $kernel, $mem, $cpus x $cpu: $*"; }
done 3<"$here/matrix"
exit "$failed"
