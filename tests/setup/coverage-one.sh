#!/bin/sh
# coverage-one.sh - run one test for its counts; whether it is right is the business of make check
case $1 in
*.sh) timeout 900 tests/setup/shell.sh "$1" ;;
*) timeout 300 "$1" ;;
esac >/dev/null 2>&1 || echo "  not ok $1"
