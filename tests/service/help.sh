#!/bin/bash
# help.sh - --help of every program and command; misspelt words get the right one; options have rows
. "$(dirname "$0")/lib.sh"

docs=$here/../docs
mkdir -p "$root" "$root/bin"
PATH=$root/bin:$PATH

# commands - those that "kdumpctl --help" shows.
commands()
{
	"$build/kdumpctl" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | grep -v kdumpctl
}

# page FILE - a manual page as text without roff's "\-".
page()
{
	sed 's/\\-/-/g' "$docs/$1" >"$work/page"
}

for program in kdumpctl kdump-config kdump-image kdump-collect kdump-capture; do
	ok "$program --help" exits 0 "$build/$program" --help
	ok "has lines of at most 100 columns" sh -c "! grep -E '.{101}' '$work/words'"
done
ok "there are commands" test "$(commands | wc -l)" -ge 15
page kdumpctl.8
for command in $(commands); do
	for words in "$command --help" "help $command" "--root $root $command -h"; do
		# shellcheck disable=SC2086
		ok "kdumpctl $words" exits 0 "$build/kdumpctl" $words
		ok "is about it" says "^  kdumpctl $command( |\$)"
		ok "in a sentence or more" grep -qE '^[A-Z][^.]* [^.]+' "$work/words"
	done
	for option in $(grep -o -- '^  --[a-z-]*' "$work/words"); do
		ok "kdumpctl(8) has $option" grep -qe "$option" "$work/page"
	done
done
ok "help for nobody's rights" exits 0 setpriv --reuid=65534 --regid=65534 --clear-groups \
	sh -c "cat '$build/kdumpctl' >/dev/null 2>&1 || exit 0; '$build/kdumpctl' start --help"

# misspelt WANTED PROGRAM WORD...
misspelt()
{
	wanted=$1 program=$2
	shift 2
	"$build/$program" "$@" >"$work/words" 2>&1 && echo "it went well"
	says "did you mean '$wanted'\?"
}
ok "a command" misspelt status kdumpctl statsu
ok "the beginning of one" misspelt check-config kdumpctl check
ok "help of one" misspelt start kdumpctl help strat
ok "an option of a command" misspelt --crash kdumpctl test --crsh
ok "one with a value" misspelt --value kdumpctl reset-crashkernel --valeu=256M
ok "one before the command" misspelt --json kdumpctl --jsno list
ok "one that another command has" exits 1 "$build/kdumpctl" list --crash
ok "is refused" says "list: '--crash' is not an option"
ok "a verb of kdump-config" misspelt --check kdump-config --chekc
ok "one of kdump-tools" misspelt status kdump-config stauts
ok "a key" misspelt path kdump-config --get pth
ok "a key to be explained" misspelt core_collector kdump-config --help core_colector
ok "a command of kdump-image" misspelt build kdump-image biuld
ok "an option of it" misspelt --output kdump-image build --outptu x
ok "an option of the collector" misspelt --dump-dmesg kdump-collect --dump-dmseg a b
ok "a compressor" misspelt zstd kdump-collect --compress zsdt a b
ok "an option of the capture program" misspelt --service kdump-capture --servcie
ok "a value that lacks" exits 2 "$build/kdump-image" build --output
ok "is told" says "--output needs a value"
finish
