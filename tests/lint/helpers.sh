#!/bin/sh
# helpers.sh - no header of the unit tests has a function's body: it would be compiled into each test
#
# options_case.h stands in for functions of the program, which a test must define itself.
cd "$(dirname "$0")/../.." || exit 99

# shellcheck disable=SC2046
found=$(grep -Hn '^{' $(git ls-files 'tests/unit/*.h') | grep -v '/options_case\.h:')
[ -z "$found" ] && exit
echo "$found"
echo "put these functions into tests/unit/support/"
exit 1
