# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of kdumpctl, kdump-config, kdump-image, kdump-collect, kdump-report, makedumpfile
#
# Commands, options and keys come from the programs' own --help, so that none is forgotten.

# _kdump_options PROGRAM [COMMAND] - "--json", and "--value=" where a value follows.
_kdump_options()
{
	if [[ ${1##*/} == kdumpctl ]]; then
		"$@" --help 2>/dev/null | grep -oE -- '^  --[a-z][a-z-]*=?' | tr -d ' '
		return
	fi
	"$@" --help 2>/dev/null | grep -oE -- '(^|[ ,])--[a-z][a-z_-]*=?' | tr -d ' ,' | sort -u
	"$@" --help 2>/dev/null | sed -n 's/^  \(-[a-zA-Z]\)\b.*/\1/p'
}

# _kdump_commands PROGRAM - words that stand for what to do.
_kdump_commands()
{
	"$1" --help 2>/dev/null |
		sed -n -e 's/^  \([a-z][a-z-]*\) .*/\1/p' -e "s/^\(usage:\)\?  *${1##*/} \([a-z]*\) .*/\2/p" |
		grep -vx "${1##*/}"
}

_kdump_keys()
{
	"$1" --help 2>/dev/null | sed '1,/^keys of kdump.conf:/d' | grep -oE '^ *[a-z][a-z0-9_]*' | tr -d ' '
}

# _kdump_arguments PROGRAM COMMAND - the words in brackets behind a command of kdumpctl.
_kdump_arguments()
{
	if [[ $2 == show ]]; then
		echo last
		"$1" --json list 2>/dev/null | sed -n 's/^ *"name": *"\([^"]*\)",*$/\1/p'
	else
		"$1" "$2" --help 2>/dev/null |
			sed -n "s/^  kdumpctl $2 \[\([a-z|]*\)\]\$/\1/p" | tr '|' '\n'
	fi
}

# _kdump_command WORD... - the first that is not an option.
_kdump_command()
{
	local word

	for word; do
		[[ $word == -* ]] || { echo "$word" && return; }
	done
}

_kdump_reply()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
	[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
}

_kdump()
{
	local program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]}
	local command

	command=$(_kdump_command "${COMP_WORDS[@]:1:COMP_CWORD-1}")
	case ${program##*/} in
	kdumpctl)
		if [[ -z $command ]]; then
			_kdump_reply "$(_kdump_commands "$program") $(_kdump_options "$program")" "$cur"
		else
			_kdump_reply "$(_kdump_arguments "$program" "$command") $(
				_kdump_options "$program" "$command") --quiet" "$cur"
		fi
		;;
	kdump-config)
		if ((COMP_CWORD == 1)); then
			_kdump_reply "$(_kdump_options "$program") $(_kdump_verbs "$program")" "$cur"
		elif [[ $last == --get || $last == --help ]]; then
			_kdump_reply "$(_kdump_keys "$program")" "$cur"
		elif [[ $cur == -* ]]; then
			_kdump_reply --system "$cur"
		fi
		;;
	kdump-image)
		if [[ $cur == -* ]]; then
			_kdump_reply "$(_kdump_options "$program")" "$cur"
		elif [[ -z $command ]]; then
			_kdump_reply "$(_kdump_commands "$program")" "$cur"
		fi
		;;
	*)
		[[ $cur != -* ]] || _kdump_reply "$(_kdump_options "$program")" "$cur"
		;;
	esac
}

# The verbs of Debian's program that kdump-config takes as well.
_kdump_verbs()
{
	"$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z, -]*\)[,:]$/\1/p' | tr -d ','
}

# Where nothing fits, names of files do.
complete -o bashdefault -o default -F _kdump kdumpctl kdump-config kdump-image kdump-collect \
	kdump-report makedumpfile
