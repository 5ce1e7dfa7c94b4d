#!/bin/bash
# switches.sh [SWITCH...] - each HAVE_ switch of the Makefile left out: programs, tools, unit tests
#
# Without SWITCH (SODIUM ZSTD...): each of them, and all at once. Without libsodium, encryption is
# refused by name wherever it is asked for.
set -u
cd "$(dirname "$0")/.." || exit 99
work=$(mktemp -d "${TMPDIR:-/tmp}/kdump-switches-XXXXXX")
trap 'rm -rf "$work"' EXIT
. tests/tap.sh

all=$(sed -n 's/^HAVE_\([A-Z]*\) *?= 1$/\1/p' Makefile)

# built NAME SWITCH... - all that a build has, and its unit tests pass.
built()
{
	local name=$1 switch set=()
	shift
	for switch; do
		set+=("HAVE_$switch=0")
	done
	make -j"$(nproc)" O="build/without-$name" "${set[@]}" KDUMP_DEPS=installed RESULT="unit-without-$name" \
		all tools unit-run
}

# refuses TEXT COMMAND... - it fails, and says this.
refuses()
{
	local text=$1
	shift
	! "$@" >"$work/words" 2>&1 </dev/null || { echo "it went well"; return 1; }
	grep -q -- "$text" "$work/words" || { cat "$work/words"; return 1; }
}

without_sodium()
{
	local bin=build/without-$1 key=age1q73he0q5yzfu3d64msd3p6rvksnrwjk3d2598mgtmlqt9wrdr37q2vrn72
	local off="encryption is not built into this program"
	printf 'path /var/crash\nencrypt_to %s\n' "$key" >"$work/kdump.conf"
	echo AGE-SECRET-KEY-1 >"$work/key"
	ok "without libsodium, --encrypt-to is refused by name" refuses "--encrypt-to: $off" \
		"$bin/kdump-collect" -l -d 31 --encrypt-to "$key" "$bin/selftest.core" "$work/dump"
	ok "without libsodium, --encrypt-to leaves no file" test ! -e "$work/dump" -a ! -e "$work/dump-incomplete"
	ok "without libsodium, --decrypt is refused by name" refuses "$off" \
		"$bin/kdump-collect" --decrypt -i "$work/key" "$work/key" "$work/dump"
	ok "without libsodium, encrypt_to in kdump.conf is refused by name" refuses "encrypt_to.*$off" \
		"$bin/kdump-config" --check --system "$work/kdump.conf"
	ok "without libsodium, keygen is refused by name" refuses "keygen: $off" "$bin/kdumpctl" keygen "$work/new"
	ok "without libsodium, keygen leaves no file" test ! -e "$work/new"
	ok "without libsodium, list --identity is refused by name" refuses "--identity: .*$off" \
		"$bin/kdumpctl" --root "$work" list --identity "$work/key"
	ok "without libsodium, a dump is written" "$bin/kdump-collect" -q -d 31 "$bin/selftest.core" "$work/dump"
	ok "without libsodium, a dump is verified" "$bin/kdump-collect" -q --verify "$work/dump"
}

for switch in ${*:-$all}; do
	ok "without $switch, programs and tools are built and unit tests pass" built "$switch" "$switch"
	[ "$switch" != SODIUM ] || without_sodium "$switch"
done
if [ $# = 0 ]; then
	# shellcheck disable=SC2086
	ok "without all of them, programs and tools are built and unit tests pass" built all $all
	without_sodium all
fi
finish
exit $failed
