#!/bin/sh
# log_damage.sh - of a damaged kernel log, as many true lines are kept as makedumpfile keeps
. "$(dirname "$0")/lib.sh"

cores()
{
	for dir in $VMCORES; do
		echo "$dir/vmcore"
	done
}

# shellcheck disable=SC2046 # paths without spaces
ok "damaged kernel logs keep no fewer true lines than by makedumpfile" \
	python3 "$top/tests/trust/logs.py" --build "$build" --cases 24 $(cores)
finish
