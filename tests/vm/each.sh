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

# lines - the options of vmcore.sh, one machine a line.
lines()
{
	local kernel cpu mem cpus set
	while read -r kernel cpu mem cpus set; do
		case "$kernel" in '#'* | '') continue ;; esac
		case " $pattern " in *" $set "*) ;; *) continue ;; esac
		echo "--kernel $kernel --cpu $cpu --mem $mem --cpus $cpus"
	done <"$here/matrix"
}

# Two machines crash at a time; who fails here says why below, where it is tried once more.
lines | xargs -P 2 -L 1 "$here/vmcore.sh" >/dev/null 2>&1 || true

failed=0
while read -r options <&3; do
	say "${options//--/}"
	# shellcheck disable=SC2086 # words
	folder=$("$here/vmcore.sh" $options) && "$@" "$folder" || { failed=1 && say "FAILED: $options: $*"; }
done 3< <(lines)
exit "$failed"
