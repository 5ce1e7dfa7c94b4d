#!/bin/bash
# completion.sh - bash completes every command, option and key that the programs' own tables have
. "$(dirname "$0")/lib.sh"

top=$here/..
mkdir -p "$work/bin" "$root/var/crash/h-2022-01-01-10:00:00"
printf '\177ELF' >"$root/var/crash/h-2022-01-01-10:00:00/vmcore"
# Completing "show" asks list, which must not be that of this machine.
cat >"$work/bin/kdumpctl" <<-E
	#!/bin/sh
	exec "$(realpath "$build")/kdumpctl" --root "$root" "\$@"
E
chmod 755 "$work/bin/kdumpctl"
for program in kdump-config kdump-image kdump-collect kdump-report; do
	ln -s "$(realpath "$build")/$program" "$work/bin/$program"
done
ln -s "$(realpath "$build")/kdump-collect" "$work/bin/makedumpfile"

# completed WORD... - what bash offers for the last of the words, one a line.
completed()
{
	env PATH="$work/bin:$PATH" bash -uc '. "$1"; shift
		COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _kdump
		printf "%s\n" "${COMPREPLY[@]}"' - "$top/systemd/units/kdump.bash" "$@" >"$work/offered"
}

# offers WANTED WORD... - each of the lines of WANTED is offered, with or without a "=".
offers()
{
	local wanted=$1 word missing=0
	shift
	completed "$@"
	[ -n "$wanted" ] || { echo "nothing is wanted"; return 1; }
	for word in $wanted; do
		grep -qx -- "$word=\?" "$work/offered" || { echo "not offered: $word"; missing=1; }
	done
	[ "$missing" = 0 ] || { cat "$work/offered"; return 1; }
}

# exactly WANTED WORD...
exactly()
{
	local wanted=$1
	shift
	completed "$@"
	[ "$(sort -u "$work/offered" | tr '\n' ' ')" = "$wanted " ] || { cat "$work/offered"; return 1; }
}

# Long names of the collector, but those that are only named in an answer.
collector_options()
{
	sed -n 's/^OPTION([A-Z_]*, *[^,]*, *"\([a-z_-]*\)", *\(NULL\|"\([a-z-]*\)"\),[^,]*, *\([A-Z]*\),.*/\4 --\1 \3/p' \
		"$top/collector/cli/options.def" | grep -v '^REFUSED' | sed 's/^[A-Z]* //; s/ \([a-z]\)/ --\1/'
}

# shown_options COMMAND - the rows of help.def that are shown.
shown_options()
{
	sed -n "s/^OPTION(\"$1\", *\"\(--[a-z-]*\)\", *\(.*\))\$/\1 \2/p" "$top/systemd/help.def" |
		grep -v 'NULL$' | cut -d' ' -f1
}

commands=$(sed -n 's/^\t{ "\([a-z][a-z-]*\)", cmd_.*/\1/p' "$top/systemd/main.c")
ok "the tables are found" test "$(echo "$commands" | wc -l)" -ge 15 -a "$(collector_options | wc -w)" -ge 25
ok "kdumpctl: every command" offers "$commands" kdumpctl ""
ok "and option" offers "$(shown_options "")" kdumpctl --
ok "after an option" offers "list" kdumpctl --json ""
ok "no command of packages" sh -c "! grep '^_' '$work/offered'"
for command in $commands; do
	[ -z "$(shown_options "$command")" ] ||
		ok "kdumpctl $command: every option" offers "$(shown_options "$command")" kdumpctl "$command" --
	ok "kdumpctl $command: help" offers --help kdumpctl "$command" --
done
ok "kdumpctl show: the dumps that are there" offers "last h-2022-01-01-10:00:00" kdumpctl show ""
ok "values" offers "kdump fadump" kdumpctl get-default-crashkernel ""
ok "the beginning of a command" exactly "start status stop" kdumpctl st
for program in kdump-collect makedumpfile; do
	ok "$program: every option" offers "$(collector_options)" "$program" --
	ok "$program: the beginning of one" exactly "--dump-dmesg" "$program" -F --dump
	ok "$program: files otherwise" exactly "" "$program" /proc/vm
	ok "$program: letters" offers "-d -l -F -R" "$program" -
done
ok "kdump-report: every option" offers "--log --json --help --version" kdump-report --
ok "kdump-image: every command" exactly "build check show" kdump-image ""
ok "and option" offers "$(sed -n 's/^\t{ "\([a-z]*\)", \(no\|required\)_argument.*/--\1/p' \
	"$top/initramfs/image/main.c")" kdump-image build --
ok "kdump-config: every word" offers "$(sed -n 's/.*{ "\(--[a-qs-z][a-z]*\)".*/\1/p' "$top/config/cli/kdump_config.c")" \
	kdump-config --
ok "those of kdump-tools" offers "load unload reload condreload status show test savecore symlinks propagate" kdump-config ""
for verb in --get --help; do
	ok "$verb: every key" offers "$(sed -n '/REFUSED/d; s/^KEY([A-Z0-9_]*, "\([a-z0-9_]*\)".*/\1/p' \
		"$top/config/parse/keys.def")" kdump-config "$verb" ""
done
for program in kdumpctl kdump-config kdump-image kdump-collect kdump-report makedumpfile; do
	ok "$program is registered" bash -c '. "$1" && complete -p "$2" | grep -q " -F _kdump "' - \
		"$top/systemd/units/kdump.bash" "$program"
done
finish
