#!/bin/bash
# same-file.sh - no file that is read or written is destroyed by another one that is written
. "$(dirname "$0")/lib.sh"

root_new
build=$(realpath "$build")
cd "$work" || exit 1
kdumpctl keygen key >key.pub 2>words
cp "$build/selftest.core" core
ln core hard
ln -s core soft
cp core vmcore-incomplete
"$build/kdump-collect" -q -d 31 --split core part1 part2
"$build/kdump-collect" -q -g vi.json core
mkdir dir
"$build/kdump-collect" -q -l -d 31 core dir/vmcore
echo '{}' >dir/kdump-manifest.json
ln -s dir/vmcore into
sha256sum core key vi.json vmcore-incomplete part1 part2 dir/* >sums

# destroys_nothing ARGUMENT... - refused as wrong usage, before anything is made.
destroys_nothing()
{
	local before
	before=$(ls)
	exits 2 "$build/kdump-collect" -f "$@" && sha256sum --quiet -c sums && test "$before" = "$(ls)"
}

while read -r words; do
	read -ra word <<<"$words"
	ok "kdump-collect refuses $words" destroys_nothing "${word[@]}"
	ok "kdump-collect says why it refuses $words" says "one file|is the|is a file of the directory|is an output|input and output|named twice"
done <<-CASES
	-d 31 core ./core
	-d 31 core hard
	-d 31 core soft
	-d 31 core new --json=core
	-d 31 core new --json=new
	-d 31 core new --json=./new
	-d 31 core new --checksums new
	-d 31 core new --checksums core
	-d 31 core new --checksums notes --json=notes
	-d 31 core new -i key --json=key
	-g core core
	--dump-dmesg core ./core
	--report core hard
	--report core new --json=core
	--report core vi.txt -i vi.json
	--split core new ./new
	--split core new new-incomplete
	--reassemble part1 part2 ./part1
	--decrypt -i key core key
	-d 31 vmcore-incomplete vmcore
	-d 31 core vmcore --json=vmcore-incomplete
	--verify dir --json=dir/vmcore
	--verify dir --json=dir/kdump-manifest.json
	--verify dir/ --json=into
CASES
rm dir/kdump-manifest.json
sed -i /manifest/d sums
checked_twice()
{
	exits 0 "$build/kdump-collect" -q --verify dir --json=dir/check.json &&
		exits 0 "$build/kdump-collect" -q --verify dir --json=dir/check.json
}
ok "the JSON of a check may be replaced by that of the next one" checked_twice
ok "kdump-report refuses its dump as the page" exits 2 "$build/kdump-report" --html ./core core
ok "kdump-report leaves the dump alone" sha256sum --quiet -c sums
ok "/dev/null may be named as often as one likes" exits 0 "$build/kdump-collect" -q -d 31 core /dev/null --json=/dev/null
ok "a dry run writes no output that could be the input" exits 0 "$build/kdump-collect" -q --dry-run -d 31 core core2
ok "a directory is said to be one" exits 1 "$build/kdump-collect" -d 31 /tmp new
ok "the message says that it is a directory" says "Is a directory"

# A pipe by its name gets a stream, and a reader is missed.
mkfifo pipe
through_pipe()
{
	timeout 20 cat pipe >stream &
	exits 0 timeout 20 "$build/kdump-collect" -l -d 31 core pipe && wait "$!" &&
		exits 0 sh -c 'exec "$0" -R new <stream' "$build/kdump-collect" && exits 0 "$build/kdump-collect" --verify new
}
ok "a dump through a named pipe is whole" through_pipe
ok "a pipe that nobody reads is no place for a dump" exits 1 timeout 20 "$build/kdump-collect" -l -d 31 core pipe
ok "kdump-collect says that nobody reads the pipe" says "nobody reads this pipe"
finish
