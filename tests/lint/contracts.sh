#!/bin/sh
# contracts.sh - five parameters, no mutable variable of a file, but those of contracts.list
cd "$(dirname "$0")/../.." || exit 99

git ls-files 'collector/*.[ch]' 'config/*.[ch]' 'initramfs/*.[ch]' 'systemd/*.[ch]' |
	xargs awk -f tests/lint/contracts.awk tests/lint/contracts.list
