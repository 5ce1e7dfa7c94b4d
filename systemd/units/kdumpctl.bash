# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion of kdumpctl
_kdumpctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} word command="" words=""
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		-*) ;;
		*) command=$word && break ;;
		esac
	done
	case $command in
	"") words="start stop restart reload status rebuild estimate showmem test list show
		check-config propagate get-default-crashkernel reset-crashkernel
		--json --quiet --help --version" ;;
	status | estimate | list) words="--json" ;;
	show) words="--json last $(kdumpctl --json list 2>/dev/null |
		sed -n 's/^ *"name": *"\([^"]*\)",*$/\1/p')" ;;
	test) words="--crash --force" ;;
	get-default-crashkernel) words="kdump fadump --distribution" ;;
	reset-crashkernel) words="--kernel=ALL --kernel= --value= --fadump=on --fadump=off
		--fadump=nocma --distribution" ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _kdumpctl kdumpctl
