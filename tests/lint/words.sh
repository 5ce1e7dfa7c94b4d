#!/bin/sh
# words.sh - no identifier and no file name has a word of words.list
cd "$(dirname "$0")/../.." || exit 99

# Folders whose identifiers are clean.
clean='collector config initramfs systemd'

# shellcheck disable=SC2086
files=$(git ls-files $clean)
# shellcheck disable=SC2046
echo "$files" | awk -f tests/lint/words.awk tests/lint/words.list \
	$(echo "$files" | grep '\.[ch]$') -
