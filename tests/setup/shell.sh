#!/bin/sh
# shell.sh SCRIPT - run a test script by the shell that its first line names, as it would run by itself
read -r shell <"$1"
# shellcheck disable=SC2086 # its options, too
exec ${shell#"#!"} "$@"
