#!/bin/sh
# modules.sh - the modules in a vmcore and their symbols are those that drgn finds with debuginfo
. "$(dirname "$0")/lib.sh"
ksyms=$build/tests/tools/ksyms

drgn_says() {
	"$oracle/run" python3 "$real/module_list.py" "$dir/vmcore" "$vmlinux" "$1" >"$work/drgn" 2>"$work/words" ||
		{ cat "$work/words"; return 1; }
}

same_modules() {
	drgn_says modules && "$ksyms" "$dir/vmcore" modules >"$work/ours" || return 1
	[ -s "$work/ours" ] || { echo "no modules"; return 1; }
	diff "$work/drgn" "$work/ours"
}

# drgn leaves out what we leave out, too, but for labels of the compiler.
same_symbols() {
	drgn_says symbols && "$ksyms" "$dir/vmcore" module-symbols >"$work/ours" || return 1
	[ "$(wc -l <"$work/ours")" -gt 100 ] || { echo "too few symbols"; return 1; }
	awk '{ print $1, $3 }' "$work/ours" | sort >"$work/a"
	grep -v ' \.L' "$work/drgn" | sort >"$work/b"
	diff "$work/a" "$work/b" >"$work/diff" || { head -n 20 "$work/diff"; return 1; }
}

# Each module has types of its own; 5.10 keeps none.
own_types() {
	"$ksyms" "$dir/vmcore" module-types >"$work/types" || return 1
	case $v in
	5.*) ! grep -qv ' none' "$work/types" ;;
	*) ! grep -E ' none| 0$' "$work/types" ;;
	esac
}

for dir in $VMCORES; do
	v=$(version "$dir")
	vmlinux=$("$oracle/vmlinux" "$v")
	ok "$v: modules are as drgn has them" same_modules
	ok "$v: their symbols are as drgn has them" same_symbols
	ok "$v: their types are found" own_types
done
finish
