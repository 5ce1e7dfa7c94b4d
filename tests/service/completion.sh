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
ok "the tables of commands and options are found" test "$(echo "$commands" | wc -l)" -ge 15 -a "$(collector_options | wc -w)" -ge 25
ok "bash completes every command of kdumpctl" offers "$commands" kdumpctl ""
ok "bash completes every option of kdumpctl" offers "$(shown_options "")" kdumpctl --
ok "bash completes commands after an option of kdumpctl" offers "list" kdumpctl --json ""
ok "bash does not offer the commands that packages call" sh -c "! grep '^_' '$work/offered'"
for command in $commands; do
	[ -z "$(shown_options "$command")" ] ||
		ok "bash completes every option of kdumpctl $command" offers "$(shown_options "$command")" kdumpctl "$command" --
	ok "bash completes --help of kdumpctl $command" offers --help kdumpctl "$command" --
done
ok "bash completes kdumpctl show with the dumps that are there" offers "last h-2022-01-01-10:00:00" kdumpctl show ""
ok "bash completes the values of get-default-crashkernel" offers "kdump fadump" kdumpctl get-default-crashkernel ""
ok "bash completes the beginning of a kdumpctl command" exactly "start status stop" kdumpctl st
for program in kdump-collect makedumpfile; do
	ok "bash completes every option of $program" offers "$(collector_options)" "$program" --
	ok "bash completes the beginning of an option of $program" exactly "--dump-dmesg" "$program" -F --dump
	ok "bash leaves the files of $program to the default" exactly "" "$program" /proc/vm
	ok "bash completes the short options of $program" offers "-d -l -F -R" "$program" -
done
ok "bash completes every option of kdump-report" offers "--log --json --help --version" kdump-report --
ok "bash completes every command of kdump-image" exactly "build check show" kdump-image ""
ok "bash completes every option of kdump-image build" offers "$(sed -n 's/^\t{ "\([a-z]*\)", \(no\|required\)_argument.*/--\1/p' \
	"$top/initramfs/image/main.c")" kdump-image build --
ok "bash completes every option of kdump-config" offers "$(sed -n 's/.*{ "\(--[a-qs-z][a-z]*\)".*/\1/p' "$top/config/cli/kdump_config.c")" \
	kdump-config --
ok "bash completes the verbs that kdump-tools had" offers "load unload reload condreload status show test savecore symlinks propagate" kdump-config ""
for verb in --get --help; do
	ok "bash completes every key after kdump-config $verb" offers "$(sed -n '/REFUSED/d; s/^KEY([A-Z0-9_]*, "\([a-z0-9_]*\)".*/\1/p' \
		"$top/config/parse/keys.def")" kdump-config "$verb" ""
done
for program in kdumpctl kdump-config kdump-image kdump-collect kdump-report makedumpfile; do
	ok "the completion file registers $program" bash -c '. "$1" && complete -p "$2" | grep -q " -F _kdump "' - \
		"$top/systemd/units/kdump.bash" "$program"
done
finish
