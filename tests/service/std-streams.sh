#!/bin/bash
# std-streams.sh - standard streams that are closed or full: no file is written into, no text is lost
. "$(dirname "$0")/lib.sh"

root_new
build=$(realpath "$build")
core=$build/selftest.core
cd "$work" || exit 1
kdumpctl keygen key.txt >key.pub 2>"$work/words"
config </dev/null

collect()
{
	"$build/kdump-collect" "$@"
}

# The same output whether the standard streams are there or not; -D has many messages.
same_without_streams()
{
	rm -f with with2 without without2
	collect -D "$@" with ${second:+with2} >words 2>&1 || return 1
	collect -D "$@" without ${second:+without2} <&- >&- 2>&- || { echo "exit status $?"; return 1; }
	cmp with without && { [ -z "$second" ] || cmp with2 without2; }
}

second=
ok "a dump has the same bytes with closed standard streams" same_without_streams -l -d 31 "$core"
ok "an ELF core has the same bytes with closed standard streams" same_without_streams -E "$core"
ok "a log has the same bytes with closed standard streams" same_without_streams --dump-dmesg "$core"
second=yes
ok "a split dump has the same bytes with closed standard streams" same_without_streams --split -l -d 31 "$core"

encrypted_without_streams()
{
	collect -D --encrypt --encrypt-to "$(cat key.pub)" key.pub sealed <&- >&- 2>&- &&
		collect --decrypt -i key.txt sealed opened && cmp opened key.pub
}
ok "an encrypted file is whole with closed standard streams" encrypted_without_streams

# without_input CODE ARGUMENT... - with standard input closed.
without_input()
{
	exits "$1" sh -c '"$0" "$@" <&-' "$build/kdump-collect" "${@:2}"
}
ok "-R fails with standard input closed" without_input 1 -R none
ok "-R says that standard input cannot be read" says "read stream: Bad file descriptor"
ok "--encrypt fails with standard input closed" without_input 1 --encrypt --encrypt-to "$(cat key.pub)" - none
ok "--encrypt says that standard input cannot be read" says "read: Bad file descriptor"
ok "a closed descriptor is no --progress-fd" without_input 2 --progress-fd 0 "$core" none
ok "--progress-fd says so" says "not open for writing"

# to_full CODE COMMAND... - with a full standard output.
to_full()
{
	exits "$1" sh -c '"$0" "$@" >/dev/full' "${@:2}"
}

collect -l -d 31 "$core" dump >words 2>&1
# A log that is longer than what the C library buffers.
{
	for n in $(seq 300); do echo "[    1.000000] line $n of a log"; done
	echo "[    2.000000] Kernel panic - not syncing: of a test"
} >log
for words in "kdump-collect --help" "kdump-collect --version" "kdump-collect --mem-usage $core" "kdump-collect --dry-run $core" \
	"kdump-report --help" "kdump-report --version" "kdump-report --log log" "kdump-report --json --log log" \
	"kdump-collect --verify --json $work/dump" "kdump-image --help" "kdumpctl --help" "kdumpctl --version" "kdumpctl status --help" \
	"kdumpctl --root $root list --json" "kdumpctl --root $root get-default-crashkernel"; do
	read -ra word <<<"$words"
	ok "${words//$work/} fails on a full standard output" to_full 1 "$build/${word[0]}" "${word[@]:1}"
	ok "${words//$work/} says so" says "standard output"
done
ok "kdump-config --help fails on a full standard output" to_full 2 "$build/kdump-config" --help
ok "kdump-config says so" says "standard output"
ok "a dump is complete whatever becomes of its messages" to_full 0 "$build/kdump-collect" -f -l -d 31 "$core" dump

enough()
{
	set -o pipefail
	collect "$@" 2>"$work/words" | head -n 1 >line
}
ok "a reader that has enough is no failure" enough --help
ok "a reader that has enough gets no message" silent_on .

# What never came leaves nothing that is in the way of the next attempt.
ok "no file is left of input that could not be read" test -z "$(ls none* 2>/dev/null)"
ok "-R fails on an empty stream" exits 1 collect -R none
ok "-R says that it is empty" says "the stream is empty"
ok "no file is left of an empty stream" test -z "$(ls none* 2>/dev/null)"

# small CODE ARGUMENT... - where no file may be larger than 64 KiB.
small()
{
	exits "$1" bash -c 'ulimit -f 64 && "$0" "$@"' "$build/kdump-collect" "${@:2}"
}
ok "a dump ends as on a full disk at the limit of file sizes" small 3 -d 0 "$core" limited
ok "kdump-collect says that the file is too large" says "File too large"
finish
