#!/bin/sh
# hardening.sh - every program is built with the protections that compiler and linker have
. "$(dirname "$0")/lib.sh"

objects=$(dirname "$build")/$(basename "$build")
dynamic="kdumpctl kdump-collect kdump-config kdump-image kdump-report"

# header PROGRAM REGEX, segment PROGRAM REGEX, dynamic_flag PROGRAM REGEX - readelf shows it.
header() { readelf -hW "$build/$1" | grep -qE "$2"; }
segment() { readelf -lW "$build/$1" | grep -E "$2"; }
dynamic_flag() { readelf -dW "$build/$1" | grep -qE "$2"; }
symbol() { readelf -sW "$build/$1" | grep -qE "$2"; }

# Every compilation unit of ours names its flags in the debug information.
all_units_have()
{
	units=$(readelf -p .debug_str "$build/$1" | grep -E 'GNU C(11|17).*-std=gnu11')
	[ -n "$units" ] || { echo "no compilation unit of ours in $1"; return 1; }
	! printf '%s\n' "$units" | grep -vE -- "$2"
}

no_writable_code()
{
	! segment "$1" 'LOAD .* RWE|GNU_STACK .* RWE'
}

for program in $dynamic kdump-capture; do
	ok "$program is position independent code" header "$program" 'Type: +DYN'
	ok "$program has relocations that are read-only after start" segment "$program" GNU_RELRO
	ok "$program binds all symbols at start" dynamic_flag "$program" 'BIND_NOW|FLAGS_1.*NOW'
	ok "$program has no memory that is writable and executable" no_writable_code "$program"
	ok "$program checks for overwritten stacks" symbol "$program" '__stack_chk_fail'
	ok "$program has a stack guard in every compilation unit" all_units_have "$program" -fstack-protector-strong
	ok "$program probes large stack frames" all_units_have "$program" -fstack-clash-protection
	ok "$program checks sizes in string functions" symbol "$program" '__(snprintf|vsnprintf|memcpy|read)_chk'
done
ok "kdump-capture needs no interpreter" sh -c "! readelf -lW '$build/kdump-capture' | grep INTERP"
ok "kdump-capture needs no library" sh -c "! readelf -dW '$build/kdump-capture' | grep NEEDED"
case $(uname -m) in
x86_64) cet='IBT.*SHSTK' ;;
aarch64) cet='BTI' ;;
*) cet= ;;
esac
[ -z "$cet" ] || ok "objects are built for control-flow protection" \
	sh -c "readelf -nW '$objects/systemd/main.o' | grep -E '$cet'"
finish
