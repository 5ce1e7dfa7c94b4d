#!/bin/bash
# hostile-text.sh - a file name or a dump that somebody else made commands no terminal
. "$(dirname "$0")/lib.sh"

root_new
build=$(realpath "$build")
cd "$work" || exit 1
escape=$(printf 'x\033[31m\nd: whole')
mkdir d
"$build/kdump-collect" -q -d 31 "$build/selftest.core" d/vmcore 2>words
: >"d/$escape"
"$build/kdump-collect" -g info "$build/selftest.core" 2>words
sed -i "s/^OSRELEASE=.*/OSRELEASE=6.1$(printf '\033')[31m/" info

# clean COMMAND... - it prints no control character but newlines.
clean()
{
	"$@" >words 2>&1 </dev/null
	! LC_ALL=C grep -aq "$(printf '[\001-\010\013-\037]')" words
}

ok "--verify prints no control character of a file name" clean "$build/kdump-collect" --verify d
ok "--verify names the file that was not checked" grep -qF 'x?[31m?d: whole: NOT CHECKED' words
ok "the summary has no control character of the dump" clean "$build/kdump-collect" --dry-run -d 31 -i info "$build/selftest.core"
ok "the summary has the release all the same" grep -qF '6.1?[31m' words
for program in "kdump-collect --verify" kdump-report kdump-config\ --check kdump-image\ show; do
	read -ra word <<<"$program"
	ok "$program prints no control character of a name" clean "$build/${word[0]}" "${word[@]:1}" "none$escape"
	ok "$program names the file that is missing" grep -qF "none" words
done

# A manifest that is damaged is not one that is missing.
echo '{"version":1}' >d/kdump-manifest.json
ok "--verify refuses a damaged manifest" exits 1 "$build/kdump-collect" --verify d
ok "--verify says that the manifest is damaged" says "a damaged kdump-manifest.json"
for program in kdump-collect kdump-report kdump-config kdump-image kdump-capture kdumpctl; do
	ok "$program --version prints its version" exits 0 "$build/$program" --version
	ok "$program --version names the program" says "^$program [^ ]+$"
	ok "$program -h prints its usage" exits 0 "$build/$program" -h
done
finish
