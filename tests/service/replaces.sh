#!/bin/sh
# replaces.sh - what docs/replaces.md names as ours exists and answers, and what it says is refused is
. "$(dirname "$0")/lib.sh"
top=$here/..
page=$work/page
cat "$top/docs/options.md" "$top/docs/replaces.md" >"$page"
dest=$work/dest

# cell FIRST|LAST - standard input is a row of a table.
cell()
{
	case $1 in
	FIRST) sed 's/^| \([^|]*\) |.*/\1/' ;;
	LAST)  sed 's/.*| \(.*\) |$/\1/' ;;
	esac
}

# names - what stands in code type in standard input, a line each.
names()
{
	grep -o '`[^`]*`' | tr -d '`'
}

# shown REGEX COMMAND... - is there in what it says.
shown()
{
	regex=$1
	shift
	exits 0 "$@" && says "$regex"
}

# option OPTION - kdump-collect takes it; some take an argument.
option()
{
	for argument in "" 1 zlib FILE; do
		# shellcheck disable=SC2086
		exits 0 "$build/kdump-collect" --check-params "$1" $argument a b >/dev/null && return
	done
	shown "(^|[ ,])$1([ ,]|\$|\[)" "$build/kdump-collect" --help
}

# The words behind the name of a program.
of_kdumpctl()
{
	command=$1
	shift
	exits 0 kdumpctl "$command" --help || return 1
	for word; do
		says "^  $word([ =]|\$)" || return 1
	done
}

of_program()
{
	program=$1
	shift
	exits 0 "$build/$program" --help || return 1
	for word; do
		says "(^|[ ,|])$word([][ ,:|]|\$)" || return 1
	done
}

# key KEY [VALUE...] - of kdump.conf; with a value: that is accepted.
key()
{
	exits 0 "$build/kdump-config" --help "$1" && silent_on "not supported" || return 1
	[ $# = 1 ] || { echo "$*" >"$work/conf" && exits 0 "$build/kdump-config" --check "$work/conf"; }
}

# On the system after "make install", or made later and described in a manual.
path()
{
	[ -e "$dest$1" ] || sed 's/\\-/-/g' "$top"/docs/*.[58] | grep -qF "$1"
}

# answers NAME... - a name in code type in the column "here", as words.
answers()
{
	case $1 in
	kdumpctl | kdump-config | kdump-image | kdump-collect | kdump-report | kdump-capture)
		program=$1
		shift
		[ "$program" = kdumpctl ] && [ $# -gt 0 ] && { of_kdumpctl "$@"; return; }
		of_program "$program" "$@"
		;;
	makedumpfile)  shown "^makedumpfile: version" "$work/makedumpfile" -v ;;
	-*)            option "$1" ;;
	/*)            path "$1" ;;
	*.service | *.timer | *.rules | *.install)
		test -n "$(find "$dest" -name "$1")" ;;
	[A-Z]*)        grep -q "^VAR(\"$1\"," "$top/config/sysconfig/sysconfig.def" ;;
	*)             key "$@" ;;
	esac
}

# refused NAME... - a name in the first column of a row that says "not".
refused()
{
	case $1 in
	-*)       exits 2 "$build/kdump-collect" --check-params "$1" FILE a b && says "not planned: $1; " ;;
	kdumpctl) exits 1 kdumpctl "$2" && says "is not a command" ;;
	*)        echo "what kind of name is it?"; return 1 ;;
	esac
}

# A key that was one long ago is an error, with a remedy.
old_key()
{
	echo "$1 1" >"$work/conf"
	exits 1 "$build/kdump-config" --check "$work/conf" && says "$1"
}

accepted()
{
	case $1 in
	kdumpctl) shift; kdumpctl "$@" >"$work/words" 2>&1; silent_on "is not an option|is not a command" ;;
	*)        option "$1" ;;
	esac
}

# each FIRST|LAST ROW COMMAND... - a TAP line for each name in that column, with its words added.
each()
{
	echo "$2" | cell "$1" | names >"$work/names"
	shift 2
	while read -r words; do
		# shellcheck disable=SC2086
		ok "the page is right about $words: $*" "$@" $words
	done <"$work/names"
}

# row TEXT - each name of the first column is what the last one says; those of the last are ours.
row()
{
	last=$(echo "$1" | cell LAST)
	case $last in
	same* | used:* | kdump.conf:* | "no effect:"*) check=answers ;;
	accepted*)  check=accepted ;;
	refused*)   check=old_key ;;
	"not yet"* | "not planned"*) check=refused ;;
	*)          check=true ;;
	esac
	each FIRST "$1" $check
	each LAST "$1" answers
}

root_new
ln -s "$(realpath "$build/kdump-collect")" "$work/makedumpfile"
ok "make install puts the programs into DESTDIR" make -s -C "$top" O="$(realpath "$build")" DESTDIR="$dest" install
ok "the sysconfig file of the RPM can be installed" install -D "$top/systemd/packaging/sysconfig" "$dest/etc/sysconfig/kdump"

# The headings of tables are no rows.
rows()
{
	grep '^| ' | grep -v '^| \(option\|other\|command\|key\|file\|variable\|what\)[a-z, ]* |'
}
sed '/^## Only here/,$d' "$page" | rows >"$work/rows"
ok "the page has more than 200 rows about other programs" test "$(wc -l <"$work/rows")" -gt 200
while read -r text; do
	row "$text"
done <"$work/rows"
sed '1,/^## Only here/d' "$page" | rows >"$work/rows"
ok "the page has more than 15 rows about what only we have" test "$(wc -l <"$work/rows")" -gt 15
while read -r text; do
	each FIRST "$text" answers
	each LAST "$text" answers
done <"$work/rows"

# What is installed is named.
named()
{
	grep -qF "\`$1\`" "$page" || grep -q "\`$1 " "$page"
}
for file in "$dest"/usr/lib/systemd/system/*.service "$dest"/usr/lib/systemd/system/*.timer \
	"$dest"/usr/lib/udev/rules.d/* "$dest"/usr/lib/kernel/install.d/* "$dest"/usr/sbin/*; do
	ok "the installed ${file##*/} is named on the page" named "${file##*/}"
done
ok "kdump-tools.service is a link to kdump.service" test "$(readlink "$dest/usr/lib/systemd/system/kdump-tools.service")" = kdump.service
finish
