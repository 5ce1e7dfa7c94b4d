#!/bin/bash
# switches.sh - what a HAVE_ switch leaves out is left out everywhere; `make switches` builds it all
#
# Every file that names a switch at the head of the Makefile compiles without it, and off.c has
# each function of collector/seal that others call. Seconds: nothing is linked.
cd "$(dirname "$0")/../.." || exit 99
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
bad=0

switches=$(sed -n 's/^\(HAVE_[A-Z]*\) *?= 1$/\1/p' Makefile)
[ "$(echo "$switches" | wc -w)" -ge 5 ] || { echo "Makefile: its switches cannot be read"; exit 1; }

flags="-Icollector -I. -Itests/unit -Itests/fixtures -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -std=gnu11
	-Wall -Wextra -Werror -fsyntax-only -DKDUMP_VERSION=\"x\""
for off in $switches; do
	define=
	for one in $switches; do
		[ "$one" = "$off" ] && define="$define -D$one=0" || define="$define -D$one=1"
	done
	git grep -l "$off\b" -- 'collector/*.c' 'config/*.c' 'initramfs/*.c' 'systemd/*.c' 'tests/unit/*.c' >"$tmp/files"
	# shellcheck disable=SC2086
	xargs -P 2 -n 4 ${CC:-gcc} $flags $define <"$tmp/files" >"$tmp/said" 2>&1 ||
		{ echo "with $off=0:"; head -n 10 "$tmp/said"; bad=1; }
done

# Functions that the headers of collector/seal declare, and off.c defines.
declared=$(sed -n 's/^[a-z].*[ *]\([a-z_0-9]*\)(.*/\1/p' collector/seal/*.h | sort -u)
[ "$(echo "$declared" | wc -w)" -ge 20 ] || { echo "collector/seal: its headers cannot be read"; exit 1; }
git grep -ohE '\b[a-z_0-9]+\(' -- 'collector/*.c' 'config/*.c' 'initramfs/*.c' 'systemd/*.c' \
	':!collector/seal/*' | tr -d '(' | sort -u >"$tmp/called"
for name in $(echo "$declared" | comm -12 - "$tmp/called"); do
	grep -qE "^[a-z].*\b$name\(" collector/seal/off.c ||
		{ echo "collector/seal/off.c: there is no $name(), which others call"; bad=1; }
done
exit $bad
