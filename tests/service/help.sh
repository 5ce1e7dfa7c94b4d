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
	ok "$program --help exits with 0" exits 0 "$build/$program" --help
	ok "$program --help has lines of at most 100 columns" sh -c "! grep -E '.{101}' '$work/words'"
done
ok "kdumpctl --help lists 15 commands at least" test "$(commands | wc -l)" -ge 15
page kdumpctl.8
for command in $(commands); do
	for words in "$command --help" "help $command" "--root $root $command -h"; do
		# shellcheck disable=SC2086
		ok "kdumpctl $words exits with 0" exits 0 "$build/kdumpctl" $words
		ok "kdumpctl $words is about the command $command" says "^  kdumpctl $command( |\$)"
		ok "kdumpctl $words has a sentence or more" grep -qE '^[A-Z][^.]* [^.]+' "$work/words"
	done
	for option in $(grep -o -- '^  --[a-z-]*' "$work/words"); do
		ok "kdumpctl(8) has the option $option of $command" grep -qe "$option" "$work/page"
	done
done
ok "kdumpctl --help needs no rights" exits 0 setpriv --reuid=65534 --regid=65534 --clear-groups \
	sh -c "cat '$build/kdumpctl' >/dev/null 2>&1 || exit 0; '$build/kdumpctl' start --help"

# misspelt WANTED PROGRAM WORD...
misspelt()
{
	wanted=$1 program=$2
	shift 2
	"$build/$program" "$@" >"$work/words" 2>&1 && echo "it went well"
	says "did you mean '$wanted'\?"
}
ok "kdumpctl suggests a command for a misspelt one" misspelt status kdumpctl statsu
ok "kdumpctl suggests the command that begins so" misspelt check-config kdumpctl check
ok "kdumpctl help suggests a command for a misspelt one" misspelt start kdumpctl help strat
ok "kdumpctl suggests an option of the command" misspelt --crash kdumpctl test --crsh
ok "kdumpctl suggests an option that takes a value" misspelt --value kdumpctl reset-crashkernel --valeu=256M
ok "kdumpctl suggests an option before the command" misspelt --json kdumpctl --jsno list
ok "kdumpctl list refuses an option of another command" exits 1 "$build/kdumpctl" list --crash
ok "kdumpctl list names the option it refuses" says "list: '--crash' is not an option"
ok "kdump-config suggests a verb for a misspelt one" misspelt --check kdump-config --chekc
ok "kdump-config suggests a verb of kdump-tools" misspelt status kdump-config stauts
ok "kdump-config --get suggests a key" misspelt path kdump-config --get pth
ok "kdump-config --help suggests a key" misspelt core_collector kdump-config --help core_colector
ok "kdump-image suggests a command" misspelt build kdump-image biuld
ok "kdump-image build suggests an option" misspelt --output kdump-image build --outptu x
ok "kdump-collect suggests an option" misspelt --dump-dmesg kdump-collect --dump-dmseg a b
ok "kdump-collect suggests a compressor" misspelt zstd kdump-collect --compress zsdt a b
ok "kdump-capture suggests an option" misspelt --service kdump-capture --servcie
ok "kdump-image build refuses --output without a value" exits 2 "$build/kdump-image" build --output
ok "kdump-image build says that --output needs a value" says "--output needs a value"
finish
