#!/bin/sh
# ratio.sh - at least 7 lines of test code for 10 lines of source, headers left out
cd "$(dirname "$0")/../.." || exit 99

lines() {
	git ls-files "$@" | xargs cat | wc -l
}

source=$(lines 'collector/*.c' 'config/*.c' 'initramfs/*.c' 'systemd/*.c')
tests=$(lines 'tests/*.[ch]' 'tests/*.sh' 'tests/*.py')
[ $((tests * 10)) -ge $((source * 7)) ] && exit
echo "$tests lines of test code for $source lines of source; there should be 7 for 10"
exit 1
