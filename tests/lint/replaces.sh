#!/bin/sh
# replaces.sh - docs/replaces.md has every key, option, variable and command of the tables
cd "$(dirname "$0")/../.." || exit 99
page=docs/replaces.md
options=docs/options.md
bad=0
rows=$(mktemp) || exit 99

wrong() {
	echo "$page: $*"
	bad=1
}

# row NAME - the last column of the row whose first column has the name, in code type.
row() {
	grep -h -- "^|[^|]*\`$1\`[^|]*|" $page $options | head -1 | sed 's/.*| \(.*\) |$/\1/'
}

for key in $(sed -n 's/^KEY([A-Z0-9_]*, "\([a-z0-9_]*\)".*/\1/p' config/parse/keys.def); do
	[ -n "$(row "$key")" ] || wrong "there is no row for the key '$key' of kdump.conf"
done

# Every spelling of an option is named; what the program refuses has a row that says "not".
sed -n 's/^OPTION(\([A-Z_]*\), *\([^,]*\), *\([^,]*\), *\([^,]*\), *\([^,]*\), *\([A-Z]*\),.*/\6 \2 \3 \4/p' \
	collector/cli/options.def >"$rows"
grep -q '^REFUSED' "$rows" || wrong "options.def cannot be read"
while read -r group letter name second; do
	for word in "$letter" "$name" "$second"; do
		case $word in
		\'*) option=-$(echo "$word" | tr -d "'") ;;
		\"*) option=--$(echo "$word" | tr -d '"') ;;
		*)   continue ;;
		esac
		grep -qE -- "\`(kdump-collect )?$option\`" $page $options || wrong "there is no '$option' of kdump-collect"
		case $group,$(row "$option") in
		REFUSED,'not planned: '*) ;;
		REFUSED,*) wrong "'$option' is refused, and its row does not begin with 'not planned: '" ;;
		*,not*)     wrong "'$option' works, and its row begins with 'not'" ;;
		esac
	done
done <"$rows"

# Variables: the fate is that of the table, word for word.
sed -n 's/^VAR("\([A-Z_]*\)", \([A-Z]*\), [a-z_A-Z]*, \(NULL\|"[^"]*"\), "\(.*\)")$/\1|\2|\4/p' \
	config/sysconfig/sysconfig.def >"$rows"
[ "$(wc -l <"$rows")" = "$(grep -c '^VAR(' config/sysconfig/sysconfig.def)" ] ||
	wrong "sysconfig.def cannot be read"
while IFS='|' read -r name kind help; do
	case $kind in
	CONF) fate="kdump.conf: $help" ;;
	NOTE) fate="no effect: $help" ;;
	*)    fate="used: $help" ;;
	esac
	[ "$(row "$name")" = "$fate" ] || wrong "the row of $name does not end with: | $fate |"
done <"$rows"

commands=$(sed -n 's/^\t{ "\([a-z][a-z-]*\)", cmd_.*/\1/p' systemd/main.c)
[ -n "$commands" ] || wrong "the commands in systemd/main.c cannot be read"
for command in $commands; do
	grep -qE "^\|[^|]*\`kdumpctl ${command}[\` ]" $page || wrong "there is no row for 'kdumpctl $command'"
done
for unit in $(git ls-files systemd/units | grep -E '\.(service|timer|rules)$'); do
	grep -qF "\`${unit##*/}\`" $page || wrong "${unit##*/} is not on the page"
done
verbs=$(sed -n 's/^\t{ "\([a-z-]*\)", "[a-z_-]*", [0-9] },/\1/p' config/cli/debian.c)
[ -n "$verbs" ] || wrong "the verbs in config/cli/debian.c cannot be read"
for verb in $verbs; do
	grep -qE "^\|[^|]*\`kdump-config $verb\`" $page || wrong "there is no row for 'kdump-config $verb'"
done
rm -f "$rows"
exit $bad
