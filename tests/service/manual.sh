#!/bin/bash
# manual.sh - the manual pages and the programs agree: options, commands, and what is refused
. "$(dirname "$0")/lib.sh"

top=$here/..
mkdir -p "$root" "$root/bin"
# Some options name a file, which is made.
build=$(realpath "$build")
cd "$work" || exit 1

# page NAME - as text, without roff's "\-".
page()
{
	sed 's/\\-/-/g' "$top/docs/$1" >"$work/page"
}

options_in()
{
	grep -oE -- '(^|[^a-z-])--[a-z][a-z_-]+' "$1" | grep -oE -- '--.*' | sort -u
}

commands()
{
	"$build/kdumpctl" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p' | grep -vx kdumpctl
}

# help_of PROGRAM - all that it says of its options.
help_of()
{
	local command

	"$build/$1" --help
	[ "$1" != kdumpctl ] || for command in $(commands); do
		"$build/kdumpctl" "$command" --help
	done
}

# agree PROGRAM [OPTION...] - every option of its page is one of the program, or of those of
# other programs and of refused ones that are given; and the other way round.
agree()
{
	local program=$1 wrong
	shift
	page "$program.8"
	options_in "$work/page" >"$work/in-page"
	help_of "$program" >"$work/help"
	options_in "$work/help" >"$work/in-help"
	wrong=$({ comm -23 "$work/in-page" "$work/in-help" | grep -vxF "$(printf '%s\n' "$@")"
		comm -13 "$work/in-page" "$work/in-help"; })
	[ -z "$wrong" ] || { echo "not in both: $wrong"; return 1; }
}

# Long and short options of makedumpfile that are refused by name.
refused=$(sed -n 's/^OPTION([A-Z_]*, *\([^,]*\), *"\([a-z_-]*\)",.*REFUSED,.*/--\2/p' "$top/collector/cli/options.def")
ok "kdumpctl(8) and kdumpctl --help have the same options" agree kdumpctl --install --kernel-cmdline --now --pbkdf --tpm --omit-drivers
ok "kdump-config(8) and its --help have the same options" agree kdump-config
ok "kdump-image(8) and its --help have the same options" agree kdump-image
# shellcheck disable=SC2086
ok "kdump-collect(8) and its --help have the same options" agree kdump-collect $refused
ok "kdump-capture(8) and its --help have the same options" agree kdump-capture --zero_excluded
page kdumpctl.8
for command in $(commands); do
	ok "kdumpctl(8) describes the command $command" grep -qE "^\.(B|BR) \"?$command\b" "$work/page"
done

# What the page says is not supported is refused, and nothing else.
page kdump-collect.8
sed -n '/^\.SS Not planned/,/^\.S[HS] [^N]/p' "$work/page" >"$work/section"
ok "kdump-collect(8) has a section of refused options" test "$(wc -l <"$work/section")" -gt 10
ok "kdump-collect(8) lists every refused option in that section" test "$(options_in "$work/section" | tr '\n' ' ')" = "$(echo "$refused" | sort -u | tr '\n' ' ')"
letters=$(sed -n "s/^OPTION([A-Z_]*, *'\(.\)',.*REFUSED,.*/-\1/p" "$top/collector/cli/options.def")
ok "kdump-collect(8) lists every refused letter in that section, and no other" \
	test "$(grep -oE -- ' -[A-Za-z] ' "$work/section" | tr -d ' ')" = "$letters"
for option in $refused; do
	ok "kdump-collect refuses $option" exits 2 "$build/kdump-collect" "$option=1" a b
	ok "kdump-collect names $option when it refuses it" says "not planned: $option|takes no value"
done
sed '/^\.SS Not planned/,/^\.SH/d' "$work/page" >"$work/rest"
mkdir "$work/here"
collect=$(realpath "$build/kdump-collect")
for option in $(options_in "$work/rest" | grep -vx -- '--progress-fd'); do
	(cd "$work/here" && "$collect" --check-params "$option" 1 -d 31 a b) >"$work/words" 2>&1
	ok "kdump-collect accepts $option, as its page says" silent_on "is not an option|not planned"
done
ok "kdump-collect --check-params writes no file, whatever the option" test -z "$(ls -A "$work/here")"

# Examples of the pages work: those of kdump.conf(5) as text, those of the collector as command lines.
page kdump.conf.5
awk '/^\.SH EXAMPLES/ { on = 1 } /^\.SH FILES/ { on = 0 } on && /^\.fi/ { part = 0 }
	part { print >(dir "/example." nr) } on && /^\.nf/ { part = 1; nr++ }' dir="$work" "$work/page"
ok "kdump.conf(5) has examples to check" test -s "$work/example.2"
for example in "$work"/example.*; do
	ok "kdump-config accepts the ${example##*/} of kdump.conf(5)" exits 0 "$build/kdump-config" --check "$example"
	ok "kdump-config has no warning for the ${example##*/} of kdump.conf(5)" silent_on .
done
page kdump-collect.8
grep '^kdump-collect --*[a-z]' "$work/page" | sed 's/[|>].*//' >"$work/lines"
ok "kdump-collect(8) has four example lines at least" test "$(wc -l <"$work/lines")" -ge 4
while read -r program words; do
	# shellcheck disable=SC2086
	ok "kdump-collect accepts its page's line: $program $words" exits 0 "$build/$program" --check-params $words
done <"$work/lines"
finish
