#!/bin/sh
# headers.sh - what the parser of kernel logs looks for is still printed by the kernels at hand
. "$(dirname "$0")/lib.sh"

texts=
for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v") || exit 1
	objcopy -O binary -j .rodata -j .init.text "$vmlinux" "$work/text.$v" || exit 1
	texts="$texts $work/text.$v"
done
# shellcheck disable=SC2086
python3 "$real/headers.py" "$top/collector/triage/headers.def" $texts >"$work/found" || exit 1

# Wants the kernels of VMCORE_SET=check: a new one may have lost words that an old one has.
ok "there are rows, and most of them are printed" \
	awk '/^rows/ { rows = $2 } /^absent/ { n++ } END { exit !(rows > 50 && n < rows / 2) }' "$work/found"
sed -n 's/^absent //p' "$work/found" | sort >"$work/absent"
grep -v '^#' "$real/headers.absent" | cut -f 1 | sort >"$work/known"
ok "a row that no kernel prints is known as one, and why" \
	sh -c '! comm -23 "$1" "$2" | grep .' sh "$work/absent" "$work/known"
ok "what is known as absent is absent" \
	sh -c '! comm -13 "$1" "$2" | grep .' sh "$work/absent" "$work/known"
finish
