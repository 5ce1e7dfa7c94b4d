#!/bin/sh
# format.sh - C files are as clang-format leaves them; every file says what it is and its licence
cd "$(dirname "$0")/../.." || exit 99
bad=0

files=$(git ls-files '*.c' '*.h')
# Each version of clang-format lays some lines out in its own way; this is the one we follow.
if command -v clang-format-19 >/dev/null; then
	# shellcheck disable=SC2086
	clang-format-19 --dry-run --Werror $files || bad=1
else
	echo "SKIPPED: the layout of the C files is not checked: there is no clang-format-19" >&2
fi
for file in $files; do
	head -1 "$file" | grep -q 'SPDX-License-Identifier: GPL-2.0-or-later' ||
		{ echo "$file: the first line names no licence"; bad=1; }
	sed -n 2,3p "$file" | grep -q "${file##*/} - \|^ \*$" || {
		sed -n 2,4p "$file" | grep -q " - " ||
			{ echo "$file: does not begin with what it is"; bad=1; }
	}
done
exit $bad
