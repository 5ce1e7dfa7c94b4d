#!/bin/sh
# sizes.sh - no file over 400 lines, no function over 60, no line over 100 columns
cd "$(dirname "$0")/../.." || exit 99
bad=0

for file in $(git ls-files '*.c' '*.h'); do
	expand "$file" | awk -v file="$file" '
		length($0) > 100 { print file ":" FNR ": line of " length($0) " columns"; bad = 1 }
		/^\{/ { start = FNR }
		/^\}/ && start {
			if (FNR - start - 1 > 60) {
				print file ":" start ": function of " FNR - start - 1 " lines"; bad = 1
			}
			start = 0
		}
		END {
			if (FNR > 400) { print file ": " FNR " lines"; bad = 1 }
			exit bad
		}' || bad=1
done
for script in $(git ls-files 'tests/*.sh' .ci); do
	lines=$(wc -l < "$script")
	[ "$lines" -le 400 ] || { echo "$script: $lines lines"; bad=1; }
done
exit $bad
