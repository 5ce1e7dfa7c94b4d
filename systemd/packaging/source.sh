#!/bin/sh
# source.sh DIR - the sources of the last commit into DIR; prints the version
set -eu
cd "$(dirname "$0")/../.."
mkdir -p "$1"
git archive HEAD | tar -x -C "$1"
printf '0.9.0+git%s.%s\n' "$(git log -1 --format=%cd --date=format:%Y%m%d%H%M%S)" \
	"$(git log -1 --format=%h)"
