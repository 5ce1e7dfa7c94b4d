#!/bin/sh
# source.sh DIR - the sources as they are now, tracked files only, into DIR; prints the version
set -eu
cd "$(dirname "$0")/../.."
mkdir -p "$1"
git ls-files | while read -r file; do
	[ ! -e "$file" ] || printf '%s\n' "$file"
done | tar -c -T - | tar -x -C "$1"
printf '0.9.0+git%s.%s\n' "$(git log -1 --format=%cd --date=format:%Y%m%d%H%M%S)" \
	"$(git log -1 --format=%h)"
