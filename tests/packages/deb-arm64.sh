#!/bin/bash
# deb-arm64.sh - "make deb CROSS=aarch64-linux-gnu-": a package for arm64 machines, whose programs work
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${KDUMP_TEST_WORK:-/var/tmp}/deb-arm64-XXXXXX")
trap 'rm -rf "$work"' EXIT
. "$top/tests/tap.sh"
deb=$(ls -t "$top"/build/deb-arm64/kdump_*_arm64.deb 2>/dev/null | head -n 1)
sysroot=$("$top/tests/setup/sysroot.sh" aarch64-linux-gnu)

field() { dpkg-deb -f "$deb" "$1"; }

# Each ELF file is arm64's; other files are texts.
all_arm64() {
	local file kind nr=0
	while read -r file; do
		kind=$(file -b "$file")
		case $kind in
		*"core file"*) ;;
		ELF*"ARM aarch64"*) nr=$((nr + 1)) ;;
		ELF*) echo "$file: $kind"; return 1 ;;
		esac
	done < <(find "$work/root" -type f)
	[ "$nr" = 6 ] || { echo "$nr programs"; return 1; }
}

# Every library that a program is linked with comes with a package that is named.
libraries_named() {
	local library package
	for library in $(readelf -d "$work"/root/usr/sbin/kdump* | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u); do
		package=$(awk -v lib="$library" '{ name = $1 ".so." $2; alt = $1 "-" $2 ".so" }
			name == lib || alt == lib { print $3; exit }' "$sysroot/shlibs")
		case $library in ld-linux*) package=libc6 ;; esac
		[ -n "$package" ] && field Depends | grep -qE "(^|, )$package( |,|$)" ||
			{ echo "$library: ${package:-no package} is not in: $(field Depends)"; return 1; }
	done
}

# run PROGRAM ARG...
run() {
	local program=$1
	shift
	qemu-aarch64-static -L "$sysroot" "$work/root/usr/$program" "$@"
}

ok "a package for arm64" test "$(field Architecture)" = arm64
ok "it unpacks" dpkg-deb -x "$deb" "$work/root"
ok "all programs are arm64's" all_arm64
ok "it names the packages of all libraries" libraries_named
ok "the capture program works" run lib/kdump/kdump-capture --self-test "$work/root/usr/lib/kdump/selftest.core"
for program in kdump-collect kdump-report kdump-config kdump-image kdumpctl; do
	ok "$program starts" run "sbin/$program" --help
done
printf 'ext4 LABEL=dumps\npath /x\n' >"$work/kdump.conf"
ok "kdump.conf is read" run sbin/kdump-config --check "$work/kdump.conf"
finish
