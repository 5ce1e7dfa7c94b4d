#!/bin/sh
# checks.sh - CHECK() of the unit tests compares nothing: CHECK_EQ and CHECK_OP print both values
cd "$(dirname "$0")/../.." || exit 99
# shellcheck disable=SC2046
exec python3 tests/lint/checks.py $(git ls-files 'tests/unit/*.[ch]')
