#!/bin/bash
# manual.sh - the manual pages and the programs agree: options, commands, and what is refused
. "$(dirname "$0")/lib.sh"

top=$here/..
mkdir -p "$root" "$root/bin"

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
ok "kdumpctl" agree kdumpctl --install --kernel-cmdline --now --pbkdf --tpm --omit-drivers
ok "kdump-config" agree kdump-config
ok "kdump-image" agree kdump-image
# shellcheck disable=SC2086
ok "kdump-collect" agree kdump-collect $refused
ok "kdump-capture" agree kdump-capture --zero_excluded
page kdumpctl.8
for command in $(commands); do
	ok "kdumpctl(8) has $command" grep -qE "^\.(B|BR) \"?$command\b" "$work/page"
done

# What the page says is not supported is refused, and nothing else.
page kdump-collect.8
sed -n '/^\.SS Not planned/,/^\.S[HS] [^N]/p' "$work/page" >"$work/section"
ok "what is refused has a section" test "$(wc -l <"$work/section")" -gt 10
ok "with every such option" test "$(options_in "$work/section" | tr '\n' ' ')" = "$(echo "$refused" | sort -u | tr '\n' ' ')"
for option in $refused; do
	ok "$option is refused" exits 2 "$build/kdump-collect" "$option=1" a b
	ok "by name" says "not planned: $option|takes no value"
done
sed '/^\.SS Not planned/,/^\.SH/d' "$work/page" >"$work/rest"
for option in $(options_in "$work/rest" | grep -vx -- '--progress-fd'); do
	"$build/kdump-collect" --check-params "$option" 1 -d 31 a b >"$work/words" 2>&1
	ok "$option is taken" silent_on "is not an option|not planned"
done

# Examples of the pages work: those of kdump.conf(5) as text, those of the collector as command lines.
page kdump.conf.5
awk '/^\.SH EXAMPLES/ { on = 1 } /^\.SH FILES/ { on = 0 } on && /^\.fi/ { part = 0 }
	part { print >(dir "/example." nr) } on && /^\.nf/ { part = 1; nr++ }' dir="$work" "$work/page"
ok "there are examples" test -s "$work/example.2"
for example in "$work"/example.*; do
	ok "kdump.conf(5): ${example##*/}" exits 0 "$build/kdump-config" --check "$example"
	ok "without a word" silent_on .
done
page kdump-collect.8
grep '^kdump-collect --*[a-z]' "$work/page" | sed 's/[|>].*//' >"$work/lines"
ok "there are command lines" test "$(wc -l <"$work/lines")" -ge 4
while read -r program words; do
	# shellcheck disable=SC2086
	ok "$program $words" exits 0 "$build/$program" --check-params $words
done <"$work/lines"
finish
